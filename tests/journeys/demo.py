"""The demo, started as its user starts it and driven from outside: by `demo.json`, commands, HTTP, mails."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec

from infra.services.demo.description import Description
from infra.services.processes import wait_until
from infra.services.servers import ADDRESSES, Servers, open_servers
from tests.journeys.terminal import Terminal, ssh
from tests.servers import ROOT

READY_WITHIN = 500.0


class Mail(msgspec.Struct, frozen=True):
    """A mail, as the mail catcher lists it."""

    to: list[str]
    sender: str = msgspec.field(name="from")
    subject: str
    date: str
    message_id: str
    text: str
    html: str
    attachments: list[dict[str, str | int]]


class Demo:
    """A running demo."""

    def __init__(self, var: Path, servers: Servers) -> None:
        self.var = var
        self.described = msgspec.json.decode((var / "demo.json").read_bytes(), type=Description)
        secret: dict[str, str] = json.loads((var / "demo-secrets.json").read_text())
        self.settings = {
            **servers.settings,
            **secret,
            "HALTE_VAR": str(var),
            "HALTE_DEMO": "true",
            "HALTE_PUBLIC_URL": self.described.api,
        }
        """What an administrator's commands need to reach this demo."""
        self.http = httpx.Client(base_url=self.described.api, timeout=30)

    # Commands

    def halte(self, *arguments: str, expect: tuple[int, ...] = (0,)) -> str:
        """Run a command against the demo that ends in one of these ways; return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "infra", *arguments],
            cwd=ROOT,
            env={**surroundings(), **self.settings},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode in expect, f"halte {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    # People

    def password_of(self, login: str) -> str:
        """Return the password of one of the demo's users."""
        return next(user.password for user in self.described.users if user.login == login)

    def desk(self, login: str, password: str, centre: str) -> "Desk":
        """Log in by password, for the API of a centre."""
        body = {"login": login, "password": password, "centre": centre}
        answer = self.http.post("/auth/token", json=body)
        assert answer.status_code == 200, answer.text
        return Desk(self, centre, answer.json()["access_token"])

    def terminal(self, key_file: Path, login: str, *, columns: int = 140, rows: int = 45) -> Terminal:
        """Log in by OpenSSH's client."""
        return Terminal(ssh(str(key_file), self.described.ssh.port, login), columns=columns, rows=rows)

    # Mails

    def mails(self, to: str = "", subject: str = "") -> list[Mail]:
        """Return the mails that came, newest first."""
        answer = httpx.get(f"{self.described.mail}/messages.json", timeout=30)
        found = msgspec.json.decode(answer.content, type=list[Mail])
        return [mail for mail in found if (not to or to in mail.to) and subject.lower() in mail.subject.lower()]

    def mail(self, to: str, subject: str, *, unlike: Collection[str] = (), seconds: float = 30.0) -> Mail:
        """Wait for a mail whose Message-ID is not one of `unlike`, and return the newest such one."""

        def found() -> list[Mail]:
            return [mail for mail in self.mails(to, subject) if mail.message_id not in unlike]

        came = wait_until(lambda: bool(found()), timeout_seconds=seconds, pause_seconds=0.2)
        assert came, f"no mail « {subject} » to {to}; there are {[mail.subject for mail in self.mails(to)]}"
        return found()[0]

    # Payments

    def payments(self, **controls: object) -> None:
        """Turn the payment simulator's knobs."""
        answer = httpx.post(f"{self.described.payments}/_control", json=controls, timeout=10)
        assert answer.status_code == 200, answer.text


class Desk:
    """The API of a centre, for one person."""

    def __init__(self, demo: Demo, centre: str, token: str) -> None:
        self.centre = centre
        self._http = demo.http
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        expect: int | tuple[int, ...] = (200, 201, 204),
        version: int = 0,
    ) -> dict[str, object]:
        """Ask, and check the status; return the answer's object."""
        headers = {**self.headers, **({"If-Match": f'"{version}"'} if version else {})}
        answer = self._http.request(method, f"/api/v1/centres/{self.centre}{path}", json=body, headers=headers)
        expected = expect if isinstance(expect, tuple) else (expect,)
        assert answer.status_code in expected, f"{method} {path}: {answer.status_code} {answer.text}"
        found: dict[str, object] = answer.json() if answer.content else {}
        return found

    def items(self, path: str) -> list[dict[str, object]]:
        """Return the items of a list."""
        found = self.ask("GET", path)["items"]
        assert isinstance(found, list)
        return found


def surroundings() -> dict[str, str]:
    """Return this process's environment without the test run's own servers."""
    return {name: value for name, value in os.environ.items() if name not in (*ADDRESSES, "REDIS_URL", "HALTE_SECRET")}


@contextmanager
def running_demo(var: Path, *, extra: Mapping[str, str] | None = None) -> Iterator[Demo]:
    """Start `halte demo --headless`, on what an earlier start left in `var`; at the end it must stop by SIGTERM, all of it."""
    var.mkdir(parents=True, exist_ok=True)
    again = (var / "demo" / "network.json").exists()
    log = var / "demo.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "infra", "demo", "--headless"],
            cwd=ROOT,
            env={**surroundings(), "HALTE_VAR": str(var), **(extra or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        began = time.monotonic()
        described = var / "demo.json"
        wait_until(lambda: described.exists() or process.poll() is not None, timeout_seconds=READY_WITHIN)
        assert described.exists(), f"the demo is not ready:\n{log.read_text()[-4000:]}"
        print(f"halte demo, {'again' if again else 'the first time'}: {time.monotonic() - began:.0f} s")
        servers = open_servers(var, given={})
        demo = Demo(var, servers)
        try:
            yield demo
        finally:
            demo.http.close()
            servers.stop()
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
