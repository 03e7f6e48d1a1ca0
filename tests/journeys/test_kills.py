"""Random kill -9 of API, relay, worker, Redis and PostgreSQL, while a desk books and deposits are paid. `HALTE_SOAK_KILLS=200` is the whole.

Every request is repeated under its idempotency key until it is answered, every webhook until it is taken, as desks and
Stripe do. In the end each was done once.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import asyncpg
import httpx
import msgspec
import pytest

from infra.services.payments.webhooks import signature_header
from infra.services.processes import command_line, wait_until
from tests.journeys.demo import Demo, running_demo, surroundings
from tests.journeys.stakes import Stakes
from tests.servers import ROOT
from tests.tui.gateway.processes import children

KILLS: Final = int(os.environ.get("HALTE_SOAK_KILLS", "10"))
SEED: Final = int(os.environ.get("HALTE_SOAK_SEED", "0")) or random.randrange(1, 1_000_000)
FIRST: Final = date(2027, 1, 4)
VICTIMS: Final[Mapping[str, Callable[[int], bool]]] = {
    "api": lambda pid: "infra serve" in command_line(pid),
    "relay": lambda pid: name_of(pid) == "halte relay",
    "worker": lambda pid: name_of(pid).startswith("halte worker"),
    # It keeps nothing: the one that is started in its place is empty.
    "redis": lambda pid: "valkey-server" in command_line(pid),
    "postgres": lambda pid: "bin/postgres -D" in command_line(pid),
}
PATIENCE_SECONDS: Final = 300

pytestmark = [pytest.mark.journey, pytest.mark.timeout(420 + 15 * KILLS), pytest.mark.xdist_group("journeys")]


@pytest.fixture
def demo(demo_var: Path) -> Iterator[Demo]:
    """A demo started for this alone, since it will be broken."""
    with running_demo(demo_var) as running:
        yield running


def test_whatever_is_killed_each_stay_and_each_payment_is_there_once(demo: Demo) -> None:
    print(f"seed {SEED}, {KILLS} kills (HALTE_SOAK_SEED, HALTE_SOAK_KILLS)")
    chance = random.Random(SEED)
    stakes = laid(demo, KILLS)
    killed = dict.fromkeys(VICTIMS, 0)
    with ThreadPoolExecutor(12) as people:
        doing: list[Future[int]] = []
        for number in range(KILLS):
            doing.append(people.submit(book, demo, stakes, number))
            doing += [people.submit(tell, demo, stakes.events[number]) for _ in range(chance.choice((1, 2, 3)))]
            time.sleep(chance.uniform(0.2, 2.5))
            victim = chance.choice(list(VICTIMS))
            killed[victim] += kill(demo, victim, chance)
        for one in doing:
            one.result(timeout=PATIENCE_SECONDS)
    assert wait_until(lambda: is_ready(demo), timeout_seconds=PATIENCE_SECONDS, pause_seconds=0.2)
    last = time.monotonic()

    done = wait_until(lambda: not asyncio.run(waiting(demo)), timeout_seconds=90, pause_seconds=0.5)

    took = time.monotonic() - last
    found = asyncio.run(outcome(demo, stakes))
    print(f"killed {killed}; done {took:.0f} s after everything ran again; {found}")
    assert done, asyncio.run(waiting(demo))
    assert took <= 60
    assert found == {
        "stays": KILLS,
        "held_twice": 0,
        "paid": KILLS,
        "paid_twice": 0,
        "cash": 3_000 * KILLS,
        "sum": 0,
        "confirmations": KILLS,
        "unsent": 0,
    }
    caught = {mail.message_id for mail in demo.mails()}
    assert set(asyncio.run(written(demo, stakes))) <= caught, "a mail marked as sent reached nobody"


def laid(demo: Demo, count: int) -> Stakes:
    """Have the stakes laid in the demo, by a process that has its settings."""
    command = [sys.executable, "-m", "tests.journeys.stakes", str(count)]
    environment = {**surroundings(), **demo.settings}
    made = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr[-3000:]
    return msgspec.json.decode(made.stdout.splitlines()[-1], type=Stakes)


def book(demo: Demo, stakes: Stakes, number: int) -> int:
    """Book one bed for one night of its own, asking again under the same key until it is answered."""
    arrival = FIRST + timedelta(days=number // len(stakes.bed_ids))
    body = {
        "fields": {
            "client_id": str(stakes.client_id),
            "arrival": arrival.isoformat(),
            "departure": (arrival + timedelta(days=1)).isoformat(),
            "counts": {"adults": 1},
        },
        "status": "confirmed",
        "bed_ids": [str(stakes.bed_ids[number % len(stakes.bed_ids)])],
    }
    headers = {"Authorization": f"Bearer {stakes.token}", "Idempotency-Key": f"soak-{number}"}
    path = f"{demo.described.api}/api/v1/centres/{stakes.slug}/stays"

    def asked() -> int:
        answer = httpx.post(path, json=body, headers=headers, timeout=15)
        if answer.status_code == 409 and answer.json()["code"] == "idempotency_outcome_unknown":
            return 201
        return 0 if answer.status_code in (409, 429) or answer.status_code >= 500 else answer.status_code

    status = repeated(asked)
    assert status == 201, f"stay {number}: {status}"
    return status


def tell(demo: Demo, event: str) -> int:
    """Be Stripe: send a webhook until it is taken."""
    secret = demo.settings["HALTE_STRIPE_WEBHOOK_SECRET"]

    def told() -> int:
        signature = signature_header(event.encode(), secret=secret, timestamp=int(time.time()))
        headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
        answer = httpx.post(f"{demo.described.api}/webhooks/stripe", content=event, headers=headers, timeout=15)
        return answer.status_code if answer.status_code == 200 else 0

    return repeated(told)


def repeated(ask: Callable[[], int]) -> int:
    """Ask until there is an answer; nobody may wait longer than the whole patience."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            if status := ask():
                return status
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    raise TimeoutError("never answered")


