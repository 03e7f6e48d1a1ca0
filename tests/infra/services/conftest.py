import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder that every user of the machine can enter (pytest's own cannot be)."""
    folder = Path(tempfile.mkdtemp(prefix="halte-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
