"""Twenty receptionists at one centre for five minutes: booking, editing, looking; the server killed once in the middle.

Each takes half a second, on average, between an answer and the next gesture. All edit the same few stays, each edit
leaving a word of its own in the notes: at the end every word that was answered « saved » must stand there.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import date, timedelta
from uuid import UUID

import msgspec

from infra.checks.figures import Figure, at_least, at_most, percentile, side
from infra.services.ports import answers, free_port
from infra.services.processes import wait_until
from tests.benchmarks.doors import prepared
from tests.benchmarks.hot_centre import had_twice
from tests.benchmarks.wire import Wire
from tests.servers import ROOT

CLIENTS, BEDS, SHARED, PROCESSES = 20, 120, 12, 2
SECONDS = float(os.environ.get("HALTE_SOAK_SECONDS", "300"))
FIRST, DAYS = date(2100, 1, 1), 300
PAUSE_SECONDS = 0.5
PATIENCE_SECONDS = 60
SAVED, MADE, TAKEN, STALE = 200, 201, 409, 412


class Stage(msgspec.Struct, frozen=True):
    """The centre, who works there, and the stays that everybody edits."""

    centre_id: UUID
    slug: str
    tokens: list[str]
    bed_ids: list[UUID]
    stay_ids: list[UUID]


async def a_stage(*, cards: int = 2_000) -> Stage:
    """Make it: two dormitories, some cards, a dozen stays, twenty people of whom each has a log-in."""
    from tests.benchmarks.cards import some_cards
    from tests.factories.accounts import a_user
    from tests.factories.centres import a_centre
    from tests.factories.stays import a_room, a_stay, beds_of

    centre = await a_centre()
    rooms = [await a_room(centre.id, beds=BEDS // 2, dormitory=True) for _ in range(2)]
    await some_cards(centre.id, cards, dice=random.Random(20))
    users = [await a_user(centre, "réception", login=f"reception{number}") for number in range(CLIENTS)]
    stays = [await a_stay(centre.id) for _ in range(SHARED)]
    tokens = [user.access_token for user in users]
    return Stage(centre.id, centre.slug, tokens, beds_of(*rooms), [stay.id for stay in stays])


class Server:
    """`halte serve`, which can be killed and started again on its port."""

    def __init__(self, *, processes: int) -> None:
        self.port = free_port()
        self._processes = str(processes)
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "infra", "serve", "--processes", self._processes, "--port", str(self.port)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=sys.stderr, env=os.environ, start_new_session=True)
        if not wait_until(lambda: answers(self.port), timeout_seconds=PATIENCE_SECONDS):
            self.kill()
            raise RuntimeError("halte serve does not answer")

    def kill(self) -> None:
        """Kill it with its workers, without a word."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class Receptionist(threading.Thread):
    """One of those who work."""

    def __init__(self, stage: Stage, port: int, *, number: int, seed: int, until: float) -> None:
        super().__init__()
        self.spent: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.saved: list[tuple[UUID, str]] = []
        """The edits that were answered « saved »: which stay, which word."""
        self.conflicts = 0
        self.interrupted = 0
        self.failure = ""
        self._stage, self._port, self._number, self._until = stage, port, number, until
        self._dice = random.Random(seed)
        self._base = f"/api/v1/centres/{stage.slug}"
        self._wire: Wire | None = None
        self._words = 0

    def run(self) -> None:
        """Work until the time is over."""
        gestures = [self._edit, self._edit, self._book, self._book, self._search, self._search, self._look]
        try:
            while time.perf_counter() < self._until:
                try:
                    self._dice.choice(gestures)()
                except OSError:
                    self.interrupted += 1
                    self._hang_up()
                time.sleep(self._dice.uniform(0, 2 * PAUSE_SECONDS))
        except Exception as error:  # noqa: BLE001 - a thread's end is told to who measures
            self.failure = repr(error)
        finally:
            self._hang_up()

    def _hang_up(self) -> None:
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def _ask(self, method: str, path: str, body: bytes = b"", *, version: int | None = None) -> tuple[int, bytes]:
        began = time.perf_counter()
        while self._wire is None:
            try:
                self._wire = Wire(self._port, token=self._stage.tokens[self._number])
            except OSError:
                if time.perf_counter() - began > PATIENCE_SECONDS:
                    raise
                time.sleep(0.1)
        began = time.perf_counter()
        status, answer = self._wire.request(method, self._base + path, body, version=version)
        self.spent.append((time.perf_counter() - began) * 1000)
        self.statuses[status] += 1
        return status, answer

    def _edit(self) -> None:
        stay_id = self._dice.choice(self._stage.stay_ids)
        self._words += 1
        word = f"{self._number}.{self._words}"
        for _ in range(5):
            _, answer = self._ask("GET", f"/stays/{stay_id}")
            stay = msgspec.json.decode(answer)
            time.sleep(self._dice.uniform(0, PAUSE_SECONDS))
            fields = {**stay["fields"], "notes": f"{stay['fields']['notes']} {word}".strip()}
            change = msgspec.json.encode({"fields": fields})
            status, _ = self._ask("PATCH", f"/stays/{stay_id}", change, version=stay["version"])
            if status == SAVED:
                self.saved.append((stay_id, word))
            if status != STALE:
                return
            self.conflicts += 1

    def _book(self) -> None:
        wanted = self._dice.sample(self._stage.bed_ids, self._dice.choice((1, 1, 2, 5)))
        arrival = FIRST + timedelta(days=self._dice.randrange(DAYS))
        fields = {
            "client_id": None,
            "arrival": arrival,
            "departure": arrival + timedelta(days=self._dice.randrange(1, 4)),
            "counts": {"adults": len(wanted)},
        }
        self._ask("POST", "/stays", msgspec.json.encode({"fields": fields, "bed_ids": wanted}))

    def _search(self) -> None:
        for text in ("m", "ma", "mar", "mart"):
            self._ask("GET", f"/clients?q={text}&limit=20")

    def _look(self) -> None:
        first = FIRST + timedelta(days=self._dice.randrange(DAYS))
        self._ask("GET", f"/planning?first_day={first}&last_day={first + timedelta(days=20)}")


