"""Make `.venv` from the locks and continue in it. Standard library only: this runs before anything is installed.

The environment counts as made when it bears the hash of the lock it was made from and the place it was made in; the
mark is written last, so an interrupted installation is seen and begun again. Two starts at once: one waits.
"""

# An older Python must get as far as being told that it is too old.
from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST, NEWEST = (3, 11), (3, 14)
LOCKS = {
    "run": "requirements.lock",
    "test": "requirements-test.lock",
    "bench": "requirements-bench.lock",
    "spark": "requirements-spark.lock",
}
"""Lock by group; each holds all of those before it."""
SETUP_LOCK = "requirements-setup.lock"
"""Holds uv alone, which installs the others."""
EXACTLY = ("--require-hashes", "--no-deps", "-r")
"""What is installed is what the lock says, byte for byte, and nothing else."""


class Unready(Exception):
    """The set-up cannot go on; the message says what to do about it."""


def enter(group: str, arguments: list[str], *, root: Path = ROOT) -> None:
    """Make sure that `.venv` holds the group, and continue in its Python: returns only when already there.

    Raises:
        Unready: this Python is too old or too new, or the installation failed.
    """
    check_python(sys.version_info[:2])
    environment = root / ".venv"
    inside = Path(sys.prefix).resolve() == environment.resolve()
    if not is_made(root, group):
        with _one_at_a_time(root):
            if not is_made(root, group):
                make(root, group)
                # Packages may have changed under this very process.
                inside = False
    if not inside:
        # Programs that forbid bytecode for themselves would make every start compile half the libraries again.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        python = str(environment / "bin" / "python")
        sys.stdout.flush()
        sys.stderr.flush()
        os.execv(python, [python, str(environment / "bin" / "halte"), *arguments])


def check_python(version: tuple[int, int]) -> None:
    """Refuse a Python that the locks were not made for.

    Raises:
        Unready: it is too old or too new.
    """
    if not OLDEST <= version <= NEWEST:
        asked, given = f"{OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}", f"{version[0]}.{version[1]}"
        raise Unready(
            f"Halte needs Python {asked}, and this is Python {given}; start it with python3.{OLDEST[1]}, say."
        )


def is_made(root: Path, group: str) -> bool:
    """Tell whether `.venv` was made here, in full, from the lock as it is now."""
    try:
        return (root / ".venv" / f".halte-{group}").read_text() == _mark(root, group)
    except OSError:
        return False


def make(root: Path, group: str) -> None:
    """Make `.venv` with the group's packages and the program `halte`.

    Raises:
        Unready: the message says which step failed and what to do.
    """
    environment = root / ".venv"
    unfinished = root / ".venv.unfinished"
    began = time.monotonic()
    _say(f"setting up .venv from {LOCKS[group]}")
    if unfinished.exists() or not _works(environment):
        # An interrupted installation may have left a package in half, which an installer takes for whole.
        shutil.rmtree(environment, ignore_errors=True)
    unfinished.touch()
    if not environment.exists():
        _make_environment(environment)
    for old in LOCKS:
        (environment / f".halte-{old}").unlink(missing_ok=True)
    _install(environment, root / LOCKS[group])
    _write_program(environment, root)
    # Each lock is those before it and more: all are satisfied.
    for satisfied in list(LOCKS)[: list(LOCKS).index(group) + 1]:
        (environment / f".halte-{satisfied}").write_text(_mark(root, satisfied))
    unfinished.unlink()
    _say(f"set up in {time.monotonic() - began:.0f} s")


def _mark(root: Path, group: str) -> str:
    lock = (root / LOCKS[group]).read_bytes()
    return f"{hashlib.sha256(lock).hexdigest()} {root}\n"


def _say(sentence: str) -> None:
    print(f"halte: {sentence}", file=sys.stderr, flush=True)


