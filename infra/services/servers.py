"""PostgreSQL and Valkey for whoever needs both: those that the environment names, else our own."""

from collections.abc import Mapping
from pathlib import Path

from infra.services.cluster import OWNER
from infra.services.postgres import DURABLE, Postgres, discard_postgres, start_postgres
from infra.services.quarters import ServiceMissing
from infra.services.supervisor import Supervisor
from infra.services.valkey import Valkey, discard_valkey, start_valkey

ADDRESSES: Mapping[str, str] = {
    "DATABASE_URL": "halte_app",
    "DATABASE_OWNER_URL": OWNER,
    "DATABASE_NETWORK_URL": "halte_network",
    "DATABASE_RELAY_URL": "halte_relay",
    "DATABASE_POLICE_URL": "halte_police",
    "DATABASE_BACKUP_URL": "halte_backup",
}
"""The settings that hold a database address, and the role of each."""


class Servers:
    """Both servers, by the settings that lead to them."""

    def __init__(self, settings: Mapping[str, str], *, postgres: Postgres | None, valkey: Valkey | None) -> None:
        """Take note of them; None for one that is not ours. `open_servers` makes these."""
        self.settings = settings
        """`DATABASE_URL` and its kin, and `REDIS_URL`: goes into the environment of what uses them."""
        self.postgres = postgres
        self.valkey = valkey

    def be_watched(self, supervisor: Supervisor) -> None:
        """Have the supervisor bring back, on their ports, those that are ours."""
        if self.postgres is not None:
            supervisor.watch("postgres", runs=self.postgres.runs, revive=self.postgres.revive)
        if self.valkey is not None:
            supervisor.watch("valkey", runs=self.valkey.runs, revive=self.valkey.revive)

    def stop(self) -> None:
        """Stop those that are ours and that nobody else uses; after the supervisor has stopped."""
        if self.valkey is not None:
            self.valkey.stop()
        if self.postgres is not None:
            self.postgres.stop()


def open_servers(var: Path, *, given: Mapping[str, str], tuning: Mapping[str, str] = DURABLE) -> Servers:
    """Start our own servers in `var`, except those whose addresses are given.

    Args:
        var: where our own keep their data.
        given: settings, as a rule the environment: `DATABASE_URL` and its kin, `REDIS_URL`.
        tuning: PostgreSQL's own settings, for ours.

    Raises:
        ServiceMissing: a server cannot be had here, or some of the given database's addresses are missing.
    """
    settings = {name: given[name] for name in (*ADDRESSES, "REDIS_URL") if given.get(name)}
    postgres = valkey = None
    if "DATABASE_URL" not in settings:
        postgres = start_postgres(var, settings=tuning)
        settings |= {name: postgres.url(role) for name, role in ADDRESSES.items()}
    elif missing := [name for name in ADDRESSES if name not in settings]:
        raise ServiceMissing(
            f"DATABASE_URL names a database of yours; {', '.join(missing)} must name the other roles in it "
            "(halte migrate --roles prints the SQL that makes them), or unset it to get one made here"
        )
    if "REDIS_URL" not in settings:
        valkey = start_valkey(var)
        settings["REDIS_URL"] = valkey.url
    return Servers(settings, postgres=postgres, valkey=valkey)


def discard_servers(var: Path) -> None:
    """Stop our own servers of this `var` and delete all that they hold: the next start begins from nothing."""
    discard_valkey(var)
    discard_postgres(var)
