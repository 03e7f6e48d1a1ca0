"""Load the demo network into an empty, migrated database, and say how to get in."""

import asyncio
import os
import sys
import time
from pathlib import Path
from uuid import UUID

import msgspec

from billing.catalogue.operations import NewService, add_service
from billing.money import Money
from infra.actor import job
from infra.clock import today
from infra.database import tenant_transaction
from infra.ids import new_id
from infra.pools import Role, close_pools, open_pools
from server.demo.days import fill_days, withdraw_one
from server.demo.desk import open_dossiers, receive_enquiries
from server.demo.groups import leave_rooms_dirty, prepare_groups
from server.demo.history import remember_years
from server.demo.kardex import fill_kardex, load_federations
from server.demo.network import CENTRES, DemoCentre, services_of
from server.demo.people import DemoCard, cards
from server.demo.staff import DemoUser, add_network_staff, add_staff
from server.demo.waiting import leave_open
from tenants.arrivals.tablet import pair_tablet
from tenants.centres.operations import provision
from tenants.centres.queries import by_slug
from tenants.centres.rules import CentreRef, NewCentreFields
from tenants.clients.bulk import add_cards
from tenants.clients.rules import Consent, clean
from tenants.clients.storing import NewCard
from tenants.rooms.operations import add_room
from tenants.rooms.rules import NewRoomFields, Room

LOADER = job("demo", address="halte demo")
SEED = 20_261_121
CARDS_A_TRANSACTION = 500


class LoadedCentre(msgspec.Struct, frozen=True):
    """A centre of the demo; `tablet_token` pairs a tablet."""

    slug: str
    name: str
    tablet_token: str


class Loaded(msgspec.Struct, frozen=True):
    """What the demo's doors need to know again at each start; for its owner's eyes only."""

    centres: list[LoadedCentre]
    users: list[DemoUser]


async def load(*, keys: Path) -> Loaded:
    """Load everything, in about half a minute; the keys of the staff are written into `keys`."""
    said = _Progress()
    await open_pools(Role.APP, Role.NETWORK, Role.RELAY)
    try:
        users = await add_network_staff(keys=keys, actor=LOADER)
        await load_federations(LOADER)
        centres, refs = [], []
        for centre in CENTRES:
            made = await _provision(centre)
            refs.append(made)
            users += await add_staff(made, keys=keys, actor=LOADER)
            tablet = await pair_tablet(made.id, "Accueil", actor=LOADER)
            centres.append(LoadedCentre(centre.slug, centre.name, tablet.token))
        said("five centres and their staff")
        clients = await _add_cards(refs, cards(tuple(centre.cards for centre in CENTRES), seed=SEED))
        said(f"{sum(len(ids) for pair in clients for ids in pair)} client cards")
        stays = 0
        for place, (ref, centre) in enumerate(zip(refs, CENTRES, strict=True)):
            stays += await _furnish(ref, centre, *clients[place], seed=SEED + place)
        said(f"{stays} stays around today")
        return Loaded(centres, users)
    finally:
        await close_pools()


async def _provision(centre: DemoCentre) -> CentreRef:
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
        actor=LOADER,
    )
    found = await by_slug(centre.slug)
    if found is None:
        raise RuntimeError(f"{centre.slug} was not provisioned")
    return found


async def _add_cards(centres: list[CentreRef], wanted: list[DemoCard]) -> list[tuple[list[UUID], list[UUID]]]:
    """Add the cards and return, for each centre, the ids of its bodies and of its people."""
    made: list[tuple[list[UUID], list[UUID]]] = [([], []) for _ in centres]
    for place, ref in enumerate(centres):
        ours = [card.fields for card in wanted if card.centre == place]
        for start in range(0, len(ours), CARDS_A_TRANSACTION):
            batch = [
                NewCard(id=new_id(), card=clean(fields), source="demo", foreign_id=None, consent=Consent(source="demo"))
                for fields in ours[start : start + CARDS_A_TRANSACTION]
            ]
            await add_cards(ref.id, batch, actor=LOADER)
            for new in batch:
                made[place][new.card.fields.kind == "person"].append(new.id)
    return made


async def _furnish(ref: CentreRef, centre: DemoCentre, bodies: list[UUID], people: list[UUID], *, seed: int) -> int:
    """Give a centre its rooms, services, stays and dossiers; return how many stays."""
    day = today(ref.time_zone)
    rooms = await _add_rooms(ref.id, centre)
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
            actor=LOADER,
        )
        for service in services_of(centre)
    ]
    await withdraw_one(ref.id, rooms, today=day, actor=LOADER)
    stays = await fill_days(ref.id, rooms, bodies, people, today=day, seed=seed, actor=LOADER)
    await fill_kardex(
        ref.id, bodies, people, stays=stays, services=services, rooms=rooms, today=day, seed=seed, actor=LOADER
    )
    await remember_years(ref.id, rooms, bodies, people, today=day, seed=seed, actor=LOADER)
    await leave_open(ref.id, bodies, today=day, actor=LOADER)
    await open_dossiers(ref.id, stays, services, today=day, seed=seed, actor=LOADER)
    await prepare_groups(ref.id, stays, today=day, seed=seed, actor=LOADER)
    await leave_rooms_dirty(ref.id, today=day, actor=LOADER)
    await receive_enquiries(ref.id, today=day, seed=seed)
    return len(stays)


async def _add_rooms(centre_id: UUID, centre: DemoCentre) -> list[Room]:
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
                made.append(await add_room(centre_id, new, actor=LOADER))
    return made


class _Progress:
    """Says on standard error what is there, and how long it took."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def __call__(self, what: str) -> None:
        print(f"  {what} ({time.monotonic() - self._since:.1f} s)", file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Run `halte demo-load DIRECTORY`: keys and `network.json` are written there, last and at once.

    The demo calls it on a fresh database; it is not for people.
    """
    directory = Path(arguments[0])
    keys = directory / "keys"
    keys.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    loaded = asyncio.run(load(keys=keys))
    unfinished = directory / "network.json.unfinished"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.json.encode(loaded))
    unfinished.rename(directory / "network.json")
    return 0
