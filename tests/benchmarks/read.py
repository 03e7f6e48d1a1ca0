"""Read one centre's rows: through the API and its scope, through a bare route, by pgbench; the same SQL, one client each."""

import random
from datetime import date
from uuid import UUID

import msgspec

from infra.checks.figures import Figure, at_least, ratio_of, side
from tests.benchmarks import pgbench
from tests.benchmarks.cards import some_cards
from tests.benchmarks.doors import prepared
from tests.benchmarks.sides import Route, in_turns, statements_of

REQUESTS = 250
LISTED = 100


class Stage(msgspec.Struct, frozen=True):
    """A centre with cards, and somebody at its desk."""

    centre_id: UUID
    slug: str
    account_id: UUID
    token: str


async def a_stage() -> Stage:
    """Make it."""
    from tests.factories.accounts import a_user
    from tests.factories.centres import a_centre

    centre = await a_centre()
    user = await a_user(centre, "direction")
    await some_cards(centre.id, 300, dice=random.Random(300))
    return Stage(centre.id, centre.slug, user.id, user.access_token)


def compared(name: str, stage: Stage, path: str, *, of_bare: float, of_pgbench: float | None) -> list[Figure]:
    """Measure one route and return its share of each other side's rate."""
    route = Route(method="GET", path=path, token=stage.token)
    statements = statements_of(route, bodies=[b""] * 3, known={stage.centre_id, stage.account_id})
    script = pgbench.script(statements, first_day=date(2100, 1, 1), days=1)
    empty = [b""] * REQUESTS
    rounds = in_turns(route, statements, script, ours=lambda: empty, bare=lambda: empty)
    api, by_hand = side("API", rounds.ours), side("bare Litestar + asyncpg", rounds.bare)
    floor = side("pgbench", rounds.pgbench)
    figures = [
        at_least(
            f"{name}: rate of the bare route's",
            ratio_of(rounds.bare, rounds.ours),
            of_bare,
            unit="×",
            sides=(api, by_hand),
            note=f"{len(statements)} round trips to the database each",
        )
    ]
    if of_pgbench is not None:
        share = ratio_of(rounds.pgbench, rounds.ours)
        figures.append(at_least(f"{name}: rate of pgbench's", share, of_pgbench, unit="×", sides=(api, floor)))
    return figures


def measure() -> list[Figure]:
    """Measure one centre's own row, and a list of a hundred cards."""
    stage = prepared(a_stage)
    base = f"/api/v1/centres/{stage.slug}"
    return [
        *compared("a centre's own page", stage, base, of_bare=0.75, of_pgbench=0.20),
        *compared(f"a list of {LISTED}", stage, f"{base}/clients?limit={LISTED}", of_bare=0.85, of_pgbench=None),
    ]
