"""The fixture of the identity provider, to be imported by the `conftest.py` of the tests that log people in."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulators.identity.provider import IdentityProvider, NodeMissing, installed


@pytest.fixture(scope="session")
def identity_provider() -> Iterator[IdentityProvider]:
    """Run the provider; without Node, fail in CI and skip elsewhere."""
    try:
        folder = installed(Path(os.environ.get("HALTE_VAR", "var")).resolve() / "tests")
    except NodeMissing as reason:
        if os.environ.get("CI"):
            pytest.fail(str(reason))
        pytest.skip(str(reason))
    with IdentityProvider(folder) as provider:
        yield provider
