"""The tablet at the desk: whose turn it is, what is missing of them, their signature; sent when there is a network."""

from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath

from infra.actor import Actor, ActorKind
from infra.clock import today
from infra.database import tenant_transaction
from infra.errors import FieldError, Invalid, NotFound
from infra.idempotency import OutcomeUnknown
from server.dependencies import HttpRequest
from server.pages.arrival import saved
from server.pages.assets import answer, packed
from server.pages.form_tokens import check_holder_token, holder_token
from server.pages.guest_form import NEAR, countries, read_guest
from server.pages.languages import GUESTS, NAMES
from server.pages.link_cookies import exchanged, token_of
from server.pages.once import KeptAnswer, taken_once
from server.pages.rendering import fragment, page, place_of
from server.pages.sealing import sealing_key, unsealed
from server.pages.visits import centre_at, language_of, visitor
from server.pages.words import sentences
from tenants.arrivals.contact import give_contact
from tenants.arrivals.guests import sign_police_form
from tenants.arrivals.rules import GuestInvalid, SignatureInvalid
from tenants.arrivals.tablet import TABLETS, Turn, turns
from tenants.centres.rules import Centre, require_open

FORM: Final = "tablet"
IDLE_SECONDS: Final = 60
PAIRED_SECONDS: Final = 400 * 86_400
"""As long as browsers keep a cookie; opening the pairing address again renews it."""


class TurnGone(NotFound):
    """This stay is not among today's arrivals any more, or its people are all written down."""

    code = "turn_gone"


class Named(msgspec.Struct, frozen=True):
    """Somebody who has a form, by first name and initial."""

    id: UUID
    name: str


class ShownTurn(msgspec.Struct, frozen=True):
    """A stay on the tablet's list."""

    id: UUID
    name: str
    unknown: int
    to_sign: list[Named]
    adults: list[Named]
    asks_email: bool
    asks_phone: bool


class Taken(msgspec.Struct, frozen=True):
    """What became of answers: `errors` by field, as sentences, where they were refused."""

    taken: bool
    errors: dict[str, str] = {}


class TabletController(Controller):
    """Who holds the pairing token is the centre's desk: it sees names with an initial, and no answer of anybody."""

    path = "/t/{centre_slug:str}"
    opt = {"public": True}
    include_in_schema = False

    @get("/worker.js", sync_to_thread=False)
    def worker(self, request: HttpRequest, centre_slug: FromPath[str]) -> Response[bytes]:
        """Give the script that opens the screens without a network: it reaches the addresses beside it, and no others."""
        found = answer(request, packed("tablet_worker.js"), cache_control="no-cache")
        found.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
        return found

    @get("/{token:str}")
    async def enter(self, request: HttpRequest, centre_slug: FromPath[str], token: FromPath[str]) -> Response[str]:
        """Pair this browser: the token leaves the address bar."""
        here = await paired(request, centre_slug, token)
        return exchanged(request, f"t/{here.slug}", token, seconds=PAIRED_SECONDS)

    @get("/o/{short:str}")
    async def screen(self, request: HttpRequest, centre_slug: FromPath[str], short: FromPath[str]) -> Response[str]:
        """Show the screens, in every language at once: choosing one needs no network."""
        token = token_of(request, short)
        here = await paired(request, centre_slug, token)
        language = language_of(request, offered=GUESTS)
        codes = [code for code, _ in countries("fr")]
        return page(
            "tablet.html",
            language=language,
            place=place_of(here),
            screens={
                each: fragment("tablet_screens.html", language=each, languages=NAMES, near=NEAR) for each in GUESTS
            },
            codes=" ".join(codes),
            near=len(NEAR),
            idle=IDLE_SECONDS,
            here=f"/t/{here.slug}/o/{short}",
            form_token=holder_token(token, FORM),
            sealing=sealing_key(),
            policy={"worker-src": "'self'"},
        )

    @get("/o/{short:str}/turns")
    async def turns(
        self, request: HttpRequest, centre_slug: FromPath[str], short: FromPath[str]
    ) -> Response[list[ShownTurn]]:
        """List today's arrivals that still lack somebody's name or signature."""
        token = token_of(request, short)
        here = await paired(request, centre_slug, token)
        return Response([_shown(turn) for turn in await todays(here, token)], headers={"Cache-Control": "no-store"})

    @post("/o/{short:str}/guests", status_code=200)
    async def guest(self, request: HttpRequest, centre_slug: FromPath[str], short: FromPath[str]) -> Response[Taken]:
        """Take one guest's answers and signature, once however often they are sent."""
        here, token, form = await sent_form(request, centre_slug, short)
        language = language_of(request, offered=GUESTS)
        reading, actor = read_guest(form), at_the_desk(request)

        async def save() -> KeptAnswer:
            turn = await turn_of(here, token, form.get("stay_id", ""))
            if not turn.unknown:
                raise TurnGone()
            async with tenant_transaction(here.id):
                if turn.asks_email or turn.asks_phone:
                    email, phone = form.get("contact_email", ""), form.get("contact_phone", "")
                    await give_contact(here.id, turn.stay_id, email=email, phone=phone, actor=actor)
                await saved(here.id, turn.stay_id, reading, must_sign=True, actor=actor)
            return KeptAnswer(200, [], b"")

        return await answered(short, form, save, language=language)

    @post("/o/{short:str}/signatures", status_code=200)
    async def signature(
        self, request: HttpRequest, centre_slug: FromPath[str], short: FromPath[str]
    ) -> Response[Taken]:
        """Take the signature under a form that was filled in beforehand."""
        here, token, form = await sent_form(request, centre_slug, short)
        language, actor = language_of(request, offered=GUESTS), at_the_desk(request)

        async def sign() -> KeptAnswer:
            turn = await turn_of(here, token, form.get("stay_id", ""))
            guest_id = next((known for known, _ in turn.to_sign if str(known) == form.get("guest_id")), None)
            if guest_id is None:
                raise TurnGone()
            try:
                await sign_police_form(here.id, guest_id, form.get("signature", ""), actor=actor)
            except SignatureInvalid as error:
                raise GuestInvalid(errors=(FieldError("/signature", "required", ""),)) from error
            return KeptAnswer(200, [], b"")

        return await answered(short, form, sign, language=language)


