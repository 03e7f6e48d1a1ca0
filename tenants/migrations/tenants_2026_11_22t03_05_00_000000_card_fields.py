"""The rest of the card: languages, segmentation, origin, marketing codes, SMS consent, what was done with the client."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-22T03:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "card fields"

SQL = [
    # With defaults: what runs while this migrates writes cards without these columns.
    """ALTER TABLE clients
        ADD COLUMN languages text[] NOT NULL DEFAULT '{}',
        ADD COLUMN segmentation text NOT NULL DEFAULT '',
        ADD COLUMN origin text NOT NULL DEFAULT '',
        ADD COLUMN further_information text NOT NULL DEFAULT '',
        ADD COLUMN sms_consent_at timestamptz,
        ADD COLUMN sms_consent_source text NOT NULL DEFAULT '',
        ADD COLUMN sms_consent_text text NOT NULL DEFAULT ''
    """,
    tenant_table(
        "client_marketing_codes",
        """
        client_id uuid NOT NULL,
        code text NOT NULL,
        CONSTRAINT client_marketing_codes_client_id_code_unique UNIQUE (centre_id, client_id, code)
        """,
        grants="SELECT, INSERT, DELETE",
    ),
    reference("client_marketing_codes", "client_id", "clients"),
    "CREATE INDEX client_marketing_codes_code_index ON client_marketing_codes (centre_id, code, client_id)",
    tenant_table(
        "client_actions",
        """
        client_id uuid NOT NULL,
        action text NOT NULL,
        day date NOT NULL,
        note text NOT NULL,
        by_name text NOT NULL,
        noted_at timestamptz NOT NULL
        """,
        grants="SELECT, INSERT, UPDATE, DELETE",
    ),
    reference("client_actions", "client_id", "clients"),
]


async def forwards() -> MigrationManager:
    """Make the columns and the tables."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
