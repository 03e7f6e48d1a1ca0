"""What happened to rooms."""

from infra.outbox import Event


class RoomAdded(Event, frozen=True, kw_only=True, tag="rooms.added"):
    """A room with its beds can be sold."""


class RoomWithdrawn(Event, frozen=True, kw_only=True, tag="rooms.withdrawn"):
    """A room is out of service for some nights; the subject is the withdrawal."""


class WithdrawalLifted(Event, frozen=True, kw_only=True, tag="rooms.withdrawal_lifted"):
    """A room is back on sale before its time; the subject is the withdrawal."""


class WithdrawalRenewed(Event, frozen=True, kw_only=True, tag="rooms.withdrawal_renewed"):
    """A room that was put back on sale is out of service again; the subject is the withdrawal."""
