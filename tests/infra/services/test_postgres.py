import asyncio
import os
import shutil
import signal
import site
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from infra.services import quarters
from infra.services.postgres import QUICK, Postgres, start_postgres
from infra.services.processes import started_at, wait_until
from infra.services.quarters import ServiceMissing

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
ROOT = Path(__file__).resolve().parents[3]


def python_for(user: str, surroundings: dict[str, str]) -> str:
    """Return a Python of our version that the user can run: ours, else the system's."""
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        with suppress(OSError, subprocess.CalledProcessError):
            subprocess.run([python, "-c", "import asyncpg"], user=user, cwd="/", env=surroundings, check=True)
            return python
    pytest.skip(f"no Python within the reach of {user}")


def ask(url: str, query: str) -> object:
    async def asked() -> object:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    return asyncio.run(asked())


@pytest.fixture(autouse=True)
def _programs_of_the_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run itself may be on another PostgreSQL; these tests choose their own."""
    monkeypatch.delenv("HALTE_POSTGRES_BIN", raising=False)


@pytest.fixture
def start(var: Path) -> Iterator[Callable[[], Postgres]]:
    begun: list[Postgres] = []

    def begin() -> Postgres:
        begun.append(start_postgres(var, settings=QUICK))
        return begun[-1]

    yield begin
    for server in begun:
        server.stop()


@pytest.fixture(params=["18 of the wheel", "15 of Debian"])
def version(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Both ends of what Halte runs on, where both are there."""
    if request.param.startswith("15"):
        if not DEBIAN_15.exists():
            pytest.skip("no PostgreSQL 15 on this machine")
        monkeypatch.setenv("HALTE_POSTGRES_BIN", str(DEBIAN_15))
    return int(request.param.split()[0])


def test_starts_from_nothing_and_orders_by_code_points(version: int, start: Callable[[], Postgres]) -> None:
    server = start()

    assert server.started
    assert str(ask(server.owner_url, "SHOW server_version")).startswith(f"{version}.")
    assert ask(server.owner_url, "SELECT current_user || ' ' || current_database()") == "halte_owner halte"
    assert ask(server.owner_url, "SELECT string_agg(w, '' ORDER BY w) FROM unnest(array['é','b','A','a']) w") == "Aabé"
    assert ask(server.owner_url, "SELECT upper('é')") == "É"


