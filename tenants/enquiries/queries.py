"""Every read of enquiries; the centre comes first, always. Called inside a transaction."""

from datetime import date, datetime
from enum import Enum
from uuid import UUID

import msgspec

from infra.database import Row, fetch, fetch_row, fetch_value, system_transaction
from tenants.clients.filtering import EVERYBODY, ClientFilter, of_client
from tenants.enquiries.rules import Counts, EnquiryUnknown, State


class EnquiryFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An enquiry without its thread."""

    id: UUID
    version: int
    received_at: datetime
    name: str
    organisation: str
    email: str
    phone: str
    arrival: date | None
    departure: date | None
    counts: Counts
    kind: str
    message: str
    language: str
    origin: str
    state: State
    unread: bool
    awaiting_since: datetime | None
    client_id: UUID | None
    known: int
    assignee_id: UUID | None
    assignee: str
    """Who of the staff sees to it, by name; empty where nobody in particular does."""
    blacklisted: bool
    """The card it belongs to is locked today."""


class AttachmentFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a message carried; `file_id` is empty where it was `refused`, which says why."""

    id: UUID
    file_id: UUID | None
    name: str
    media_type: str
    size_bytes: int
    refused: str


class MessageFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a thread."""

    id: UUID
    at: datetime
    direction: str
    author: str
    text: str
    mail_state: str | None
    attachments: list[AttachmentFacts]


class ClientWrote(msgspec.Struct, frozen=True, kw_only=True):
    """A message that came from a client: by mail, by the form, by the page of the thread."""

    id: UUID
    at: datetime
    text: str


class Nobody(Enum):
    """Nobody in particular: whoever comes."""

    NOBODY = "nobody"


class Unanswered(msgspec.Struct, frozen=True):
    """How many clients wait for a word from us, and since when the longest."""

    count: int
    oldest: datetime | None


_BANDS = tuple(Counts.__struct_fields__)
_FACTS = f"""
    SELECT e.id, e.version, received_at, e.name, e.organisation, e.email, e.phone, arrival, departure,
        {", ".join(_BANDS)}, e.kind, message, e.language, origin, state, unread, awaiting_since, client_id, known,
        assignee_id, coalesce((SELECT a.name FROM accounts a WHERE a.id = e.assignee_id), '') AS assignee,
        EXISTS (SELECT FROM client_blacklistings b WHERE b.centre_id = e.centre_id AND b.client_id = e.client_id
            AND b.lifted_at IS NULL AND b.last_day >= (now() AT TIME ZONE
                (SELECT time_zone FROM centres WHERE id = e.centre_id))::date) AS blacklisted
    FROM enquiries e WHERE e.centre_id = $1"""


async def enquiry(centre_id: UUID, enquiry_id: UUID, *, lock: bool = False) -> EnquiryFacts:
    """Return an enquiry; `lock` holds its row until the transaction ends.

    Raises:
        EnquiryUnknown: the centre has none with this id.
    """
    row = await fetch_row(f"{_FACTS} AND e.id = $2{' FOR UPDATE OF e' if lock else ''}", centre_id, enquiry_id)
    if row is None:
        raise EnquiryUnknown()
    return _facts(row)


async def inbox(
    centre_id: UUID,
    *,
    state: str | None = None,
    seen_to_by: UUID | Nobody | None = None,
    of: ClientFilter = EVERYBODY,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[EnquiryFacts]:
    """Return enquiries, newest first.

    Args:
        centre_id: whose.
        state: only these; None for all but the closed ones.
        seen_to_by: only those that this account sees to, or nobody in particular; None for all.
        of: only those of these clients.
        after: `received_at` and id of the last one had.
        limit: at most so many.
    """
    arguments: list[object] = [centre_id, state, after[0] if after else None, after[1] if after else None, limit]
    rows = await fetch(
        f"""{_FACTS} AND (e.state = $2 OR $2::text IS NULL AND e.state <> 'closed')
            AND ($3::timestamptz IS NULL OR (received_at, e.id) < ($3, $4::uuid))
            AND {_seen_to_by(seen_to_by, arguments)} AND {of_client(of, arguments, "e.client_id")}
            ORDER BY received_at DESC, e.id DESC LIMIT $5""",
        *arguments,
    )
    return [_facts(row) for row in rows]


async def messages(centre_id: UUID, enquiry_id: UUID, *, notes: bool) -> list[MessageFacts]:
    """Return a thread, oldest first, the first word included; `notes` are for staff only."""
    rows = await fetch(
        """SELECT m.id, m.at, m.direction, m.author, m.body AS text, mails.state AS mail_state,
               (SELECT coalesce(json_agg(json_build_object('id', a.id, 'file_id', a.file_id, 'name', a.name,
                    'media_type', a.media_type, 'size_bytes', a.size_bytes, 'refused', a.refused) ORDER BY a.id), '[]')
                FROM enquiry_attachments a WHERE a.centre_id = m.centre_id AND a.message_id = m.id) AS attachments
           FROM enquiry_messages m LEFT JOIN mails ON mails.centre_id = m.centre_id AND mails.id = m.mail_id
           WHERE m.centre_id = $1 AND m.enquiry_id = $2 AND (m.direction <> 'note' OR $3)
           ORDER BY m.at, m.id""",
        centre_id,
        enquiry_id,
        notes,
    )
    return [
        MessageFacts(
            **{**dict(row), "attachments": msgspec.json.decode(row["attachments"], type=list[AttachmentFacts])}
        )
        for row in rows
    ]


async def threads_of(centre_id: UUID, client_id: UUID) -> list[UUID]:
    """Return a card's enquiries, the newest first."""
    rows = await fetch(
        "SELECT id FROM enquiries WHERE centre_id = $1 AND client_id = $2 ORDER BY received_at DESC, id DESC",
        centre_id,
        client_id,
    )
    return [row["id"] for row in rows]


