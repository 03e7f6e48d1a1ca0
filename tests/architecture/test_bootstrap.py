"""What runs before anything is installed: tried with no site-packages and no environment, and on a copy of its own."""

import ast
import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra import bootstrap
from infra.bootstrap import Unready, check_python, is_made
from infra.commands import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
BARE = [sys.executable, "-I", "-S"]
EARLY = ("infra/__init__.py", "infra/__main__.py", "infra/bootstrap.py", "infra/commands.py")


def bare(code: str, *arguments: str, root: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    script = f"import sys; sys.path.insert(0, {str(root)!r}); sys.argv = ['halte', *{list(arguments)!r}]; {code}"
    return subprocess.run([*BARE, "-c", script], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("path", EARLY)
def test_imports_the_standard_library_only(path: str) -> None:
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    done = bare(f"import importlib; importlib.import_module({module!r}); print(*sys.modules)")

    assert (done.returncode, done.stderr) == (0, "")
    tops = {name.partition(".")[0] for name in done.stdout.split()}
    assert {top for top in tops if top not in sys.stdlib_module_names} - {"infra", "__main__"} == set()


@pytest.mark.parametrize("path", EARLY)
def test_an_older_python_gets_as_far_as_being_told(path: str) -> None:
    source = (ROOT / path).read_text()
    tree = ast.parse(source, feature_version=(3, 8))
    annotated = any(
        isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None for node in ast.walk(tree)
    )

    assert not annotated or "from __future__ import annotations" in source


@pytest.mark.parametrize("path", EARLY)
def test_knows_no_door_except_by_name(path: str) -> None:
    tree = ast.parse((ROOT / path).read_text())
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}

    assert {
        name for name in imported if name.partition(".")[0] in ("server", "workers", "tui", "billing", "tenants")
    } == set()


def test_the_help_needs_nothing_installed() -> None:
    done = bare("from infra.__main__ import main; sys.exit(main())", "--help")

    assert (done.returncode, done.stderr) == (0, "")
    assert all(re.search(rf"^  {name} +\S", done.stdout, re.MULTILINE) for name in COMMANDS)
    assert "0 done, 1 failed, 2 refused, 130 interrupted" in done.stdout


def test_an_unknown_command_is_refused_with_the_nearest_one() -> None:
    done = bare("from infra.__main__ import main; sys.exit(main())", "docter")

    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no command « docter »; did you mean doctor?" in done.stderr


@pytest.mark.parametrize(("version", "fits"), [((3, 10), False), ((3, 11), True), ((3, 14), True), ((3, 15), False)])
def test_says_which_python_it_needs(version: tuple[int, int], fits: bool) -> None:
    if fits:
        check_python(version)
    else:
        with pytest.raises(Unready, match=r"needs Python 3\.11 to 3\.14, and this is Python 3\.1"):
            check_python(version)


def test_without_ensurepip_it_names_the_debian_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.bootstrap.shutil.which", lambda name: None)
    monkeypatch.setattr("infra.bootstrap.importlib.util.find_spec", lambda name: None)
    (tmp_path / "requirements.lock").write_text("")

    with pytest.raises(Unready, match=rf"apt-get install python3\.{sys.version_info.minor}-venv"):
        bootstrap.make(tmp_path, "run")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the early modules and empty locks: made without a network, in a second."""
    for path in (*EARLY, "infra/errors.py"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    body = "import sys\n\ndef main(arguments):\n    print(sys.prefix, *arguments)\n    return 7\n"
    (tmp_path / "infra" / "migrate.py").write_text(body)
    for lock in (*bootstrap.LOCKS.values(), bootstrap.SETUP_LOCK):
        (tmp_path / lock).write_text("")
    return tmp_path


def halte(checkout: Path, *arguments: str, uv: bool = True) -> "subprocess.Popen[str]":
    """Start a command of the checkout's; with `uv` on the path where this run's own environment has it."""
    base = sys._base_executable  # type: ignore[attr-defined]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HALTE_", "PYTHON"))}
    if uv:
        programs = checkout / "programs"
        programs.mkdir(exist_ok=True)
        if (mine := Path(sys.prefix) / "bin" / "uv").exists() and not (programs / "uv").exists():
            (programs / "uv").symlink_to(mine)
        environment["PATH"] = f"{programs}:{environment['PATH']}"
    return subprocess.Popen(
        [base, "-m", "infra", *arguments],
        cwd=checkout,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(checkout: Path, *arguments: str, uv: bool = True) -> tuple[int, str, str]:
    process = halte(checkout, *arguments, uv=uv)
    out, err = process.communicate(timeout=100)
    return process.returncode, out, err


@pytest.mark.slow
def test_makes_the_environment_once_and_runs_the_command_in_it(checkout: Path) -> None:
    code, out, err = run(checkout, "migrate", "--flag", "two words", uv=False)

    assert (code, out.split()) == (7, [str(checkout / ".venv"), "--flag", "two", "words"])
    assert "setting up .venv from requirements.lock" in err
    assert run(checkout, "migrate")[2] == ""
    program = subprocess.run(
        [checkout / ".venv/bin/halte", "migrate", "x"], cwd="/", capture_output=True, text=True, check=False
    )
    assert (program.returncode, program.stdout.split()) == (7, [str(checkout / ".venv"), "x"])


@pytest.mark.slow
def test_a_changed_lock_and_a_moved_checkout_are_noticed(checkout: Path, tmp_path: Path) -> None:
    run(checkout, "migrate")
    assert is_made(checkout, "run")
    assert not is_made(checkout, "test")

    (checkout / "requirements.lock").write_text("# another\n")

    assert not is_made(checkout, "run")
    assert "setting up" in run(checkout, "migrate")[2]
    moved = checkout.rename(tmp_path.parent / f"{tmp_path.name}-moved")
    assert not is_made(moved, "run")


@pytest.mark.slow
def test_two_starts_at_once_make_one_environment(checkout: Path) -> None:
    with (checkout / ".venv.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        both = [halte(checkout, "migrate") for _ in range(2)]
        # Each has come as far as the lock: neither finds the other's work done.
        assert all(process.stderr and "waiting for it" in process.stderr.readline() for process in both)
    ends = [process.communicate(timeout=100) for process in both]

    assert [process.returncode for process in both] == [7, 7]
    assert sum(err.count("set up in") for _, err in ends) == 1


@pytest.mark.slow
def test_the_second_waits_even_for_one_that_is_killed(checkout: Path) -> None:
    with (checkout / ".venv.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        second = halte(checkout, "migrate")
        assert second.stderr is not None
        assert "waiting for it" in second.stderr.readline()

    second.communicate(timeout=100)
    assert second.returncode == 7


@pytest.mark.slow
def test_an_interrupted_installation_is_begun_again(checkout: Path) -> None:
    run(checkout, "migrate")
    environment = checkout / ".venv"
    (environment / ".halte-run").unlink()
    (checkout / ".venv.unfinished").touch()
    half = environment / "lib" / "half-a-package"
    half.write_text("")

    code, _, err = run(checkout, "migrate")

    assert code == 7
    assert "set up in" in err
    assert not half.exists()


@pytest.mark.slow
def test_a_lock_that_does_not_match_its_hash_installs_nothing(checkout: Path) -> None:
    wheel = checkout / "thing-1.0-py3-none-any.whl"
    wheel.write_bytes(b"not what was locked")
    (checkout / "requirements.lock").write_text(f"thing @ {wheel.as_uri()} --hash=sha256:{'0' * 64}\n")

    code, out, err = run(checkout, "migrate", uv=False)

    assert (code, out) == (1, "")
    assert "the packages of requirements.lock could not be installed" in err
    assert not is_made(checkout, "run")


@pytest.mark.slow
def test_a_missing_module_breaks_its_own_command_only(checkout: Path) -> None:
    code, _, err = run(checkout, "serve")

    assert code == 1
    assert "no « serve » (the module server.commands.serve is missing)" in err
    assert run(checkout, "migrate")[0] == 7


@pytest.mark.slow
def test_a_refusal_is_one_line_and_no_traceback(checkout: Path) -> None:
    (checkout / "infra" / "migrate.py").write_text(
        "from infra.errors import Conflict\n\ndef main(arguments):\n    raise Conflict('somebody else migrates')\n"
    )

    assert run(checkout, "migrate")[::2][0] == 1
    assert run(checkout, "migrate")[2] == "halte migrate: somebody else migrates [conflict]\n"
