"""The floor's tables, as its migrations make them: facts, letters, files and the trail."""

from piccolo.columns import JSONB, UUID, BigInt, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class OutboxFact(Table, db=DB, tablename="outbox", help_text="A fact, recorded in the transaction that made it true."):
    id = UUID(primary_key=True, default=None)
    sequence = BigInt(default=None, unique=True, help_text="Given by the database; what live clients resume after.")
    centre_id = UUID(null=True, default=None, help_text="Empty for a fact of the network.")
    kind = Text(default=None, help_text="The event's tag: stays.confirmed.")
    subject_id = UUID(default=None)
    version = BigInt(default=None, help_text="The subject's after it; 0 where it has none.")
    payload = JSONB(default=None)
    actor = Text(default=None)
    request_id = Text(default=None, help_text="Follows the request into the workers' logs.")
    recorded_at = Timestamptz(default=None)
    relayed_at = Timestamptz(null=True, default=None)


class OutboxDelivery(Table, db=DB, tablename="outbox_deliveries", help_text="What one consumer made of a fact."):
    event_id = UUID(primary_key=True, default=None)
    consumer = Text(default=None, help_text="The key is both columns.")
    attempts = Integer(default=None)
    next_at = Timestamptz(default=None)
    done_at = Timestamptz(null=True, default=None)
    error = Text(null=True, default=None)


class InboxEvent(Table, db=DB, tablename="inbox", help_text="A webhook, stored once under its sender's own id."):
    id = UUID(primary_key=True, default=None)
    source = Text(default=None)
    event_id = Text(default=None)
    payload = JSONB(default=None)
    received_at = Timestamptz(default=None)
    attempts = Integer(default=None)
    next_at = Timestamptz(default=None)
    done_at = Timestamptz(null=True, default=None)
    error = Text(null=True, default=None)


class Mail(Table, db=DB, tablename="mails", help_text="A mail: queued once under its key, sent at most once."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    key = Text(default=None, help_text="What it is about, so that it is queued once.")
    subject_kind = Text(default=None)
    subject_id = UUID(default=None)
    recipient = Text(default=None)
    reply_to = Text(default=None)
    sender_name = Text(default=None)
    subject = Text(default=None)
    body_text = Text(default=None)
    body_html = Text(default=None)
    attachments = JSONB(default=None, help_text="Ids of files.")
    message_id = Text(default=None, help_text="The same at each attempt.")
    thread_id = Text(null=True, default=None, help_text="What all mails of one demande refer to; empty for none.")
    state = Text(default=None, help_text="queued, sent or failed.")
    attempts = Integer(default=None)
    next_at = Timestamptz(default=None)
    error = Text(null=True, default=None)
    created_at = Timestamptz(default=None)
    sent_at = Timestamptz(null=True, default=None)


class File(Table, db=DB, tablename="files", help_text="A file of a centre: a quote's PDF, what came with a mail."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    name = Text(default=None)
    media_type = Text(default=None)
    content = Bytea(default=None)
    digest = Text(default=None, help_text="SHA-256 of the content.")
    created_at = Timestamptz(default=None)


class AuditEntry(Table, db=DB, tablename="audit_entries", help_text="Who changed what of a centre; never changed."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    at = Timestamptz(default=None)
    actor_kind = Text(default=None)
    actor_name = Text(default=None)
    account_id = UUID(null=True, default=None)
    address = Text(default=None)
    request_id = Text(default=None)
    subject_kind = Text(default=None)
    subject_id = UUID(default=None)
    action = Text(default=None)
    before = JSONB(null=True, default=None)
    after = JSONB(null=True, default=None)


class NetworkAuditEntry(Table, db=DB, tablename="network_audit_entries", help_text="Who changed what of the network."):
    id = UUID(primary_key=True, default=None)
    at = Timestamptz(default=None)
    actor_kind = Text(default=None)
    actor_name = Text(default=None)
    account_id = UUID(null=True, default=None)
    address = Text(default=None)
    request_id = Text(default=None)
    subject_kind = Text(default=None)
    subject_id = UUID(default=None)
    action = Text(default=None)
    before = JSONB(null=True, default=None)
    after = JSONB(null=True, default=None)


class IdempotencyKey(Table, db=DB, tablename="idempotency_keys", help_text="What a repeated POST is answered with."):
    holder = Text(primary_key=True, default=None, help_text="Whose key it is; the key is holder, route and key.")
    route = Text(default=None)
    key = Text(default=None)
    body_digest = Text(default=None, help_text="Another body under the same key is refused.")
    status = Integer(null=True, default=None, help_text="Empty while the first is under way.")
    headers = JSONB(null=True, default=None)
    body = Bytea(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=None)


class ScheduledJob(Table, db=DB, tablename="scheduled_jobs", help_text="When a periodic job runs next."):
    name = Text(primary_key=True, default=None)
    next_at = Timestamptz(default=None)
    started_at = Timestamptz(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)
    error = Text(null=True, default=None)
