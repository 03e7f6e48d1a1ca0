"""Asking, taking answers, taking a provider's reviews; a low score makes a task before the next stay."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from infra import signing
from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch_row, fetch_value, tenant_transaction
from infra.errors import FieldError, Invalid, StaleVersion
from infra.ids import new_id
from infra.outbox import record
from infra.settings import settings
from tenants.arrivals.sealing import seal
from tenants.clients.recipients import recipient_of
from tenants.satisfaction import queries
from tenants.satisfaction.events import SatisfactionSettingsChanged, StayScored
from tenants.satisfaction.queries import SatisfactionSettings
from tenants.satisfaction.rules import Answers, check
from tenants.stays.queries import stay as stay_of
from tenants.stays.writing import write_about_stay
from tenants.tasks.operations import raise_task
from tenants.tasks.rules import Kind

PURPOSE: Final = "satisfaction"
ASKED_WITHIN_DAYS: Final = 7
"""Older departures are not asked any more: a centre that begins does not write to last year's clients."""
_AT_ONCE: Final = 300
_BUTTON: Final = {
    "fr": "Donner mon avis",
    "en": "Give my opinion",
    "de": "Meine Meinung sagen",
    "nl": "Mijn mening geven",
    "es": "Dar mi opinión",
    "it": "Dire la mia opinione",
}


class SatisfactionSettingsInvalid(Invalid):
    """The settings cannot be so; the fields say why."""

    code = "satisfaction_settings_invalid"


async def ask_departed(centre_id: UUID, today: date, *, actor: Actor) -> int:
    """Mail the survey to those who left yesterday or in the days before; each stay is asked once. Return how many."""
    async with tenant_transaction(centre_id):
        if not (await queries.settings_of(centre_id)).survey_on:
            return 0
        first, last = today - timedelta(days=ASKED_WITHIN_DAYS), today - timedelta(days=1)
        waiting = await queries.stays_to_ask(centre_id, first_day=first, last_day=last, limit=_AT_ONCE)
    asked = 0
    for stay_id in waiting:
        async with tenant_transaction(centre_id):
            asked += await _ask(centre_id, stay_id, actor=actor)
    return asked


