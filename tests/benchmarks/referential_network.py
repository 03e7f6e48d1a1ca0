"""The referential at its size: a network's cards come in unlinked, are linked at once, and a few more come in at desks.

`HALTE_SOAK_CARDS` cards of 43 centres, a million unless said, go into PostgreSQL through the tables that imports write, each an
identity of its own, as if they had come in before the matcher. `halte referential link` finds who is who. The seed's pair is among
them, and cards of nobody. What desks save afterwards is compared with what linking everything in memory makes of it.
"""

import os
import random
import resource
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from infra.actor import job
from infra.checks.figures import Figure, at_least, at_most
from infra.database import (
    execute,
    fetch,
    fetch_value,
    network_transaction,
    owner_transaction,
    plan_anew,
    tenant_transaction,
)
from infra.ids import new_id
from tenants.clients.storing import NewCard, insert_cards
from tenants.referential.founding import match_all, store_cards
from tenants.referential.matching.features import Features
from tenants.referential.matching.keys import blocking_keys, counted_keys
from tenants.referential.whole import Found, link_network
from tests.benchmarks.doors import prepared
from tests.benchmarks.referential_online import SEED, desk_times, features_of, new_cards, save_matched
from tests.factories.card_makers import SEED_S_PAIR, Card, exports

CARDS: Final = int(os.environ.get("HALTE_SOAK_CARDS", "1000000"))
CENTRES: Final = 43
BATCH: Final = 500
AT_DESKS: Final = 300
"""Cards that are saved one by one once the rest is linked."""
TIMED: Final = 2_500
"""Cards that are then saved by the clock."""
NOBODY: Final[Card] = {"last_name": "CLIENT DE PASSAGE"}
NOBODY_S: Final = 50


def measure() -> list[Figure]:
    """Measure it all, on an empty database."""
    return prepared(_measure)


async def _measure() -> list[Figure]:
    from tests.factories.centres import a_centre

    centres = [(await a_centre()).id for _ in range(CENTRES)]
    dice = random.Random(SEED)
    made = exports(1.0)(dice, CARDS + AT_DESKS)
    dice.shuffle(made)
    before = [*SEED_S_PAIR, *[NOBODY] * NOBODY_S, *made[AT_DESKS:]]
    began = time.perf_counter()
    ids, features = await _came_in(centres, before)
    coming = time.perf_counter() - began
    began = time.perf_counter()
    found, again = await link_network(actor=job("bench")), await link_network(actor=job("bench"))
    linking = (time.perf_counter() - began) / 2
    gigabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    linked = await _identities()
    pair, nobody = ids[: len(SEED_S_PAIR)], ids[len(SEED_S_PAIR) :][:NOBODY_S]
    third = next(new_cards([SEED_S_PAIR[1]]))
    await save_matched(centres[2], third)
    met_again = (await _identities())[third.id] == linked[pair[0]]
    agreed, told = await _agreement(centres, ids, features, list(new_cards(made[:AT_DESKS])), third)
    times = await desk_times(centres, new_cards(exports(1.0)(dice, TIMED)), among=len(ids))
    whole, size = (coming + linking) * 1e6 / len(ids), f"{len(ids)} cards"
    return [
        at_most(f"{size} to identities, for a million", whole, 180, unit="s", note=_said(found, coming, linking)),
        at_most("memory of the process that links", gigabytes, 4, unit="GB"),
        at_most("the seed's pair left apart", int(linked[pair[0]] != linked[pair[1]]), 0, unit="", must=True),
        at_most("somebody of it not met again at a desk", int(not met_again), 0, unit="", must=True),
        at_most("cards of nobody linked", NOBODY_S - len({linked[card] for card in nobody}), 0, unit="", must=True),
        at_most("identities joined when linked again", again.joined, 0, unit="", must=True),
        at_least(f"{AT_DESKS} cards at desks against all in memory: agreement F1", agreed, 0.985, unit="", note=told),
        *times,
        Figure(name="the database on disk", value=await _disk_gigabytes(), unit="GB"),
    ]


async def _disk_gigabytes() -> float:
    async with owner_transaction():
        return int(await fetch_value("SELECT pg_database_size(current_database())")) / 1024**3


def _said(found: Found, coming: float, linking: float) -> str:
    return f"came in {coming:.0f} s, linked {linking:.0f} s, {found.compared} pairs compared, {found.joined} identities joined"


async def _came_in(centres: Sequence[UUID], made: Sequence[Card]) -> tuple[list[UUID], list[Features]]:
    """Write the cards, each alone."""
    ids: list[UUID] = []
    features: list[Features] = []
    for number, first in enumerate(range(0, len(made), BATCH)):
        centre_id, cards = centres[number % len(centres)], list(new_cards(made[first : first + BATCH]))
        cleaned = [features_of(card) for card in cards]
        async with tenant_transaction(centre_id):
            await plan_anew()
            await execute("SET LOCAL statement_timeout = 0")
            await insert_cards(centre_id, cards)
        await store_cards(
            centre_id,
            [(card.id, read) for card, read in zip(cards, cleaned, strict=True)],
            [new_id() for _ in cards],
            [sorted(blocking_keys(read) | counted_keys(read)) for read in cleaned],
        )
        ids += [card.id for card in cards]
        features += cleaned
    async with owner_transaction():
        await execute("ANALYZE")
    return ids, features


async def _identities() -> dict[UUID, UUID]:
    async with network_transaction():
        await execute("SET LOCAL statement_timeout = 0")
        return {
            row["card_id"]: row["identity_id"] for row in await fetch("SELECT card_id, identity_id FROM identity_cards")
        }


async def _agreement(
    centres: Sequence[UUID], ids: Sequence[UUID], features: Sequence[Features], cards: Sequence[NewCard], third: NewCard
) -> tuple[float, str]:
    """Save cards one by one, and read whom each is with against linking all of them in memory."""
    for place, card in enumerate(cards):
        await save_matched(centres[place % len(centres)], card)
    everybody = [*ids, third.id, *(card.id for card in cards)]
    persons = match_all([*features, features_of(third), *map(features_of, cards)]).persons.tolist()
    identities = await _identities()
    here, there = (
        _mates(everybody, groups, len(cards)) for groups in (persons, [identities[card] for card in everybody])
    )
    both, only_memory, only_desks = len(here & there), len(here - there), len(there - here)
    f1 = 2 * both / max(len(here) + len(there), 1)
    return f1, f"of their pairs {both} in both, {only_memory} in memory alone, {only_desks} at desks alone"


def _mates(cards: Sequence[UUID], groups: Sequence[object], last: int) -> set[tuple[UUID, UUID]]:
    """Return the pairs of one group with one of the last cards."""
    members: dict[object, list[UUID]] = defaultdict(list)
    for card, group in zip(cards, groups, strict=True):
        members[group].append(card)
    return {
        (card, mate)
        for card, group in zip(cards[-last:], groups[-last:], strict=True)
        for mate in members[group]
        if mate != card
    }
