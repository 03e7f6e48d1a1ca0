"""Who of the staff sees to a demande."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps

ID = "2026-11-22T19:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "assignees of enquiries"

SQL = [
    "ALTER TABLE enquiries ADD COLUMN IF NOT EXISTS assignee_id uuid",
    # An account alone could be anybody's in the network: only who has a place in this centre sees to its demandes.
    """ALTER TABLE enquiries ADD CONSTRAINT enquiries_assignee_id_fk
        FOREIGN KEY (centre_id, assignee_id) REFERENCES memberships (centre_id, account_id) ON DELETE RESTRICT""",
    """CREATE INDEX enquiries_assignee_id_index ON enquiries (centre_id, assignee_id, received_at, id)
        WHERE assignee_id IS NOT NULL""",
]


async def forwards() -> MigrationManager:
    """Add the column."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
