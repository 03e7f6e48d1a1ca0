"""What happened to a text message; `subject_id` is the message's."""

from infra.outbox import Event


class TextQueued(Event, frozen=True, kw_only=True, tag="text_messages.queued"):
    """A text waits to be sent."""


class TextSent(Event, frozen=True, kw_only=True, tag="text_messages.sent"):
    """The gateway took it."""


class TextFailed(Event, frozen=True, kw_only=True, tag="text_messages.failed"):
    """It will not be sent, or did not arrive."""


class TextDelivered(Event, frozen=True, kw_only=True, tag="text_messages.delivered"):
    """It reached the phone."""


class TextsRefused(Event, frozen=True, kw_only=True, tag="text_messages.refused"):
    """Somebody answered STOP; the subject is the centre."""


class TextSettingsChanged(Event, frozen=True, kw_only=True, tag="text_messages.settings_changed"):
    """The centre sends otherwise; the subject is the centre."""
