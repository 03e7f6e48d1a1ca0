"""The demo's terminal app, when its server does not let its user in."""

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


def test_a_log_in_that_is_refused_is_said_in_one_line_and_ends_the_app_alone(capfd: pytest.CaptureFixture[str]) -> None:
    ports = dict.fromkeys(("api", "mail", "ssh"), 9)
    settings = dict.fromkeys(("DATABASE_OWNER_URL", "DATABASE_URL", "REDIS_URL"), "")
    user = User(login=OPENS_AS, password="gone", role="commercial", centre="kerfany", key_file="")
    made = describe(Loaded(centres=[], users=[user]), ports=ports, settings=settings, payments="")
    with serving(_Refusing) as api, Terminal() as terminal:
        show(terminal, msgspec.structs.replace(made, api=api))
        terminal.stay(lambda _seconds: pytest.fail("the app is still there"))
    said = capfd.readouterr()
    assert said.err == f"halte demo: the terminal app does not open as {OPENS_AS}: {api}/auth/token answered 401\n"
    assert said.out == ""
