"""`halte work` as an administrator runs it: a process of its own, on this test process's database and Valkey."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
import redis

from tests.servers import Servers
from tests.simulators.smtp import MailServer, mail_server

ROOT = Path(__file__).resolve().parents[2]


class Work:
    """The parent and, found in /proc, its children."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self.log = log

    def children(self, name: str) -> list[int]:
        """Return the pids of the children of this name (`worker` for every worker), as the kernel shows it."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                named = (entry / "comm").read_text().strip()
            except OSError:
                continue
            if parent == self.process.pid and named.startswith(f"halte {name}"[:15]):
                found.append(int(entry.name))
        return found

    def kill(self, name: str) -> int:
        """Kill -9 one child of this name, once it is there, and return its pid."""
        wait_for(lambda: bool(self.children(name)))
        pid = self.children(name)[0]
        os.kill(pid, signal.SIGKILL)
        return pid


def wait_for(true: Callable[[], bool], *, seconds: float = 60.0) -> float:
    """Wait until something is true and return how long that took."""
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > seconds:
            pytest.fail(f"not within {seconds} s")
        time.sleep(0.05)
    return time.monotonic() - began


@contextmanager
def working(log: Path, *, processes: int = 1, **environment: str) -> Iterator[Work]:
    """Run `halte work`; at the end it must stop by SIGTERM."""
    command = [sys.executable, "-m", "infra", "work", "--processes", str(processes), "--threads", "2"]
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", f"import sys; from workers.commands import main; sys.exit(main({command[4:]!r}))"],
            cwd=ROOT,
            env={**os.environ, **environment},
            stderr=output,
        )
    work = Work(process, log)
    try:
        yield work
    finally:
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """A mail server for the workers to send to."""
    with mail_server() as server:
        yield server


@pytest.fixture
def work(mail: MailServer, tmp_path: Path, queue: redis.Redis) -> Iterator[Work]:
    """`halte work` with one worker process, sending to `mail`, failed mails tried again after a second."""
    with working(tmp_path / "work.log", HALTE_SMTP_URL=mail.url, HALTE_MAIL_DELAYS="1,1,1") as running:
        yield running
    print(running.log.read_text()[-8000:])


@pytest.fixture
def queue() -> Iterator[redis.Redis]:
    """The queue's Redis, emptied."""
    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    client.flushall()
    yield client
    client.close()


@pytest.fixture(autouse=True)
async def quiet_tables(pools: None, servers: Servers) -> None:
    """Nothing left over from other tests for the workers to do."""
    connection = await asyncpg.connect(servers.postgres.superuser_url, database=servers.database)
    await connection.execute("DELETE FROM outbox")
    await connection.execute("UPDATE inbox SET done_at = now() WHERE done_at IS NULL")
    await connection.execute("UPDATE mails SET state = 'failed' WHERE state = 'queued'")
    await connection.close()
