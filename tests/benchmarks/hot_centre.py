"""One centre that everybody books at once, through the API: 32 clients, 30 % groups of five."""

import random
import threading
import time
from datetime import date, timedelta
from uuid import UUID

import msgspec

from infra.checks.figures import Figure, at_least, at_most, percentile
from tests.benchmarks.doors import prepared, served
from tests.benchmarks.wire import Wire

CLIENTS, SECONDS, BEDS, PROCESSES = 32, 15, 120, 2
FIRST, DAYS = date(2100, 1, 1), 720


class Stage(msgspec.Struct, frozen=True):
    """Two dormitories, and somebody at the desk."""

    centre_id: UUID
    slug: str
    token: str
    bed_ids: list[UUID]


async def a_stage() -> Stage:
    """Make it."""
    from tests.factories.accounts import a_user
    from tests.factories.centres import a_centre
    from tests.factories.stays import a_room, beds_of

    centre = await a_centre()
    user = await a_user(centre, "direction")
    rooms = [await a_room(centre.id, beds=BEDS // 2, dormitory=True) for _ in range(2)]
    return Stage(centre.id, centre.slug, user.access_token, beds_of(*rooms))


class Client(threading.Thread):
    """One of those who book."""

    def __init__(self, stage: Stage, port: int, *, seed: int, until: float) -> None:
        super().__init__()
        self.answers: dict[int, int] = {}
        self.spent: list[float] = []
        self.busy = 0
        """How often a lock was not had in three seconds."""
        self._stage, self._port, self._until = stage, port, until
        self._dice = random.Random(seed)

    def run(self) -> None:
        """Book until the time is over."""
        with Wire(self._port, token=self._stage.token) as wire:
            while time.perf_counter() < self._until:
                began = time.perf_counter()
                status, answer = wire.request("POST", f"/api/v1/centres/{self._stage.slug}/stays", self._body())
                self.busy += b'"busy"' in answer
                self.answers[status] = self.answers.get(status, 0) + 1
                if status == 201:
                    self.spent.append((time.perf_counter() - began) * 1000)

    def _body(self) -> bytes:
        wanted = self._dice.sample(self._stage.bed_ids, 5 if self._dice.random() < 0.3 else 1)
        arrival = FIRST + timedelta(days=self._dice.randrange(DAYS))
        fields = {
            "client_id": None,
            "arrival": arrival,
            "departure": arrival + timedelta(days=self._dice.randrange(1, 4)),
            "counts": {"adults": len(wanted)},
        }
        return msgspec.json.encode({"fields": fields, "bed_ids": wanted})


async def had_twice(centre_id: UUID) -> int:
    """Count the pairs of holds that share a bed and a night."""
    from infra.database import fetch_value, tenant_transaction

    async with tenant_transaction(centre_id, read_only=True):
        return int(
            await fetch_value(
                """SELECT count(*) FROM bed_holds AS a JOIN bed_holds AS b ON b.centre_id = a.centre_id
                   AND b.bed_id = a.bed_id AND a.id < b.id AND a.arrival < b.departure AND b.arrival < a.departure
                   WHERE a.centre_id = $1""",
                centre_id,
            )
        )


def measure() -> list[Figure]:
    """Let them book."""
    stage = prepared(a_stage)
    with served("infra", "serve", "--processes", str(PROCESSES)) as port:
        with Wire(port, token=stage.token) as wire:
            for _ in range(20):
                wire.request("GET", f"/api/v1/centres/{stage.slug}")
        until = time.perf_counter() + SECONDS
        clients = [Client(stage, port, seed=number, until=until) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    answers: dict[int, int] = {}
    for client in clients:
        for status, times in client.answers.items():
            answers[status] = answers.get(status, 0) + times
    spent = [each for client in clients for each in client.spent]
    broken = sum(times for status, times in answers.items() if status not in (201, 409))
    twice = prepared(lambda: had_twice(stage.centre_id))
    said = ", ".join(f"{times} × {status}" for status, times in sorted(answers.items()))
    return [
        at_least(
            f"bookings through the API, {CLIENTS} clients, one centre",
            answers.get(201, 0) / SECONDS,
            120,
            note=f"{said} of which {sum(client.busy for client in clients)} busy; the server has {PROCESSES} processes, on the cores that the clients and PostgreSQL use too",
        ),
        at_most("the slowest in a hundred of them (p99)", percentile(spent, 99), 250),
        at_most("beds had twice", twice, 0, unit="", must=True),
        at_most("answers other than made or taken", broken, 0, unit="", must=True),
    ]
