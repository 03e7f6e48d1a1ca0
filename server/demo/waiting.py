"""What a demo centre's desk has left open: an option that ends tonight, somebody who waits for room, minors without a declaration."""

from datetime import date, timedelta
from uuid import UUID

from billing.dossiers.cancelling import Step, set_cancellation_scale
from infra.actor import Actor
from infra.database import tenant_transaction
from tenants.rooms.queries import free_rooms
from tenants.rooms.rules import propose
from tenants.stays.operations import confirm_stay, create_stay
from tenants.stays.rules import HeadCounts, NewStayFields
from tenants.stays.waiting import join_waiting_list

SCALE = ((60, 1_000), (30, 3_000), (8, 5_000), (1, 10_000))


async def leave_open(centre_id: UUID, bodies: list[UUID], *, today: date, actor: Actor) -> None:
    """Leave one of each, so that every list of the desk shows something the first day."""
    steps = [Step(days_before=days, share_basis_points=share) for days, share in SCALE]
    await set_cancellation_scale(centre_id, steps, actor=actor)
    await _option_ending_today(centre_id, bodies[0], today=today, actor=actor)
    await _somebody_who_waits(centre_id, bodies[1 % len(bodies)], today=today, actor=actor)
    await _minors(centre_id, bodies[2 % len(bodies)], today=today, actor=actor)


async def _option_ending_today(centre_id: UUID, client_id: UUID, *, today: date, actor: Actor) -> None:
    arrival = today + timedelta(days=24)
    async with tenant_transaction(centre_id, read_only=True):
        beds = propose(await free_rooms(centre_id, arrival, arrival + timedelta(days=2)), 6)
    new = NewStayFields(
        client_id=client_id,
        arrival=arrival,
        departure=arrival + timedelta(days=2),
        counts=HeadCounts(adults=6),
        booking_category="groups",
        booking_type="business",
        status="option",
        option_until=today,
        bed_ids=tuple(beds),
        source="demo",
    )
    await create_stay(centre_id, new, actor=actor)


async def _somebody_who_waits(centre_id: UUID, client_id: UUID, *, today: date, actor: Actor) -> None:
    new = NewStayFields(
        client_id=client_id,
        arrival=today + timedelta(days=1),
        departure=today + timedelta(days=4),
        counts=HeadCounts(teenagers=180, adults=16),
        booking_category="groups",
        booking_type="schools",
        notes="Rappeler Mme Morel dès qu'il y a de la place ; d'autres dates possibles.",
        source="demo",
    )
    made = await create_stay(centre_id, new, actor=actor)
    await join_waiting_list(centre_id, made.id, actor=actor)


async def _minors(centre_id: UUID, client_id: UUID, *, today: date, actor: Actor) -> None:
    new = NewStayFields(
        client_id=client_id,
        arrival=today + timedelta(days=45),
        departure=today + timedelta(days=50),
        counts=HeadCounts(children=22, young=4),
        booking_category="groups",
        booking_type="acm",
        free_one_in=12,
        free_most=3,
        firm_day=today + timedelta(days=30),
        contacts="Directrice du séjour : Mme L'Helgouac'h, 06 12 34 56 78",
        source="demo",
    )
    made = await create_stay(centre_id, new, actor=actor)
    await confirm_stay(centre_id, made.id, reason="convention signée", actor=actor)
