"""The survey before the arrival: a link some days before; what is answered goes to the stay, and to the card."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from infra import signing
from infra.actor import Actor, job
from infra.audit import audit
from infra.clock import now
from infra.database import Row, execute, fetch, fetch_row, fetch_value, tenant_transaction
from infra.errors import FieldError, Invalid
from infra.ids import new_id
from infra.outbox import record
from infra.settings import settings
from tenants.arrivals import events
from tenants.arrivals.survey_texts import ABOUT, OWN, text_survey, text_wanted
from tenants.clients.recipients import IS_REACHED_ON_SITE
from tenants.stays.queries import Stay
from tenants.stays.queries import stay as stay_of
from tenants.stays.statuses import StayStatusRefuses
from tenants.stays.writing import arrival_address, once_a_minute, write_about_stay

PURPOSE: Final = "arrival survey"
SURVEY_DAYS: Final = 7
"""How many days before the arrival it goes out, where the centre has not said otherwise."""
EXPECTED: Final = ("tentative", "option", "confirmed", "present")
_ANSWER: Final = {
    "fr": "Préparer notre venue",
    "en": "Prepare our stay",
    "de": "Unsere Ankunft vorbereiten",
    "nl": "Onze komst voorbereiden",
    "es": "Preparar nuestra llegada",
    "it": "Preparare il nostro arrivo",
}


class SurveyDaysInvalid(Invalid):
    """The survey goes out from 1 to 60 days before the arrival; 0 sends none by itself."""

    code = "survey_days_invalid"


class LinkMade(msgspec.Struct, frozen=True, kw_only=True):
    """The survey's address; `mailed_to` where it was sent: an e-mail address, or the mobile that a text goes to."""

    url: str
    expires_at: datetime
    mailed_to: str = ""


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What a stay's people say beforehand; `diets` counts people by diet, `email` is taken where the card has none of its own.

    `agreed_words` is the sentence that they ticked below the address, agreeing to campaigns; empty where they did not.
    """

    arrival_time: str = ""
    diets: Mapping[str, int] = {}
    allergies: str = ""
    access_needs: str = ""
    wishes: str = ""
    email: str = ""
    agreed_words: str = ""


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """A stay's survey: when it went out, and what was answered."""

    stay_id: UUID
    sent_at: datetime
    mailed_to: str
    answered_at: datetime | None
    answers: Answers


class SurveyPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows of a stay."""

    stay: Stay
    language: str
    asks_email: bool
    survey: Survey | None


async def survey_of(centre_id: UUID, stay_id: UUID) -> Survey | None:
    """Return a stay's survey, if one went out."""
    return (await surveys_of(centre_id, [stay_id])).get(stay_id)


async def surveys_of(centre_id: UUID, stay_ids: Sequence[UUID]) -> dict[UUID, Survey]:
    """Return the surveys of stays, by stay; those that have none are not in it."""
    rows = await fetch(
        """SELECT survey.stay_id, survey.sent_at, survey.mailed_to, survey.answered_at, survey.diets, survey.allergies,
                  survey.access_needs, survey.wishes, stay.arrival_time
           FROM arrival_surveys AS survey JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = survey.stay_id
           WHERE survey.centre_id = $1 AND survey.stay_id = ANY($2::uuid[])""",
        centre_id,
        list(stay_ids),
    )
    return {row["stay_id"]: _survey(row) for row in rows}


async def survey_days(centre_id: UUID) -> int:
    """Return how many days before the arrival the centre's survey goes out; 0 where it does not by itself."""
    days = await fetch_value("SELECT survey_days FROM arrival_settings WHERE centre_id = $1", centre_id)
    return SURVEY_DAYS if days is None else int(days)


async def set_survey_days(centre_id: UUID, days: int, *, actor: Actor) -> None:
    """Say how many days before the arrival the survey goes out; 0 for never by itself.

    Raises:
        SurveyDaysInvalid: as it says.
    """
    if not 0 <= days <= 60:
        raise SurveyDaysInvalid(errors=(FieldError("/days", "out_of_range", "from 0 to 60"),))
    async with tenant_transaction(centre_id):
        before = await survey_days(centre_id)
        version = await fetch_value(
            """INSERT INTO arrival_settings (id, centre_id, survey_days, version) VALUES ($1, $2, $3, 1)
               ON CONFLICT (centre_id) DO UPDATE SET survey_days = excluded.survey_days,
                   version = arrival_settings.version + 1 RETURNING version""",
            new_id(),
            centre_id,
            days,
        )
        after: dict[str, object] = {"survey_days": days}
        await audit("centre", centre_id, "set_survey_days", actor=actor, before={"survey_days": before}, after=after)
        await record(events.SurveyDaysSet(subject_id=centre_id, version=version), actor=actor)


