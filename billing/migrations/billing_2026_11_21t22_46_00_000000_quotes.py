"""Quotes: a version that was sent never changes, only what became of it does."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-21T22:46:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "quotes"

# What became of a version may be written; what was offered, and who accepted it, may not be rewritten by anybody.
FROZEN = """
    GRANT UPDATE (state, state_before, accepted_at, accepted_by, accepted_terms, accepted_address, refusal, closed_at)
        ON quotes TO halte_app;
    CREATE FUNCTION refuse_quote_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (NEW.id, NEW.centre_id, NEW.dossier_id, NEW.number, NEW.detail, NEW.currency, NEW.total_minor,
                NEW.vat_minor, NEW.deposit_minor, NEW.deposit_nature, NEW.snapshot, NEW.file_id, NEW.sent_at,
                NEW.sent_to, NEW.valid_until, NEW.option_until)
               IS DISTINCT FROM
               (OLD.id, OLD.centre_id, OLD.dossier_id, OLD.number, OLD.detail, OLD.currency, OLD.total_minor,
                OLD.vat_minor, OLD.deposit_minor, OLD.deposit_nature, OLD.snapshot, OLD.file_id, OLD.sent_at,
                OLD.sent_to, OLD.valid_until, OLD.option_until)
               OR (OLD.accepted_at IS NOT NULL AND
                   (NEW.accepted_at, NEW.accepted_by, NEW.accepted_terms, NEW.accepted_address)
                   IS DISTINCT FROM
                   (OLD.accepted_at, OLD.accepted_by, OLD.accepted_terms, OLD.accepted_address))
            THEN
                RAISE EXCEPTION 'a sent quote never changes'
                    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'quotes_frozen';
            END IF;
            RETURN NEW;
        END $$;
    CREATE TRIGGER quotes_frozen BEFORE UPDATE ON quotes FOR EACH ROW EXECUTE FUNCTION refuse_quote_change();
"""

SQL = [
    tenant_table(
        "quotes",
        """
        dossier_id uuid NOT NULL,
        number integer NOT NULL,
        state text NOT NULL,
        state_before text,
        detail text NOT NULL,
        currency text NOT NULL,
        total_minor bigint NOT NULL,
        vat_minor bigint NOT NULL,
        deposit_minor bigint NOT NULL,
        deposit_nature text NOT NULL,
        snapshot jsonb NOT NULL,
        file_id uuid NOT NULL,
        sent_at timestamptz NOT NULL,
        sent_to text NOT NULL,
        valid_until date NOT NULL,
        option_until date,
        accepted_at timestamptz,
        accepted_by text,
        accepted_terms text,
        accepted_address text,
        refusal text,
        closed_at timestamptz,
        CONSTRAINT quotes_centre_id_dossier_id_number_unique UNIQUE (centre_id, dossier_id, number),
        CONSTRAINT quotes_state_check CHECK (state IN
            ('sent', 'accepted', 'refused', 'expired', 'superseded', 'lost')),
        CONSTRAINT quotes_detail_check CHECK (detail IN ('simple', 'grouped', 'detailed')),
        CONSTRAINT quotes_deposit_nature_check CHECK (deposit_nature IN ('acompte', 'arrhes')),
        CONSTRAINT quotes_accepted_at_check CHECK (state <> 'accepted' OR accepted_at IS NOT NULL),
        CONSTRAINT quotes_accepted_by_check CHECK ((accepted_at IS NULL) = (accepted_by IS NULL))
        """,
        grants="SELECT, INSERT",
    ),
    reference("quotes", "dossier_id", "dossiers"),
    reference("quotes", "file_id", "files"),
    "CREATE UNIQUE INDEX quotes_centre_id_dossier_id_accepted_unique ON quotes (centre_id, dossier_id) WHERE state = 'accepted'",
    "CREATE INDEX quotes_valid_until_index ON quotes (centre_id, valid_until) WHERE state = 'sent'",
    FROZEN,
]


async def forwards() -> MigrationManager:
    """Make the quotes' table and what freezes it."""
    return steps(ID, app="billing", description=DESCRIPTION, sql=SQL)
