"""Mail: queued in the transaction that gives cause for it, sent by a worker after the commit."""

from infra.mail.addresses import RecipientInvalid as RecipientInvalid
from infra.mail.addresses import checked_address as checked_address
from infra.mail.layout import Action as Action
from infra.mail.operations import queue_mail as queue_mail
