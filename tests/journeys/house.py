"""A small real house: `halte serve` and `halte gateway` as child processes, on this test process's own database and Valkey."""

import asyncio
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx

from infra.services.ports import LOOPBACK, answers, free_port
from infra.services.processes import wait_until
from tests.journeys.terminal import ssh
from tests.servers import ROOT

Made = TypeVar("Made")
STARTS_WITHIN = 60.0


class Door:
    """One of the house's programs, which can be stopped and started again on its port."""

    def __init__(self, name: str, command: list[str], *, port: int, log: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.port = port
        self.log = log
        self._command = [sys.executable, "-m", "infra", *command, "--port", str(port)]
        self._environment = {**os.environ, **environment}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Return the pid of the running program."""
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=output, stderr=output, start_new_session=True
            )
        if not wait_until(lambda: answers(self.port) or not self.runs(), timeout_seconds=STARTS_WITHIN):
            raise TimeoutError(f"{self.name} does not answer:\n{self.words()}")
        if not self.runs():
            raise RuntimeError(f"{self.name} ended:\n{self.words()}")

    def runs(self) -> bool:
        """Say whether it runs."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> int:
        """Ask it to end, kill what does not; return its exit code."""
        assert self.process is not None
        self.process.terminate()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            return self.process.wait()

    def words(self) -> str:
        """Return the end of what it said."""
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""


class House:
    """The running house."""

    def __init__(self, folder: Path) -> None:
        credential = secrets.token_urlsafe(32)
        self.folder = folder
        self.credential = credential
        api, gateway = free_port(), free_port()
        self.api = f"http://{LOOPBACK}:{api}"
        settings = {
            "HALTE_GATEWAY_CREDENTIAL": credential,
            "HALTE_PUBLIC_URL": self.api,
            "HALTE_REQUESTS_PER_MINUTE": "6000",
            "HALTE_VAR": str(folder / "var"),
        }
        self.serve = Door("serve", ["serve"], port=api, log=folder / "serve.log", environment=settings)
        self.gateway = Door(
            "gateway", ["gateway", "--server", self.api], port=gateway, log=folder / "gateway.log", environment=settings
        )

    @property
    def ssh_port(self) -> int:
        """Return where the gateway listens."""
        return self.gateway.port

    def ready(self) -> bool:
        """Say whether the API is ready to work."""
        try:
            return httpx.get(f"{self.api}/health/ready", timeout=2).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def ssh(
        self, key_file: Path, login: str, *options: str, command: tuple[str, ...] = (), tty: bool = True
    ) -> list[str]:
        """Return the command line of somebody who logs in here."""
        return ssh(str(key_file), self.ssh_port, login, *options, command=command, tty=tty)

    def halte(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run one of the house's commands, as its administrator does."""
        done = subprocess.run(
            [sys.executable, "-m", "infra", *arguments],
            cwd=ROOT,
            input=given,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert done.returncode == 0, f"halte {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done


@contextmanager
def open_house(folder: Path) -> Iterator[House]:
    """Open a house in a folder of its own, and close it again."""
    house = House(folder)
    try:
        house.serve.start()
        house.gateway.start()
        if not wait_until(house.ready, timeout_seconds=STARTS_WITHIN):
            raise TimeoutError(f"the house is not ready:\n{house.serve.words()}")
        yield house
    finally:
        for door in (house.gateway, house.serve):
            if door.runs():
                door.stop()


def prepared(prepare: Callable[[], Awaitable[Made]]) -> Made:
    """Run operations of ours from a test that has no loop, with the pools open for as long as it takes."""
    from infra.pools import Role, close_pools, open_pools

    async def _run() -> Made:
        await open_pools(Role.APP, Role.NETWORK, Role.RELAY, size=4)
        try:
            return await prepare()
        finally:
            await close_pools()

    return asyncio.run(_run())


def key_pair(folder: Path, name: str) -> tuple[Path, str]:
    """Make a key pair by ssh-keygen; return the private key's file and the public key."""
    file = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(file)], check=True)
    return file, file.with_suffix(".pub").read_text().strip()
