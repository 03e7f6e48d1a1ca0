"""Demandes and their conversations."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import definer_function, finder_reads, reference, steps, tenant_table

ID = "2026-11-21T22:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "enquiries and their messages"

SQL = [
    tenant_table(
        "enquiries",
        """
        received_at timestamptz NOT NULL,
        name text NOT NULL,
        organisation text NOT NULL,
        email text NOT NULL,
        phone text NOT NULL,
        arrival date,
        departure date,
        children integer,
        teenagers integer,
        young integer,
        adults integer,
        seniors integer,
        kind text NOT NULL,
        message text NOT NULL,
        language text NOT NULL,
        consent boolean NOT NULL,
        origin text NOT NULL,
        submission_key text,
        state text NOT NULL,
        unread boolean NOT NULL,
        awaiting_since timestamptz,
        client_id uuid,
        known integer NOT NULL,
        closing_reason text NOT NULL,
        version bigint NOT NULL,
        CONSTRAINT enquiries_state_check CHECK (state IN ('new', 'answered', 'dossier', 'closed')),
        CONSTRAINT enquiries_departure_check CHECK (departure > arrival),
        CONSTRAINT enquiries_counts_check CHECK (least(children, teenagers, young, adults, seniors) >= 0),
        CONSTRAINT enquiries_centre_id_submission_key_unique UNIQUE (centre_id, submission_key)
        """,
    ),
    "CREATE INDEX enquiries_received_at_index ON enquiries (centre_id, received_at, id)",
    "CREATE INDEX enquiries_state_index ON enquiries (centre_id, state, received_at, id)",
    "CREATE INDEX enquiries_awaiting_index ON enquiries (centre_id, awaiting_since) WHERE awaiting_since IS NOT NULL",
    reference("enquiries", "client_id", "clients"),
    tenant_table(
        "enquiry_messages",
        """
        enquiry_id uuid NOT NULL,
        at timestamptz NOT NULL,
        direction text NOT NULL,
        author text NOT NULL,
        body text NOT NULL,
        mail_id uuid,
        external_id text,
        CONSTRAINT enquiry_messages_direction_check CHECK (direction IN ('in', 'out', 'note')),
        CONSTRAINT enquiry_messages_enquiry_id_external_id_unique UNIQUE (centre_id, enquiry_id, external_id)
        """,
        grants="SELECT, INSERT",
    ),
    reference("enquiry_messages", "enquiry_id", "enquiries"),
    reference("enquiry_messages", "mail_id", "mails"),
    tenant_table(
        "enquiry_attachments",
        """
        message_id uuid NOT NULL,
        file_id uuid,
        name text NOT NULL,
        media_type text NOT NULL,
        size_bytes bigint NOT NULL,
        refused text NOT NULL,
        CONSTRAINT enquiry_attachments_refused_check CHECK ((file_id IS NULL) = (refused <> ''))
        """,
        grants="SELECT, INSERT",
    ),
    reference("enquiry_attachments", "message_id", "enquiry_messages"),
    reference("enquiry_attachments", "file_id", "files"),
    finder_reads("enquiries", tenant=True),
    # Called after the signature of the address was checked: a mail's address is too short to name the centre too.
    definer_function("centre_of_enquiry(wanted uuid)", "uuid", "SELECT centre_id FROM enquiries WHERE id = wanted"),
]


async def forwards() -> MigrationManager:
    """Make the tables of enquiries."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
