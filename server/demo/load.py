"""Load a demo network into an empty, migrated database, and say how to get in."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import msgspec

from infra.actor import job
from infra.clock import now
from infra.ids import new_id
from infra.pools import Role, close_pools, open_pools
from server.demo.furnishing import furnish, open_centre
from server.demo.kardex import load_federations
from server.demo.network import CENTRES, DemoCentre
from server.demo.people import DemoCard, cards
from server.demo.staff import DemoUser, add_network_staff, add_staff
from tenants.arrivals.tablet import TABLETS
from tenants.centres.rules import CentreRef
from tenants.clients.bulk import add_cards
from tenants.clients.rules import Consent, clean, compared
from tenants.clients.storing import NewCard
from tenants.referential.founding import match_all, store_cards, store_pairs
from tenants.referential.matching.features import Features, read_features

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


class Progress:
    """Says on standard error what is there, and how long it took."""

    PAUSE_SECONDS = 5.0

    def __init__(self) -> None:
        """Begin to count."""
        self._since = self._said = time.monotonic()

    def now_and_then(self, what: str) -> None:
        """Say it where nothing was said for a while."""
        if time.monotonic() - self._said >= self.PAUSE_SECONDS:
            self(what)

    def __call__(self, what: str) -> None:
        """Say it."""
        self._said = time.monotonic()
        print(f"  {what} ({time.monotonic() - self._since:.1f} s)", file=sys.stderr, flush=True)


async def open_network(centres: Sequence[DemoCentre], *, keys: Path) -> tuple[Loaded, list[CentreRef]]:
    """Provision the centres with their staff, tablets and lists; the keys of the staff are written into `keys`."""
    users = await add_network_staff(keys=keys, actor=LOADER)
    await load_federations(LOADER)
    loaded, refs = [], []
    for place, centre in enumerate(centres):
        made = await open_centre(centre, actor=LOADER)
        refs.append(made)
        users += await add_staff(made, place=place, keys=keys, actor=LOADER)
        tablet = await TABLETS.pair(made.id, "Accueil", actor=LOADER)
        loaded.append(LoadedCentre(centre.slug, centre.name, tablet.token))
    return Loaded(loaded, users), refs


async def load(*, keys: Path) -> Loaded:
    """Load the five centres, in about a quarter of a minute."""
    said = Progress()
    await open_pools(Role.APP, Role.NETWORK, Role.RELAY, Role.OWNER)
    try:
        loaded, refs = await open_network(CENTRES, keys=keys)
        said("five centres and their staff")
        clients = await _add_cards(refs, cards(tuple(centre.cards for centre in CENTRES), seed=SEED))
        said(f"{sum(len(ids) for pair in clients for ids in pair)} client cards")
        stays = 0
        for place, (ref, centre) in enumerate(zip(refs, CENTRES, strict=True)):
            stays += await furnish(ref, centre, *clients[place], seed=SEED + place, actor=LOADER)
        said(f"{stays} stays around today")
        return loaded
    finally:
        await close_pools()


async def _add_cards(centres: list[CentreRef], wanted: list[DemoCard]) -> list[tuple[list[UUID], list[UUID]]]:
    """Add the cards, and match them all at once; return, for each centre, the ids of its bodies and of its people."""
    made: list[tuple[list[UUID], list[UUID]]] = [([], []) for _ in centres]
    features: list[list[tuple[UUID, Features]]] = []
    day = now().date()
    for place, ref in enumerate(centres):
        ours = [card.fields for card in wanted if card.centre == place]
        features.append([])
        for start in range(0, len(ours), CARDS_A_TRANSACTION):
            batch = [
                NewCard(id=new_id(), card=clean(fields), source="demo", foreign_id=None, consent=Consent(source="demo"))
                for fields in ours[start : start + CARDS_A_TRANSACTION]
            ]
            await add_cards(ref.id, batch, actor=LOADER, match=False)
            for new in batch:
                made[place][new.card.fields.kind == "person"].append(new.id)
                features[place].append((new.id, read_features(compared(new.card.fields), today=day)))
    everybody = [card for of_centre in features for card in of_centre]
    matched = match_all(card for _, card in everybody)
    fresh = {int(person): new_id() for person in dict.fromkeys(matched.persons.tolist())}
    identities = [fresh[person] for person in matched.persons.tolist()]
    row = 0
    for ref, of_centre in zip(centres, features, strict=True):
        rows = range(row, row := row + len(of_centre))
        await store_cards(
            ref.id, of_centre, [identities[each] for each in rows], [matched.keys_of(each) for each in rows]
        )
    await store_pairs(centres[0].id, matched, [card_id for card_id, _ in everybody], identities)
    return made


def main(arguments: list[str]) -> int:
    """Run `halte demo-load DIRECTORY`: keys and `network.json` are written there, last and at once.

    The demo calls it on a fresh database; it is not for people.
    """
    parser = argparse.ArgumentParser(prog="halte demo-load")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--cards", type=int, default=0, help="the large network, with so many cards")
    options = parser.parse_args(arguments)
    keys = options.directory / "keys"
    keys.mkdir(parents=True, exist_ok=True)
    options.directory.chmod(0o700)
    if options.cards:
        from server.demo.large import load_large

        loaded = load_large(options.cards, directory=options.directory, keys=keys)
    else:
        loaded = asyncio.run(load(keys=keys))
    unfinished = options.directory / "network.json.unfinished"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.json.encode(loaded))
    unfinished.rename(options.directory / "network.json")
    return 0
