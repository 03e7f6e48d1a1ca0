"""Demandes and their conversations."""

from datetime import date, datetime
from uuid import UUID

from server.contract.basics import Wire
from server.contract.clients import Signal
from server.contract.stays import HeadCounts


class EnquiryLine(Wire, frozen=True):
    """A demande in the inbox. `known` is how many other centres the referential knows the person at."""

    id: UUID
    version: int
    received_at: datetime
    name: str
    organisation: str
    email: str
    phone: str
    arrival: date | None
    departure: date | None
    pax: int | None
    origin: str
    state: str
    """new, answered, dossier or closed."""
    unread: bool
    client_id: UUID | None
    dossier_id: UUID | None
    known: int
    blacklisted: bool = False
    """The card it belongs to is locked: no dossier can be made of it."""
    assignee_id: UUID | None = None
    assignee: str = ""
    """Who of the staff sees to it; empty for whoever comes."""


class Attachment(Wire, frozen=True):
    """What a client's mail carried; `refused` (too_large, kind_refused, too_many) says why it was not kept."""

    id: UUID
    name: str
    media_type: str
    size_bytes: int
    refused: str = ""


class Message(Wire, frozen=True):
    """One message of the thread; `direction` is `in` (from the client), `out` or `note` (staff only)."""

    id: UUID
    at: datetime
    direction: str
    author: str
    text: str
    mail_state: str | None = None
    """queued, sent or failed for what went out by mail."""
    attachments: list[Attachment] = []


class Enquiry(Wire, frozen=True):
    """A demande, whole, with its conversation oldest first and who it may be."""

    id: UUID
    version: int
    line: EnquiryLine
    kind: str
    counts: HeadCounts
    message: str
    language: str
    messages: list[Message]
    signal: Signal | None
    client_name: str | None
    candidates: list["Candidate"]


class Candidate(Wire, frozen=True):
    """A card of this centre that may be the sender's."""

    client_id: UUID
    name: str
    why: str
    """email, phone, name, or contact: the organisation has a person of that name."""
    blacklisted: bool = False


class NewEnquiry(Wire, frozen=True):
    """A demande taken by staff (phone, desk, fair) or posted by a partner's program."""

    name: str
    email: str = ""
    organisation: str = ""
    phone: str = ""
    arrival: date | None = None
    departure: date | None = None
    counts: HeadCounts = HeadCounts()
    kind: str = ""
    message: str = ""
    origin: str = "desk"
    language: str = "fr"
    client_id: UUID | None = None


class NewMessage(Wire, frozen=True):
    """What staff write; `note` stays inside."""

    text: str
    note: bool = False


class Assignee(Wire, frozen=True):
    """Somebody of the staff who may see to demandes."""

    account_id: UUID
    name: str


class Assignment(Wire, frozen=True):
    """Who sees to a demande from now on, None for whoever comes; and who did when it was read."""

    account_id: UUID | None = None
    instead_of: UUID | None = None


class ClientChoice(Wire, frozen=True):
    """The card a demande belongs to; None opens a new card from what the demande says."""

    client_id: UUID | None = None
