"""What happened to the catalogue."""

from infra.outbox import Event


class ServiceAdded(Event, frozen=True, kw_only=True, tag="services.added"):
    """A service can be sold from now on."""


class ServiceChanged(Event, frozen=True, kw_only=True, tag="services.changed"):
    """A service's price, name or availability changed; lines already sold keep theirs."""