def kill(demo: Demo, victim: str, chance: random.Random) -> int:
    """Kill -9 one of them; return 1, or 0 where it was not there just then."""
    pids = [pid for pid in family(demo.described.pid) if VICTIMS[victim](pid)]
    if not pids:
        return 0
    os.kill(chance.choice(pids), signal.SIGKILL)
    return 1


def family(parent: int) -> list[int]:
    """Return a process's children, and theirs."""
    return [pid for child in children(parent) for pid in (child, *family(child))]


def name_of(pid: int) -> str:
    """Return what the kernel calls a process."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def is_ready(demo: Demo) -> bool:
    """Say whether the API, and what it stands on, answers; and the workers have all their processes."""
    try:
        up = httpx.get(f"{demo.described.api}/health/ready", timeout=2).status_code == 200
    except httpx.TransportError:
        return False
    names = [name_of(pid) for pid in family(demo.described.pid)]
    return up and "halte relay" in names and sum(name.startswith("halte worker") for name in names) == 2


async def waiting(demo: Demo) -> str:
    """Say what is not done, empty where all is."""
    connection = await asyncpg.connect(demo.settings["DATABASE_RELAY_URL"])
    try:
        rows = await connection.fetch(
            """SELECT consumer AS what, count(*) AS n, max(error) AS error FROM outbox_deliveries
               WHERE done_at IS NULL GROUP BY 1
               UNION ALL SELECT 'fact', count(*), '' FROM outbox WHERE relayed_at IS NULL HAVING count(*) > 0
               UNION ALL SELECT 'webhook', count(*), max(error) FROM inbox WHERE done_at IS NULL HAVING count(*) > 0"""
        )
    finally:
        await connection.close()
    return "; ".join(f"{row['n']} {row['what']} {row['error'] or ''}" for row in rows)


async def outcome(demo: Demo, stakes: Stakes) -> dict[str, int]:
    """Count what is there, as the application sees it."""
    connection = await asyncpg.connect(demo.described.database_app)
    try:
        async with connection.transaction():
            await connection.execute("SELECT set_config('halte.centre', $1, true)", str(stakes.centre_id))
            row = await connection.fetchrow(
                """SELECT (SELECT count(*) FROM stays WHERE arrival >= $1 AND departure <= arrival + 1) AS stays,
                     (SELECT count(*) FROM bed_holds a JOIN bed_holds b ON b.bed_id = a.bed_id AND a.id < b.id
                        AND a.arrival < b.departure AND b.arrival < a.departure) AS held_twice,
                     (SELECT count(*) FROM dossiers WHERE id = ANY($2) AND state = 'deposit_paid') AS paid,
                     (SELECT count(*) FROM (SELECT 1 FROM payments WHERE state = 'paid'
                        GROUP BY dossier_id HAVING count(*) > 1) t) AS paid_twice,
                     (SELECT coalesce(sum(e.minor), 0) FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
                        WHERE a.kind = 'bank') AS cash,
                     (SELECT coalesce(sum(minor), 0) FROM ledger_entries) AS sum,
                     (SELECT count(*) FROM mails WHERE state = 'sent' AND subject ILIKE '%confirmée%') AS confirmations,
                     (SELECT count(*) FROM mails WHERE state <> 'sent') AS unsent""",
                FIRST,
                stakes.dossier_ids,
            )
    finally:
        await connection.close()
    return {name: int(value) for name, value in row.items()}


async def written(demo: Demo, stakes: Stakes) -> list[str]:
    """Return the Message-IDs of the centre's mails."""
    connection = await asyncpg.connect(demo.described.database_app)
    try:
        async with connection.transaction():
            await connection.execute("SELECT set_config('halte.centre', $1, true)", str(stakes.centre_id))
            return [row["message_id"] for row in await connection.fetch("SELECT message_id FROM mails")]
    finally:
        await connection.close()