async def lost(stage: Stage, saved: list[tuple[UUID, str]]) -> int:
    """Count the edits answered « saved » that are not there."""
    from infra.database import fetch, tenant_transaction

    async with tenant_transaction(stage.centre_id, read_only=True):
        rows = await fetch("SELECT id, notes FROM stays WHERE id = ANY($1)", stage.stay_ids)
    notes = {row["id"]: set(row["notes"].split()) for row in rows}
    return sum(word not in notes[stay_id] for stay_id, word in saved)


def worked(stage: Stage, *, seconds: float, seed: int, processes: int = PROCESSES) -> list[Receptionist]:
    """Let them work so long, kill the server half-way and start it again; return them, done."""
    server = Server(processes=processes)
    try:
        until = time.perf_counter() + seconds
        people = [
            Receptionist(stage, server.port, number=number, seed=seed + number, until=until)
            for number in range(CLIENTS)
        ]
        for one in people:
            one.start()
        time.sleep(seconds / 2)
        server.kill()
        server.start()
        for one in people:
            one.join()
    finally:
        server.kill()
    return people


def unforeseen(people: list[Receptionist]) -> list[str]:
    """Return the answers that no desk expects, and what broke one of those who work."""
    statuses: Counter[int] = sum((one.statuses for one in people), Counter())
    wrong = [f"{times} × {status}" for status, times in statuses.items() if status not in (SAVED, MADE, TAKEN, STALE)]
    return wrong + [one.failure for one in people if one.failure]


def measure() -> list[Figure]:
    """Let them work, and kill the server half-way."""
    stage = prepared(a_stage)
    seed = int(os.environ.get("HALTE_SOAK_SEED", "0")) or random.randrange(1, 1_000_000)
    people = worked(stage, seconds=SECONDS, seed=seed)
    statuses: Counter[int] = sum((one.statuses for one in people), Counter())
    spent = [each for one in people for each in one.spent]
    saved = [each for one in people for each in one.saved]
    said = ", ".join(f"{times} × {status}" for status, times in sorted(statuses.items()))
    wrong = unforeseen(people)
    return [
        at_most(
            f"{CLIENTS} receptionists for {SECONDS:.0f} s, p95 through the API",
            percentile(spent, 95),
            300,
            sides=[side("requests", spent)],
            note=f"seed {seed} (HALTE_SOAK_SEED); {said}; {sum(one.interrupted for one in people)} broken off by the kill",
        ),
        at_most("beds had twice", prepared(lambda: had_twice(stage.centre_id)), 0, unit="", must=True),
        at_most(
            "edits answered « saved » and not there",
            prepared(lambda: lost(stage, saved)),
            0,
            unit="",
            must=True,
            note=f"{len(saved)} saved; {sum(one.conflicts for one in people)} told that somebody was faster",
        ),
        at_least("edits that met somebody else's and were told", sum(one.conflicts for one in people), 1, unit=""),
        at_most("answers that nobody foresaw", len(wrong), 0, unit="", must=True, note="; ".join(wrong)),
    ]
