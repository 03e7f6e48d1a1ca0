"""What happened to the satisfaction of clients."""

from infra.outbox import Event


class StayScored(Event, frozen=True, kw_only=True, tag="satisfaction.score_made"):
    """A stay has a score; the subject is the stay."""


class SatisfactionSettingsChanged(Event, frozen=True, kw_only=True, tag="satisfaction.settings_changed"):
    """The centre asks otherwise."""
