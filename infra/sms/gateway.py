"""What a gateway of text messages is asked and answers, whoever it is."""

from enum import StrEnum
from typing import Protocol
from uuid import UUID

import msgspec


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """A text on its way out."""

    id: UUID
    """Ours: the gateway keeps it with the message, and finds it again by it."""
    sender: str
    """3 to 11 letters and digits."""
    recipient: str
    """E.164."""
    text: str
    """With the word by which to refuse more, the gateway's short number left to it to fill in."""
    report_url: str = ""
    """Where it tells what became of it; empty for nowhere."""


class Taken(msgspec.Struct, frozen=True, tag=True):
    """The gateway has it."""

    provider_id: str


class Rejected(msgspec.Struct, frozen=True, tag=True):
    """It will never take this message: the number is none, the sender is not allowed."""

    reason: str


class Later(msgspec.Struct, frozen=True, tag=True):
    """It did not take it now and may later: no credit, too many at once, out of order."""

    reason: str
    pause_seconds: float = 0.0
    """How long it asked us to wait at least."""


class Unheard(msgspec.Struct, frozen=True, tag=True):
    """It did not answer: the message may be gone all the same, and is looked up before it is sent again."""

    reason: str


Answer = Taken | Rejected | Later | Unheard


class Gateway(Protocol):
    """A provider; it never raises for what the line or the provider does."""

    async def send(self, outgoing: Outgoing) -> Answer:
        """Hand a message over."""
        ...

    async def find(self, outgoing: Outgoing) -> Answer | None:
        """Look whether an earlier attempt of this message arrived; None where it surely did not."""
        ...


class Fate(StrEnum):
    """What became of a message, or came back on it."""

    UNDERWAY = "underway"
    DELIVERED = "delivered"
    FAILED = "failed"
    REPLIED = "replied"
    REFUSED_MORE = "refused_more"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a gateway tells of a message."""

    fate: Fate
    message_id: UUID | None
    """Ours, where it is told."""
    provider_id: str
    phone: str
    """E.164: whose phone it was."""
    parts: int = 0
    """As charged; 0 where it is not said."""
    reason: str = ""
    reply: str = ""
