"""How many clients can be written to, month by month and source by source, and the addresses that were won back."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-22T22:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "reachable cards"

SQL = [
    tenant_table(
        "reachable_cards",
        """
        month date NOT NULL,
        source text NOT NULL,
        cards bigint NOT NULL,
        reachable bigint NOT NULL,
        CONSTRAINT reachable_cards_month_source_unique UNIQUE (centre_id, month, source),
        CONSTRAINT reachable_cards_reachable_check CHECK (reachable BETWEEN 0 AND cards),
        CONSTRAINT reachable_cards_month_check CHECK (extract(day FROM month) = 1)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    tenant_table(
        "won_emails",
        """
        client_id uuid NOT NULL,
        stay_id uuid NOT NULL,
        origin text NOT NULL,
        quality_before text NOT NULL,
        quality_after text NOT NULL,
        agreed boolean NOT NULL,
        given_by text NOT NULL,
        won_at timestamptz NOT NULL,
        CONSTRAINT won_emails_origin_check CHECK (origin IN ('arrival_survey', 'pre_check_in'))
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    reference("won_emails", "client_id", "clients"),
    reference("won_emails", "stay_id", "stays"),
]


async def forwards() -> MigrationManager:
    """Make the tables."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