@contextmanager
def _one_at_a_time(root: Path) -> Iterator[None]:
    with (root / ".venv.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            _say("another start is setting up .venv; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _works(environment: Path) -> bool:
    python = environment / "bin" / "python"
    if not python.exists():
        return False
    answer = subprocess.run(
        [str(python), "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True, check=False
    )
    words = answer.stdout.split()
    return answer.returncode == 0 and OLDEST <= (int(words[0]), int(words[1])) <= NEWEST


def _make_environment(environment: Path) -> None:
    if uv := shutil.which("uv"):
        # uv needs no pip inside, so no ensurepip either.
        command = [uv, "venv", "--quiet", "--python", sys.executable, str(environment)]
        if subprocess.run(command, check=False).returncode == 0:
            return
        shutil.rmtree(environment, ignore_errors=True)
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        raise Unready(
            f"this Python cannot make virtual environments (it has no ensurepip). "
            f"On Debian and Ubuntu: sudo apt-get install {package}; then start again."
        )
    done = subprocess.run([sys.executable, "-m", "venv", str(environment)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        shutil.rmtree(environment, ignore_errors=True)
        raise Unready(f"the virtual environment could not be made:\n{done.stdout}{done.stderr}")


def _install(environment: Path, lock: Path) -> None:
    """Install a lock by uv, in seconds; by pip when uv cannot be had or does not manage."""
    python = str(environment / "bin" / "python")
    if (uv := shutil.which("uv") or _fetched_uv(environment, lock.with_name(SETUP_LOCK))) is not None:
        command = [uv, "pip", "install", "--quiet", "--python", python, *EXACTLY, str(lock)]
        surroundings = {**os.environ, **_registry_of_pip(python)}
        if subprocess.run(command, env=surroundings, capture_output=True, check=False).returncode == 0:
            return
    done = _pip(environment, lock)
    if done.returncode != 0:
        said = "\n".join(line for line in done.stderr.splitlines() if not line.startswith("WARNING"))
        raise Unready(
            f"the packages of {lock.name} could not be installed:\n{said}\n"
            "Is a package registry reachable (pip config list)? Start again to go on."
        )


def _fetched_uv(environment: Path, lock: Path) -> str | None:
    program = environment / "bin" / "uv"
    return str(program) if _pip(environment, lock).returncode == 0 and program.exists() else None


def _pip(environment: Path, lock: Path) -> subprocess.CompletedProcess[str]:
    python = str(environment / "bin" / "python")
    if subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode != 0:
        subprocess.run([python, "-m", "ensurepip", "--default-pip"], capture_output=True, check=False)
    # Bytecode is made by what is used, at its first use: compiling all of it takes longer than installing it.
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-compile"]
    return subprocess.run([*pip, *EXACTLY, str(lock)], capture_output=True, text=True, check=False)


def _registry_of_pip(python: str) -> dict[str, str]:
    """Return the settings that lead uv to the registry that pip is configured for: uv does not read pip's configuration."""
    listed = subprocess.run([python, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False).stdout
    found: dict[str, str] = {}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        variable = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE"}.get(name.rpartition(".")[2])
        if variable is not None and variable not in os.environ:
            found[variable] = value.strip("'\"")
    return found


def _write_program(environment: Path, root: Path) -> None:
    """Write the program `halte` and the path file by which its Python finds our packages; needs no build, no network."""
    libraries = next((environment / "lib").glob("python3.*")) / "site-packages"
    (libraries / "halte.pth").write_text(f"{root}\n")
    program = environment / "bin" / "halte"
    unfinished = program.with_name("halte.unfinished")
    # Through sh, since the line that names the interpreter has a limited length and cannot hold a space.
    unfinished.write_text(
        "#!/bin/sh\n"
        '\'\'\'exec\' "$(dirname "$(readlink -f "$0")")/python" "$0" "$@"\n'
        "' '''\n"
        "import sys\n\nfrom infra.__main__ import main\n\nsys.exit(main())\n"
    )
    unfinished.chmod(0o755)
    unfinished.replace(program)
