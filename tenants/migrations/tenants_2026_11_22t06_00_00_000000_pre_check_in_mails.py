"""The pre-check-in link goes out by mail: by itself some days before the arrival, or by a gesture at the desk."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps

ID = "2026-11-22T06:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "pre-check-in links by mail"

SQL = [
    """ALTER TABLE guest_links ADD COLUMN mailed_to text NOT NULL DEFAULT '', ADD COLUMN mailed_at timestamptz,
           ADD CONSTRAINT guest_links_mailed_at_check CHECK ((mailed_to = '') = (mailed_at IS NULL))""",
    """ALTER TABLE arrival_settings ADD COLUMN pre_check_in_days integer NOT NULL DEFAULT 3,
           ADD CONSTRAINT arrival_settings_pre_check_in_days_check CHECK (pre_check_in_days BETWEEN 0 AND 60)""",
]


async def forwards() -> MigrationManager:
    """Note where a link was mailed, and how many days before the arrival."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
