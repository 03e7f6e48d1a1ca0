import sys
from pathlib import Path

import pytest

from infra.checks.programs import PROGRAMS, Program, install, lacks
from infra.checks.test import QUICK, Outcome, Step, main, run, steps, summary


def test_everything_runs_what_ci_runs() -> None:
    names = [step.name for step in steps([])]

    assert names[:5] == ["ruff check", "ruff format", "import-linter", "mypy", "pytest"]
    assert names[5:] == [
        f"PostgreSQL {major}" for major in (15, 16, 17) if Path(f"/usr/lib/postgresql/{major}").exists()
    ]


def test_quick_leaves_out_journeys_and_slow_tests() -> None:
    assert steps([], marks=QUICK)[-1].command[-2:] == ("-m", "not slow and not journey")


def test_arguments_go_to_pytest_alone() -> None:
    assert [step.command[1:] for step in steps(["tests/billing", "-x"])] == [("-m", "pytest", "tests/billing", "-x")]


def test_the_summary_has_each_outcome_with_its_time_and_what_was_missing() -> None:
    words = summary([Outcome("mypy", 0, 12.34), Outcome("pytest", 1, 60.0)], ["chromium is missing"])

    assert words.splitlines()[2:] == [
        "  mypy             passed          12.3 s",
        "  pytest           FAILED (1)      60.0 s",
        "  in all                           72.3 s",
        "  missing: chromium is missing",
    ]


def test_a_step_that_fails_is_seen() -> None:
    good = run(Step("good", (sys.executable, "-c", "")))
    bad = run(Step("bad", (sys.executable, "-c", "raise SystemExit(3)")))

    assert (good.code, bad.code) == (0, 3)


def test_a_failing_test_fails_the_command(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--collect-only", "-q", "/nowhere"]) == 1
    assert "FAILED (4)" in capfd.readouterr().out


def test_a_missing_program_is_said_with_its_remedy() -> None:
    thing = Program(name="no-such-program", package="no-such-package", purpose="is nowhere")
    old = Program(name="python3", package="", purpose="is too old here", oldest=99, advice="wait")

    assert [lack.sentence for lack in lacks([thing])] == [
        "no-such-program is missing, which is nowhere: apt-get install -y no-such-package"
    ]
    assert lacks([old])[0].sentence.startswith("python3 is too old (Python 3.")
    assert install(lacks([old])) == ""


def test_debian_s_own_node_is_never_installed_since_it_is_too_old() -> None:
    assert [program.package for program in PROGRAMS if program.oldest] == [""]
