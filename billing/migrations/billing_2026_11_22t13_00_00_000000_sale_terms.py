"""Terms of sale of each centre's own, in versions, and which of them a quote was accepted with."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-22T13:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "terms of sale"

# Which terms were accepted is rewritten no more than who accepted them.
FROZEN = """
    GRANT UPDATE (accepted_terms_id) ON quotes TO halte_app;
    CREATE FUNCTION refuse_terms_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'a sent quote never changes'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'quotes_frozen';
        END $$;
    CREATE TRIGGER quotes_terms_frozen BEFORE UPDATE ON quotes FOR EACH ROW
        WHEN (OLD.accepted_at IS NOT NULL AND NEW.accepted_terms_id IS DISTINCT FROM OLD.accepted_terms_id)
        EXECUTE FUNCTION refuse_terms_change();
"""

SQL = [
    tenant_table(
        "sale_terms",
        """
        number integer NOT NULL,
        texts jsonb NOT NULL,
        published_at timestamptz NOT NULL,
        published_by text NOT NULL,
        CONSTRAINT sale_terms_number_unique UNIQUE (centre_id, number),
        CONSTRAINT sale_terms_number_check CHECK (number > 0),
        CONSTRAINT sale_terms_texts_check CHECK (texts ? 'fr')
        """,
        grants="SELECT, INSERT",
    ),
    "ALTER TABLE quotes ADD COLUMN accepted_terms_id uuid",
    reference("quotes", "accepted_terms_id", "sale_terms"),
    FROZEN,
]


async def forwards() -> MigrationManager:
    """Make the table, and the quote's reference to it."""
    return steps(ID, app="billing", description=DESCRIPTION, sql=SQL)
