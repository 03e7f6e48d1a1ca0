"""Answering the survey before the arrival: the stay learns it, and the card what holds beyond this stay."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch_value, tenant_transaction
from infra.errors import FieldError, Invalid
from infra.ids import new_id
from infra.outbox import record
from tenants.arrivals import events
from tenants.arrivals.survey import Answers, survey_page
from tenants.clients.operations import change_client
from tenants.clients.queries import client
from tenants.clients.rules import ClientFields, Consent
from tenants.referential.cleaning.emails import EmailQuality, read_email
from tenants.referential.reach import note_won
from tenants.rooming.rules import DIETS
from tenants.stays.queries import Stay

ORIGIN: Final = "arrival_survey"
_TEXT_LIMIT: Final = 1_000
_DIET_WORDS: Final = {
    "vegetarian": "végétarien", "vegan": "végétalien", "no_pork": "sans porc", "halal": "halal", "kosher": "casher",
    "gluten_free": "sans gluten", "lactose_free": "sans lactose", "other": "autre régime",
}  # fmt: skip


class SurveyInvalid(Invalid):
    """An answer cannot be right."""

    code = "survey_invalid"


async def answer_survey(centre_id: UUID, stay_id: UUID, answers: Answers, *, actor: Actor) -> None:
    """Take the answers; answering again takes the place of what was said before.

    Raises:
        StayUnknown, StayStatusRefuses: nobody is expected.
        SurveyInvalid: with one error for each answer that cannot be.
    """
    page = await survey_page(centre_id, stay_id)
    _check(answers)
    async with tenant_transaction(centre_id):
        diets = {diet: count for diet, count in answers.diets.items() if count}
        await execute(
            """INSERT INTO arrival_surveys (id, centre_id, stay_id, mailed_to, sent_at, answered_at, diets, allergies,
                   access_needs, wishes, version) VALUES ($1, $2, $3, '', $4, $4, $5, $6, $7, $8, 1)
               ON CONFLICT (centre_id, stay_id) DO UPDATE SET answered_at = $4, diets = $5, allergies = $6,
                   access_needs = $7, wishes = $8, version = arrival_surveys.version + 1""",
            new_id(),
            centre_id,
            stay_id,
            now(),
            msgspec.json.encode(diets).decode(),
            _tidy(answers.allergies),
            _tidy(answers.access_needs),
            _tidy(answers.wishes),
        )
        version = await fetch_value(
            """UPDATE stays SET arrival_time = CASE WHEN $3 = '' THEN arrival_time ELSE $3 END, version = version + 1
               WHERE centre_id = $1 AND id = $2 RETURNING version""",
            centre_id,
            stay_id,
            answers.arrival_time,
        )
        if page.stay.fields.client_id is not None:
            email = answers.email.strip() if page.asks_email else ""
            await _tell_card(centre_id, page.stay, page.stay.fields.client_id, answers, email=email, actor=actor)
        await audit(
            "stay", stay_id, "answer_arrival_survey", actor=actor,
            before={"arrival_time": page.stay.fields.arrival_time},
            after={"arrival_time": answers.arrival_time or page.stay.fields.arrival_time},
        )  # fmt: skip
        await record(events.SurveyAnswered(subject_id=stay_id, version=version), actor=actor)


def _check(answers: Answers) -> None:
    errors = []
    if answers.arrival_time:
        try:
            datetime.strptime(answers.arrival_time, "%H:%M").replace(tzinfo=UTC)
        except ValueError:
            errors.append(FieldError("/arrival_time", "unreadable", "a time, HH:MM"))
    for diet, count in answers.diets.items():
        if diet not in DIETS or not 0 <= count <= 1_000:
            errors.append(FieldError(f"/{diet}", "out_of_range", "a number of people"))
    errors.extend(
        FieldError(f"/{name}", "too_long", f"at most {_TEXT_LIMIT} characters")
        for name in ("allergies", "access_needs", "wishes")
        if len(getattr(answers, name)) > _TEXT_LIMIT
    )
    if answers.email.strip() and read_email(answers.email).quality in (EmailQuality.INVALID, EmailQuality.EMPTY):
        errors.append(FieldError("/contact_email", "unreadable", "an e-mail address"))
    if errors:
        raise SurveyInvalid(errors=tuple(errors))


async def _tell_card(
    centre_id: UUID, stay: Stay, client_id: UUID, answers: Answers, *, email: str, actor: Actor
) -> None:
    """Write on the card what holds beyond this stay: needs under special requests, wishes under habits."""
    card = await client(centre_id, client_id, lock=True)
    mark = f"Séjour du {stay.fields.arrival:%d/%m/%Y} : "
    eaten = ", ".join(f"{count} {_DIET_WORDS.get(diet, diet)}" for diet, count in answers.diets.items() if count)
    needs = " ; ".join(filter(None, (eaten, _tidy(answers.allergies), _tidy(answers.access_needs))))
    fields: ClientFields = msgspec.structs.replace(
        card.fields,
        special_requests=_with_line(card.fields.special_requests, mark, needs),
        habits=_with_line(card.fields.habits, mark, _tidy(answers.wishes)),
    )
    words = answers.agreed_words if email else ""
    if email:
        fields = msgspec.structs.replace(fields, email=email, email_consent=fields.email_consent or bool(words))
    # Whoever holds the link may complete this one card, and nothing else of the centre.
    holder = msgspec.structs.replace(actor, rights=frozenset({"client.edit"}))
    consent = Consent(source=ORIGIN, text=words)
    await change_client(centre_id, client_id, fields, version=card.version, consent=consent, actor=holder)
    if email:
        await note_won(
            centre_id,
            client_id,
            stay_id=stay.id,
            origin=ORIGIN,
            before=card.email_quality,
            written=email,
            agreed=bool(words),
            actor=actor,
        )


def _with_line(text: str, mark: str, said: str) -> str:
    """Return a text with one line of this stay's: the newest answer in place of the one before."""
    lines = [line for line in text.split("\n") if line and not line.startswith(mark)]
    return "\n".join([*lines, mark + said] if said else lines)


def _tidy(text: str) -> str:
    return " ".join(text.replace("\0", "").split())