async def written_by(centre_id: UUID, client_id: UUID, *, limit: int = 100) -> list[ClientWrote]:
    """Return what a card's client wrote, newest first; not what staff took down for them."""
    rows = await fetch(
        """SELECT m.id, m.at, m.body AS text FROM enquiries e
           JOIN enquiry_messages m ON m.centre_id = $1 AND m.enquiry_id = e.id
           WHERE e.centre_id = $1 AND e.client_id = $2 AND m.direction = 'in'
             AND (m.external_id IS NOT NULL OR e.origin NOT IN ('desk', 'phone', 'fair'))
           ORDER BY m.at DESC, m.id DESC LIMIT $3""",
        centre_id,
        client_id,
        limit,
    )
    return [ClientWrote(**row) for row in rows]


async def unanswered(centre_id: UUID) -> Unanswered:
    """Count the enquiries whose last word is the client's."""
    row = await fetch_row(
        """SELECT count(*) AS count, min(awaiting_since) AS oldest FROM enquiries
           WHERE centre_id = $1 AND awaiting_since IS NOT NULL""",
        centre_id,
    )
    return Unanswered(row["count"], row["oldest"]) if row else Unanswered(0, None)


async def attached_file(centre_id: UUID, enquiry_id: UUID, attachment_id: UUID) -> UUID:
    """Return the file of an attachment of this thread.

    Raises:
        EnquiryUnknown: the thread has no such attachment, or it was not kept.
    """
    file_id: UUID | None = await fetch_value(
        """SELECT a.file_id FROM enquiry_attachments a
           JOIN enquiry_messages m ON m.centre_id = a.centre_id AND m.id = a.message_id
           WHERE a.centre_id = $1 AND m.enquiry_id = $2 AND a.id = $3""",
        centre_id,
        enquiry_id,
        attachment_id,
    )
    if file_id is None:
        raise EnquiryUnknown()
    return file_id


async def centre_of(enquiry_id: UUID) -> UUID | None:
    """Return the centre of an enquiry whose signed address was read; opens its own transaction."""
    async with system_transaction(read_only=True):
        centre_id: UUID | None = await fetch_value("SELECT centre_of_enquiry($1)", enquiry_id)
    return centre_id


def _seen_to_by(who: UUID | Nobody | None, arguments: list[object]) -> str:
    if who is None:
        return "true"
    if isinstance(who, Nobody):
        return "e.assignee_id IS NULL"
    arguments.append(who)
    return f"e.assignee_id = ${len(arguments)}"


def _facts(row: Row) -> EnquiryFacts:
    values = dict(row)
    counts = Counts(**{band: values.pop(band) for band in _BANDS})
    return EnquiryFacts(**{**values, "counts": counts, "state": State(values["state"])})
