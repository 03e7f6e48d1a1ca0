"""What happened to a rooming list; the subject is the stay. Never who is on it: facts carry no personal data."""

from infra.outbox import Event


class RoomingLinkMade(Event, frozen=True, kw_only=True, tag="rooming.link_made"):
    """The leader's link was given out."""


class RoomingListChanged(Event, frozen=True, kw_only=True, tag="rooming.changed"):
    """Somebody was written down, corrected or removed."""


class RoomingListSubmitted(Event, frozen=True, kw_only=True, tag="rooming.submitted"):
    """The leader says that it is complete."""


class RoomingListReopened(Event, frozen=True, kw_only=True, tag="rooming.reopened"):
    """It may be filled in again."""


class RoomingListsDestroyed(Event, frozen=True, kw_only=True, tag="rooming.destroyed"):
    """The people of a stay long over are forgotten."""
