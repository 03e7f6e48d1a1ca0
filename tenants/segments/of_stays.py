"""Criteria over stays. « Séjours » are those sold: confirmed, present or departed, unless a criterion says otherwise."""

from collections.abc import Callable, Iterable
from typing import Final

from tenants.segments.criteria import Criterion, Group, Kind, Source, Value, register
from tenants.segments.records import Day, Record, StayHeld
from tenants.stays.statuses import SOLD

STAYS: Final = Source(name="of_stays", rows="stays AS stay", centre="stay.centre_id", client="stay.client_id")
PAID: Final = Source(name="of_paid", rows="stays AS stay", centre="stay.centre_id", client="stay.payer_id")
SOLD_SQL: Final = "stay.status IN ('confirmed', 'present', 'departed')"
_BANDS: Final = (
    ("children", "Enfants", "Children"),
    ("teenagers", "Adolescents", "Teenagers"),
    ("young", "Jeunes", "Young people"),
    ("adults", "Adultes", "Adults"),
    ("seniors", "Seniors", "Seniors"),
)

Test = Callable[[StayHeld, Day], bool]


def sold(stay: StayHeld, _: Day) -> bool:
    """Say whether a stay is sold, as `SOLD_SQL` does."""
    return stay.status in SOLD


def state(status: str) -> Test:
    """Make the test of a stay's status."""
    return lambda stay, _: stay.status == status


def _past(stay: StayHeld, day: Day) -> bool:
    return stay.status in SOLD and stay.departure <= day.today


def _to_come(stay: StayHeld, day: Day) -> bool:
    return stay.status in SOLD and stay.arrival > day.today


def _number(
    code: str,
    french: str,
    english: str,
    *,
    aggregate: str,
    of: Callable[[StayHeld, Day], int | None],
    over: Callable[[Iterable[int]], int] = sum,
    kept: Test = sold,
    kept_sql: str = SOLD_SQL,
    unit: str = "",
) -> Criterion:
    """Make a number over the stays kept; a sum is 0 where there are none, anything else unknown."""

    def reading(record: Record, day: Day) -> Value:
        values = [value for stay in record.stays if kept(stay, day) and (value := of(stay, day)) is not None]
        return over(values) if values or over is sum else None

    return Criterion(
        code=code,
        french=french,
        english=english,
        kind=Kind.NUMBER,
        group=Group.STAYS,
        sql=f"{aggregate} FILTER (WHERE {kept_sql})",
        reading=reading,
        source=STAYS,
        zero=over is sum,
        unit=unit,
    )


def _count(code: str, french: str, english: str, *, kept: Test, kept_sql: str) -> Criterion:
    return _number(
        code, french, english, aggregate="count(*)", of=lambda _, __: 1, kept=kept, kept_sql=kept_sql, unit="stays"
    )


COUNTS: Final = (
    _count("stays", "Nombre de séjours", "Number of stays", kept=sold, kept_sql=SOLD_SQL),
    _count(
        "stays_past",
        "Séjours passés",
        "Past stays",
        kept=_past,
        kept_sql=f"{SOLD_SQL} AND stay.departure <= {{today}}",
    ),
    _count(
        "stays_to_come",
        "Séjours à venir",
        "Stays to come",
        kept=_to_come,
        kept_sql=f"{SOLD_SQL} AND stay.arrival > {{today}}",
    ),
    _count("present", "Séjours en cours", "Stays under way", kept=state("present"), kept_sql="stay.status = 'present'"),
    _count("options", "Options posées", "Options held", kept=state("option"), kept_sql="stay.status = 'option'"),
    _count(
        "tentative",
        "Séjours à confirmer",
        "Tentative stays",
        kept=state("tentative"),
        kept_sql="stay.status = 'tentative'",
    ),
    _count(
        "cancellations", "Annulations", "Cancellations", kept=state("cancelled"), kept_sql="stay.status = 'cancelled'"
    ),
    _count("no_shows", "Non venus", "No-shows", kept=state("no_show"), kept_sql="stay.status = 'no_show'"),
    _count(
        "minors_stays",
        "Accueils collectifs de mineurs",
        "Declared stays of minors",
        kept=lambda stay, day: sold(stay, day) and bool(stay.acm_number),
        kept_sql=f"{SOLD_SQL} AND coalesce(stay.acm_number, '') <> ''",
    ),
    Criterion(
        code="stays_paid_for",
        french="Séjours dont elle est payeuse",
        english="Stays it pays for",
        kind=Kind.NUMBER,
        group=Group.STAYS,
        sql="count(*)",
        reading=lambda record, _: record.stays_paid,
        source=PAID,
        zero=True,
        unit="stays",
    ),
)

SIZES: Final = (
    _number(
        "nights",
        "Nuits en tout",
        "Nights in all",
        aggregate="sum(stay.departure - stay.arrival)",
        of=lambda stay, _: stay.nights,
        unit="nights",
    ),
    _number(
        "longest_stay",
        "Séjour le plus long",
        "Longest stay",
        aggregate="max(stay.departure - stay.arrival)",
        of=lambda stay, _: stay.nights,
        over=max,
        unit="nights",
    ),
    _number(
        "shortest_stay",
        "Séjour le plus court",
        "Shortest stay",
        aggregate="min(stay.departure - stay.arrival)",
        of=lambda stay, _: stay.nights,
        over=min,
        unit="nights",
    ),
    _number(
        "largest_group",
        "Plus grand groupe",
        "Largest group",
        aggregate="max(stay.pax)",
        of=lambda stay, _: stay.pax,
        over=max,
        unit="people",
    ),
    _number(
        "person_nights",
        "Nuitées (personnes × nuits)",
        "Person-nights",
        aggregate="sum(stay.pax * (stay.departure - stay.arrival))",
        of=lambda stay, _: None if stay.pax is None else stay.pax * stay.nights,
        unit="nights",
    ),
    *(
        _number(
            f"{band}_received",
            f"{french} reçus",
            f"{english} received",
            aggregate=f"sum(stay.{band})",
            of=lambda stay, _, band=band: getattr(stay, band),  # type: ignore[misc]
            unit="people",
        )
        for band, french, english in _BANDS
    ),
    _number(
        "longest_lead",
        "Réservé au plus tôt, jours avant l'arrivée",
        "Longest lead time",
        aggregate="max(stay.arrival - stay.booked_day)",
        of=lambda stay, _: (stay.arrival - stay.booked_day).days if stay.booked_day else None,
        over=max,
        unit="days",
    ),
    _number(
        "shortest_lead",
        "Réservé au plus tard, jours avant l'arrivée",
        "Shortest lead time",
        aggregate="min(stay.arrival - stay.booked_day)",
        of=lambda stay, _: (stay.arrival - stay.booked_day).days if stay.booked_day else None,
        over=min,
        unit="days",
    ),
    _number(
        "days_since_stay",
        "Jours depuis le dernier départ",
        "Days since the last departure",
        aggregate="min({today} - stay.departure)",
        of=lambda stay, day: (day.today - stay.departure).days,
        over=min,
        kept=_past,
        kept_sql=f"{SOLD_SQL} AND stay.departure <= {{today}}",
        unit="days",
    ),
    _number(
        "days_to_stay",
        "Jours avant la prochaine arrivée",
        "Days to the next arrival",
        aggregate="min(stay.arrival - {today})",
        of=lambda stay, day: (stay.arrival - day.today).days,
        over=min,
        kept=_to_come,
        kept_sql=f"{SOLD_SQL} AND stay.arrival > {{today}}",
        unit="days",
    ),
)

register((*COUNTS, *SIZES))
