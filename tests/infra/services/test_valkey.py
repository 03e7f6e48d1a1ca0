import os
import signal
import socket
import stat
from pathlib import Path

import pytest
import redis

from infra.services.processes import command_line, wait_until
from infra.services.valkey import Valkey, start_valkey


def ping(url: str) -> bool:
    with redis.Redis.from_url(url) as client:
        return bool(client.ping())


def test_answers_with_its_password_only(var: Path) -> None:
    server = start_valkey(var)
    try:
        assert ping(server.url)
        with pytest.raises(redis.AuthenticationError):
            ping(f"redis://127.0.0.1:{server.port}/0")
    finally:
        server.stop()


def test_no_command_line_shows_the_password(var: Path) -> None:
    server = start_valkey(var)
    password = server.url.split(":")[2].split("@")[0]
    try:
        assert password not in command_line(server.pid)
        assert stat.S_IMODE((server.directory / "valkey.conf").stat().st_mode) == 0o600
        assert stat.S_IMODE((server.directory / "state.json").stat().st_mode) == 0o600
    finally:
        server.stop()


def kill(server: Valkey) -> None:
    os.kill(server.pid, signal.SIGKILL)
    assert wait_until(lambda: not server.runs(), timeout_seconds=5)


def test_a_kill_empties_it_and_it_comes_back_on_its_port(var: Path) -> None:
    first = start_valkey(var)
    with redis.Redis.from_url(first.url) as client:
        client.set("kept", "no")
    kill(first)

    second = start_valkey(var)
    try:
        assert (second.started, second.url) == (True, first.url)
        with redis.Redis.from_url(second.url) as client:
            assert client.dbsize() == 0
        kill(second)
        second.revive()
        assert ping(first.url)
    finally:
        first.stop()
        second.stop()


def test_a_second_start_joins_and_the_last_one_out_stops_it(var: Path) -> None:
    first, second = start_valkey(var), start_valkey(var)
    assert (first.started, second.started, second.pid) == (True, False, first.pid)

    first.stop()
    assert ping(second.url)

    second.stop()
    assert not second.runs()


def test_a_busy_port_is_replaced(var: Path) -> None:
    server = start_valkey(var)
    server.stop()
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", server.port))
        squatter.listen()

        again = start_valkey(var)
        try:
            assert again.port != server.port
            assert ping(again.url)
        finally:
            again.stop()
