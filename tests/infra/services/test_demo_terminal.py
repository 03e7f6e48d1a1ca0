"""The demo's terminal app, when its server does not let its user in."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

import msgspec
import pytest

from infra.services.demo.commands import show
from infra.services.demo.description import Loaded, User, describe
from infra.services.demo.terminal import OPENS_AS, Terminal
from tests.simulators.serving import Quiet, serving


class _Refusing(Quiet, BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_error(401)


@contextmanager
def on_a_terminal() -> Iterator[int]:
    """Stand on a terminal, as whoever starts a demo does; what is drawn is read from here."""
    read_from, drawn_on = os.openpty()
    before = [os.dup(descriptor) for descriptor in (0, 1)]
    for descriptor in (0, 1):
        os.dup2(drawn_on, descriptor)
    os.set_blocking(read_from, False)
    try:
        yield read_from
    finally:
        for descriptor, kept in enumerate(before):
            os.dup2(kept, descriptor)
            os.close(kept)
        os.close(drawn_on)
        os.close(read_from)


def test_a_log_in_that_is_refused_is_said_in_one_line_and_ends_the_app_alone(capfd: pytest.CaptureFixture[str]) -> None:
    ports = dict.fromkeys(("api", "mail", "ssh"), 9)
    settings = dict.fromkeys(("DATABASE_OWNER_URL", "DATABASE_URL", "REDIS_URL"), "")
    user = User(login=OPENS_AS, password="gone", role="commercial", centre="kerfany", key_file="")
    made = describe(Loaded(centres=[], users=[user]), ports=ports, settings=settings, payments="")
    with serving(_Refusing) as api, on_a_terminal() as screen:
        with Terminal() as terminal:
            show(terminal, msgspec.structs.replace(made, api=api))
            terminal.stay(lambda _seconds: pytest.fail("the app is still there"))
        with pytest.raises(BlockingIOError):
            os.read(screen, 1)
    refused = f"halte demo: the terminal app does not open as {OPENS_AS}: {api}/auth/token answered 401\n"
    assert capfd.readouterr().err == refused