async def paired(request: HttpRequest, slug: str, token: str) -> Centre:
    """Return the centre whose tablet holds a token.

    Raises:
        CentreUnknown: there is no such centre.
        TabletUnknown: the token is no tablet's of it, or not any more.
        CentreSuspended, CentreClosed: nothing is changed there.
    """
    language_of(request, offered=GUESTS)
    here = await centre_at(request, slug)
    require_open(here)
    async with tenant_transaction(here.id, read_only=True):
        await TABLETS.holder(here.id, token)
    return here


async def sent_form(request: HttpRequest, slug: str, short: str) -> tuple[Centre, str, dict[str, str]]:
    """Return the centre, the tablet's token and what was sent.

    Raises:
        LinkForgotten, TabletUnknown, FormExpired: this browser is no tablet of the centre's.
    """
    token = token_of(request, short)
    here = await paired(request, slug, token)
    check_holder_token(token, FORM, request.headers.get("x-halte-form", ""))
    sent = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    if "sealed" in sent:
        sent = unsealed(sent["sealed"], path=f"/t/{here.slug}/o/{short}")
    return here, token, {name: value.replace("\0", "") for name, value in sent.items()}


async def todays(here: Centre, token: str) -> list[Turn]:
    """Return the day's turns at the centre."""
    return await turns(here.id, token, today=today(here.time_zone))


async def turn_of(here: Centre, token: str, stay_id: str) -> Turn:
    """Return the turn of a stay: the tablet reaches no other stay than those on its list.

    Raises:
        TurnGone: it is not on it.
    """
    for turn in await todays(here, token):
        if str(turn.stay_id) == stay_id:
            return turn
    raise TurnGone()


async def answered(
    short: str, form: dict[str, str], act: Callable[[], Awaitable[KeptAnswer]], *, language: str
) -> Response[Taken]:
    """Carry answers out once; what is refused is said by field."""
    headers = {"Cache-Control": "no-store"}
    try:
        await taken_once(short, form.get("once", ""), repr(sorted(form.items())).encode(), act)
    except OutcomeUnknown:
        # They were taken; only the answer got lost on its way.
        return Response(Taken(taken=True), headers=headers)
    except Invalid as error:
        return Response(Taken(taken=False, errors=sentences(error.errors, language)), status_code=422, headers=headers)
    return Response(Taken(taken=True), headers=headers)


def at_the_desk(request: HttpRequest) -> Actor:
    """Return who acts: a guest, on the centre's tablet."""
    return visitor(request, "tablette", kind=ActorKind.GUEST)


def _shown(turn: Turn) -> ShownTurn:
    return ShownTurn(
        turn.stay_id,
        turn.name,
        turn.unknown,
        [Named(each, name) for each, name in turn.to_sign],
        [Named(each, name) for each, name in turn.adults],
        turn.asks_email,
        turn.asks_phone,
    )
