"""Housekeeping's page on a phone: the rooms to be cleaned, the day's departures first, one press for each; without a script."""

from typing import Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from infra.actor import Actor, ActorKind
from infra.clock import today
from infra.database import tenant_transaction
from server.addresses import client_address
from server.context import request_id
from server.dependencies import HttpRequest
from server.pages.form_tokens import check_holder_token, holder_token
from server.pages.group_words import STATES, WORK, said
from server.pages.languages import DESK
from server.pages.link_cookies import exchanged, token_of
from server.pages.rendering import page, place_of
from server.pages.visits import centre_at, language_of, with_language
from tenants.centres.pairing import Device
from tenants.centres.rules import Centre, require_open
from tenants.housekeeping import queries
from tenants.housekeeping.operations import mark_room
from tenants.housekeeping.phones import PHONES
from tenants.housekeeping.rules import State, read_state

FORM: Final = "housekeeping"
PAIRED_SECONDS: Final = 400 * 86_400
NEXT: Final = {State.DIRTY: State.CLEAN, State.CLEAN: State.INSPECTED, State.INSPECTED: State.DIRTY}
"""What one press makes of a room."""


class RoomsController(Controller):
    """Who holds the pairing token cleans for this centre: it sees rooms and the names of groups, and no person."""

    path = "/h/{centre_slug:str}"
    opt = {"public": True}
    include_in_schema = False

    @get("/{token:str}")
    async def enter(self, request: HttpRequest, centre_slug: FromPath[str], token: FromPath[str]) -> Response[str]:
        """Pair this browser: the token leaves the address bar."""
        here, _ = await paired(request, centre_slug, token)
        return exchanged(request, f"h/{here.slug}", token, seconds=PAIRED_SECONDS)

    @get("/o/{short:str}")
    async def rooms(self, request: HttpRequest, centre_slug: FromPath[str], short: FromPath[str]) -> Response[str]:
        """Show the rooms in the order of work; all of them on demand."""
        token = token_of(request, short)
        here, _ = await paired(request, centre_slug, token)
        language = language_of(request)
        day = today(here.time_zone)
        async with tenant_transaction(here.id, read_only=True):
            found = await queries.rooms_today(here.id, day)
        everything = request.query_params.get("all") == "yes"
        base = f"/h/{here.slug}/o/{short}"
        return page(
            "rooms.html",
            language=language,
            languages=DESK,
            here=base,
            place=place_of(here),
            day=day,
            rooms=[room for room in found if everything or room.to_clean or room.state is State.CLEAN],
            left=sum(room.to_clean for room in found),
            everything=everything,
            address=with_language(request, f"{base}/mark"),
            other=with_language(request, base) + ("" if everything else _also(request, "all=yes")),
            form_token=holder_token(token, FORM),
            states={code: said(STATES, code, language) for code in STATES},
            work={code: said(WORK, code, language) for code in WORK},
            following=NEXT,
        )

    @post("/o/{short:str}/mark", status_code=200)
    async def mark(self, request: HttpRequest, centre_slug: FromPath[str], short: FromPath[str]) -> Response[str]:
        """Say how a room stands, and show the rooms again."""
        token = token_of(request, short)
        here, phone = await paired(request, centre_slug, token)
        form = await request.form()
        check_holder_token(token, FORM, str(form.get("form_token", "")))
        state = read_state(str(form.get("state", "")))
        try:
            room_id = UUID(str(form.get("room_id", "")))
        except ValueError:
            room_id = None
        if room_id is not None:
            actor = Actor(
                kind=ActorKind.STAFF, name=phone.name, address=client_address(request), request_id=request_id()
            )
            await mark_room(here.id, room_id, state, actor=actor)
        path = with_language(request, f"/h/{here.slug}/o/{short}")
        return Redirect(f"{path}#room-{room_id}", status_code=303)


async def paired(request: HttpRequest, slug: str, token: str) -> tuple[Centre, Device]:
    """Return the centre whose phone holds a token, and the phone.

    Raises:
        CentreUnknown: there is no such centre.
        PhoneUnknown: the token is no phone's of it, or not any more.
        CentreSuspended, CentreClosed: nothing is changed there.
    """
    language_of(request)
    here = await centre_at(request, slug)
    require_open(here)
    async with tenant_transaction(here.id, read_only=True):
        return here, await PHONES.holder(here.id, token)


def _also(request: HttpRequest, query: str) -> str:
    return f"{'&' if '?' in with_language(request, '') else '?'}{query}"
