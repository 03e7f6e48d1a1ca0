"""Where an embedded server lives, and as whom.

PostgreSQL refuses to run as root. Started by root (a container, a CI machine), the servers run as a system user of their own,
in a folder and from binaries that this user can reach; `var/` names them. Nobody else's permissions are ever widened.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from infra.errors import Unavailable

OWN_ACCOUNT = "halte-services"
ELSEWHERE = Path("/var/lib/halte")
"""Used by root only, when `var/` stands where the system user cannot go (below /root, for instance)."""


class ServiceMissing(Unavailable):
    """A server that Halte needs is not there, or does not start."""

    code = "service_missing"


class Account(msgspec.Struct, frozen=True):
    """A system user that servers run as."""

    name: str
    uid: int
    gid: int


class Quarters(msgspec.Struct, frozen=True):
    """Where one server lives: its folder (mode 0700, its account's) and the account, None for whoever runs this."""

    directory: Path
    account: Account | None


class _Place(msgspec.Struct):
    directory: str
    account: str


def settle(var: Path, service: str) -> Quarters:
    """Find or make the folder of a service: below `var`, or elsewhere when root's system user cannot reach that."""
    var.mkdir(parents=True, exist_ok=True)
    account = _account() if os.geteuid() == 0 else None
    directory = var / service
    note = var / f"{service}.json"
    if account is not None and not _enters(var, account):
        name = hashlib.sha256(os.fsencode(var.resolve())).hexdigest()[:12]
        directory = ELSEWHERE / name / service
        ELSEWHERE.mkdir(parents=True, exist_ok=True)
        (ELSEWHERE / name).mkdir(mode=0o755, exist_ok=True)
        if directory.exists() and not note.exists():
            # `var/` was deleted to start over: what it named must not come back.
            shutil.rmtree(directory)
    _make_private(directory, account)
    place = _Place(directory=str(directory), account=account.name if account else "")
    _write_atomically(note, msgspec.json.encode(place))
    return Quarters(directory=directory, account=account)


def vacate(quarters: Quarters, var: Path, service: str) -> None:
    """Delete the folder of a service that has been stopped, and the note that names it."""
    shutil.rmtree(quarters.directory)
    (var / f"{service}.json").unlink(missing_ok=True)


def reachable_binaries(installed: Path, *, probe: str, siblings: tuple[Path, ...], account: Account | None) -> Path:
    """Return a folder like `installed` whose programs the account can run: itself, or a copy made once.

    Args:
        installed: the folder of programs.
        probe: a program in it that answers `--version`.
        siblings: the folders that must be copied beside each other for the programs to find their libraries;
            `installed` is below the first.
        account: who will run them.
    """
    if account is None or _runs(installed / probe, account):
        return installed
    stat = (installed / probe).stat()
    print_of = hashlib.sha256(f"{installed}|{stat.st_size}|{stat.st_mtime_ns}".encode()).hexdigest()[:12]
    copies = ELSEWHERE / "binaries" / f"{siblings[0].name}-{print_of}"
    programs = copies / installed.relative_to(siblings[0].parent)
    if not copies.exists():
        copies.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=copies.parent) as unfinished:
            whole = Path(unfinished) / "copy"
            for folder in siblings:
                shutil.copytree(folder, whole / folder.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
            whole.chmod(0o755)
            try:
                whole.rename(copies)
            except OSError:
                if not copies.exists():
                    raise
    if not _runs(programs / probe, account):
        raise ServiceMissing(f"the user {account.name} cannot run {programs / probe}")
    return programs


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file; it ends with the process, however the process ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def own(path: Path, account: Account | None) -> None:
    """Give a file or folder to the account, readable by nobody else."""
    path.chmod(0o700 if path.is_dir() else 0o600)
    if account is not None:
        os.chown(path, account.uid, account.gid)


def surroundings() -> dict[str, str]:
    """Return the environment that servers start in: nothing of the caller's `PG…` variables, no secrets, UTC."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def run_as(command: list[str], account: Account | None, *, directory: Path) -> subprocess.CompletedProcess[str]:
    """Run a short command as the account and return what it said, whatever its exit code."""
    return subprocess.run(
        command,
        cwd=directory,
        env=surroundings(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def start_as(command: list[str], account: Account | None, *, directory: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start a server as the account, in a session of its own so that Ctrl-C in our terminal does not reach it."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=directory,
            env=surroundings(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


def let_go(process: "subprocess.Popen[bytes]") -> None:
    """Let a server outlive the object that started it: from here on its pid and its start are all that is known of it."""
    # Popen warns of a process that still runs when the object is collected, unless it believes that it ended.
    process.returncode = 0


def _account() -> Account:
    """Return the servers' own system user, made now if there is a `useradd`; else one that the system has."""
    if _named(OWN_ACCOUNT) is None and (useradd := shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")):
        home = ["--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
        subprocess.run([useradd, "--system", "--user-group", *home, OWN_ACCOUNT], capture_output=True, check=False)
    # Without useradd (a bare container) an unprivileged user that the system brings must do.
    for name in (OWN_ACCOUNT, "postgres", "nobody"):
        if account := _named(name):
            return account
    raise ServiceMissing(
        f"PostgreSQL does not run as root: make a system user ({OWN_ACCOUNT}) or start as a plain user"
    )


def _named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)


def _enters(directory: Path, account: Account) -> bool:
    return run_as(["/bin/sh", "-c", 'cd "$0"', str(directory)], account, directory=Path("/")).returncode == 0


def _runs(program: Path, account: Account) -> bool:
    try:
        return run_as([str(program), "--version"], account, directory=Path("/")).returncode == 0
    except OSError:
        return False


def _make_private(directory: Path, account: Account | None) -> None:
    directory.mkdir(mode=0o700, exist_ok=True)
    if account is not None and directory.stat().st_uid != account.uid:
        # Left by another account (the first start was as somebody else): its content follows.
        for path in [directory, *directory.rglob("*")]:
            os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _write_atomically(path: Path, content: bytes) -> None:
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)
