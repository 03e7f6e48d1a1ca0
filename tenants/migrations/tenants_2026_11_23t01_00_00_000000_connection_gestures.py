"""Connections that rest, are asked to collect now, and whose runs and refused rows can be looked at."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps

ID = "2026-11-23T01:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "connection gestures"

SQL = [
    """ALTER TABLE connections ADD COLUMN paused_at timestamptz, ADD COLUMN asked_at timestamptz,
           ADD COLUMN last_code text""",
    "ALTER TABLE import_runs ADD COLUMN source text, ADD COLUMN refusals jsonb",
    "CREATE INDEX import_runs_source_index ON import_runs (centre_id, source, started_at)",
]


async def forwards() -> MigrationManager:
    """Add the columns; code still running writes none of them."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
