"""Create a stay with ten beds: through the API, through a bare route, by pgbench; the same SQL, one client each."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import msgspec

from infra.checks.figures import Figure, at_most, ratio_of, side
from tests.benchmarks import pgbench
from tests.benchmarks.doors import prepared
from tests.benchmarks.sides import Route, in_turns, statements_of

FIRST = date(2100, 1, 1)
REQUESTS = 40
SPAN = 100_000
"""Days among which the other sides choose theirs: hardly ever the same twice."""


class Stage(msgspec.Struct, frozen=True):
    """A centre with one dormitory of ten beds, a client, and somebody at its desk."""

    centre_id: UUID
    slug: str
    client_id: UUID
    room_id: UUID
    bed_ids: list[UUID]
    account_id: UUID
    token: str


async def a_stage() -> Stage:
    """Make it by the real operations."""
    from tests.factories.accounts import a_user
    from tests.factories.centres import a_centre
    from tests.factories.clients import a_client
    from tests.factories.stays import a_room

    centre = await a_centre()
    user = await a_user(centre, "direction")
    room = await a_room(centre.id, beds=10, dormitory=True)
    client = await a_client(centre.id)
    beds = [bed.id for bed in room.beds]
    return Stage(centre.id, centre.slug, client.id, room.id, beds, user.id, user.access_token)


def body(stage: Stage, arrival: date) -> bytes:
    """Return the request for a stay of three nights in all ten beds."""
    return msgspec.json.encode(
        {
            "fields": {
                "client_id": stage.client_id,
                "arrival": arrival,
                "departure": arrival + timedelta(days=3),
                "counts": {"adults": 10},
            },
            "status": "confirmed",
            "bed_ids": stage.bed_ids,
        }
    )


def bodies(stage: Stage, days: Iterator[date]) -> list[bytes]:
    """Return one round's requests."""
    return [body(stage, next(days)) for _ in range(REQUESTS)]


def days_from(first: date) -> Iterator[date]:
    """Return a day every three, without end."""
    while True:
        yield first
        first += timedelta(days=3)


def measure() -> list[Figure]:
    """Measure the three sides in turns."""
    stage = prepared(a_stage)
    route = Route(method="POST", path=f"/api/v1/centres/{stage.slug}/stays", token=stage.token)
    known = {stage.centre_id, stage.client_id, stage.room_id, stage.account_id, *stage.bed_ids}
    ours, bare = days_from(FIRST), days_from(FIRST + timedelta(days=SPAN))
    warm = [body(stage, next(ours)) for _ in range(3)]
    last = next(ours)
    statements = statements_of(route, bodies=[*warm, body(stage, last)], known=known, first_day=last)
    script = pgbench.script(statements, first_day=FIRST + timedelta(days=2 * SPAN), days=20 * SPAN)
    rounds = in_turns(route, statements, script, ours=lambda: bodies(stage, ours), bare=lambda: bodies(stage, bare))
    api, by_hand, floor = (
        side("API", rounds.ours),
        side("bare Litestar + asyncpg", rounds.bare),
        side("pgbench", rounds.pgbench),
    )
    return [
        at_most(
            "stay with 10 beds, API ÷ pgbench", ratio_of(rounds.ours, rounds.pgbench), 8, unit="×", sides=(api, floor)
        ),
        at_most(
            "stay with 10 beds, API ÷ bare route",
            ratio_of(rounds.ours, rounds.bare),
            1.5,
            unit="×",
            sides=(api, by_hand),
            note=f"{rounds.statements} round trips to the database each, log-in checked at most every 2 s on our side",
        ),
    ]
