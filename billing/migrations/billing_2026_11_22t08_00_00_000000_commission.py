"""What a client keeps of the price of a dossier, and how much less than the catalogue a line was sold for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps

ID = "2026-11-22T08:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "commission on dossiers"

SQL = [
    "ALTER TABLE dossiers ADD COLUMN commission_basis_points integer",
    """ALTER TABLE dossiers ADD CONSTRAINT dossiers_commission_basis_points_check
       CHECK (commission_basis_points BETWEEN 0 AND 10000) NOT VALID""",
    "ALTER TABLE dossiers VALIDATE CONSTRAINT dossiers_commission_basis_points_check",
]


async def forwards() -> MigrationManager:
    """Add the column."""
    return steps(ID, app="billing", description=DESCRIPTION, sql=SQL)
