"""A running simulator and an endpoint that takes its webhooks; each test has an account of its own in them."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.infra.services.payments.endpoint import Endpoint
from tests.infra.services.payments.simulator import Simulator


@pytest.fixture(scope="package")
def listening() -> Iterator[Endpoint]:
    """Listen for webhooks."""
    endpoint = Endpoint()
    yield endpoint
    endpoint.close()


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory, listening: Endpoint) -> Iterator[Simulator]:
    """Start the program once."""
    simulator = Simulator(tmp_path_factory.mktemp("payments"), webhook_url=listening.url)
    simulator.start()
    yield simulator
    simulator.kill()


@pytest.fixture
def simulator(running: Simulator) -> Simulator:
    """Give the test a fresh account on a well-behaved simulator."""
    running.account = f"acct_{uuid4().hex[:16]}"
    running.control(reset=True)
    return running


@pytest.fixture
def endpoint(listening: Endpoint, simulator: Simulator) -> Endpoint:
    """Give the test the webhooks of its account."""
    listening.listen_to(simulator.account)
    return listening
