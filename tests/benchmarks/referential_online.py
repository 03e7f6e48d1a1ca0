"""The referential through PostgreSQL: cards matched as they are saved, one after another, four at once, all of one person."""

import asyncio
import os
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from infra.checks.figures import Figure, at_least, at_most, percentile, ratio_of, side
from infra.clock import now, today
from infra.database import Busy, execute, fetch, network_transaction, plan_anew, tenant_transaction
from infra.ids import new_id
from tenants.clients.rules import ClientFields, Phone, clean, compared
from tenants.clients.storing import NewCard, insert_cards, reference_of, update_card
from tenants.referential.cleaning.dates import read_birth_date
from tenants.referential.founding import match_all, store_cards
from tenants.referential.matching.features import Features, read_features
from tenants.referential.operations import on_clients_saved
from tests.benchmarks.doors import prepared
from tests.benchmarks.linkage import linkage
from tests.factories.card_makers import Card, exports

SEED: Final = 20261122
ONE_BY_ONE: Final = int(os.environ.get("HALTE_BENCH_CARDS", "2000"))
"""Cards that come in one by one into an empty referential, to be compared with the same in bulk."""
BEFORE: Final = int(os.environ.get("HALTE_BENCH_CARDS_BEFORE", "20000"))
"""Cards that are there when times are taken."""
ROUNDS, A_ROUND = 5, 60
PERSONS, AT_ONCE, COPIES = 300, 7, 4
CONNECTIONS: Final = 30
BATCH: Final = 500


def measure() -> tuple[Figure, ...]:
    """Measure it all, on an empty database."""
    return prepared(_measure, size=CONNECTIONS)


async def _measure() -> tuple[Figure, ...]:
    from tests.factories.centres import a_centre

    dice = random.Random(SEED)
    centres = [(await a_centre()).id for _ in range(8)]
    agreement = await _agreement(centres, dice)
    await _fill(centres, dice)
    source = new_cards(exports(1.0)(dice, 4 * ROUNDS * A_ROUND + 1_000))
    times = await desk_times(centres, source, among=BEFORE + ONE_BY_ONE)
    return (agreement, *times, await _one_person_at_once(centres))


def new_cards(made: Iterable[Card]) -> Iterator[NewCard]:
    """Make client cards of a maker's, as a desk would have typed them."""
    for card in made:
        phone, client_id = card.get("phone", ""), new_id()
        fields = ClientFields(
            first_name=card.get("first_name", ""),
            last_name=card.get("last_name", "") or "X",
            email=card.get("email", "") if "@" in card.get("email", "") else "",
            phones=[Phone(number=phone)] if phone else [],
            birth_date=read_birth_date(card.get("birth_date", ""), today=today("Europe/Paris")),
            street=card.get("street", ""),
            postal_code=card.get("postal_code", ""),
            town=card.get("city", ""),
            reference=reference_of(client_id),
        )
        yield NewCard(id=client_id, card=clean(fields), source="bench", foreign_id=None, consent=None)


def features_of(card: NewCard) -> Features:
    """Return what is compared of a card."""
    return read_features(compared(card.card.fields), today=now().date())


async def save_matched(centre_id: UUID, card: NewCard) -> None:
    """Save a card and match it, in one transaction."""
    async with tenant_transaction(centre_id):
        await insert_cards(centre_id, [card])
        await on_clients_saved(centre_id, {card.id: compared(card.card.fields)})


async def _changed(centre_id: UUID, card: NewCard) -> None:
    """Write a card over as a desk does that adds the street and mends the name."""
    fields = msgspec.structs.replace(
        card.card.fields, first_name=card.card.fields.first_name.upper(), street="7 rue du Port"
    )
    changed = clean(fields)
    async with tenant_transaction(centre_id):
        await update_card(centre_id, card.id, changed, consents={})
        await on_clients_saved(centre_id, {card.id: compared(changed.fields)})


async def _written(centre_id: UUID, card: NewCard) -> None:
    async with tenant_transaction(centre_id):
        await insert_cards(centre_id, [card])


async def _agreement(centres: Sequence[UUID], dice: random.Random) -> Figure:
    made = exports(1.0)(dice, ONE_BY_ONE)
    dice.shuffle(made)
    cards = list(new_cards(made))
    for place, card in enumerate(cards):
        await save_matched(centres[place % len(centres)], card)
    identities = await _identities([card.id for card in cards])
    bulk = [str(first) for first in match_all([features_of(card) for card in cards]).persons.tolist()]
    read = linkage(bulk, [str(identities[card.id]) for card in cards])
    return at_least(
        f"online against bulk, {ONE_BY_ONE} cards: agreement F1",
        read.f1,
        0.985,
        unit="",
        note=f"bulk as the truth: {read}",
    )


async def _identities(cards: Sequence[UUID]) -> dict[UUID, UUID]:
    async with network_transaction():
        rows = await fetch("SELECT card_id, identity_id FROM identity_cards WHERE card_id = ANY ($1)", list(cards))
    return {row["card_id"]: row["identity_id"] for row in rows}


