"""Enquiries, the messages of their threads, and what was attached."""

from piccolo.columns import UUID, BigInt, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class Enquiry(Table, db=DB, tablename="enquiries", help_text="What somebody asks of a centre, before it has a price."):
    """One demande."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    received_at = Timestamptz(default=None)
    name = Text(default=None, help_text="Who asks, as they write it.")
    organisation = Text(default=None)
    email = Text(default=None, help_text="Where answers go; empty where only a phone was given.")
    phone = Text(default=None, help_text="As typed.")
    arrival = Date(null=True, default=None)
    departure = Date(null=True, default=None, help_text="Not included in the stay.")
    children = Integer(null=True, default=None)
    teenagers = Integer(null=True, default=None)
    young = Integer(null=True, default=None)
    adults = Integer(null=True, default=None)
    seniors = Integer(null=True, default=None)
    kind = Text(default=None, help_text="The kind of stay, in the sender's choice of words.")
    message = Text(default=None, help_text="What was first written; also the first message of the thread.")
    language = Text(default=None, help_text="In which the sender is answered: fr, en, …")
    consent = Boolean(default=None, help_text="Agreed to being written to about it.")
    origin = Text(default=None, help_text="form, embed:<origin>, api, desk, phone, fair.")
    submission_key = Text(
        null=True, default=None, help_text="The form that was sent: the same one twice is one demande."
    )
    state = Text(default=None, help_text="new, answered, dossier, closed.")
    unread = Boolean(default=None, help_text="Something came in since staff last opened it.")
    awaiting_since = Timestamptz(null=True, default=None, help_text="Since when the client waits for a word from us.")
    client_id = UUID(null=True, default=None)
    known = Integer(
        default=None, help_text="At how many other centres the referential knew the person when last asked."
    )
    closing_reason = Text(default=None)
    assignee_id = UUID(null=True, default=None, help_text="Who of the staff sees to it; empty for whoever comes.")
    version = BigInt(default=None)


class EnquiryMessage(Table, db=DB, tablename="enquiry_messages", help_text="One message of a thread; never changed."):
    """One message."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    enquiry_id = UUID(default=None)
    at = Timestamptz(default=None)
    direction = Text(default=None, help_text="in (client), out (staff, by mail), note (staff only).")
    author = Text(default=None)
    body = Text(default=None)
    mail_id = UUID(null=True, default=None, help_text="The mail that took it out.")
    external_id = Text(null=True, default=None, help_text="The Message-ID it came in by: the same mail twice is one.")


class EnquiryAttachment(Table, db=DB, tablename="enquiry_attachments", help_text="What a client's mail carried."):
    """One attachment, kept or refused."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    message_id = UUID(default=None)
    file_id = UUID(null=True, default=None, help_text="Its content; empty where it was refused.")
    name = Text(default=None)
    media_type = Text(default=None, help_text="As its first bytes say, not as the sender does.")
    size_bytes = BigInt(default=None)
    refused = Text(
        default=None, help_text="Why it was not kept (too_large, kind_refused, too_many); empty where it was."
    )
