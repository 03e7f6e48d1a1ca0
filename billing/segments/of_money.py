"""Criteria over what clients spend, owe and are offered; amounts are in minor units, tax included."""

from collections.abc import Callable
from typing import Final, TypeVar

import msgspec

from tenants.segments.criteria import Criterion, Group, Kind, Source, Value, register
from tenants.segments.records import Day, Record

DOSSIERS: Final = Source(
    name="of_dossiers", rows="dossiers AS dossier", centre="dossier.centre_id", client="dossier.client_id"
)
QUOTES: Final = Source(
    name="of_quotes",
    rows="dossiers AS dossier JOIN quotes AS quote ON quote.centre_id = dossier.centre_id AND quote.dossier_id = dossier.id",
    centre="dossier.centre_id",
    client="dossier.client_id",
)
STATES: Final = ("new", "in_progress", "awaiting_payment", "deposit_paid", "paid", "processed", "archived")


class DossierHeld(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier of the client's."""

    state: str
    sale_booked: bool
    total_minor: int
    paid_minor: int
    due_minor: int


class QuoteSent(msgspec.Struct, frozen=True, kw_only=True):
    """A version of an offer to the client."""

    state: str
    total_minor: int
    accepted: bool
    """It was accepted, whatever became of it since."""


Held = TypeVar("Held", bound=msgspec.Struct)


def _held(record: Record, kind: type[Held]) -> list[Held]:
    return [each for rows in record.further.values() for each in rows if isinstance(each, kind)]


def _number(  # noqa: PLR0917 - a line each
    code: str, french: str, english: str, sql: str, reading: Callable[[Record], Value], source: Source, unit: str = ""
) -> Criterion:
    def read(record: Record, _: Day) -> Value:
        return reading(record)

    return Criterion(
        code=code,
        french=french,
        english=english,
        kind=Kind.NUMBER,
        group=Group.MONEY,
        sql=sql,
        reading=read,
        source=source,
        zero=True,
        unit=unit,
    )


def _quotes(code: str, french: str, english: str, state: str) -> Criterion:
    return _number(
        code,
        french,
        english,
        f"count(*) FILTER (WHERE quote.state = '{state}')",
        lambda record: sum(quote.state == state for quote in _held(record, QuoteSent)),
        QUOTES,
    )


SPENT: Final = (
    _number(
        "dossiers",
        "Nombre de dossiers",
        "Number of dossiers",
        "count(*)",
        lambda record: len(_held(record, DossierHeld)),
        DOSSIERS,
    ),
    _number(
        "spent",
        "Montant des ventes comptabilisées (centimes)",
        "Sales booked (cents)",
        "sum(dossier.total_minor) FILTER (WHERE dossier.sale_booked)",
        lambda record: sum(each.total_minor for each in _held(record, DossierHeld) if each.sale_booked),
        DOSSIERS,
        "minor",
    ),
    _number(
        "largest_sale",
        "Plus grosse vente (centimes)",
        "Largest sale (cents)",
        "max(dossier.total_minor) FILTER (WHERE dossier.sale_booked)",
        lambda record: max((each.total_minor for each in _held(record, DossierHeld) if each.sale_booked), default=0),
        DOSSIERS,
        "minor",
    ),
    _number(
        "paid",
        "Montant encaissé (centimes)",
        "Paid (cents)",
        "sum(dossier.paid_minor)",
        lambda record: sum(each.paid_minor for each in _held(record, DossierHeld)),
        DOSSIERS,
        "minor",
    ),
    _number(
        "due",
        "Reste à payer des ventes comptabilisées (centimes)",
        "Still due of sales booked (cents)",
        "sum(dossier.due_minor) FILTER (WHERE dossier.sale_booked)",
        lambda record: sum(each.due_minor for each in _held(record, DossierHeld) if each.sale_booked),
        DOSSIERS,
        "minor",
    ),
    Criterion(
        code="dossier_state",
        french="État des dossiers",
        english="State of dossiers",
        kind=Kind.CODES,
        group=Group.MONEY,
        sql="array_agg(DISTINCT dossier.state)",
        reading=lambda record, _: frozenset(each.state for each in _held(record, DossierHeld)),
        source=DOSSIERS,
        choices=STATES,
    ),
)

OFFERED: Final = (
    _number(
        "quotes",
        "Devis envoyés, toutes versions",
        "Quotes sent, every version",
        "count(*)",
        lambda record: len(_held(record, QuoteSent)),
        QUOTES,
    ),
    _number(
        "quotes_accepted",
        "Devis acceptés",
        "Quotes accepted",
        "count(*) FILTER (WHERE quote.accepted_at IS NOT NULL)",
        lambda record: sum(quote.accepted for quote in _held(record, QuoteSent)),
        QUOTES,
    ),
    _quotes("quotes_open", "Devis sans réponse", "Quotes not answered yet", "sent"),
    _quotes("quotes_refused", "Devis refusés", "Quotes refused", "refused"),
    _quotes("quotes_expired", "Devis expirés", "Quotes expired", "expired"),
    _quotes("quotes_lost", "Devis perdus", "Quotes lost", "lost"),
    _number(
        "largest_quote",
        "Plus gros devis (centimes)",
        "Largest quote (cents)",
        "max(quote.total_minor)",
        lambda record: max((quote.total_minor for quote in _held(record, QuoteSent)), default=0),
        QUOTES,
        "minor",
    ),
)

register((*SPENT, *OFFERED))
