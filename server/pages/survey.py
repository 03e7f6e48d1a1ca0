"""The survey before the arrival: when, what is eaten, what is needed, what would please; an e-mail where none reaches them."""

from typing import Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from infra.actor import ActorKind
from infra.database import tenant_transaction
from infra.errors import DomainError, FieldError, Invalid
from server.dependencies import HttpRequest
from server.pages.form_tokens import check_holder_token, holder_token
from server.pages.group_words import DIETS, said
from server.pages.languages import GUESTS
from server.pages.link_cookies import exchanged, token_of
from server.pages.rendering import page, place_of, say
from server.pages.visits import language_of, remember, visitor, with_language
from server.pages.words import N_, sentences
from tenants.arrivals.survey import Answers, SurveyPage, read_survey_link, survey_page
from tenants.arrivals.survey_answers import answer_survey
from tenants.centres.queries import centre
from tenants.centres.rules import require_open

FORM: Final = "arrival survey"
ASKED: Final = tuple(diet for diet in DIETS if diet != "standard")
TAKEN: Final = N_("Merci, c'est noté. Vous pouvez encore changer vos réponses jusqu'à votre arrivée.")


class SurveyController(Controller):
    """Who holds the link answers for this one stay."""

    path = "/v"
    opt = {"public": True}
    include_in_schema = False

    @get("/{token:str}")
    async def enter(self, request: HttpRequest, token: FromPath[str]) -> Response[str]:
        """Exchange the link for a cookie."""
        language_of(request, offered=GUESTS)
        link = read_survey_link(token)
        await survey_page(link.centre_id, link.subject_id)
        return exchanged(request, "v", token)

    @get("/o/{short:str}")
    async def survey(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Show what is asked, with what was answered."""
        return await shown(request, short, notice=TAKEN if request.query_params.get("said") == "taken" else "")

    @post("/o/{short:str}", status_code=200)
    async def answer(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Take the answers; the same ones twice change nothing more."""
        language_of(request, offered=GUESTS)
        token = token_of(request, short)
        link = read_survey_link(token)
        sent = await request.form()
        form = {name: value.replace("\0", "") for name, value in sent.items() if isinstance(value, str)}
        check_holder_token(token, FORM, form.get("form_token", ""))
        async with tenant_transaction(link.centre_id, read_only=True):
            here = await centre(link.centre_id)
        remember(request, here)
        require_open(here)
        answers, errors = read_answers(form)
        try:
            if errors:
                raise Invalid(errors=tuple(errors))
            actor = visitor(request, "questionnaire d'arrivée", kind=ActorKind.GUEST)
            await answer_survey(link.centre_id, link.subject_id, answers, actor=actor)
        except Invalid as error:
            return await shown(request, short, values=form, refusal=error)
        path = with_language(request, f"/v/o/{short}")
        return Redirect(f"{path}{'&' if '?' in path else '?'}said=taken", status_code=303)


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
    token = token_of(request, short)
    link = read_survey_link(token)
    found = await survey_page(link.centre_id, link.subject_id)
    async with tenant_transaction(link.centre_id, read_only=True):
        here = await centre(link.centre_id)
        remember(request, here)
    language = language_of(request, offered=GUESTS, preferred=found.language)
    return page(
        "survey.html",
        language=language,
        languages=GUESTS,
        here=f"/v/o/{short}",
        place=place_of(here),
        status=422 if refusal else 200,
        form_token=holder_token(token, FORM),
        found=found,
        is_open=here.state in ("active", "provisioned"),
        diets=[(diet, said(DIETS, diet, language)) for diet in ASKED],
        action=with_language(request, f"/v/o/{short}"),
        values=_values(found) if values is None else values,
        errors=sentences(refusal.errors, language) if refusal else {},
        notice=say(language, notice) if notice else "",
    )


def _values(found: SurveyPage) -> dict[str, str]:
    values = {"arrival_time": found.stay.fields.arrival_time}
    if found.survey is not None:
        answers = found.survey.answers
        values |= {diet: str(count) for diet, count in answers.diets.items()}
        values |= {"allergies": answers.allergies, "access_needs": answers.access_needs, "wishes": answers.wishes}
    return values
