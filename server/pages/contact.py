"""The contact form: as a page of its own, and in a frame on the centre's site."""

from typing import Final
from urllib.parse import urlencode

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from infra.clock import today
from infra.errors import FieldError
from server.dependencies import HttpRequest
from server.pages.assets import answer, packed
from server.pages.contact_form import BANDS, HORIZON, KINDS, read_form
from server.pages.form_tokens import FormExpired, read_visitor_token, submission_key, visitor_token
from server.pages.languages import GUESTS
from server.pages.rendering import page, place_of, say
from server.pages.visits import centre_at, language_of, visitor
from server.pages.words import N_, sentences
from tenants.centres.rules import Centre, require_public
from tenants.enquiries.operations import receive_enquiry
from tenants.enquiries.rules import EnquiryFields, EnquiryInvalid, checked

ROBOT: Final = N_("Nous n'avons pas pu prendre votre demande. Relisez-la et envoyez-la encore une fois.")
EXPIRED: Final = N_("Cette page était ouverte depuis longtemps. Relisez votre demande et envoyez-la encore une fois.")


class Frame(msgspec.Struct, frozen=True):
    """Where a form is shown: alone, or in a frame of `parent` (empty while it is not known)."""

    framed: bool = False
    parent: str = ""


class ContactController(Controller):
    """Anybody may ask."""

    path = "/c/{centre_slug:str}"
    opt = {"public": True}
    include_in_schema = False

    @get("/")
    async def form(self, request: HttpRequest, centre_slug: FromPath[str]) -> Response[str]:
        """Show the form."""
        return shown(request, await opened(request, centre_slug), Frame())

    @post("/", status_code=200)
    async def send(self, request: HttpRequest, centre_slug: FromPath[str]) -> Response[str]:
        """Take what was asked."""
        return await taken(request, await opened(request, centre_slug), Frame())

    @get("/thanks")
    async def thanks(self, request: HttpRequest, centre_slug: FromPath[str]) -> Response[str]:
        """Say what happens next."""
        return thanked(request, await centre_at(request, centre_slug), Frame())

    @get("/embed")
    async def framed_form(self, request: HttpRequest, centre_slug: FromPath[str]) -> Response[str]:
        """Show the form in a frame."""
        centre = await opened(request, centre_slug)
        return shown(request, centre, frame_of(request, centre))

    @post("/embed", status_code=200)
    async def framed_send(self, request: HttpRequest, centre_slug: FromPath[str]) -> Response[str]:
        """Take what was asked in a frame."""
        centre = await opened(request, centre_slug)
        return await taken(request, centre, frame_of(request, centre))

    @get("/embed/thanks")
    async def framed_thanks(self, request: HttpRequest, centre_slug: FromPath[str]) -> Response[str]:
        """Say in the frame what happens next."""
        centre = await centre_at(request, centre_slug)
        return thanked(request, centre, frame_of(request, centre))

    @get("/embed.js", opt={"unlimited": True}, sync_to_thread=False)
    def script(self, request: HttpRequest, centre_slug: FromPath[str]) -> Response[bytes]:
        """Give the script that puts the frame on a page; its address stays, so it is not kept for ever."""
        return answer(request, packed("embed.js"), cache_control="public, max-age=3600")


async def opened(request: HttpRequest, slug: str) -> Centre:
    """Return the centre that is asked, in the reader's language from here on.

    Raises:
        CentreUnknown: there is none of that name.
        CentreSuspended, CentreClosed, CentreNotOpened: it takes no enquiries.
    """
    language_of(request, offered=GUESTS)
    centre = await centre_at(request, slug)
    require_public(centre)
    return centre


def frame_of(request: HttpRequest, centre: Centre) -> Frame:
    """Return which of the centre's own sites holds the frame, as the script says, or the browser where there is none."""
    said = request.query_params.get("origin", "") or request.headers.get("referer", "")
    origin = "/".join(said.split("/", 3)[:3])
    return Frame(framed=True, parent=origin if origin in centre.embed_origins else "")


def shown(
    request: HttpRequest,
    centre: Centre,
    frame: Frame,
    *,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    notice: str = "",
    status: int = 200,
) -> Response[str]:
    """Draw the form, with what was typed and what was wrong with it."""
    language = language_of(request, offered=GUESTS)
    day = today(centre.time_zone)
    return page(
        "contact.html",
        language=language,
        languages=() if frame.framed else GUESTS,
        here=_path(centre, frame),
        place=place_of(centre),
        status=status,
        policy=_policy(centre, frame),
        framed=frame.framed,
        parent=frame.parent,
        action=_address(request, centre, frame),
        form_token=visitor_token(centre.id),
        values=values or {},
        errors=errors or {},
        notice=say(language, notice) if notice else "",
        bands=[(name, say(language, label)) for name, label in BANDS],
        kinds=[(label, say(language, label)) for label in KINDS],
        today=day.isoformat(),
        last_day=(day + HORIZON).isoformat(),
    )


async def taken(request: HttpRequest, centre: Centre, frame: Frame) -> Response[str]:
    """Read the form and take the enquiry, once; show it again where something is wrong."""
    sent = await request.form()
    language = language_of(request, offered=GUESTS)
    reading = read_form(sent, language=language, today=today(centre.time_zone))
    errors, notice = [*reading.errors, *broken_rules(reading.fields)], ""
    try:
        form_id = read_visitor_token(centre.id, str(sent.get("form_token", "")))
    except FormExpired:
        return shown(request, centre, frame, values=reading.values, notice=EXPIRED, status=422)
    if sent.get("website"):
        # Said, not hidden: a person whose browser filled in the trap can send again, and nothing is lost.
        notice = ROBOT
    elif not errors:
        fields = msgspec.structs.replace(reading.fields, submission_key=submission_key(form_id, reading.fields))
        origin = f"embed:{frame.parent}".rstrip(":") if frame.framed else "form"
        await receive_enquiry(centre.id, fields, origin=origin, actor=visitor(request, fields.name))
        return Redirect(_address(request, centre, frame, "/thanks"), status_code=303)
    return shown(
        request,
        centre,
        frame,
        values=reading.values,
        errors=sentences(errors, language),
        notice=notice,
        status=422,
    )


def broken_rules(fields: EnquiryFields) -> tuple[FieldError, ...]:
    """Return what the enquiry's own rules refuse, so that everything wrong is said at once."""
    try:
        checked(fields, origin="form")
    except EnquiryInvalid as error:
        return error.errors
    return ()


def thanked(request: HttpRequest, centre: Centre, frame: Frame) -> Response[str]:
    """Draw the page after the form."""
    return page(
        "contact_thanks.html",
        language=language_of(request, offered=GUESTS),
        place=place_of(centre),
        policy=_policy(centre, frame),
        framed=frame.framed,
        parent=frame.parent,
        again=_address(request, centre, frame),
    )


def _policy(centre: Centre, frame: Frame) -> dict[str, str]:
    return {"frame-ancestors": " ".join(centre.embed_origins) or "'none'"} if frame.framed else {}


def _path(centre: Centre, frame: Frame) -> str:
    return f"/c/{centre.slug}/embed" if frame.framed else f"/c/{centre.slug}"


def _address(request: HttpRequest, centre: Centre, frame: Frame, rest: str = "") -> str:
    """Return a path of this form that keeps the language and the framing site: a frame has no cookie to keep them in."""
    asked = request.query_params.get("lang", "")
    kept = {"lang": asked if asked in GUESTS else "", "origin": frame.parent}
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"{_path(centre, frame)}{rest}" + (f"?{query}" if query else "")