async def _ask(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> bool:
    made = await fetch_value(
        """INSERT INTO satisfaction_answers (id, centre_id, stay_id, source, asked_at, comment, version)
           VALUES ($1, $2, $3, 'survey', $4, '', 1) ON CONFLICT DO NOTHING RETURNING id""",
        new_id(),
        centre_id,
        stay_id,
        now(),
    )
    if made is None:
        return False
    stay = await stay_of(centre_id, stay_id)
    assert stay.fields.client_id is not None  # asked of stays with a client only
    await write_about_stay(
        centre_id,
        stay,
        await recipient_of(centre_id, stay.fields.client_id, "booking"),
        ("tenants.satisfaction", "survey"),
        key=f"satisfaction:{stay_id}",
        button=(_BUTTON, survey_url(centre_id, stay_id)),
        actor=actor,
    )
    await audit("stay", stay_id, "ask_satisfaction", actor=actor)
    return True


def survey_url(centre_id: UUID, stay_id: UUID) -> str:
    """Return the survey's address of a stay; it opens for two months."""
    token = signing.sign(PURPOSE, centre_id, stay_id, expires_at=now() + timedelta(days=60))
    return f"{settings().public_url.rstrip('/')}/avis/{token}"


async def answer_survey(centre_id: UUID, stay_id: UUID, answers: Answers, *, actor: Actor) -> None:
    """Take what somebody thought; answering again writes it over.

    Raises:
        StayUnknown: the centre has no such stay.
        AnswersInvalid: an answer cannot be.
    """
    check(answers)
    assert answers.overall is not None  # checked
    async with tenant_transaction(centre_id):
        await stay_of(centre_id, stay_id)
        await execute(
            """INSERT INTO satisfaction_answers (id, centre_id, stay_id, source, answered_at, score_tenths, welcome,
                   room, meals, comment, version)
               VALUES ($1, $2, $3, 'survey', $4, $5, $6, $7, $8, $9, 1)
               ON CONFLICT (centre_id, stay_id) DO UPDATE SET source = 'survey', answered_at = EXCLUDED.answered_at,
                   score_tenths = EXCLUDED.score_tenths, welcome = EXCLUDED.welcome, room = EXCLUDED.room,
                   meals = EXCLUDED.meals, comment = EXCLUDED.comment, version = satisfaction_answers.version + 1""",
            new_id(),
            centre_id,
            stay_id,
            now(),
            answers.overall * 10,
            answers.welcome,
            answers.room,
            answers.meals,
            answers.comment.strip(),
        )
        await _scored(centre_id, stay_id, answers.overall * 10, actor=actor)


async def take_review(centre_id: UUID, stay_id: UUID, score_tenths: int, comment: str, *, actor: Actor) -> bool:
    """Take a provider's review of a stay; told twice it changes nothing, and our own survey's answer goes before it.

    Returns:
        Whether it is the stay's score now.
    """
    async with tenant_transaction(centre_id):
        if not await fetch_value(
            "SELECT EXISTS (SELECT FROM stays WHERE centre_id = $1 AND id = $2)", centre_id, stay_id
        ):
            return False
        taken = await fetch_row(
            """INSERT INTO satisfaction_answers AS a (id, centre_id, stay_id, source, answered_at, score_tenths, comment,
                   version) VALUES ($1, $2, $3, 'provider', $4, $5, $6, 1)
               ON CONFLICT (centre_id, stay_id) DO UPDATE SET source = 'provider', answered_at = EXCLUDED.answered_at,
                   score_tenths = EXCLUDED.score_tenths, comment = EXCLUDED.comment, version = a.version + 1
               WHERE (a.source = 'provider' OR a.score_tenths IS NULL)
                   AND (a.score_tenths, a.comment) IS DISTINCT FROM (EXCLUDED.score_tenths, EXCLUDED.comment)
               RETURNING a.id""",
            new_id(),
            centre_id,
            stay_id,
            now(),
            score_tenths,
            comment.strip(),
        )
        if taken is None:
            return False
        await _scored(centre_id, stay_id, score_tenths, actor=actor)
    return True


async def _scored(centre_id: UUID, stay_id: UUID, score_tenths: int, *, actor: Actor) -> None:
    after: dict[str, object] = {"score_tenths": score_tenths}
    await audit("stay", stay_id, "score", actor=actor, after=after)
    await record(StayScored(subject_id=stay_id), actor=actor)
    if score_tenths <= (await queries.settings_of(centre_id)).low_tenths:
        stay = await stay_of(centre_id, stay_id)
        facts = {"score": f"{score_tenths / 10:.1f}".replace(".", ","), "day": f"{stay.fields.arrival:%d/%m}"}
        await raise_task(centre_id, Kind.LOW_SCORE, stay_id, cause=f"score:{score_tenths}", facts=facts, actor=actor)


async def change_settings(
    centre_id: UUID, wanted: SatisfactionSettings, *, key: str | None, version: int | None, actor: Actor
) -> SatisfactionSettings:
    """Say how the centre asks; `key` None keeps the provider's key, empty forgets it.

    Raises:
        RightMissing: the actor lacks `centre.edit`.
        StaleVersion: somebody saved them since `version`.
        SatisfactionSettingsInvalid: an address that is none, or a threshold out of the scale.
    """
    actor.require("centre.edit")
    errors = []
    if wanted.provider_url and not wanted.provider_url.startswith(("https://", "http://127.0.0.1")):
        errors.append(FieldError("/provider_url", "invalid", "Une adresse https://."))
    if not 0 <= wanted.low_tenths <= 50:
        errors.append(FieldError("/low_tenths", "out_of_range", "De 0 à 50."))
    if errors:
        raise SatisfactionSettingsInvalid(errors=tuple(errors))
    async with tenant_transaction(centre_id):
        before = await queries.settings_of(centre_id)
        if version not in (None, before.version):
            raise StaleVersion()
        kept = await queries.provider_key(centre_id) if key is None else key.encode()
        await execute(
            """INSERT INTO satisfaction_settings (id, centre_id, survey_on, low_tenths, provider_url, provider_key, version)
               VALUES ($1, $2, $3, $4, $5, $6, $7)
               ON CONFLICT (centre_id) DO UPDATE SET survey_on = EXCLUDED.survey_on, low_tenths = EXCLUDED.low_tenths,
                   provider_url = EXCLUDED.provider_url, provider_key = EXCLUDED.provider_key, version = EXCLUDED.version""",
            new_id(),
            centre_id,
            wanted.survey_on,
            wanted.low_tenths,
            wanted.provider_url,
            seal("satisfaction", centre_id, centre_id, kept) if kept else None,
            before.version + 1,
        )
        after = await queries.settings_of(centre_id)
        await audit("centre", centre_id, "set_satisfaction", actor=actor, before=before, after=after)
        await record(SatisfactionSettingsChanged(subject_id=centre_id, version=after.version), actor=actor)
    return after
