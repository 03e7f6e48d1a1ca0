"""The gateway opens the app and nothing else: what attackers try through it, by OpenSSH's client and by asyncssh's."""

import asyncio
import contextlib
import os
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import asyncssh
import pytest

from tests.journeys.house import House
from tests.tui.gateway.conftest import CENTRE_NAME, Person, Screens
from tests.tui.gateway.processes import Gateway
from tui.gateway.server import WINDOWS_OF_ONE

pytestmark = pytest.mark.xdist_group("gateway")

ONLY_THE_APP = "Halte ouvre l'application et rien d'autre"


@pytest.fixture(autouse=True)
def _lives_on(house: House, gateway: Gateway) -> Iterator[None]:
    """Whatever was tried: the same gateway is there, no session is left, and it is not busy."""
    before = (gateway.pid, gateway.zygote)
    yield
    assert (gateway.pid, gateway.zygote) == before
    assert gateway.wait_for_sessions(0, seconds=8)
    assert house.gateway.runs()


@pytest.fixture
async def connection(house: House, person: Person) -> AsyncIterator[asyncssh.SSHClientConnection]:
    """A logged-in connection of a client that asks for whatever it likes."""
    async with asyncssh.connect(
        "127.0.0.1",
        house.ssh_port,
        username=person.login,
        known_hosts=None,
        agent_path=None,
        client_keys=[str(person.key_file)],
    ) as connected:
        yield connected


