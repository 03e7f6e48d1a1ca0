"""Outbox, inbox, mails, audit and idempotency: what every layer above records into."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, shared_table, steps, tenant_table

ID = "2026-11-21T22:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "the floor"

OUTBOX = f"""
    CREATE TABLE outbox (
        id uuid PRIMARY KEY,
        sequence bigint GENERATED ALWAYS AS IDENTITY,
        centre_id uuid,
        kind text NOT NULL,
        subject_id uuid NOT NULL,
        version bigint NOT NULL,
        payload jsonb NOT NULL,
        actor text NOT NULL,
        request_id text NOT NULL,
        recorded_at timestamptz NOT NULL,
        relayed_at timestamptz,
        CONSTRAINT outbox_sequence_unique UNIQUE (sequence)
    );
    CREATE INDEX outbox_waiting_index ON outbox (sequence) WHERE relayed_at IS NULL;
    CREATE INDEX outbox_centre_index ON outbox (centre_id, sequence);
    ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
    ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
    CREATE POLICY outbox_of_the_centre ON outbox TO halte_app
        USING (centre_id = {CENTRE}) WITH CHECK (centre_id IS NOT DISTINCT FROM {CENTRE});
    CREATE POLICY outbox_for_the_relay ON outbox TO halte_relay USING (true) WITH CHECK (true);
    REVOKE ALL ON outbox FROM PUBLIC;
    GRANT SELECT, INSERT ON outbox TO halte_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO halte_relay;
    GRANT SELECT ON outbox TO halte_backup;
    CREATE FUNCTION announce_fact() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('halte_facts', coalesce(NEW.centre_id::text, '') || ' ' || NEW.sequence);
            RETURN NULL;
        END $$;
    CREATE TRIGGER outbox_announced AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION announce_fact();
"""

SQL = [
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE EXTENSION IF NOT EXISTS unaccent",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    """GRANT USAGE ON SCHEMA public
        TO halte_app, halte_network, halte_relay, halte_police, halte_backup, halte_finder""",
    "GRANT CREATE ON SCHEMA public TO halte_finder",
    OUTBOX,
    shared_table(
        "outbox_deliveries",
        """
        event_id uuid NOT NULL CONSTRAINT outbox_deliveries_event_id_fk REFERENCES outbox (id) ON DELETE CASCADE,
        consumer text NOT NULL,
        attempts integer NOT NULL,
        next_at timestamptz NOT NULL,
        done_at timestamptz,
        error text,
        PRIMARY KEY (event_id, consumer)
        """,
    ),
    "CREATE INDEX outbox_deliveries_waiting_index ON outbox_deliveries (next_at) WHERE done_at IS NULL",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON outbox_deliveries TO halte_relay",
    shared_table(
        "inbox",
        """
        id uuid PRIMARY KEY,
        source text NOT NULL,
        event_id text NOT NULL,
        payload jsonb NOT NULL,
        received_at timestamptz NOT NULL,
        attempts integer NOT NULL,
        next_at timestamptz NOT NULL,
        done_at timestamptz,
        error text,
        CONSTRAINT inbox_source_event_id_unique UNIQUE (source, event_id)
        """,
    ),
    "CREATE INDEX inbox_waiting_index ON inbox (next_at) WHERE done_at IS NULL",
    "GRANT SELECT, INSERT, UPDATE ON inbox TO halte_relay",
    tenant_table(
        "mails",
        """
        key text NOT NULL,
        subject_kind text NOT NULL,
        subject_id uuid NOT NULL,
        recipient text NOT NULL,
        reply_to text NOT NULL,
        sender_name text NOT NULL,
        subject text NOT NULL,
        body_text text NOT NULL,
        body_html text NOT NULL,
        attachments jsonb NOT NULL,
        message_id text NOT NULL,
        state text NOT NULL,
        attempts integer NOT NULL,
        next_at timestamptz NOT NULL,
        error text,
        created_at timestamptz NOT NULL,
        sent_at timestamptz,
        CONSTRAINT mails_centre_id_key_unique UNIQUE (centre_id, key),
        CONSTRAINT mails_state_check CHECK (state IN ('queued', 'sent', 'failed')),
        CONSTRAINT mails_sent_at_check CHECK ((state = 'sent') = (sent_at IS NOT NULL))
        """,
    ),
    "CREATE INDEX mails_subject_index ON mails (centre_id, subject_id)",
    "CREATE INDEX mails_waiting_index ON mails (centre_id, next_at) WHERE state <> 'sent'",
    tenant_table(
        "files",
        """
        name text NOT NULL,
        media_type text NOT NULL,
        content bytea NOT NULL,
        digest text NOT NULL,
        created_at timestamptz NOT NULL
        """,
        grants="SELECT, INSERT, DELETE",
    ),
    tenant_table(
        "audit_entries",
        """
        at timestamptz NOT NULL,
        actor_kind text NOT NULL,
        actor_name text NOT NULL,
        account_id uuid,
        address text NOT NULL,
        request_id text NOT NULL,
        subject_kind text NOT NULL,
        subject_id uuid NOT NULL,
        action text NOT NULL,
        before jsonb,
        after jsonb
        """,
        grants="SELECT, INSERT",
    ),
    "CREATE INDEX audit_entries_subject_index ON audit_entries (centre_id, subject_id, at)",
    shared_table(
        "network_audit_entries",
        """
        id uuid PRIMARY KEY,
        at timestamptz NOT NULL,
        actor_kind text NOT NULL,
        actor_name text NOT NULL,
        account_id uuid,
        address text NOT NULL,
        request_id text NOT NULL,
        subject_kind text NOT NULL,
        subject_id uuid NOT NULL,
        action text NOT NULL,
        before jsonb,
        after jsonb
        """,
        app="INSERT",
    ),
    "GRANT SELECT ON network_audit_entries TO halte_network",
    shared_table(
        "idempotency_keys",
        """
        holder text NOT NULL,
        route text NOT NULL,
        key text NOT NULL,
        body_digest text NOT NULL,
        status integer,
        headers jsonb,
        body bytea,
        done_at timestamptz,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (holder, route, key)
        """,
        app="SELECT, INSERT, UPDATE, DELETE",
    ),
]


async def forwards() -> MigrationManager:
    """Make the floor's tables."""
    return steps(ID, app="infra", description=DESCRIPTION, sql=SQL)
