"""Programs that tests drive: where one is missing the test says so: it fails in CI and is skipped elsewhere."""

import os
import shutil

import pytest

from infra.checks.programs import PROGRAMS, lacks


def require(name: str) -> str:
    """Return the path of one of `infra.checks.programs.PROGRAMS`, or end the test with what to install."""
    program = next(program for program in PROGRAMS if program.name == name)
    for lack in lacks([program]):
        if os.environ.get("CI"):
            pytest.fail(lack.sentence, pytrace=False)
        pytest.skip(lack.sentence)
    return shutil.which(name) or name
