"""The survey after the stay: one mark, three more, a word; on one short page."""

from functools import partial
from typing import Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from infra.actor import ActorKind
from infra.database import tenant_transaction
from infra.errors import Invalid
from infra.signing import read
from server.dependencies import HttpRequest
from server.pages.languages import GUESTS
from server.pages.link_cookies import exchanged
from server.pages.link_pages import LinkPage
from server.pages.rendering import page, say
from server.pages.visits import remember
from server.pages.words import N_
from tenants.centres.queries import centre
from tenants.satisfaction.operations import PURPOSE, answer_survey
from tenants.satisfaction.rules import Answers
from tenants.stays.queries import stay
from tenants.stays.writing import card_language

SURVEY: Final = LinkPage(
    area="avis",
    form="satisfaction",
    reads=partial(read, PURPOSE),
    offered=GUESTS,
    sender="avis après séjour",
    kind=ActorKind.CLIENT,
)
TAKEN: Final = N_("Merci : votre avis est bien arrivé.")
NOTES: Final = ("overall", "welcome", "room", "meals")
MARKS: Final = (
    ("5", N_("très bien")),
    ("4", N_("bien")),
    ("3", N_("moyen")),
    ("2", N_("décevant")),
    ("1", N_("mauvais")),
)


class SatisfactionController(Controller):
    """Who holds the link says what they thought of one stay."""

    path = "/avis"
    opt = {"public": True}
    include_in_schema = False

    @get("/{token:str}")
    async def enter(self, request: HttpRequest, token: FromPath[str]) -> Response[str]:
        """Exchange the link for a cookie."""
        SURVEY.language(request)
        read(PURPOSE, token)
        return exchanged(request, SURVEY.area, token)

    @get("/o/{short:str}")
    async def survey(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Show what is asked, or thank."""
        return await shown(request, short, taken=request.query_params.get("said") == "taken")

    @post("/o/{short:str}", status_code=200)
    async def answer(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Take the answers; sent again they are written over."""
        link, form, actor = await SURVEY.sent(request, short)
        try:
            await answer_survey(link.centre_id, link.subject_id, read_answers(form), actor=actor)
        except Invalid as error:
            return await shown(request, short, values=form, refusal=error)
        return SURVEY.led_on(request, short, "taken")


def read_answers(form: dict[str, str]) -> Answers:
    """Read the form; the answers' own limits are checked where they are taken."""
    notes = {name: int(form[name]) if form.get(name, "") in "12345" and form.get(name) else None for name in NOTES}
    return Answers(**notes, comment=form.get("comment", ""))


async def shown(
    request: HttpRequest,
    short: str,
    *,
    values: dict[str, str] | None = None,
    refusal: Invalid | None = None,
    taken: bool = False,
) -> Response[str]:
    """Draw the survey; what was chosen and refused stays."""
    link = SURVEY.link(request, short)
    async with tenant_transaction(link.centre_id, read_only=True):
        here = await centre(link.centre_id)
        remember(request, here)
        found = await stay(link.centre_id, link.subject_id)
        known = await card_language(link.centre_id, found)
    language = SURVEY.language(request, known)
    return page(
        "satisfaction.html",
        **SURVEY.frame(request, short, here, language=language, refusal=refusal, notice=TAKEN if taken else ""),
        action=SURVEY.path(request, short),
        found=found,
        marks=[(mark, say(language, words)) for mark, words in MARKS],
        values=values or {},
    )
