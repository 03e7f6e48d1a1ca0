"""A network that begins with all its cards finds the same people as one whose cards came one by one."""

import random
from collections import defaultdict
from datetime import date
from uuid import UUID

import asyncpg
import pytest

from infra.clock import now
from infra.ids import new_id
from server.demo.crowd import crowd
from server.demo.network_towns import large_network
from tenants.clients.bulk import add_cards
from tenants.clients.rules import Consent, clean, compared
from tenants.clients.storing import NewCard
from tenants.referential.founding import match_all, store_cards, store_pairs
from tenants.referential.matching.features import Features, read_features
from tenants.referential.matching.keys import blocking_keys, counted_keys
from tenants.referential.operations import on_clients_saved
from tests.factories.centres import a_centre
from tests.factories.dossiers import TESTER
from tests.servers import Servers

CARDS = 60


def invented(seed: str, *, network: int) -> list[NewCard]:
    return [
        NewCard(id=new_id(), card=clean(fields), source="demo", foreign_id=None, consent=Consent(source="demo"))
        for fields in crowd(CARDS, network=network, seed=seed)
    ]


def together(persons: dict[UUID, object]) -> set[frozenset[UUID]]:
    """Return who is with whom."""
    groups = defaultdict(set)
    for card, person in persons.items():
        groups[person].add(card)
    return {frozenset(group) for group in groups.values()}


async def stored(servers: Servers, sql: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(servers.postgres.superuser_url.rsplit("/", 1)[0] + "/" + servers.database)
    try:
        return list(await connection.fetch(sql))
    finally:
        await connection.close()


@pytest.mark.usefixtures("pools")
async def test_all_at_once_gives_the_people_and_keys_that_one_by_one_gives(servers: Servers) -> None:
    await stored(servers, "DELETE FROM identity_cards")
    day, centres = now().date(), [await a_centre(), await a_centre()]
    cards: list[tuple[UUID, NewCard]] = []
    for place, centre in enumerate(centres):
        # So few shared clients that the second centre knows the first one's.
        batch = invented(f"seed-{place}", network=100)
        await add_cards(centre.id, batch, actor=TESTER, match=False)
        cards += [(centre.id, new) for new in batch]
    features: list[tuple[UUID, Features]] = [
        (new.id, read_features(compared(new.card.fields), today=day)) for _, new in cards
    ]
    matched = match_all(card for _, card in features)
    fresh = {person: new_id() for person in set(matched.persons.tolist())}
    found = [fresh[person] for person in matched.persons.tolist()]
    for place, centre in enumerate(centres):
        rows = range(place * CARDS, (place + 1) * CARDS)
        await store_cards(
            centre.id,
            [features[row] for row in rows],
            [found[row] for row in rows],
            [matched.keys_of(row) for row in rows],
        )
    await store_pairs(centres[0].id, matched, [card_id for card_id, _ in features], found)
    at_once = await stored(servers, "SELECT card_id, identity_id, keys FROM identity_cards")
    linked = await stored(
        servers, "SELECT card_id, other_card_id, bits, moved FROM identity_links WHERE undone_at IS NULL"
    )
    keys = {row["card_id"]: set(row["keys"]) for row in at_once}

    assert keys == {card_id: blocking_keys(card) | counted_keys(card) for card_id, card in features}
    people = together({row["card_id"]: row["identity_id"] for row in at_once})
    assert len(people) < 2 * CARDS - 5
    # Each person's cards hang together by links, one fewer than there are cards.
    of_these = [row for row in linked if row["card_id"] in keys]
    assert len(of_these) == 2 * CARDS - len(people)
    assert all(any({row["card_id"], row["other_card_id"]} <= person for person in people) for row in of_these)
    assert [row for row in of_these if row["moved"] != [row["card_id"]]] == []

    await stored(servers, "DELETE FROM identity_cards")
    for centre_id, new in random.Random(3).sample(cards, len(cards)):
        await on_clients_saved(centre_id, {new.id: compared(new.card.fields)})
    one_by_one = await stored(servers, "SELECT card_id, identity_id FROM identity_cards")
    apart = people ^ together({row["card_id"]: row["identity_id"] for row in one_by_one})
    assert len(apart) <= 4


def test_the_large_network_is_as_it_was_promised() -> None:
    centres = large_network(1_000_000)
    beds = {centre.slug: sum(rooms.beds * rooms.count for rooms in centre.rooms) for centre in centres}

    assert len(beds) == len(centres) == 43
    assert (min(beds.values()), max(beds.values())) == (15, 300)
    assert 999_900 <= sum(centre.cards for centre in centres) <= 1_000_000
    assert [centre.slug for centre in centres if not centre.slug.replace("-", "").isascii()] == []
    assert list(crowd(20, network=1_000, seed="x")) == list(crowd(20, network=1_000, seed="x"))
    assert all(card.birth_date is None or card.birth_date < date(2010, 1, 1) for card in crowd(50, network=9, seed="y"))
