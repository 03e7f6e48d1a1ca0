"""A payment simulator for billing's tests, and settings that lead to it."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from infra import settings as settings_module
from tests.infra.services.payments.endpoint import Endpoint
from tests.infra.services.payments.simulator import KEY, Simulator


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """Start the simulator once; nobody reads its webhooks, tests take its events from its list."""
    listening = Endpoint()
    simulator = Simulator(tmp_path_factory.mktemp("payments"), webhook_url=listening.url)
    simulator.start()
    yield simulator
    simulator.kill()
    listening.close()


@pytest.fixture
def simulator(running: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """Give the test a fresh account on a well-behaved simulator, with Halte's settings pointing to it."""
    running.account = f"acct_{uuid4().hex[:16]}"
    running.control(reset=True)
    monkeypatch.setenv("HALTE_STRIPE_KEY", KEY)
    monkeypatch.setenv("HALTE_STRIPE_API_BASE", running.url)
    settings_module.settings.cache_clear()
    yield running
    monkeypatch.undo()
    settings_module.settings.cache_clear()
