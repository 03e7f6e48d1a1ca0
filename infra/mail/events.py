"""What happened to a mail; `subject_id` is the mail's."""

from infra.outbox import Event


class MailQueued(Event, frozen=True, kw_only=True, tag="mails.queued"):
    """A mail waits to be sent."""


class MailSent(Event, frozen=True, kw_only=True, tag="mails.sent"):
    """The mail server took it."""


class MailFailed(Event, frozen=True, kw_only=True, tag="mails.failed"):
    """It was tried as often as it will be by itself; staff see it and try again."""
