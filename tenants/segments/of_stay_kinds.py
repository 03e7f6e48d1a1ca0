"""Criteria over when stays were, and of what kind."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from tenants.segments.criteria import Criterion, Group, Kind, Source, register
from tenants.segments.of_stays import SOLD_SQL, STAYS, Test, sold, state
from tenants.segments.records import StayHeld
from tenants.stays.statuses import CANCELLATION_REASONS

SERVICES: Final = Source(
    name="of_services",
    rows="stays AS stay, unnest(stay.services) AS service (code)",
    centre="stay.centre_id",
    client="stay.client_id",
)
COUNTRIES: Final = Source(
    name="of_countries",
    rows="stays AS stay JOIN stay_countries AS came ON came.centre_id = stay.centre_id AND came.stay_id = stay.id",
    centre="stay.centre_id",
    client="stay.client_id",
)
SEASONS: Final = ("winter", "spring", "summer", "autumn")
"""December to February, and so on: of the arrival."""


def _days(
    code: str, french: str, english: str, *, aggregate: str, of: Callable[[list[StayHeld]], set[date]]
) -> Criterion:
    return Criterion(
        code=code,
        french=french,
        english=english,
        kind=Kind.DAYS,
        group=Group.STAYS,
        sql=f"{aggregate}",
        reading=lambda record, day: frozenset(of([stay for stay in record.stays if sold(stay, day)])),
        source=STAYS,
    )


def _codes(
    code: str,
    french: str,
    english: str,
    *,
    value: str,
    of: Callable[[StayHeld], Iterable[str]],
    list_name: str = "",
    choices: tuple[str, ...] = (),
    source: Source = STAYS,
    kept: Test = sold,
    kept_sql: str = SOLD_SQL,
) -> Criterion:
    """Make the codes that the stays kept have, each stay's own."""
    return Criterion(
        code=code,
        french=french,
        english=english,
        kind=Kind.CODES,
        group=Group.STAYS,
        sql=f"array_agg(DISTINCT {value}) FILTER (WHERE {kept_sql})",
        reading=lambda record, day: frozenset(each for stay in record.stays if kept(stay, day) for each in of(stay)),
        source=source,
        list_name=list_name,
        choices=choices,
    )


def _joined(category: str, code: str) -> str:
    return "/".join(part for part in (category, code) if part)


DAYS: Final = (
    _days(
        "first_arrival",
        "Première arrivée",
        "First arrival",
        aggregate=f"ARRAY[min(stay.arrival) FILTER (WHERE {SOLD_SQL})]",
        of=lambda stays: {min(stay.arrival for stay in stays)} if stays else set(),
    ),
    _days(
        "last_arrival",
        "Dernière arrivée",
        "Last arrival",
        aggregate=f"ARRAY[max(stay.arrival) FILTER (WHERE {SOLD_SQL})]",
        of=lambda stays: {max(stay.arrival for stay in stays)} if stays else set(),
    ),
    _days(
        "arrivals",
        "Une arrivée entre deux dates",
        "An arrival between two days",
        aggregate=f"array_agg(stay.arrival) FILTER (WHERE {SOLD_SQL})",
        of=lambda stays: {stay.arrival for stay in stays},
    ),
    _days(
        "bookings",
        "Une réservation entre deux dates",
        "A booking between two days",
        aggregate=f"array_agg(stay.booked_day) FILTER (WHERE {SOLD_SQL})",
        of=lambda stays: {stay.booked_day for stay in stays if stay.booked_day},
    ),
)

CODES: Final = (
    _codes(
        "season",
        "Saison d'arrivée",
        "Season of arrival",
        value="""(ARRAY['winter', 'spring', 'summer', 'autumn'])[(extract(month FROM stay.arrival)::int % 12) / 3 + 1]""",
        of=lambda stay: [SEASONS[stay.arrival.month % 12 // 3]],
        choices=SEASONS,
    ),
    _codes(
        "arrival_month",
        "Mois d'arrivée",
        "Month of arrival",
        value="extract(month FROM stay.arrival)::int::text",
        of=lambda stay: [str(stay.arrival.month)],
        choices=tuple(str(month) for month in range(1, 13)),
    ),
    _codes(
        "arrival_year",
        "Année d'arrivée",
        "Year of arrival",
        value="extract(year FROM stay.arrival)::int::text",
        of=lambda stay: [str(stay.arrival.year)],
    ),
    _codes(
        "arrival_weekday",
        "Jour d'arrivée (1 = lundi)",
        "Weekday of arrival (1 = Monday)",
        value="extract(isodow FROM stay.arrival)::int::text",
        of=lambda stay: [str(stay.arrival.isoweekday())],
        choices=tuple(str(day) for day in range(1, 8)),
    ),
    _codes(
        "booking_type",
        "Type de réservation",
        "Type of booking",
        value="concat_ws('/', nullif(stay.booking_category, ''), nullif(stay.booking_type, ''))",
        of=lambda stay: [_joined(stay.booking_category, stay.booking_type)],
        list_name="booking_type",
    ),
    _codes(
        "booking_category",
        "Catégorie de réservation",
        "Category of booking",
        value="stay.booking_category",
        of=lambda stay: [stay.booking_category],
    ),
    _codes(
        "purpose",
        "Motif du séjour",
        "Purpose of the stay",
        value="concat_ws('/', nullif(stay.purpose_category, ''), nullif(stay.purpose, ''))",
        of=lambda stay: [_joined(stay.purpose_category, stay.purpose)],
        list_name="stay_purpose",
    ),
    _codes(
        "purpose_category",
        "Catégorie de motif",
        "Category of purpose",
        value="stay.purpose_category",
        of=lambda stay: [stay.purpose_category],
    ),
    _codes("region", "Région d'origine", "Region of origin", value="stay.region", of=lambda stay: [stay.region]),
    _codes(
        "stay_source",
        "Source de la réservation",
        "Source of the booking",
        value="stay.source",
        of=lambda stay: [stay.source],
    ),
    _codes(
        "services",
        "Services consommés",
        "Services consumed",
        value="service.code",
        of=lambda stay: stay.services,
        list_name="service_consumed",
        source=SERVICES,
    ),
    _codes(
        "nationality",
        "Nationalités reçues",
        "Nationalities received",
        value="came.country",
        of=lambda stay: stay.nationalities,
        source=COUNTRIES,
        kept_sql=f"{SOLD_SQL} AND came.kind = 'nationality'",
    ),
    _codes(
        "residence",
        "Pays de résidence reçus",
        "Countries of residence received",
        value="came.country",
        of=lambda stay: stay.residences,
        source=COUNTRIES,
        kept_sql=f"{SOLD_SQL} AND came.kind = 'residence'",
    ),
    _codes(
        "cancellation_reason",
        "Motif d'annulation",
        "Reason for cancelling",
        value="stay.cancellation_reason",
        of=lambda stay: [stay.cancellation_reason or ""],
        list_name="cancellation_reason",
        choices=CANCELLATION_REASONS,
        kept=state("cancelled"),
        kept_sql="stay.status = 'cancelled'",
    ),
)

register((*DAYS, *CODES))
