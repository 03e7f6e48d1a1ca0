"""Texts to clients' phones: a centre's settings, what was sent and what became of it, and who answered STOP."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-22T22:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "text messages"

SQL = [
    tenant_table(
        "text_settings",
        """
        sender text NOT NULL,
        api_key bytea,
        report_token bytea,
        part_price_ten_thousandths integer NOT NULL,
        monthly_cap_minor bigint NOT NULL,
        version bigint NOT NULL,
        CONSTRAINT text_settings_centre_id_unique UNIQUE (centre_id),
        CONSTRAINT text_settings_part_price_ten_thousandths_check CHECK (part_price_ten_thousandths > 0),
        CONSTRAINT text_settings_monthly_cap_minor_check CHECK (monthly_cap_minor >= 0)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    tenant_table(
        "text_messages",
        """
        key text NOT NULL,
        subject_kind text NOT NULL,
        subject_id uuid NOT NULL,
        client_id uuid NOT NULL,
        recipient text NOT NULL,
        body text NOT NULL,
        parts smallint NOT NULL,
        cost_ten_thousandths bigint NOT NULL,
        charged_month date,
        state text NOT NULL,
        in_doubt boolean NOT NULL,
        attempts integer NOT NULL,
        next_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        provider_id text,
        reason text NOT NULL,
        created_at timestamptz NOT NULL,
        sent_at timestamptz,
        reported_at timestamptz,
        CONSTRAINT text_messages_key_unique UNIQUE (centre_id, key),
        CONSTRAINT text_messages_state_check CHECK (state IN ('queued', 'sent', 'delivered', 'failed')),
        CONSTRAINT text_messages_parts_check CHECK (parts > 0)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    reference("text_messages", "client_id", "clients"),
    """CREATE INDEX text_messages_due_index ON text_messages (next_at) WHERE state = 'queued';
       CREATE INDEX text_messages_month_index ON text_messages (centre_id, charged_month);
       CREATE INDEX text_messages_provider_id_index ON text_messages (centre_id, provider_id)""",
    tenant_table(
        "text_refusals",
        """
        phone text NOT NULL,
        refused_at timestamptz NOT NULL,
        CONSTRAINT text_refusals_phone_unique UNIQUE (centre_id, phone)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
]


async def forwards() -> MigrationManager:
    """Make the tables."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
