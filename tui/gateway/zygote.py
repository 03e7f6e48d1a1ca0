"""The zygote: a process that has imported the terminal app and forks a ready one for each session.

It is forked before any event loop or thread starts, so that its children inherit neither. It speaks with the gateway
over one socket: a request carries the pty and the token's pipe as descriptors, an answer says which process it became
or how one ended.
"""

import array
import contextlib
import fcntl
import gc
import os
import select
import signal
import socket
import sys
import termios
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from tui.plain import ASKED_FOR

TERMINAL_OPTIONS: Final = {"COLORTERM": "truecolor", "LANG": "C.UTF-8", "PYTHONUTF8": "1"}
"""What SSH does not carry, and Textual asks for."""

LARGEST_MESSAGE: Final = 65_536
READY: Final = b"ready"


class Opening(msgspec.Struct, frozen=True):
    """A session to open; the descriptors travel beside: the pty's inner end, then the pipe with the token."""

    number: int
    term: str
    home: str
    """The user's own folder: drafts stay there from one session to the next."""
    plain: bool
    """The client asked for the plain mode."""


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """The session is this process now."""

    number: int
    pid: int


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """This process is over; `code` is its exit code, negative for a signal."""

    pid: int
    code: int


def start() -> tuple[int, socket.socket]:
    """Fork the zygote; return its pid and the gateway's end of the socket. Call it before any loop or thread."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        theirs.close()
        return pid, ours
    ours.close()
    code = 1
    try:
        run = _preloaded()
        theirs.send(READY)
        _serve(theirs, run)
        code = 0
    except Exception as error:  # noqa: BLE001 - noted, without what it holds; the gateway says the rest
        from tui.crash import note

        note(error)
    finally:
        os._exit(code)


def await_ready(pid: int, link: socket.socket) -> None:
    """Wait until the zygote is ready: a door that opened before would keep the first people waiting, and tell them off.

    Raises:
        OSError: it could not make itself ready; its own words are on standard error.
    """
    if link.recv(len(READY)) != READY:
        os.waitpid(pid, 0)
        raise OSError("the preloaded process could not make itself ready")


def _preloaded() -> Callable[[list[str]], int]:
    """Import all that a session needs, and keep the collector from touching the pages that sessions share."""
    from tui.commands import main
    from tui.gateway.warm_up import warm_up

    os.environ["HALTE_LOG_FD"] = "2"
    warm_up()
    gc.collect()
    gc.freeze()
    return main


def _serve(link: socket.socket, run: Callable[[list[str]], int]) -> None:
    """Fork sessions until the gateway is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    wake_reading, wake_writing = os.pipe()
    os.set_blocking(wake_writing, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_writing, warn_on_full_buffer=False)
    while True:
        ready, _, _ = select.select([link.fileno(), wake_reading], [], [])
        if wake_reading in ready:
            os.read(wake_reading, 512)
            _reap(link)
        if link.fileno() in ready:
            message, descriptors = receive(link)
            if not message:
                return
            opening = msgspec.msgpack.decode(message, type=Opening)
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                for inherited in (wake_reading, wake_writing, link.fileno()):
                    os.close(inherited)
                _become_session(opening, *descriptors, run=run)
            for descriptor in descriptors:
                os.close(descriptor)
            link.send(msgspec.msgpack.encode(Opened(opening.number, pid)))


def _reap(link: socket.socket) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        with contextlib.suppress(OSError):
            link.send(msgspec.msgpack.encode(Ended(pid, os.waitstatus_to_exitcode(status))))


def _become_session(opening: Opening, terminal: int, token: int, *, run: Callable[[list[str]], int]) -> None:
    """Turn this fork into the session: its own process group, its own terminal, nothing of the gateway's surroundings."""
    code = 1
    try:
        log = os.dup(2)
        os.setsid()
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
        for standard in (0, 1, 2):
            os.dup2(terminal, standard)
        if terminal > 2:
            os.close(terminal)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        Path(opening.home).mkdir(mode=0o700, parents=True, exist_ok=True)
        os.environ.clear()
        os.environ.update(TERMINAL_OPTIONS)
        os.environ.update({"TERM": opening.term, "HALTE_TOKEN_FD": str(token), "HOME": opening.home})
        os.environ["HALTE_LOG_FD"] = str(log)
        if opening.plain:
            os.environ[ASKED_FOR] = "1"
        # The interpreter's own streams were opened on the gateway's terminal or log.
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it lives as long as the session
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - likewise
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - likewise
        for name in ("stdin", "stdout", "stderr"):
            setattr(sys, f"__{name}__", getattr(sys, name))
        code = run([])
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def send(link: socket.socket, opening: Opening, *descriptors: int) -> None:
    """Ask the zygote for a session; the descriptors are copied, close yours."""
    packed = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))]
    link.sendmsg([msgspec.msgpack.encode(opening)], packed)


def receive(link: socket.socket) -> tuple[bytes, list[int]]:
    """Read one message and the descriptors that came with it; both empty when the other end is gone."""
    message, ancillary, _, _ = link.recvmsg(LARGEST_MESSAGE, socket.CMSG_SPACE(2 * array.array("i").itemsize))
    descriptors = array.array("i")
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
    return message, list(descriptors)
