"""The public reviews that name no stay: kept until somebody says whose they are, or for three years."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-23T20:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "public reviews"

SQL = [
    tenant_table(
        "public_reviews",
        """
        foreign_id text NOT NULL,
        site text NOT NULL,
        author text NOT NULL,
        day date NOT NULL,
        score_tenths smallint NOT NULL,
        comment text NOT NULL,
        url text NOT NULL,
        client_id uuid,
        linked_at timestamptz,
        linked_by text,
        CONSTRAINT public_reviews_foreign_id_unique UNIQUE (centre_id, foreign_id),
        CONSTRAINT public_reviews_score_tenths_check CHECK (score_tenths BETWEEN 0 AND 50),
        CONSTRAINT public_reviews_linked_at_check CHECK ((client_id IS NULL) = (linked_at IS NULL)),
        CONSTRAINT public_reviews_linked_by_check CHECK ((client_id IS NULL) = (linked_by IS NULL))
        """,
        grants="SELECT, INSERT, UPDATE, DELETE",
    ),
    reference("public_reviews", "client_id", "clients"),
    "CREATE INDEX public_reviews_unlinked_index ON public_reviews (centre_id, day DESC, id DESC) WHERE client_id IS NULL",
    "ALTER TABLE retention_certificates DROP CONSTRAINT retention_certificates_what_check",
    """ALTER TABLE retention_certificates ADD CONSTRAINT retention_certificates_what_check
       CHECK (what IN ('prospects', 'blacklistings', 'persons', 'reviews')) NOT VALID""",
    "ALTER TABLE retention_certificates VALIDATE CONSTRAINT retention_certificates_what_check",
]


async def forwards() -> MigrationManager:
    """Make the table."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
