"""One network for all journeys of a test process: each starts the demo on it, so that only the first loads it."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def demo_var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's `var`. A short path: a Unix socket's may have 107 bytes."""
    return tmp_path_factory.mktemp("v")
