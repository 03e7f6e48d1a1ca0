"""Book money: our double entry with its check at COMMIT, against pgbench's TPC-B on the same server, in turns."""

import asyncio
import os
import subprocess
import time
from uuid import UUID

from infra.checks.figures import Figure, at_least, at_most, ratio_of, side
from infra.services import cluster
from infra.services.postgres import with_database
from tests.benchmarks import pgbench
from tests.benchmarks.doors import prepared, programs

CLIENTS, SECONDS, ROUNDS = 4, 4, 4
DATABASE = "halte_bench_tpcb"


async def booked(centre_id: UUID, seconds: float) -> int:
    """Book card payments, as many as go, and return how many."""
    from billing.ledger.operations import post
    from billing.ledger.rules import DEPOSITS_HELD, Account, AccountKind, Posting
    from billing.money import Money
    from infra.actor import job
    from infra.ids import new_id

    bank = Account(AccountKind.BANK, "card", "511500")
    until = time.perf_counter() + seconds

    async def client() -> int:
        count = 0
        while time.perf_counter() < until:
            entries = [Posting(bank, Money(3_000)), Posting(DEPOSITS_HELD, Money(-3_000))]
            await post(centre_id, f"card:{new_id()}", entries, dossier_id=None, description="bench", actor=job("bench"))
            count += 1
        return count

    return sum(await asyncio.gather(*(client() for _ in range(CLIENTS))))


async def unbalanced(centre_id: UUID) -> int:
    """Return what all entries sum to."""
    from infra.database import fetch_value, tenant_transaction

    async with tenant_transaction(centre_id, read_only=True):
        sum_minor = await fetch_value(
            "SELECT coalesce(sum(minor), 0)::bigint FROM ledger_entries WHERE centre_id = $1", centre_id
        )
    return abs(int(sum_minor))


def measure() -> list[Figure]:
    """Measure both in turns."""
    from infra.ids import new_id

    superuser = os.environ["HALTE_BENCH_SUPERUSER_URL"]
    cluster.drop_database(superuser, DATABASE)
    cluster.make_database(superuser, DATABASE)
    url = with_database(os.environ["DATABASE_OWNER_URL"], DATABASE)
    command = [str(programs() / "pgbench"), "-i", "-q", "-s", "10"]
    subprocess.run(command, env=pgbench.environment(url), check=True, capture_output=True)
    centre_id, ours, theirs = new_id(), [], []
    for turn in range(ROUNDS + 1):
        count = prepared(lambda: booked(centre_id, SECONDS), size=CLIENTS)
        other = pgbench.run([], url, seconds=SECONDS, clients=CLIENTS, builtin="tpcb-like").per_second
        if turn:
            ours.append(count / SECONDS)
            theirs.append(other)
    cluster.drop_database(superuser, DATABASE)
    wrong = prepared(lambda: unbalanced(centre_id))
    return [
        at_least(
            "ledger transactions: rate of TPC-B's",
            ratio_of(ours, theirs),
            0.25,
            unit="×",
            sides=[side("ledger", ours, unit="/s"), side("TPC-B", theirs, unit="/s")],
            note=f"{CLIENTS} clients each; ours in one Python process",
        ),
        at_most("what the ledger sums to", wrong, 0, unit="", must=True),
    ]
