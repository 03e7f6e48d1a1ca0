"""What every test finds: real servers with a migrated database of its own process, and their addresses in the environment."""

import os
from collections.abc import AsyncIterator
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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks the database something: that alone is run again on each PostgreSQL."""
    for item in items:
        if "servers" in getattr(item, "fixturenames", ()):
            item.add_marker("database")


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> Servers:
    """The servers of this test process, for tests that need a superuser or a database more."""
    return pytestconfig.stash[SERVERS]


@pytest.fixture
async def pools(servers: Servers) -> AsyncIterator[None]:
    """The pools of every role but the owner's, on the test's own loop; fails with the reason where migrations fail."""
    if servers.failure:
        pytest.fail(servers.failure)
    from infra.pools import Role, close_pools, open_pools

    # Connected when used: a test seldom needs all four.
    await open_pools(Role.APP, Role.NETWORK, Role.RELAY, Role.POLICE, size=60, least=0)
    try:
        yield
    finally:
        await close_pools()


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name a case of raw bytes by its argument: bytes that hold a date or a key differ from process to process."""
    return argname if isinstance(val, bytes) else None