def test_a_kill_loses_nothing_committed_and_the_next_start_recovers(
    version: int, start: Callable[[], Postgres]
) -> None:
    first = start()
    ask(first.owner_url, "CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(first.pid, signal.SIGKILL)
    assert wait_until(lambda: not first.runs(), timeout_seconds=5)

    second = start()

    assert (second.started, second.port) == (True, first.port)
    assert ask(second.owner_url, "SELECT answer FROM kept") == 42


def test_revives_on_the_port_that_everybody_knows(start: Callable[[], Postgres]) -> None:
    server = start()
    os.kill(server.pid, signal.SIGKILL)
    wait_until(lambda: not server.runs(), timeout_seconds=5)

    server.revive()

    assert ask(server.owner_url, "SELECT 1") == 1


def test_a_second_start_joins_and_the_last_one_out_stops_it(start: Callable[[], Postgres]) -> None:
    first, second = start(), start()
    assert (second.started, second.pid) == (False, first.pid)

    first.stop()
    assert ask(second.owner_url, "SELECT 1") == 1

    second.stop()
    assert second.pid == 0


def test_two_starts_at_once_make_one_server(start: Callable[[], Postgres]) -> None:
    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    one, other = start(), start()

    assert one.pid == other.pid


def test_a_busy_port_is_replaced(start: Callable[[], Postgres]) -> None:
    server = start()
    server.stop()
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", server.port))
        squatter.listen()

        again = start()

        assert again.port != server.port
        assert ask(again.owner_url, "SELECT 1") == 1


def test_a_pid_file_that_names_a_stranger_neither_stops_the_start_nor_harms_the_stranger(
    start: Callable[[], Postgres],
) -> None:
    server = start()
    server.stop()
    account = server.account
    stranger = subprocess.Popen(
        ["sleep", "60"], user=account.uid if account else None, extra_groups=[] if account else None
    )
    data = server.directory / "data"
    (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n1\n{server.port}\n\n127.0.0.1\n\nready\n")

    again = start()
    again.stop()

    assert again.started
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_stopping_ends_no_other_postgres(start: Callable[[], Postgres], servers: object) -> None:
    bystander = ask(os.environ["DATABASE_OWNER_URL"], "SELECT pg_postmaster_start_time()")

    start().stop()

    assert ask(os.environ["DATABASE_OWNER_URL"], "SELECT pg_postmaster_start_time()") == bystander


def test_nobody_gets_in_without_a_password(start: Callable[[], Postgres]) -> None:
    server = start()
    address = urlsplit(server.owner_url)

    for user in ("halte_owner", "halte_superuser", "postgres"):
        with pytest.raises(asyncpg.InvalidPasswordError):
            ask(f"postgresql://{user}:wrong@{address.hostname}:{address.port}/halte", "SELECT 1")
    rules = (server.directory / "data" / "pg_hba.conf").read_text().splitlines()
    assert {line.split()[-1] for line in rules if line and not line.startswith("#")} == {"scram-sha-256"}
    assert ask(server.superuser_url, "SHOW listen_addresses") == "127.0.0.1"
    assert ask(server.superuser_url, "SHOW unix_socket_directories") == ""


def test_its_folder_is_closed_and_no_parent_is_opened_wider(var: Path, start: Callable[[], Postgres]) -> None:
    var.chmod(0o711)

    server = start()

    assert stat.S_IMODE(server.directory.stat().st_mode) == 0o700
    assert stat.S_IMODE((server.directory / "secrets.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(var.stat().st_mode) == 0o711


def test_an_interrupted_making_is_begun_again(start: Callable[[], Postgres]) -> None:
    server = start()
    server.stop()
    shutil.move(server.directory / "data", server.directory / "data.unfinished")

    assert ask(start().owner_url, "SELECT 1") == 1


def test_data_of_another_version_is_left_alone_and_said(
    var: Path, start: Callable[[], Postgres], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not DEBIAN_15.exists():
        pytest.skip("no PostgreSQL 15 on this machine")
    start().stop()
    monkeypatch.setenv("HALTE_POSTGRES_BIN", str(DEBIAN_15))

    with pytest.raises(ServiceMissing, match="was made by PostgreSQL 18 and these programs are PostgreSQL 15"):
        start_postgres(var)


def test_programs_that_are_not_there_are_said(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALTE_POSTGRES_BIN", "/nowhere")

    with pytest.raises(ServiceMissing, match="HALTE_POSTGRES_BIN: there is no postgres in /nowhere"):
        start_postgres(var)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another place")
def test_as_root_below_a_closed_folder_it_lives_elsewhere_and_var_names_the_place(
    var: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    elsewhere = var / "elsewhere"
    monkeypatch.setattr(quarters, "ELSEWHERE", elsewhere)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    server = start_postgres(closed, settings=QUICK)
    try:
        assert server.directory.is_relative_to(elsewhere)
        assert str(server.directory) in (closed / "postgres.json").read_text()
        assert server.account is not None
        assert server.account.uid != 0
        assert Path(f"/proc/{server.pid}").stat().st_uid == server.account.uid
    finally:
        server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs a copy")
def test_programs_out_of_the_account_s_reach_are_copied_once(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarters, "ELSEWHERE", var / "elsewhere")
    closed = var / "closed"
    programs = closed / "package" / "bin"
    programs.mkdir(parents=True)
    shutil.copy(shutil.which("true") or "/bin/true", programs / "probe")
    closed.chmod(0o700)
    account = quarters.settle(var, "some").account

    first = quarters.reachable_binaries(programs, probe="probe", siblings=(closed / "package",), account=account)
    second = quarters.reachable_binaries(programs, probe="probe", siblings=(closed / "package",), account=account)

    assert first == second
    assert first.is_relative_to(var / "elsewhere")
    assert quarters.run_as([str(first / "probe"), "--version"], account, directory=Path("/")).returncode == 0
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="this run is a plain user's already")
def test_a_plain_user_starts_it_as_himself(var: Path) -> None:
    home = var / "home"
    home.mkdir()
    shutil.chown(home, "nobody")
    script = (
        "from pathlib import Path; from infra.services.postgres import start_postgres; "
        f"server = start_postgres(Path({str(home)!r})); print(server.account, server.runs()); server.stop()"
    )
    surroundings = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([str(ROOT), *site.getsitepackages()])}
    python = python_for("nobody", surroundings)

    done = subprocess.run(
        [python, "-c", script],
        user="nobody",
        group="nogroup",
        extra_groups=[],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout.strip(), done.stderr) == ("None True", "")


def test_a_pid_is_not_enough_to_be_the_same_process() -> None:
    process = subprocess.Popen(["sleep", "60"])
    started = started_at(process.pid)
    process.kill()
    process.wait()

    assert started
    assert started_at(process.pid) is None
    assert started_at(os.getpid()) != started
