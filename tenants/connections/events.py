"""What happened to connections."""

from infra.outbox import Event


class ConnectionChanged(Event, frozen=True, kw_only=True, tag="connections.changed"):
    """It was set up, changed, paused, taken up again, given another key, or ended."""


class CollectionAsked(Event, frozen=True, kw_only=True, tag="connections.collection_asked"):
    """Somebody wants what lies there now, not tonight."""


class CardsCollected(Event, frozen=True, kw_only=True, tag="connections.collected"):
    """It was looked at, or called: what came in, or why nothing did, is noted."""