async def _fill(centres: Sequence[UUID], dice: random.Random) -> None:
    cards = list(new_cards(exports(1.0)(dice, BEFORE)))
    features = [features_of(card) for card in cards]
    matched = match_all(features)
    ids = [new_id() for _ in cards]
    for first in range(0, len(cards), BATCH):
        centre_id = centres[first // BATCH % len(centres)]
        rows = range(first, min(first + BATCH, len(cards)))
        async with tenant_transaction(centre_id):
            await plan_anew()
            await execute("SET LOCAL statement_timeout = 0")
            await insert_cards(centre_id, cards[first : first + BATCH])
        await store_cards(
            centre_id,
            [(cards[row].id, features[row]) for row in rows],
            [ids[int(matched.persons[row])] for row in rows],
            [matched.keys_of(row) for row in rows],
        )
    from infra.database import owner_transaction

    async with owner_transaction():
        await execute("ANALYZE")


async def desk_times(centres: Sequence[UUID], source: Iterator[NewCard], *, among: int) -> tuple[Figure, ...]:
    """Measure cards that are saved, alone and on four connections, among so many."""
    ours: list[Took] = []
    over: list[Took] = []
    rounds: list[tuple[list[Took], list[Took]]] = []
    for turn in range(ROUNDS + 1):
        cards = list(islice(source, A_ROUND))
        saved = await _each_took(save_matched, centres, cards)
        alone = await _each_took(_written, centres, list(islice(source, A_ROUND)))
        changed = await _each_took(_changed, centres, cards)
        if turn:  # the first round warms up
            ours += saved
            over += changed
            rounds.append((saved, alone))
    mine, theirs = ([percentile([each.ms for each in one], 50) for one in turns] for turns in zip(*rounds, strict=True))
    busy, idle = ([statistics.fmean(each.busy for each in one) for one in turns] for turns in zip(*rounds, strict=True))
    took, again = [each.ms for each in ours], [each.ms for each in over]
    size = f"{among} cards"
    return (
        at_most(f"insert committed among {size}, p50", percentile(took, 50), 5),
        at_most("the same, p95", percentile(took, 95), 10),
        at_most("the same, p99", percentile(took, 99), 20),
        at_most(
            "the same, p50 ÷ begin + insert + commit",
            ratio_of(mine, theirs),
            3,
            unit="",
            sides=(side("matched", mine), side("inserted alone", theirs)),
        ),
        Figure(
            name="the same, processor time in Python ÷ inserted alone",
            value=ratio_of(busy, idle),
            unit="",
            sides=(side("matched", busy), side("inserted alone", idle)),
        ),
        at_most("update committed, p50", percentile(again, 50), 6),
        at_most("the same, p99", percentile(again, 99), 25),
        await _sustained(centres, source),
    )


class Took(NamedTuple):
    """What one card took."""

    ms: float
    busy: float
    """Milliseconds of processor time of this process."""


async def _each_took(
    save: Callable[[UUID, NewCard], Awaitable[None]], centres: Sequence[UUID], cards: Sequence[NewCard]
) -> list[Took]:
    took = []
    for place, card in enumerate(cards):
        began, busy = time.perf_counter(), time.process_time()
        await save(centres[place % len(centres)], card)
        took.append(Took((time.perf_counter() - began) * 1_000, (time.process_time() - busy) * 1_000))
    return took


async def _sustained(centres: Sequence[UUID], source: Iterator[NewCard]) -> Figure:
    async def desk(mine: Sequence[NewCard]) -> None:
        for place, card in enumerate(mine):
            await save_matched(centres[place % len(centres)], card)

    rates = []
    for turn in range(4):
        cards = list(islice(source, 4 * A_ROUND))
        began = time.perf_counter()
        await asyncio.gather(*(desk(cards[number::4]) for number in range(4)))
        if turn:  # the first one warms up: three of the connections have planned nothing yet
            rates.append(len(cards) / (time.perf_counter() - began))
    return at_least(
        "inserts on 4 connections", statistics.median(rates), 400, sides=(side("rounds", rates, unit="/s"),)
    )


async def _one_person_at_once(centres: Sequence[UUID]) -> Figure:
    split = 0
    for first in range(1, PERSONS + 1, AT_ONCE):
        people = [_copies(number) for number in range(first, min(first + AT_ONCE, PERSONS + 1))]
        await asyncio.gather(*(_patiently(centres[copy], card) for cards in people for copy, card in enumerate(cards)))
        identities = await _identities([card.id for cards in people for card in cards])
        split += sum(len({identities[card.id] for card in cards}) > 1 for cards in people)
    return at_most(f"{PERSONS} persons × {COPIES} cards at once: split", split, 0, unit="", must=True)


async def _patiently(centre_id: UUID, card: NewCard) -> None:
    for _ in range(30):  # a desk that is told « busy » tries again
        with suppress(Busy):
            return await save_matched(centre_id, card)
    raise Busy()


def _copies(number: int) -> list[NewCard]:
    last = "Zq" + "".join("aeioubdrst"[int(digit)] for digit in f"{number * 7919 % 10**6:06}")
    phone = f"6{number * 104729 % 10**8:08}"
    copies = [
        {
            "first_name": "Enora" if copy % 2 else "E",
            "last_name": last,
            "phone": f"0{phone}" if copy % 2 else f"+33 {phone}",
        }
        for copy in range(COPIES)
    ]
    return list(new_cards(copies))
