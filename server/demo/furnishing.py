"""Making one centre of the demo: its own particulars first, then rooms, services, stays and dossiers around its cards."""

from uuid import UUID

from billing.catalogue.operations import NewService, add_service
from billing.money import Money
from infra.actor import Actor
from infra.clock import today
from infra.database import tenant_transaction
from infra.table_statistics import refresh_statistics
from server.demo.days import fill_days, withdraw_one
from server.demo.desk import open_dossiers, receive_enquiries
from server.demo.groups import leave_rooms_dirty, prepare_groups
from server.demo.history import remember_years
from server.demo.kardex import fill_kardex
from server.demo.network import DemoCentre, services_of
from server.demo.waiting import leave_open
from tenants.centres.operations import provision
from tenants.centres.queries import by_slug
from tenants.centres.rules import CentreRef, NewCentreFields
from tenants.rooms.operations import add_room
from tenants.rooms.rules import NewRoomFields, Room


async def open_centre(centre: DemoCentre, *, actor: Actor) -> CentreRef:
    """Provision a centre, empty."""
    await provision(
        NewCentreFields(
            slug=centre.slug,
            name=centre.name,
            legal_name=centre.legal_name,
            street=centre.street,
            postal_code=centre.postal_code,
            town=centre.town,
            phone=centre.phone,
            email=centre.email,
            colour=centre.colour,
            iban=centre.iban,
        ),
        actor=actor,
    )
    found = await by_slug(centre.slug)
    if found is None:
        raise RuntimeError(f"{centre.slug} was not provisioned")
    return found


async def furnish(
    ref: CentreRef, centre: DemoCentre, bodies: list[UUID], people: list[UUID], *, seed: int, actor: Actor
) -> int:
    """Give a centre its rooms, services, stays and dossiers; return how many stays around today."""
    day = today(ref.time_zone)
    rooms = await _add_rooms(ref.id, centre, actor=actor)
    services = [
        await add_service(
            ref.id,
            NewService(
                name=service.name,
                product_type=service.product_type,
                unit=service.unit,
                price=Money(service.price_minor),
                vat_basis_points=service.vat_basis_points,
            ),
            actor=actor,
        )
        for service in services_of(centre)
    ]
    await withdraw_one(ref.id, rooms, today=day, actor=actor)
    stays = await fill_days(ref.id, rooms, bodies, people, today=day, seed=seed, actor=actor)
    await fill_kardex(
        ref.id, bodies, people, stays=stays, services=services, rooms=rooms, today=day, seed=seed, actor=actor
    )
    # A centre that the statistics do not know yet is planned for as if it were empty; two years of bookings follow.
    await refresh_statistics("stays", "bed_holds", "rooms", "beds")
    await remember_years(ref.id, rooms, bodies, people, today=day, seed=seed, actor=actor)
    await leave_open(ref.id, bodies, today=day, actor=actor)
    await open_dossiers(ref.id, stays, services, today=day, seed=seed, actor=actor)
    await prepare_groups(ref.id, stays, today=day, seed=seed, actor=actor)
    await leave_rooms_dirty(ref.id, today=day, actor=actor)
    await receive_enquiries(ref.id, today=day, seed=seed)
    return len(stays)


async def _add_rooms(centre_id: UUID, centre: DemoCentre, *, actor: Actor) -> list[Room]:
    made = []
    async with tenant_transaction(centre_id):
        for rooms in centre.rooms:
            for number in range(rooms.first, rooms.first + rooms.count):
                new = NewRoomFields(
                    name=f"{rooms.prefix}{number}",
                    beds=rooms.beds,
                    building=rooms.building,
                    floor=rooms.floor,
                    room_type=rooms.room_type,
                    dormitory=rooms.dormitory,
                    accessible=rooms.accessible,
                )
                made.append(await add_room(centre_id, new, actor=actor))
    return made
