"""The survey before the arrival: when, what is eaten, what is needed, what would please; an e-mail where none reaches them."""

from typing import Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from infra.database import tenant_transaction
from infra.errors import DomainError, FieldError, Invalid
from server.dependencies import HttpRequest
from server.pages.group_words import DIETS, said
from server.pages.languages import GUESTS
from server.pages.link_cookies import exchanged
from server.pages.link_pages import LinkPage
from server.pages.rendering import page, say
from server.pages.visits import remember
from server.pages.words import N_
from tenants.arrivals.survey import Answers, SurveyPage, read_survey_link, survey_page
from tenants.arrivals.survey_answers import answer_survey
from tenants.centres.queries import centre

SURVEY: Final = LinkPage(
    area="v",
    form="arrival survey",
    reads=read_survey_link,
    offered=GUESTS,
    sender="questionnaire d'arrivée",
)
ASKED: Final = tuple(diet for diet in DIETS if diet != "standard")
AGREE: Final = N_("J'accepte de recevoir les actualités du centre par e-mail.")
"""The sentence beside the box, kept with the consent in the language it was read in."""
TAKEN: Final = N_("Merci, c'est noté. Vous pouvez encore changer vos réponses jusqu'à votre arrivée.")


class SurveyController(Controller):
    """Who holds the link answers for this one stay."""

    path = "/v"
    opt = {"public": True}
    include_in_schema = False

    @get("/{token:str}")
    async def enter(self, request: HttpRequest, token: FromPath[str]) -> Response[str]:
        """Exchange the link for a cookie."""
        SURVEY.language(request)
        link = read_survey_link(token)
        await survey_page(link.centre_id, link.subject_id)
        return exchanged(request, SURVEY.area, token)

    @get("/o/{short:str}")
    async def survey(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Show what is asked, with what was answered."""
        return await shown(request, short, notice=TAKEN if request.query_params.get("said") == "taken" else "")

    @post("/o/{short:str}", status_code=200)
    async def answer(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Take the answers; the same ones twice change nothing more."""
        link, form, actor = await SURVEY.sent(request, short)
        answers, errors = read_answers(form)
        try:
            if errors:
                raise Invalid(errors=tuple(errors))
            await answer_survey(link.centre_id, link.subject_id, answers, actor=actor)
        except Invalid as error:
            return await shown(request, short, values=form, refusal=error)
        return SURVEY.led_on(request, short, "taken")


def read_answers(form: dict[str, str]) -> tuple[Answers, list[FieldError]]:
    """Read the form; the answers' own limits are checked where they are taken."""
    diets, errors = {}, []
    for diet in ASKED:
        count = form.get(diet, "").strip()
        if count and not (count.isdigit() and len(count) < 5):
            errors.append(FieldError(f"/{diet}", "out_of_range", ""))
        elif count:
            diets[diet] = int(count)
    answers = Answers(
        arrival_time=form.get("arrival_time", "").strip()[:5],
        diets=diets,
        allergies=form.get("allergies", ""),
        access_needs=form.get("access_needs", ""),
        wishes=form.get("wishes", ""),
        email=form.get("contact_email", ""),
        agreed_words=say(form["email_consent"], AGREE) if form.get("email_consent") in GUESTS else "",
    )
    return answers, errors


async def shown(
    request: HttpRequest,
    short: str,
    *,
    values: dict[str, str] | None = None,
    refusal: DomainError | None = None,
    notice: str = "",
) -> Response[str]:
    """Draw the survey; what was typed and refused stays in the form."""
    link = SURVEY.link(request, short)
    found = await survey_page(link.centre_id, link.subject_id)
    async with tenant_transaction(link.centre_id, read_only=True):
        here = await centre(link.centre_id)
        remember(request, here)
    language = SURVEY.language(request, found.language)
    return page(
        "survey.html",
        **SURVEY.frame(request, short, here, language=language, refusal=refusal, notice=notice),
        found=found,
        diets=[(diet, said(DIETS, diet, language)) for diet in ASKED],
        action=SURVEY.path(request, short),
        values=_values(found) if values is None else values,
    )


def _values(found: SurveyPage) -> dict[str, str]:
    values = {"arrival_time": found.stay.fields.arrival_time}
    if found.survey is not None:
        answers = found.survey.answers
        values |= {diet: str(count) for diet, count in answers.diets.items()}
        values |= {"allergies": answers.allergies, "access_needs": answers.access_needs, "wishes": answers.wishes}
    return values
