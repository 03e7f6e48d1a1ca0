"""Find a card among 100,000 as one types: every key is a request."""

import asyncio
import os
import random
import statistics
from collections.abc import Iterator, Sequence
from urllib.parse import quote
from uuid import UUID

import msgspec
from asyncpg.connection import LoggedQuery

from infra.checks.figures import Figure, at_most, percentile, side
from infra.services import cluster
from tenants.clients.rules import ClientFields
from tests.benchmarks.cards import some_cards
from tests.benchmarks.doors import prepared, served
from tests.benchmarks.wire import Wire, each_took
from tests.servers import migrations_digest

CARDS, SEED, SEARCHES, SLUG = 100_000, 100, 60, "kardex"


class Desk(msgspec.Struct, frozen=True):
    """The centre, and somebody at its desk."""

    centre_id: UUID
    token: str


async def filled() -> None:
    """Make the centre with its cards."""
    from infra.database import execute, owner_transaction
    from tests.factories.centres import a_centre

    centre = await a_centre(slug=SLUG)
    await some_cards(centre.id, CARDS, dice=random.Random(SEED))
    async with owner_transaction():
        await execute("SET LOCAL statement_timeout = 0")
        await execute("ANALYZE")


def stage() -> None:
    """Have the cards in this run's database: written once, then copied as long as the tables are the same."""
    url, mine = os.environ["HALTE_BENCH_SUPERUSER_URL"], os.environ["DATABASE_URL"].rpartition("/")[2]
    kept = f"halte_cards_{migrations_digest()}_{CARDS}"
    if kept in cluster.databases(url):
        cluster.drop_database(url, mine)
        cluster.make_database(url, mine, template=kept)
        return
    for outdated in cluster.databases(url):
        if outdated.startswith("halte_cards_"):
            cluster.drop_database(url, outdated)
    prepared(filled)
    cluster.make_database(url, kept, template=mine)


async def a_desk() -> Desk:
    """Log somebody in."""
    from tenants.centres.queries import by_slug
    from tests.factories.accounts import a_user

    centre = await by_slug(SLUG)
    assert centre is not None
    return Desk(centre.id, (await a_user(centre)).access_token)


async def sample(centre_id: UUID, count: int) -> list[ClientFields]:
    """Return what some cards say, of those that say everything."""
    from infra.database import fetch, tenant_transaction

    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch(
            """SELECT c.first_name, c.last_name, c.town, c.email, p.number FROM clients c
               JOIN client_phones p ON p.centre_id = $1 AND p.client_id = c.id
               WHERE c.centre_id = $1 AND c.email <> '' ORDER BY md5(c.reference) LIMIT $2""",
            centre_id,
            count,
        )
    from tenants.clients.rules import Phone

    return [
        ClientFields(
            first_name=row["first_name"],
            last_name=row["last_name"],
            town=row["town"],
            email=row["email"],
            phones=[Phone(number=row["number"])],
        )
        for row in rows
    ]


def typed(card: ClientFields, dice: random.Random) -> str:
    """Return what a clerk types to find a card."""
    slip = dice.randrange(1, len(card.last_name) - 1)
    swapped = card.last_name[:slip] + card.last_name[slip + 1] + card.last_name[slip] + card.last_name[slip + 2 :]
    return dice.choice(
        [
            card.last_name,
            f"{card.first_name} {card.last_name}",
            f"{card.last_name} {card.first_name[:2]}",
            f"{card.town} {card.last_name}",
            card.phones[0].number,
            card.phones[0].number[-5:],
            card.email,
            swapped,
            f"{swapped} {card.town}",
            f"{card.first_name[0]} {card.last_name}",
        ]
    )


def keystrokes(cards: Sequence[ClientFields]) -> Iterator[str]:
    """Return the text of the line after each key."""
    dice = random.Random(SEED)
    for card in cards:
        text = typed(card, dice)
        yield from (text[:end] for end in range(1, len(text) + 1) if text[end - 1] != " ")


async def in_the_database(centre_id: UUID, texts: Sequence[str]) -> list[float]:
    """Return how long the queries of each search took, in milliseconds, their way over the socket included."""
    from infra.database import scope, tenant_transaction
    from tenants.clients.search import search

    spent: list[float] = []
    this: list[float] = []

    def note(query: LoggedQuery) -> None:
        this.append(query.elapsed * 1000)

    async with tenant_transaction(centre_id, read_only=True):
        scope().connection.add_query_logger(note)
        for text in texts:
            this.clear()
            await search(centre_id, text)
            await asyncio.sleep(0)  # asyncpg tells its loggers in the loop's next turn
            spent.append(sum(this))
        scope().connection.remove_query_logger(note)
    return spent


def measure() -> list[Figure]:
    """Type."""
    stage()
    desk = prepared(a_desk)
    texts = list(keystrokes(prepared(lambda: sample(desk.centre_id, SEARCHES))))
    inside = prepared(lambda: in_the_database(desk.centre_id, texts))
    found: list[int] = []

    with served("infra", "serve") as port, Wire(port, token=desk.token) as wire:

        def ask(text: bytes) -> None:
            status, answer = wire.request("GET", f"/api/v1/centres/{SLUG}/clients?q={quote(text)}")
            if status != 200:
                raise RuntimeError(f"{text.decode()}: {status}")
            found.append(answer.count(b'"id"'))

        for text in texts[:20]:
            ask(text.encode())
        found.clear()
        spent = each_took(ask, [text.encode() for text in texts])
    slowest = sorted(zip(spent, texts, strict=True))[-3:]
    return [
        at_most(
            f"search as one types, {CARDS:,} cards, p95 through the API",
            percentile(spent, 95),
            50,
            sides=[side("API", spent)],
            note=f"{len(texts)} keys, {statistics.mean(map(bool, found)):.0%} find a card; the slowest: "
            + ", ".join(f"« {text} » {each:.0f} ms" for each, text in slowest),
        ),
        at_most("the same, p95 in the database", percentile(inside, 95), 20, sides=[side("queries", inside)]),
    ]
