from pathlib import Path

import pytest

from infra.services.postgres import QUICK
from infra.services.quarters import ServiceMissing
from infra.services.servers import ADDRESSES, discard_servers, open_servers


def test_makes_both_and_names_every_role(var: Path) -> None:
    servers = open_servers(var, given={}, tuning=QUICK)
    try:
        assert set(servers.settings) == {*ADDRESSES, "REDIS_URL"}
        assert servers.postgres is not None
        assert servers.valkey is not None
    finally:
        servers.stop()


def test_given_servers_are_taken_as_they_are(var: Path) -> None:
    given = {name: f"postgresql://{role}@elsewhere/halte" for name, role in ADDRESSES.items()}

    servers = open_servers(var, given={**given, "REDIS_URL": "redis://elsewhere/0", "PATH": "/bin"})
    servers.stop()

    assert servers.settings == {**given, "REDIS_URL": "redis://elsewhere/0"}
    assert list(var.iterdir()) == []


def test_a_given_database_without_its_other_roles_is_refused_before_anything_starts(var: Path) -> None:
    with pytest.raises(ServiceMissing, match="DATABASE_OWNER_URL, DATABASE_NETWORK_URL"):
        open_servers(var, given={"DATABASE_URL": "postgresql://halte_app@elsewhere/halte"})

    assert list(var.iterdir()) == []


def test_discarded_servers_are_gone_with_all_they_held(var: Path) -> None:
    servers = open_servers(var, given={}, tuning=QUICK)
    assert servers.postgres is not None
    assert servers.valkey is not None

    discard_servers(var)

    assert not servers.postgres.runs()
    assert not servers.valkey.runs()
    assert [path.name for path in var.iterdir() if path.suffix not in (".lock", ".users")] == []
    servers.stop()
    again = open_servers(var, given={}, tuning=QUICK)
    assert again.settings["DATABASE_OWNER_URL"] != servers.settings["DATABASE_OWNER_URL"]
    again.stop()
