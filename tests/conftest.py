"""What every test finds: real servers with a migrated database of its own process, and their addresses in the environment."""

import os
from pathlib import Path

import pytest

from tests.servers import ROOT, Servers

SERVERS = pytest.StashKey[Servers]()


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers before any test module, and with it Piccolo's engine, is imported."""
    if config.option.collectonly or config.option.help:
        return
    servers = Servers(Path(os.environ.get("HALTE_VAR", ROOT / "var")) / "tests")
    config.stash[SERVERS] = servers
    os.environ.update(servers.environment())
    os.environ["PICCOLO_CONF"] = "infra.piccolo_conf"


def pytest_report_header(config: pytest.Config) -> str:
    """Say where the database is, or why there is none."""
    servers = config.stash.get(SERVERS, None)
    if servers is None:
        return "servers: none started"
    return servers.failure or f"servers: PostgreSQL on {servers.postgres.port}, database {servers.database}"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what this run started."""
    if (servers := config.stash.get(SERVERS, None)) is not None:
        servers.stop()


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> Servers:
    """The servers of this test process, for tests that need a superuser or a database more."""
    return pytestconfig.stash[SERVERS]
