"""Find a card among 100,000 as one types: every key is a request."""

import asyncio
import os
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from urllib.parse import quote
from uuid import UUID, uuid4

import asyncpg
import msgspec
from asyncpg.connection import LoggedQuery

from infra.checks.figures import Figure, at_most, percentile, side
from infra.services import cluster
from infra.services.postgres import with_database
from tenants.clients.rules import ClientFields
from tests.benchmarks.cards import some_cards
from tests.benchmarks.doors import prepared, served
from tests.benchmarks.wire import Wire, each_took
from tests.servers import migrations_digest

CARDS, SEED, SEARCHES, SLUG = 100_000, 100, 60, "kardex"
NEIGHBOURS = int(os.environ.get("HALTE_SOAK_NEIGHBOURS", "9"))
"""Centres beside it with as many cards each, in the soak: a network of a million."""
OF_A_CARD = ("clients", "client_phones", "client_words", "client_misspellings")


class Desk(msgspec.Struct, frozen=True):
    """The centre, and somebody at its desk."""

    centre_id: UUID
    token: str


async def filled() -> None:
    """Make the centre with its cards."""
    from tests.factories.centres import a_centre

    centre = await a_centre(slug=SLUG)
    await some_cards(centre.id, CARDS, dice=random.Random(SEED))
    # As autovacuum leaves them within minutes: counted, and their index readable without the table.
    connection = await asyncpg.connect(os.environ["DATABASE_OWNER_URL"])
    try:
        await connection.execute("VACUUM (ANALYZE)")
    finally:
        await connection.close()


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


async def with_neighbours() -> None:
    """Give other centres the same cards, by the database alone: what a search must not be slowed by."""
    mine = os.environ["DATABASE_URL"].rpartition("/")[2]
    connection = await asyncpg.connect(with_database(os.environ["HALTE_BENCH_SUPERUSER_URL"], mine))
    try:
        await connection.execute("SET session_replication_role = replica")
        centre_id = await connection.fetchval("SELECT id FROM centres WHERE slug = $1", SLUG)
        for _neighbour in range(NEIGHBOURS):
            other = uuid4()
            for table in OF_A_CARD:
                names = await connection.fetch(
                    """SELECT attname FROM pg_attribute
                       WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''""",
                    table,
                )
                theirs = {"centre_id": "$1::uuid"} | {
                    name: f"md5($1::uuid::text || {name}::text)::uuid" for name in ("id", "client_id")
                }
                columns = [name for (name,) in names]
                await connection.execute(
                    f"""INSERT INTO {table} ({", ".join(columns)})
                        SELECT {", ".join(theirs.get(name, name) for name in columns)} FROM {table} WHERE centre_id = $2""",
                    other,
                    centre_id,
                    timeout=None,
                )
        await connection.execute("VACUUM (ANALYZE)")
    finally:
        await connection.close()


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


class Inside(msgspec.Struct, frozen=True):
    """How long the queries of each search took, in milliseconds, their way over the socket included."""

    walled: list[float]
    """As the application's role: row-level security adds its conditions."""
    bare: list[float]
    """The same queries as a superuser, which no policy holds for."""


async def in_the_database(centre_id: UUID, texts: Sequence[str]) -> Inside:
    """Take down the queries of each search, and send them again by each role in turns."""
    from infra.database import scope, tenant_transaction
    from tenants.clients.search import search

    taken: list[list[LoggedQuery]] = []

    def note(query: LoggedQuery) -> None:
        taken[-1].append(query)

    async with tenant_transaction(centre_id, read_only=True):
        scope().connection.add_query_logger(note)
        for text in texts:
            taken.append([])
            await search(centre_id, text)
            await asyncio.sleep(0)  # asyncpg tells its loggers in the loop's next turn
    app, superuser = os.environ["DATABASE_URL"], os.environ["HALTE_BENCH_SUPERUSER_URL"]
    walled = await asyncpg.connect(app)
    bare = await asyncpg.connect(with_database(superuser, app.rpartition("/")[2]))
    inside = Inside([], [])
    try:
        for connection in (walled, bare):
            await connection.execute("SET jit = off")
            await connection.execute("SELECT set_config('halte.centre', $1, false)", str(centre_id))
        for queries in taken:
            for connection, spent in ((walled, inside.walled), (bare, inside.bare)):
                began = time.perf_counter()
                for query in queries:
                    await connection.fetch(query.query, *query.args)
                spent.append((time.perf_counter() - began) * 1000)
    finally:
        await walled.close()
        await bare.close()
    return inside


def measure() -> list[Figure]:
    """Type."""
    stage()
    return measured(f"{CARDS:,} cards")


def measure_network() -> list[Figure]:
    """Type at one centre of a network of a million cards."""
    stage()
    prepared(with_neighbours)
    return measured(f"{CARDS:,} cards of {CARDS * (1 + NEIGHBOURS):,} in the network")


def measured(among: str) -> list[Figure]:
    """Return how long a search takes; `among` says among what."""
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
        of_all_kinds = each_took(
            lambda text: wire.request("GET", f"/api/v1/centres/{SLUG}/search?q={quote(text)}"),
            [text.encode() for text in texts],
        )
    slowest = sorted(zip(spent, texts, strict=True))[-3:]
    return [
        at_most(
            f"search as one types, {among}, p95 through the API",
            percentile(spent, 95),
            50,
            sides=[side("API", spent)],
            note=f"{len(texts)} keys, {statistics.mean(map(bool, found)):.0%} find a card; the slowest: "
            + ", ".join(f"« {text} » {each:.0f} ms" for each, text in slowest),
        ),
        at_most(
            "clients, dossiers, stays and rooms at once as one types, p95 through the API",
            percentile(of_all_kinds, 95),
            100,
            sides=[side("API", of_all_kinds)],
        ),
        at_most(
            "search among the cards, p95 in the database",
            percentile(inside.walled, 95),
            20,
            sides=[side("queries", inside.walled)],
        ),
        at_most(
            "the same queries with row-level security against without, all keys together",
            sum(inside.walled) / sum(inside.bare),
            1.5,
            unit="×",
            sides=[side("with", inside.walled), side("without", inside.bare)],
        ),
    ]
