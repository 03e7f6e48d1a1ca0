"""A search finds what reading every card would find: no more, no less, each card once."""

import random
from uuid import UUID, uuid4

import pytest

from infra.database import fetch, tenant_transaction
from tenants.clients.rules import ClientFields
from tenants.clients.search import search
from tenants.clients.words import PHONE_END, card_words, fragments
from tests.benchmarks.cards import some_cards
from tests.factories.clients import an_organisation

pytestmark = pytest.mark.usefixtures("pools")

SEED, CARDS, TEXTS = 20261122, 240, 260


def holds(pairs: set[tuple[str, str]], text: str) -> bool:
    """Say whether a card of these words is meant, by reading all of them."""
    return all(
        any(
            kind in fragment.kinds and word.startswith(fragment.word[::-1] if kind == PHONE_END else fragment.word)
            for kind, word in pairs
        )
        for fragment in fragments(text)
    )


def typed(card: ClientFields, dice: random.Random) -> str:
    """Return one to three fragments, mostly of this card."""
    phone = card.phones[0].number if card.phones else "0601"
    parts = [card.first_name, card.last_name, card.town, card.postal_code, card.email.partition("@")[0], "ma", "q"]
    words = [
        part[: dice.randrange(1, len(part) + 1)] for part in dice.sample([p for p in parts if p], dice.randrange(1, 4))
    ]
    return dice.choice(
        [" ".join(words), " ".join(words), " ".join(words).upper(), phone[:6], phone[-5:], card.reference[:4]]
    )


async def all_pages(centre_id: UUID, text: str, *, limit: int) -> list[UUID]:
    found: list[UUID] = []
    cursor = None
    async with tenant_transaction(centre_id, read_only=True):
        while True:
            page = await search(centre_id, text, limit=limit, cursor=cursor)
            found += [line.id for line in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return found


async def test_a_search_finds_what_reading_every_card_finds() -> None:
    centre, dice = uuid4(), random.Random(SEED)
    written = await some_cards(centre, CARDS, dice=dice, names=60)
    for number in range(12):
        await an_organisation(
            centre, organisation=f"Collège {number} Le Quellec", town="Pont-Aven", contact_name="Mme Morel"
        )
    async with tenant_transaction(centre, read_only=True):
        words = await fetch("SELECT client_id, kind, word FROM client_words WHERE centre_id = $1", centre)
        ids = {
            row["reference"]: row["id"]
            for row in await fetch("SELECT id, reference FROM clients WHERE centre_id = $1", centre)
        }
    pairs: dict[UUID, set[tuple[str, str]]] = {}
    for row in words:
        pairs.setdefault(row["client_id"], set()).add((row["kind"].decode(), row["word"]))
    for card in written:
        assert pairs[ids[card.reference]] == card_words(card, reference=card.reference)

    texts = [typed(dice.choice(written), dice) for _ in range(TEXTS)]
    several = 0
    for text in (*texts, "le q", "l q", "morel college 3", "pont m", "c l m p"):
        expected = {client_id for client_id, words_of in pairs.items() if holds(words_of, text)}
        if not expected or not fragments(text):
            continue  # then typos are looked for: another rule
        found = await all_pages(centre, text, limit=dice.choice((3, 20, 50)))
        assert len(found) == len(set(found)), text
        assert set(found) == expected, text
        several += len(fragments(text)) > 1
    assert several > 40


async def test_short_pages_give_what_a_long_one_gives_in_its_order() -> None:
    centre = uuid4()
    await some_cards(centre, 30, dice=random.Random(1), names=5)

    pages = await all_pages(centre, "m", limit=2)
    again = await all_pages(centre, "m", limit=50)

    assert pages == again
