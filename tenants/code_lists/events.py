"""What happened to a centre's own lists."""

from infra.outbox import Event


class LocalListChanged(Event, frozen=True, kw_only=True, tag="local_values.changed"):
    """A value of the centre's own was added, changed or retired, or a client type got another colour."""