async def send_survey(
    centre_id: UUID, stay_id: UUID, *, mail: bool = True, by_text: bool = True, actor: Actor
) -> LinkMade:
    """Make the survey's link, or the same again, and send it unless only the address is wanted.

    By text, if `by_text`, where the card has no address of the client's own and a mobile whose owner agreed; else by mail,
    for which a booking platform's relay address will do: it reaches the guest about this stay.

    Raises:
        StayUnknown, StayStatusRefuses: nobody is expected.
        RecipientInvalid: it was to be mailed, and neither a contact on site nor the card has an address.
    """
    async with tenant_transaction(centre_id):
        stay = await expected_stay(centre_id, stay_id)
        expires_at = datetime.combine(stay.fields.departure, datetime.min.time(), UTC) + timedelta(days=2)
        url = (
            f"{settings().public_url.rstrip('/')}/v/{signing.sign(PURPOSE, centre_id, stay_id, expires_at=expires_at)}"
        )
        mobile = await text_wanted(centre_id, stay.fields.client_id) if mail and by_text else ""
        mailed_to = mobile or (await arrival_address(centre_id, stay) if mail else "")
        if mobile:
            await text_survey(centre_id, stay, url, actor=actor)
        elif mail:
            await write_about_stay(
                centre_id,
                stay,
                mailed_to,
                ("tenants.arrivals", "arrival_survey"),
                key=once_a_minute("arrival-survey", stay),
                button=(_ANSWER, url),
                actor=actor,
            )
        await execute(
            """INSERT INTO arrival_surveys (id, centre_id, stay_id, mailed_to, sent_at, diets, allergies, access_needs,
                   wishes, version) VALUES ($1, $2, $3, $4, $5, '{}', '', '', '', 1)
               ON CONFLICT (centre_id, stay_id) DO UPDATE
               SET mailed_to = CASE WHEN $4 = '' THEN arrival_surveys.mailed_to ELSE $4 END, sent_at = $5""",
            new_id(),
            centre_id,
            stay_id,
            mailed_to,
            now(),
        )
        sent: dict[str, object] = {"texted": True} if mobile else {"mailed": bool(mailed_to)}
        await audit("stay", stay_id, "send_arrival_survey", actor=actor, after=sent)
        await record(events.SurveySent(subject_id=stay_id, version=stay.version), actor=actor)
    return LinkMade(url=url, expires_at=expires_at, mailed_to=mailed_to)


async def send_due_surveys(centre_id: UUID, today: date) -> int:
    """Send the survey of each stay that arrives within the centre's days and has had none; return how many.

    May run twice: the second time finds nothing. Who has neither an address nor a mobile that may be written to is left
    for the desk, which can copy the link.
    """
    async with tenant_transaction(centre_id, read_only=True):
        days = await survey_days(centre_id)
        rows = await fetch(
            f"""SELECT stay.id, stay.client_id, {IS_REACHED_ON_SITE} AS has_address
               FROM stays AS stay JOIN clients AS client ON client.centre_id = $1 AND client.id = stay.client_id
               WHERE stay.centre_id = $1 AND stay.status = 'confirmed' AND stay.arrival > $2 AND stay.arrival <= $3
                 AND NOT EXISTS (SELECT FROM arrival_surveys AS survey
                     WHERE survey.centre_id = $1 AND survey.stay_id = stay.id)
               ORDER BY stay.arrival, stay.id""",
            centre_id,
            today,
            today + timedelta(days=days),
        )
        due = [row["id"] for row in rows if row["has_address"] or await text_wanted(centre_id, row["client_id"])]
    for stay_id in due:
        await send_survey(centre_id, stay_id, actor=job("arrival survey"))
    return len(due)


async def mail_instead_of_text(centre_id: UUID, text_id: UUID, *, actor: Actor) -> bool:
    """Mail the survey whose text did not go or arrive, where the card has an address, a relay's too. May run twice.

    Returns:
        Whether it was mailed; not once it was answered, nor where nobody is to come any more.
    """
    async with tenant_transaction(centre_id):
        stay_id: UUID | None = await fetch_value(
            f"""SELECT stay.id FROM text_messages AS text
               JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = text.subject_id AND text.subject_kind = 'stay'
               JOIN clients AS client ON client.centre_id = $1 AND client.id = stay.client_id
               JOIN arrival_surveys AS survey ON survey.centre_id = $1 AND survey.stay_id = stay.id
               WHERE text.centre_id = $1 AND text.id = $2 AND text.state = 'failed' AND starts_with(text.key, $3)
                 AND stay.status = 'confirmed' AND {IS_REACHED_ON_SITE}
                 AND survey.answered_at IS NULL AND survey.mailed_to = text.recipient FOR UPDATE OF survey""",
            centre_id,
            text_id,
            ABOUT,
        )
        if stay_id is None:
            return False
        await send_survey(centre_id, stay_id, by_text=False, actor=actor)
    return True


def read_survey_link(token: str) -> signing.Signed:
    """Return the stay that a survey's token is about.

    Raises:
        LinkInvalid, LinkExpired: it is about none.
    """
    return signing.read(PURPOSE, token)


async def survey_page(centre_id: UUID, stay_id: UUID) -> SurveyPage:
    """Return what the page of a stay's survey shows.

    Raises:
        StayUnknown, StayStatusRefuses: nobody is expected.
    """
    async with tenant_transaction(centre_id, read_only=True):
        stay = await expected_stay(centre_id, stay_id)
        card = await fetch_row(
            "SELECT language, email_quality FROM clients WHERE centre_id = $1 AND id = $2",
            centre_id,
            stay.fields.client_id,
        )
        found = await survey_of(centre_id, stay_id)
    return SurveyPage(
        stay=stay,
        language=card["language"] if card else "fr",
        asks_email=card is not None and card["email_quality"] not in OWN,
        survey=found,
    )


async def expected_stay(centre_id: UUID, stay_id: UUID) -> Stay:
    """Return a stay whose people are still to come, or are here.

    Raises:
        StayUnknown, StayStatusRefuses: nobody is expected.
    """
    stay = await stay_of(centre_id, stay_id)
    if stay.status not in EXPECTED:
        raise StayStatusRefuses(f"the stay is {stay.status}", status=stay.status, gesture="arrival_survey")
    return stay


def _survey(row: Row) -> Survey:
    return Survey(
        stay_id=row["stay_id"],
        sent_at=row["sent_at"],
        mailed_to=row["mailed_to"],
        answered_at=row["answered_at"],
        answers=Answers(
            arrival_time=row["arrival_time"],
            diets=msgspec.json.decode(row["diets"], type=dict[str, int]),
            allergies=row["allergies"],
            access_needs=row["access_needs"],
            wishes=row["wishes"],
        ),
    )
