"""The demo's two years before its days: who came, so that the statistics have something to compare."""

import random
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import msgspec

from billing.tourist_tax.operations import set_rate
from billing.tourist_tax.rules import Rate
from infra.actor import Actor
from infra.ids import new_id
from server.demo.days import DAYS_BEFORE
from tenants.rooms.allotment import Wish, allot
from tenants.rooms.rules import Room
from tenants.stays.bulk import BulkStay, add_stays
from tenants.stays.rules import CountryCount, HeadCounts, StayFields, pax

YEARS: Final = 2
LONGEST: Final = 14
BATCH: Final = 200
SHARE_SOLD_BY_MONTH: Final = (0.22, 0.3, 0.5, 0.62, 0.7, 0.66, 0.78, 0.72, 0.45, 0.4, 0.26, 0.2)
"""From January: schools in spring, families in summer, quiet winters."""
GROWTH: Final = 0.93
"""The first of the two years against the second."""
COUNTRIES: Final = ("FR",) * 14 + ("DE", "BE", "BE", "GB", "NL", "IT", "ES", "CH")
TYPES: Final = ("schools", "schools", "sports", "leisure", "acm", "higher_education", "business")


async def remember_years(
    centre_id: UUID, rooms: list[Room], bodies: list[UUID], people: list[UUID], *, today: date, seed: int, actor: Actor
) -> int:
    """Write the stays of two years, as an import would, and the rate of the tourist tax; return how many stays."""
    chance = random.Random(seed + 1)
    beds = sum(len(room.beds) for room in rooms)
    end = today - timedelta(days=DAYS_BEFORE + LONGEST)
    day = end - timedelta(days=365 * YEARS)
    stays: list[BulkStay] = []
    while day < end:
        sold = SHARE_SOLD_BY_MONTH[day.month - 1] * (GROWTH if day < end - timedelta(days=365) else 1)
        left = int(beds * sold * 7)
        while left > 0:
            stay = _stay(chance, day + timedelta(days=chance.randrange(7)), beds, bodies, people, number=len(stays))
            left -= (stay.fields.departure - stay.fields.arrival).days * (pax(stay.fields.counts) or 0)
            stays.append(stay)
        day += timedelta(days=7)
    wishes = [
        Wish(stay.foreign_id, "", stay.fields.arrival, stay.fields.departure, (pax(stay.fields.counts) or 0))
        for stay in stays
    ]
    given = allot(rooms, [], wishes)
    housed = [
        BulkStay(
            id=stay.id, fields=stay.fields, status="departed", cancellation_reason=None, cancelled_at=None,
            source="demo", foreign_id=stay.foreign_id, beds=given[stay.foreign_id],
        )
        for stay in stays
        if stay.foreign_id in given
    ]  # fmt: skip
    for first in range(0, len(housed), BATCH):
        await add_stays(centre_id, housed[first : first + BATCH], actor=actor)
    rate = Rate(
        first_day=date(today.year - 1, 1, 1), category="auberge collective", per_night_minor=88,
        share_basis_points=None, ceiling_minor=None, additional_basis_points=1000, low_rent_minor=500,
    )  # fmt: skip
    await set_rate(centre_id, rate, actor=actor)
    return len(housed)


def _stay(
    chance: random.Random, arrival: date, beds: int, bodies: list[UUID], people: list[UUID], *, number: int
) -> BulkStay:
    is_group = beds > 20 and chance.random() < 0.5
    size = chance.randint(12, min(52, beds)) if is_group else chance.randint(1, min(6, beds))
    fields = StayFields(
        client_id=chance.choice(bodies if is_group else people),
        arrival=arrival,
        departure=arrival + timedelta(days=chance.choice((2, 3, 4, 5) if is_group else (1, 2, 2, 3, 7))),
        booked_day=arrival - timedelta(days=chance.randint(3, 120)),
        booking_category="groups" if is_group else "individuals",
        booking_type=chance.choice(TYPES) if is_group else chance.choice(("families", "families", "backpackers")),
        nationalities=(CountryCount(chance.choice(COUNTRIES), size),),
        services=("bed_breakfast", "catering") if is_group else ("bed_breakfast",),
    )
    fields = msgspec.structs.replace(fields, counts=_counts(fields.booking_type, size))
    return BulkStay(
        id=new_id(), fields=fields, status="departed", cancellation_reason=None, cancelled_at=None, source="demo",
        foreign_id=f"history-{number}", beds=(),
    )  # fmt: skip


def _counts(booking_type: str, size: int) -> HeadCounts:
    """Say of which ages so many people are, as such groups and families are: tourist tax and statistics read it."""
    leaders = max(1, size // 12)
    if booking_type in ("schools", "acm", "sports"):
        return HeadCounts(teenagers=size - leaders, adults=leaders)
    if booking_type in ("higher_education", "backpackers"):
        return HeadCounts(young=size)
    if booking_type in ("leisure", "business"):
        elders = size // 3 if booking_type == "leisure" else 0
        return HeadCounts(adults=size - elders, seniors=elders)
    return HeadCounts(adults=min(size, 2), children=max(0, size - 2))
