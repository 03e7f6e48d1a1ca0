"""What happened to a mail; `subject_id` is the mail's."""

from datetime import datetime

from infra.outbox import Event


class MailQueued(Event, frozen=True, kw_only=True, tag="mails.queued"):
    """A mail waits to be sent."""


class MailSent(Event, frozen=True, kw_only=True, tag="mails.sent"):
    """The mail server took it."""


class MailFailed(Event, frozen=True, kw_only=True, tag="mails.failed"):
    """It was tried as often as it will be by itself; staff see it and try again."""

    at: datetime


class MailRetried(Event, frozen=True, kw_only=True, tag="mails.retried"):
    """Staff put one that had failed back into the queue."""