def tried(
    house: House, person: Person, *options: str, command: tuple[str, ...] = (), tty: bool = False
) -> tuple[int, str]:
    """Run ssh to its end; return its exit code and all that it said."""
    done = subprocess.run(
        house.ssh(person.key_file, person.login, *options, command=command, tty=tty),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=30,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("id",),
        ("sh", "-i"),
        ("scp", "-f", "/etc/passwd"),
        ("internal-sftp",),
        ("",),
        ("halte", "--help"),
        ("$(touch /tmp/x)",),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("tty", [False, True], ids=["no pty", "pty"])
def test_no_command(house: House, person: Person, command: tuple[str, ...], tty: bool) -> None:
    if command == ("",) and tty:
        pytest.skip("OpenSSH asks for a shell then: the app")

    code, said = tried(house, person, command=command, tty=tty)

    assert code == 1
    assert ONLY_THE_APP in said
    assert "uid=" not in said and "root:" not in said


def test_no_shell_without_a_terminal(house: House, person: Person) -> None:
    code, said = tried(house, person)

    assert (code, ONLY_THE_APP in said) == (1, True)


def test_no_subsystem(house: House, person: Person) -> None:
    for subsystem in ("sftp", "netconf", "halte"):
        code, said = tried(house, person, "-s", command=(subsystem,))

        assert code != 0
        assert ONLY_THE_APP in said or "subsystem request failed" in said


@pytest.mark.parametrize("program", ["sftp", "scp", "scp -O"])
def test_no_file_transfer(house: House, person: Person, program: str, tmp_path: Path) -> None:
    words = program.split()
    ours, theirs = tmp_path / "ours", f"{person.login}@127.0.0.1:/etc/passwd"
    options = ["-F", "/dev/null", "-i", str(person.key_file), "-P", str(house.ssh_port), "-o", "BatchMode=yes"]
    options += ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]

    done = subprocess.run(
        [*words, *options, theirs, str(ours)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert done.returncode != 0
    assert not ours.exists()


async def test_no_sftp_by_asyncssh(connection: asyncssh.SSHClientConnection) -> None:
    with pytest.raises((asyncssh.ChannelOpenError, asyncssh.SFTPError, asyncssh.ConnectionLost)):
        await connection.start_sftp_client()


async def test_no_way_through_to_other_ports(connection: asyncssh.SSHClientConnection, house: House) -> None:
    api = int(house.api.rpartition(":")[2])

    for host, port in (("127.0.0.1", api), ("localhost", 22), ("::1", api), ("169.254.169.254", 80)):
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_connection(host, port)


async def test_no_way_through_to_unix_sockets(connection: asyncssh.SSHClientConnection, tmp_path: Path) -> None:
    path = tmp_path / "listening"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()

        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_unix_connection(str(path))


async def test_nothing_listens_for_a_client(connection: asyncssh.SSHClientConnection, tmp_path: Path) -> None:
    with pytest.raises(asyncssh.ChannelListenError):
        await connection.forward_remote_port("127.0.0.1", 0, "127.0.0.1", 9)
    with pytest.raises(asyncssh.ChannelListenError):
        await connection.forward_remote_path(str(tmp_path / "made-there"), str(tmp_path / "here"))
    assert not (tmp_path / "made-there").exists()


async def test_no_tunnel(connection: asyncssh.SSHClientConnection) -> None:
    for open_it in (connection.open_tun, connection.open_tap):
        with pytest.raises(asyncssh.ChannelOpenError):
            await open_it()


@pytest.mark.parametrize("kind", ["-R", "-L", "-D"])
def test_forwarding_by_openssh_reaches_nothing(house: House, person: Person, kind: str) -> None:
    from infra.services.ports import free_port

    port = free_port()
    target = {
        "-R": f"127.0.0.1:{port}:127.0.0.1:9",
        "-L": f"127.0.0.1:{port}:{house.api[7:]}",
        "-D": f"127.0.0.1:{port}",
    }
    if kind == "-R":
        code, said = tried(house, person, kind, target[kind], "-N", "-o", "ExitOnForwardFailure=yes")
        assert code == 255
        assert "remote port forwarding failed" in said
        return
    ssh = subprocess.Popen(
        house.ssh(person.key_file, person.login, kind, target[kind], "-N", tty=False), stderr=subprocess.PIPE
    )
    try:
        answered = _asked_through(port, socks_to=None if kind == "-L" else int(house.api.rpartition(":")[2]))
    finally:
        ssh.kill()
        ssh.communicate(timeout=10)
    assert b"HTTP/" not in answered


def _asked_through(port: int, *, socks_to: int | None) -> bytes:
    from infra.services.processes import wait_until

    def connected() -> bool:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        return False

    assert wait_until(connected, timeout_seconds=10)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line, contextlib.suppress(OSError):
        if socks_to is not None:
            line.sendall(b"\x05\x01\x00")
            line.recv(2)
            line.sendall(b"\x05\x01\x00\x01\x7f\x00\x00\x01" + socks_to.to_bytes(2, "big"))
            line.recv(10)
        line.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        return line.recv(100)
    return b""


def test_no_agent_and_no_x11(house: House, person: Person, screen: Screens, gateway: Gateway) -> None:
    """What is asked along with the app is not given; the app opens all the same."""
    terminal = screen(person, "-A", "-X", "-o", "ForwardX11Trusted=yes")
    terminal.until(f"Halte · {CENTRE_NAME}")

    session = gateway.sessions()[0]
    listening = Path(f"/proc/{gateway.pid}/net/unix").read_text()

    assert "agent." not in listening.replace("gpg-agent", "") or "/tmp/asyncssh" not in listening
    assert not any(link.startswith("socket:") and "6010" in link for link in _open_files(session))
    assert not any(
        line.split()[1].endswith(":177A") for line in Path(f"/proc/{gateway.pid}/net/tcp").read_text().splitlines()[1:]
    )


def _open_files(pid: int) -> list[str]:
    found = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            found.append(str(link.readlink()))
    return found


async def test_the_clients_environment_stays_outside(
    connection: asyncssh.SSHClientConnection, gateway: Gateway
) -> None:
    evil = {
        "LD_PRELOAD": "/tmp/evil.so",
        "PYTHONSTARTUP": "/tmp/evil.py",
        "HALTE_SERVER": "http://127.0.0.1:9",
        "HALTE_TOKEN_FD": "0",
        "HALTE_DRAFTS": "/tmp/evil",
        "TEXTUAL_LOG": "/tmp/evil.log",
        "LANG": "evil",
        "HALTE_PLAIN": "evil",
    }
    process = await connection.create_process(term_type="xterm-256color", term_size=(120, 40), env=evil, encoding=None)
    await painted(process, CENTRE_NAME.encode())

    assert not any(_knows_of_evil(pid) for pid in (gateway.pid, gateway.zygote, *gateway.sessions()))
    process.close()


def _knows_of_evil(pid: int) -> bool:
    in_files = any(Path(name).exists() for name in ("/tmp/evil", "/tmp/evil.log"))
    return in_files or b"evil" in Path(f"/proc/{pid}/environ").read_bytes()


async def painted(process: "asyncssh.SSHClientProcess[bytes]", *texts: bytes, seconds: float = 20) -> bytes:
    """Read until these came by."""
    came = b""
    async with asyncio.timeout(seconds):
        while not all(text in came for text in texts):
            data = await process.stdout.read(65_536)
            assert data, f"the channel ended after {came[-2000:]!r}"
            came += data
    return came


@pytest.mark.parametrize(
    "name",
    ["", "xterm\nHALTE_SERVER=evil", "../../../etc/passwd", "a" * 10_000, "dumb", "xterm;id", "\x00", "xterm-256color"],
    ids=["empty", "newline", "slashes", "10,000 letters", "dumb", "semicolon", "nul", "usual"],
)
async def test_names_of_terminals(connection: asyncssh.SSHClientConnection, name: str) -> None:
    process = await connection.create_process(term_type=name, term_size=(80, 24), encoding=None)

    if name:
        await painted(process, CENTRE_NAME.encode())
        process.stdin.write(b"\x11")
    async with asyncio.timeout(15):
        await process.wait_closed()


@pytest.mark.parametrize(
    "size", [(0, 0, 0, 0), (1, 1, 0, 0), (2**31, 2**31, 0, 0), (2**32 - 1, 2**32 - 1, 1, 1), (100_000, 3, 0, 0)]
)
async def test_sizes_of_windows(
    connection: asyncssh.SSHClientConnection, gateway: Gateway, size: tuple[int, int, int, int]
) -> None:
    process = await connection.create_process(term_type="xterm", term_size=size, encoding=None)
    await painted(process, b"\x1b[?1049h")
    for again in ((2**32 - 1, 1, 0, 0), (0, 0, 0, 0), (80, 24, 0, 0)):
        process.change_terminal_size(*again)

    await painted(process, CENTRE_NAME.encode())
    assert len(gateway.sessions()) == 1
    process.stdin.write(b"\x11")
    async with asyncio.timeout(15):
        await process.wait_closed()
    assert process.exit_status == 0


async def test_65_kilobytes_pasted_at_once(connection: asyncssh.SSHClientConnection) -> None:
    process = await connection.create_process(term_type="xterm", term_size=(120, 40), encoding=None)
    await painted(process, CENTRE_NAME.encode(), b"Tout est fait")

    came = bytearray()

    async def keep_reading() -> None:
        while data := await process.stdout.read(65_536):
            came.extend(data)

    reading = asyncio.create_task(keep_reading())
    process.stdin.write(b"\x1b[200~" + "é".encode() * 32_768 + b"\x1b[201~")
    process.stdin.write(bytes(byte for byte in range(256) if byte != 0x11) * 256)
    process.stdin.write(b"\x1b" * 4)
    await asyncio.sleep(1)
    assert not process.is_closing(), bytes(came[-4000:]).decode(errors="replace")
    process.stdin.write(b"\x11")
    async with asyncio.timeout(30):
        await process.wait_closed()
    reading.cancel()


async def test_many_channels_of_one_connection(connection: asyncssh.SSHClientConnection, gateway: Gateway) -> None:
    async def opened() -> "asyncssh.SSHClientProcess[bytes] | None":
        try:
            return await connection.create_process(term_type="xterm", term_size=(80, 24), encoding=None)
        except asyncssh.ChannelOpenError:
            return None

    processes = [process for process in await asyncio.gather(*(opened() for _ in range(60))) if process]
    await asyncio.gather(*(asyncio.wait_for(process.stdout.read(1), 60) for process in processes))

    assert len(gateway.sessions()) <= WINDOWS_OF_ONE
    assert len(processes) == 60, "the rest was told why"


def test_connections_that_say_nothing(house: House, person: Person, screen: Screens) -> None:
    silent = [socket.create_connection(("127.0.0.1", house.ssh_port)) for _ in range(100)]
    half_said = [socket.create_connection(("127.0.0.1", house.ssh_port)) for _ in range(20)]
    for line in half_said:
        line.sendall(b"SSH-2.0-half")
        line.shutdown(socket.SHUT_WR)
    noise = socket.create_connection(("127.0.0.1", house.ssh_port))
    noise.sendall(os.urandom(100_000))

    screen().until(f"Halte · {CENTRE_NAME}")

    for line in (*silent, *half_said, noise):
        line.close()


EARLY: dict[str, Callable[["asyncssh.SSHClientProcess[bytes]"], None]] = {
    "the channel": lambda process: process.close(),
    "its input": lambda process: process.stdin.write_eof(),
    "the connection": lambda process: process.channel.get_connection().abort(),
}


@pytest.mark.parametrize("what", EARLY)
@pytest.mark.parametrize("after", [0.0, 0.05, 0.3])
async def test_closed_early(
    connection: asyncssh.SSHClientConnection, what: str, after: float, gateway: Gateway
) -> None:
    process = await connection.create_process(term_type="xterm", term_size=(80, 24), encoding=None)
    await asyncio.sleep(after)
    EARLY[what](process)

    async with asyncio.timeout(10):
        await process.wait_closed()
