"""The servers that a benchmark knocks at, as child processes on the environment's database."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from infra.services.ports import answers, free_port
from infra.services.processes import wait_until
from tests.servers import ROOT

Made = TypeVar("Made")


@contextmanager
def served(*command: str, patience_seconds: float = 60) -> Iterator[int]:
    """Run `python -m COMMAND --port PORT`, wait until it answers, give its port, and end it.

    Raises:
        RuntimeError: it does not answer; says what it said.
    """
    port = free_port()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command, "--port", str(port)], cwd=ROOT, stdout=log, stderr=log, env=os.environ
        )
        try:
            up = wait_until(lambda: answers(port) or process.poll() is not None, timeout_seconds=patience_seconds)
            if not up or process.poll() is not None:
                log.seek(0)
                raise RuntimeError(
                    f"{' '.join(command)} does not answer:\n{log.read().decode(errors='replace')[-4000:]}"
                )
            yield port
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def prepared(prepare: Callable[[], Awaitable[Made]], *, size: int = 4) -> Made:
    """Run operations of ours with the pools open for as long as it takes, the owner's too."""
    import asyncio

    from infra.pools import Role, close_pools, open_pools

    async def _run() -> Made:
        await open_pools(Role.APP, Role.NETWORK, Role.RELAY, Role.OWNER, size=size)
        try:
            return await prepare()
        finally:
            await close_pools()

    return asyncio.run(_run())


def programs() -> Path:
    """Return the folder of pgbench and the others."""
    return Path(os.environ["HALTE_BENCH_PROGRAMS"])
