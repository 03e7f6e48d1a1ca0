"""The terminal app, on the terminal that the demo was started from."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from http.client import HTTPConnection
from types import TracebackType
from typing import Final
from urllib.parse import urlsplit

from infra.services.demo.description import Description

OPENS_AS: Final = "commercial.kerfany"
"""Whose desk it opens on."""
PATIENCE_SECONDS: Final = 5.0


class Terminal:
    """The app in a process of its own. A context manager: leaving it ends the app, whatever happened."""

    def __enter__(self) -> "Terminal":
        """Start it before there is anything to show, so that its imports are over by then; until told it touches nothing."""
        reading, self._writing = os.pipe()
        self._app = subprocess.Popen(
            [sys.executable, "-m", "infra", "tui"],
            env={**os.environ, "HALTE_TOKEN_FD": str(reading)},
            pass_fds=[reading],
        )
        os.close(reading)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        self.end()

    def show(self, made: Description) -> None:
        """Open it as a user of the demo, whose token goes by the inherited descriptor.

        Raises:
            OSError: the server does not answer, or refuses.
        """
        user = next(user for user in made.users if user.login == OPENS_AS)
        token = _log_in(made.api, {"login": user.login, "password": user.password, "centre": user.centre})
        entry = {
            "server": made.api,
            "access_token": token["access_token"],
            "refresh_token": token.get("refresh_token"),
            "centre": user.centre,
        }
        os.write(self._writing, json.dumps(entry).encode())
        self._hang_up()

    def stay(self, asked_to_stop: Callable[[float], bool]) -> None:
        """Wait until its user leaves it, or until the demo is asked to stop (called with the seconds that it may take)."""
        while self._app.poll() is None and not asked_to_stop(0.1):
            pass

    def end(self) -> None:
        """End it, wherever it is, as a hang-up would; a second call does nothing."""
        if self._app.poll() is None:
            self._app.send_signal(signal.SIGHUP)
        self._hang_up()
        try:
            self._app.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._app.kill()
            self._app.wait()

    def _hang_up(self) -> None:
        if self._writing >= 0:
            os.close(self._writing)
            self._writing = -1


def _log_in(api: str, body: dict[str, str | None]) -> dict[str, str]:
    # Not httpx: it would be read while somebody waits for the first screen.
    connection = HTTPConnection(urlsplit(api).netloc, timeout=10)
    try:
        connection.request("POST", "/auth/token", json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        if answer.status >= 300:
            raise OSError(f"{api}/auth/token answered {answer.status}")
        token: dict[str, str] = json.loads(answer.read())
        return token
    finally:
        connection.close()
