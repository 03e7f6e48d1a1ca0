"""Criteria over what clients do: what they answer, think, ask."""

from datetime import datetime
from typing import Final

from tenants.segments.criteria import Criterion, Group, Kind, Source, register
from tenants.segments.making import day_of
from tenants.segments.records import Record, Survey

SURVEYS: Final = Source(
    name="of_surveys",
    rows="stays AS stay JOIN satisfaction_answers AS said ON said.centre_id = stay.centre_id AND said.stay_id = stay.id",
    centre="stay.centre_id",
    client="stay.client_id",
)
ENQUIRIES: Final = Source(
    name="of_enquiries", rows="enquiries AS asked", centre="asked.centre_id", client="asked.client_id"
)
STATES: Final = ("new", "answered", "dossier", "closed")


def _surveys(record: Record) -> list[Survey]:
    return [survey for stay in record.stays for survey in stay.surveys]


def _scores(record: Record) -> list[int]:
    return [survey.score_tenths for survey in _surveys(record) if survey.score_tenths is not None]


def _latest(record: Record) -> datetime | None:
    return max((enquiry.received_at for enquiry in record.enquiries), default=None)


OPINIONS: Final = (
    Criterion(
        code="surveys_asked",
        french="Enquêtes de satisfaction envoyées",
        english="Surveys sent",
        kind=Kind.NUMBER,
        group=Group.CONDUCT,
        sql="count(*) FILTER (WHERE said.source = 'survey' AND said.asked_at IS NOT NULL)",
        reading=lambda record, _: sum(
            each.source == "survey" and each.asked_at is not None for each in _surveys(record)
        ),
        source=SURVEYS,
        zero=True,
    ),
    Criterion(
        code="surveys_answered",
        french="Enquêtes de satisfaction répondues",
        english="Surveys answered",
        kind=Kind.NUMBER,
        group=Group.CONDUCT,
        sql="count(*) FILTER (WHERE said.source = 'survey' AND said.answered_at IS NOT NULL)",
        reading=lambda record, _: sum(
            each.source == "survey" and each.answered_at is not None for each in _surveys(record)
        ),
        source=SURVEYS,
        zero=True,
    ),
    Criterion(
        code="reviews",
        french="Avis laissés chez le prestataire",
        english="Reviews left with the provider",
        kind=Kind.NUMBER,
        group=Group.CONDUCT,
        sql="count(*) FILTER (WHERE said.source = 'provider' AND said.answered_at IS NOT NULL)",
        reading=lambda record, _: sum(
            each.source == "provider" and each.answered_at is not None for each in _surveys(record)
        ),
        source=SURVEYS,
        zero=True,
    ),
    Criterion(
        code="lowest_score",
        french="Note la plus basse (dixièmes de 5)",
        english="Lowest score (tenths of 5)",
        kind=Kind.NUMBER,
        group=Group.CONDUCT,
        sql="min(said.score_tenths)",
        reading=lambda record, _: min(_scores(record), default=None),
        source=SURVEYS,
        unit="tenths",
    ),
    Criterion(
        code="highest_score",
        french="Note la plus haute (dixièmes de 5)",
        english="Highest score (tenths of 5)",
        kind=Kind.NUMBER,
        group=Group.CONDUCT,
        sql="max(said.score_tenths)",
        reading=lambda record, _: max(_scores(record), default=None),
        source=SURVEYS,
        unit="tenths",
    ),
    Criterion(
        code="comments",
        french="Commentaires laissés",
        english="Comments left",
        kind=Kind.NUMBER,
        group=Group.CONDUCT,
        sql="count(*) FILTER (WHERE said.comment <> '')",
        reading=lambda record, _: sum(each.comment != "" for each in _surveys(record)),
        source=SURVEYS,
        zero=True,
    ),
)

ENQUIRED: Final = (
    Criterion(
        code="enquiries",
        french="Nombre de demandes",
        english="Number of enquiries",
        kind=Kind.NUMBER,
        group=Group.CONDUCT,
        sql="count(*)",
        reading=lambda record, _: len(record.enquiries),
        source=ENQUIRIES,
        zero=True,
    ),
    Criterion(
        code="enquiries_closed",
        french="Demandes closes sans suite",
        english="Enquiries closed without a stay",
        kind=Kind.NUMBER,
        group=Group.CONDUCT,
        sql="count(*) FILTER (WHERE asked.state = 'closed')",
        reading=lambda record, _: sum(each.state == "closed" for each in record.enquiries),
        source=ENQUIRIES,
        zero=True,
    ),
    Criterion(
        code="last_enquiry",
        french="Dernière demande",
        english="Last enquiry",
        kind=Kind.DAYS,
        group=Group.CONDUCT,
        sql="ARRAY[(max(asked.received_at) AT TIME ZONE {zone})::date]",
        reading=lambda record, day: day_of(_latest(record), day),
        source=ENQUIRIES,
    ),
    Criterion(
        code="enquiry_origin",
        french="Provenance des demandes",
        english="Where enquiries came from",
        kind=Kind.CODES,
        group=Group.CONDUCT,
        sql="array_agg(DISTINCT asked.origin)",
        reading=lambda record, _: frozenset(each.origin for each in record.enquiries),
        source=ENQUIRIES,
    ),
    Criterion(
        code="enquiry_state",
        french="État des demandes",
        english="State of enquiries",
        kind=Kind.CODES,
        group=Group.CONDUCT,
        sql="array_agg(DISTINCT asked.state)",
        reading=lambda record, _: frozenset(each.state for each in record.enquiries),
        source=ENQUIRIES,
        choices=STATES,
    ),
)

register((*OPINIONS, *ENQUIRED))
