"""Pre-check-in by link: the page on which a stay's people say beforehand what is missing, with or without script."""

from typing import Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from infra.actor import Actor
from infra.database import tenant_transaction
from infra.errors import DomainError, FieldError, Invalid
from infra.idempotency import KeyInFlight, OutcomeUnknown
from infra.ids import new_id
from server.dependencies import HttpRequest
from server.pages.guest_form import GuestReading, countries, read_guest
from server.pages.languages import GUESTS
from server.pages.link_cookies import exchanged
from server.pages.link_pages import LinkPage
from server.pages.once import KeptAnswer, taken_once
from server.pages.rendering import page
from server.pages.visits import remember
from server.pages.words import N_
from tenants.arrivals import queries
from tenants.arrivals.contact import give_contact
from tenants.arrivals.guests import save_guest, sign_police_form
from tenants.arrivals.operations import arrival_page, complete_pre_check_in, pre_check_in, read_link
from tenants.arrivals.rules import GuestInvalid, SignatureInvalid, check_signature, short_name
from tenants.centres.queries import centre

ARRIVAL: Final = LinkPage(
    area="i",
    form="pre-check-in",
    reads=read_link,
    offered=GUESTS,
    sender="pré-arrivée",
)
SAID: Final = {
    "contact": N_("C'est noté, merci."),
    "guest": N_("Cette personne est inscrite."),
    "unsigned": N_("Cette personne est inscrite. Elle signera sa fiche à l'arrivée."),
    "done": N_("Tout est prêt, merci ! Il ne reste qu'à arriver."),
}


class ArrivalController(Controller):
    """Who holds a stay's link prepares its arrival, and reads no answer of anybody else."""

    path = "/i"
    opt = {"public": True}
    include_in_schema = False

    @get("/{token:str}")
    async def enter(self, request: HttpRequest, token: FromPath[str]) -> Response[str]:
        """Exchange the link for a cookie; opening it is noted."""
        ARRIVAL.language(request)
        await pre_check_in(token)
        return exchanged(request, ARRIVAL.area, token)

    @get("/o/{short:str}")
    async def arrival(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Show what is known of the stay, by short names, and what is missing."""
        return await shown(request, short, notice=SAID.get(request.query_params.get("said", ""), ""))

    @post("/o/{short:str}/contact", status_code=200)
    async def contact(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Take the hour of arrival, and how to reach the client."""
        link, form, actor = await ARRIVAL.sent(request, short)
        try:
            async with tenant_transaction(link.centre_id):
                await give_contact(
                    link.centre_id,
                    link.subject_id,
                    email=form.get("contact_email", ""),
                    phone=form.get("contact_phone", ""),
                    actor=actor,
                )
                time = form.get("arrival_time", "").strip()
                await complete_pre_check_in(link.centre_id, link.subject_id, arrival_time=time[:5], actor=actor)
        except GuestInvalid as error:
            return await shown(request, short, values=form, refusal=error)
        return ARRIVAL.led_on(request, short, "contact")

    @post("/o/{short:str}/guests", status_code=200)
    async def guest(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Write a person down, once; with their signature where they gave one."""
        link, form, actor = await ARRIVAL.sent(request, short)
        reading = read_guest(form)

        async def save() -> KeptAnswer:
            signed = await saved(link.centre_id, link.subject_id, reading, actor=actor)
            said = "guest" if signed or not reading.needs_form else "unsigned"
            return KeptAnswer(200, [], said.encode())

        try:
            answer = await taken_once(short, form.get("once", ""), repr(sorted(form.items())).encode(), save)
        except (KeyInFlight, OutcomeUnknown):
            # The other click of a double click is doing it, or has.
            return ARRIVAL.led_on(request, short, "guest")
        except Invalid as error:
            return await shown(request, short, values=form, refusal=error)
        return ARRIVAL.led_on(request, short, answer.body.decode())

    @post("/o/{short:str}/completion", status_code=200)
    async def complete(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Note that they have said all they have to say."""
        link, _, actor = await ARRIVAL.sent(request, short)
        await complete_pre_check_in(link.centre_id, link.subject_id, actor=actor)
        return ARRIVAL.led_on(request, short, "done")


async def saved(
    centre_id: UUID, stay_id: UUID, reading: GuestReading, *, must_sign: bool = False, actor: Actor
) -> bool:
    """Save a guest and their signature together; say whether the form is signed.

    Args:
        centre_id: whose stay it is.
        stay_id: the stay.
        reading: the form.
        must_sign: on the tablet, at the desk; by link one may sign on arrival.
        actor: the guest.

    Raises:
        GuestInvalid: with everything that is missing, the signature included.
        AdultUnknown, StayStatusRefuses: as they say.
    """
    errors = list(reading.errors)
    own_form = reading.needs_form and reading.guest.adult_id is None
    if own_form and (reading.signature or must_sign):
        try:
            check_signature(reading.signature)
        except SignatureInvalid:
            errors.append(FieldError("/signature", "required", ""))
    try:
        async with tenant_transaction(centre_id):
            made = await save_guest(centre_id, stay_id, reading.guest, actor=actor)
            if errors:
                raise GuestInvalid(errors=())
            if own_form and reading.signature:
                await sign_police_form(centre_id, made.id, reading.signature, actor=actor)
    except GuestInvalid as error:
        unread = {each.pointer for each in errors}
        rest = (each for each in error.errors if each.pointer not in unread)
        raise GuestInvalid(errors=(*errors, *rest)) from error
    return own_form and bool(reading.signature)


async def shown(
    request: HttpRequest,
    short: str,
    *,
    values: dict[str, str] | None = None,
    refusal: DomainError | None = None,
    notice: str = "",
) -> Response[str]:
    """Draw the page: nothing on it that anybody answered."""
    link = ARRIVAL.link(request, short)
    async with tenant_transaction(link.centre_id, read_only=True):
        here = await centre(link.centre_id)
        remember(request, here)
        found = await arrival_page(link.centre_id, link.subject_id)
        guests = await queries.guests(link.centre_id, link.subject_id)
    language = ARRIVAL.language(request, found.language)
    return page(
        "arrival.html",
        **ARRIVAL.frame(request, short, here, language=language, refusal=refusal, notice=notice),
        once=str(new_id()),
        found=found,
        left=max(0, found.expected - len(guests)) if found.expected else 1,
        adults=[
            (each.id, short_name(each.surname, each.first_names))
            for each in guests
            if each.adult_id is None and each.police_form in ("filled", "signed")
        ],
        countries=countries(language),
        address={name: ARRIVAL.path(request, short, f"/{name}") for name in ("contact", "guests", "completion")},
        values=values or {},
    )
