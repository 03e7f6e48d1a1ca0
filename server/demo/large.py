"""Load the large network: 43 centres and a million cards, in as many processes as the machine has cores.

Three passes: cards are cleaned and written centre by centre; all of them are compared at once, by the referential's own core;
then each is stored with its identity and keys. Between the passes the cleaned cards wait in files, a chunk each.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar
from uuid import UUID

import msgspec

from infra.clock import now
from infra.ids import new_id
from infra.pools import Role, close_pools, open_pools
from server.demo.crowd import crowd
from server.demo.furnishing import furnish
from server.demo.load import LOADER, SEED, Loaded, Progress, open_network
from server.demo.network import DemoCentre
from server.demo.network_towns import large_network
from tenants.centres.rules import CentreRef
from tenants.clients.bulk import add_cards
from tenants.clients.rules import Consent, clean, compared
from tenants.clients.storing import NewCard
from tenants.referential.founding import Matched, match_all, store_cards, store_pairs
from tenants.referential.matching.features import Features, read_features

CHUNK: Final = 5_000
"""Cards of one file, and of one turn of a process."""
BATCH: Final = 500
REMEMBERED: Final = 2_000
"""So many of a centre's cards have stays."""

Result = TypeVar("Result")
_fork: Final = multiprocessing.get_context("fork")


class Kept(msgspec.Struct, frozen=True):
    """A card that was written, cleaned for comparison."""

    id: UUID
    is_person: bool
    features: Features


class Chunk(msgspec.Struct, frozen=True):
    """Some cards of a centre, and the file where they wait cleaned."""

    centre_id: UUID
    number: int
    cards: int
    network: int
    file: Path

    def read(self) -> list[Kept]:
        """Return the cards, in their order."""
        return _DECODER.decode_lines(self.file.read_bytes())


_DECODER: Final = msgspec.json.Decoder(Kept)


def load_large(cards: int, *, directory: Path, keys: Path) -> Loaded:
    """Load it, in minutes; says how far it is."""
    said = Progress()
    centres = large_network(cards)
    loaded, refs = asyncio.run(_connected(partial(open_network, centres, keys=keys)))
    said(f"{len(centres)} centres and their staff")
    chunks = list(_chunks(refs, centres, directory / "cards"))
    done = 0
    for chunk in _in_processes(_write_cards, chunks):
        done += chunk.cards
        said.now_and_then(f"{done:,} of {cards:,} client cards".replace(",", " "))
    said(f"{done:,} client cards".replace(",", " "))
    card_ids = [kept.id for chunk in chunks for kept in chunk.read()]
    matched = match_all(kept.features for chunk in chunks for kept in chunk.read())
    persons = matched.persons.tolist()
    fresh = {person: new_id() for person in dict.fromkeys(persons)}
    identities = [fresh[person] for person in persons]
    said(f"compared: {len(fresh):,} clients behind them".replace(",", " "))
    done = 0
    for stored in _in_processes(_store, _arranged(chunks, matched, identities)):
        done += stored
        said.now_and_then(f"{done:,} of {len(persons):,} in the referential".replace(",", " "))
    asyncio.run(_connected(partial(store_pairs, refs[0].id, matched, card_ids, identities)))
    said(f"{len(matched.links):,} links".replace(",", " "))
    stays = 0
    for number, made in enumerate(_in_processes(_furnish, list(_houses(refs, centres, chunks))), start=1):
        stays += made
        said.now_and_then(f"{number} of {len(centres)} centres furnished")
    said(f"{stays} stays around today")
    for chunk in chunks:
        chunk.file.unlink()
    (directory / "cards").rmdir()
    return loaded


async def _connected(work: Callable[[], Coroutine[object, object, Result]]) -> Result:
    """Do some work with pools of its own: processes are forked between two of these, and inherit no connection."""
    await open_pools(Role.APP, Role.NETWORK, Role.RELAY, Role.OWNER)
    try:
        return await work()
    finally:
        await close_pools()


Task = TypeVar("Task")


def _in_processes(work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
    """Do the tasks in other processes, and yield what each returns, in order."""
    with _fork.Pool(os.cpu_count() or 1) as pool:
        yield from pool.imap(work, tasks, chunksize=1)


def _chunks(refs: Sequence[CentreRef], centres: Sequence[DemoCentre], directory: Path) -> Iterator[Chunk]:
    directory.mkdir(exist_ok=True)
    network = sum(centre.cards for centre in centres)
    for ref, centre in zip(refs, centres, strict=True):
        for number, first in enumerate(range(0, centre.cards, CHUNK)):
            size = min(CHUNK, centre.cards - first)
            yield Chunk(ref.id, number, size, network, directory / f"{ref.slug}-{number}.jsonl")


def _write_cards(chunk: Chunk) -> Chunk:
    """Invent a chunk's cards, write them into the kardex, and keep them cleaned in the chunk's file."""
    asyncio.run(_connected(partial(_add, chunk)))
    return chunk


async def _add(chunk: Chunk) -> None:
    day = now().date()
    invented = crowd(chunk.cards, network=chunk.network, seed=f"{SEED}-{chunk.file.stem}")
    with chunk.file.open("wb") as file:
        while batch := [
            NewCard(id=new_id(), card=clean(fields), source="demo", foreign_id=None, consent=Consent(source="demo"))
            for fields in islice(invented, BATCH)
        ]:
            await add_cards(chunk.centre_id, batch, actor=LOADER, match=False)
            for new in batch:
                fields = new.card.fields
                kept = Kept(new.id, fields.kind == "person", read_features(compared(fields), today=day))
                file.write(msgspec.json.encode(kept) + b"\n")


class Arranged(msgspec.Struct, frozen=True):
    """What comparing gave for the cards of a chunk, in their order."""

    chunk: Chunk
    identities: list[UUID]
    keys: list[list[int]]


def _arranged(chunks: Iterable[Chunk], matched: Matched, identities: Sequence[UUID]) -> Iterator[Arranged]:
    row = 0
    for chunk in chunks:
        rows = range(row, row := row + chunk.cards)
        yield Arranged(chunk, [identities[each] for each in rows], [matched.keys_of(each) for each in rows])


def _store(arranged: Arranged) -> int:
    """Write a chunk's cards into the referential; return how many."""
    cards = [(kept.id, kept.features) for kept in arranged.chunk.read()]

    async def store() -> None:
        for first in range(0, len(cards), BATCH):
            part = slice(first, first + BATCH)
            await store_cards(arranged.chunk.centre_id, cards[part], arranged.identities[part], arranged.keys[part])

    asyncio.run(_connected(store))
    return len(cards)


class House(msgspec.Struct, frozen=True):
    """A centre to furnish, and the first of its cards."""

    ref: CentreRef
    centre: DemoCentre
    seed: int
    first: Chunk | None


def _houses(refs: Sequence[CentreRef], centres: Sequence[DemoCentre], chunks: Sequence[Chunk]) -> Iterator[House]:
    first = {chunk.centre_id: chunk for chunk in chunks if chunk.number == 0}
    for place, (ref, centre) in enumerate(zip(refs, centres, strict=True)):
        yield House(ref, centre, SEED + place, first.get(ref.id))


def _furnish(house: House) -> int:
    cards = house.first.read()[:REMEMBERED] if house.first is not None else []
    bodies = [kept.id for kept in cards if not kept.is_person]
    people = [kept.id for kept in cards if kept.is_person]
    work = partial(furnish, house.ref, house.centre, bodies, people, seed=house.seed, actor=LOADER)
    return asyncio.run(_connected(work))
