"""The demo's days around today: who came, who is here, who is expected, which rooms are out of service."""

import random
from datetime import date, timedelta
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.database import tenant_transaction
from tenants.rooms.operations import withdraw_room
from tenants.rooms.rules import Room
from tenants.stays.operations import create_stay, propose_beds
from tenants.stays.presence import mark_departed, mark_present
from tenants.stays.rules import CountryCount, HeadCounts, NewStayFields

DAYS_BEFORE, DAYS_AFTER = 10, 45
SHARE_SOLD = 0.55


class Party(msgspec.Struct, frozen=True):
    """Who wants to come, and when."""

    days_from_today: int
    nights: int
    pax: int
    is_group: bool


CERTAIN = (
    Party(0, 3, 26, is_group=True),
    Party(0, 2, 4, is_group=False),
    Party(0, 1, 1, is_group=False),
    Party(-2, 2, 14, is_group=True),
    Party(-1, 1, 2, is_group=False),
    Party(-3, 5, 3, is_group=False),
    Party(1, 2, 5, is_group=False),
)
"""Every demo has arrivals and departures today."""


class DemoStay(msgspec.Struct, frozen=True):
    """A stay that was made."""

    id: UUID
    client_id: UUID
    arrival: date
    nights: int
    pax: int
    is_group: bool
    status: str


async def fill_days(
    centre_id: UUID, rooms: list[Room], bodies: list[UUID], people: list[UUID], *, today: date, seed: int, actor: Actor
) -> list[DemoStay]:
    """Sell about half of the beds, ten days back and six weeks ahead, to groups (`bodies`) and families (`people`)."""
    chance = random.Random(seed)
    beds = sum(len(room.beds) for room in rooms)
    left = int(beds * (DAYS_BEFORE + DAYS_AFTER) * SHARE_SOLD)
    made: list[DemoStay] = []
    wanted = [each for each in CERTAIN if beds > 20 or not each.is_group]
    misses = 0
    while left > 0 and misses < 40:
        party = wanted.pop(0) if wanted else _party(chance, beds)
        client_id = chance.choice(bodies if party.is_group else people)
        stay = await _sell(centre_id, client_id, party, today=today, chance=chance, actor=actor)
        if stay is None:
            misses += 1
            continue
        made.append(stay)
        left -= party.pax * party.nights
    return made


def _party(chance: random.Random, beds: int) -> Party:
    is_group = beds > 20 and chance.random() < 0.45
    return Party(
        days_from_today=chance.randint(-DAYS_BEFORE, DAYS_AFTER),
        nights=chance.choice((2, 3, 3, 4, 5) if is_group else (1, 2, 2, 3, 7)),
        pax=chance.randint(12, min(52, beds // 2)) if is_group else chance.randint(1, 5),
        is_group=is_group,
    )


async def _sell(
    centre_id: UUID, client_id: UUID, party: Party, *, today: date, chance: random.Random, actor: Actor
) -> DemoStay | None:
    arrival, pax, is_group = today + timedelta(days=party.days_from_today), party.pax, party.is_group
    departure = arrival + timedelta(days=party.nights)
    async with tenant_transaction(centre_id):
        bed_ids = await propose_beds(centre_id, arrival, departure, pax)
        if not bed_ids:
            return None
        optional = arrival > today + timedelta(days=12) and chance.random() < 0.3
        foreign = not is_group and chance.random() < 0.25
        country = chance.choice(("DE", "BE", "GB", "NL", "IT")) if foreign else "FR"
        ref = await create_stay(
            centre_id,
            NewStayFields(
                client_id=client_id,
                arrival=arrival,
                departure=departure,
                counts=_counts(pax, is_group),
                booked_day=min(today, arrival - timedelta(days=chance.randint(1, 90))),
                booking_category="groups" if is_group else "individuals",
                booking_type=chance.choice(("schools", "sports", "leisure")) if is_group else "families",
                nationalities=(CountryCount(country, pax),),
                residences=(CountryCount(country, pax),),
                arrival_time=chance.choice(("11:00", "14:00", "15:30", "17:00", "18:30")),
                status="option" if optional else "confirmed",
                option_until=today + timedelta(days=chance.randint(0, 8)) if optional else None,
                bed_ids=tuple(bed_ids),
            ),
            actor=actor,
        )
        status = "option" if optional else "confirmed"
        if not optional and arrival < today:
            await mark_present(centre_id, ref.id, actor=actor)
            status = "present"
            if departure < today:
                await mark_departed(centre_id, ref.id, actor=actor)
                status = "departed"
    return DemoStay(ref.id, client_id, arrival, party.nights, pax, is_group, status)


def _counts(pax: int, is_group: bool) -> HeadCounts:
    if not is_group:
        return HeadCounts(adults=min(pax, 2), children=max(0, pax - 2))
    leaders = max(1, pax // 12)
    return HeadCounts(teenagers=pax - leaders, adults=leaders)


async def withdraw_one(centre_id: UUID, rooms: list[Room], *, today: date, actor: Actor) -> None:
    """Put one room out of service for works, from yesterday on for a fortnight; before any bed is sold."""
    await withdraw_room(
        centre_id,
        rooms[-1].id,
        first_day=today - timedelta(days=1),
        last_day=today + timedelta(days=12),
        reason="works",
        note="peinture",
        actor=actor,
    )
