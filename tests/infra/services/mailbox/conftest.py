"""A running mail catcher, emptied before each test."""

from collections.abc import Iterator

import pytest

from tests.infra.services.mailbox.mailbox import Mailbox


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailbox]:
    """Start the program once."""
    mailbox = Mailbox(tmp_path_factory.mktemp("mailbox"))
    mailbox.start()
    yield mailbox
    mailbox.kill()


@pytest.fixture
def mailbox(running: Mailbox) -> Mailbox:
    """Give the test an empty, well-behaved mailbox."""
    running.control(reset=True, clear=True)
    return running
