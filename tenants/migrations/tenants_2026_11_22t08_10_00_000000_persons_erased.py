"""A certificate for each centre that a person was erased from at their own asking."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps

ID = "2026-11-22T08:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "certificates of persons erased everywhere"

SQL = [
    "ALTER TABLE retention_certificates DROP CONSTRAINT retention_certificates_what_check",
    """ALTER TABLE retention_certificates ADD CONSTRAINT retention_certificates_what_check
       CHECK (what IN ('prospects', 'blacklistings', 'persons')) NOT VALID""",
    "ALTER TABLE retention_certificates VALIDATE CONSTRAINT retention_certificates_what_check",
]


async def forwards() -> MigrationManager:
    """Widen the check."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
