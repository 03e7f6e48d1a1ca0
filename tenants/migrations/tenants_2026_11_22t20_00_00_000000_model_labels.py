"""What a version of the weights was learnt by: how many decisions of stewards, and which trainer."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, steps

ID = "2026-11-22T20:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "labels and trainer of a version of the weights"

SQL = [
    """ALTER TABLE identity_models
        ADD COLUMN labels bigint NOT NULL DEFAULT 0, ADD COLUMN trainer text NOT NULL DEFAULT 'halte'""",
    # Beside the one of five arguments, which code that is still running calls.
    definer_function(
        "referential_keep_model(version text, model jsonb, cards bigint, labels bigint, trainer text, who text, at timestamptz)",
        "void",
        f"""
        BEGIN
            IF {CENTRE} IS NOT NULL THEN RAISE EXCEPTION 'only for the network' USING ERRCODE = '42501'; END IF;
            INSERT INTO identity_models (version, model, cards, labels, trainer, trained_at, trained_by)
                VALUES (version, model, cards, labels, trainer, at, who);
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
]


async def forwards() -> MigrationManager:
    """Add the columns and the door."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
