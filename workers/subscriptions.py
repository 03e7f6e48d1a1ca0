"""Who is told of what: the one list of consumers, and the kinds of facts each wants.

A consumer gets a fact at least once: it may run twice, at the same time too, and must change nothing the second time.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from uuid import UUID

import msgspec

from infra.mail.events import MailQueued
from infra.mail.sending import send_mail
from infra.outbox.deliveries import Fact
from infra.outbox.events import kind

Consumer = Callable[[UUID | None, bytes], Awaitable[object]]
"""What is told: the fact's centre, None for the network's, and the event as JSON."""


class Subject(msgspec.Struct, frozen=True):
    """What every event says."""

    subject_id: UUID


async def send_queued_mail(centre_id: UUID | None, event: bytes) -> None:
    """Send the mail that was queued."""
    if centre_id is not None:
        await send_mail(centre_id, msgspec.json.decode(event, type=Subject).subject_id)


CONSUMERS: Final[Mapping[str, Consumer]] = {
    "mail": send_queued_mail,
}

SUBSCRIPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    kind(MailQueued): ("mail",),
}


async def consume(name: str, fact: Fact) -> None:
    """Let one consumer have a fact.

    Raises:
        KeyError: no consumer has this name: an older worker has been given a newer one's work, which will be tried again.
    """
    await CONSUMERS[name](fact.centre_id, fact.payload)
