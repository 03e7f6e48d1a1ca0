"""The ledger: what PostgreSQL itself refuses whatever the code does (decision 0004)."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-21T22:42:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "ledger"

APPEND_ONLY = """
    CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only: reverse it instead', TG_TABLE_NAME
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_append_only';
        END $$;
    CREATE TRIGGER ledger_transactions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transactions
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
    CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
    CREATE TRIGGER ledger_accounts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_accounts
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
"""

# At COMMIT: as many entries as the transaction says (so none can be added to an old one), and they sum to zero.
BALANCE = """
    CREATE FUNCTION check_ledger_balance() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            transaction_of_row uuid;
            expected integer;
            counted integer;
            unbalanced boolean;
        BEGIN
            IF TG_TABLE_NAME = 'ledger_entries' THEN
                transaction_of_row := NEW.transaction_id;
            ELSE
                transaction_of_row := NEW.id;
            END IF;
            SELECT entry_count INTO expected FROM ledger_transactions
                WHERE centre_id = NEW.centre_id AND id = transaction_of_row;
            SELECT coalesce(sum(entries), 0), coalesce(bool_or(minor <> 0), true) INTO counted, unbalanced
                FROM (SELECT count(*) AS entries, sum(minor) AS minor FROM ledger_entries
                      WHERE centre_id = NEW.centre_id AND transaction_id = transaction_of_row GROUP BY currency) AS sums;
            IF unbalanced OR counted IS DISTINCT FROM expected THEN
                RAISE EXCEPTION 'ledger transaction % does not balance', transaction_of_row
                    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_balance';
            END IF;
            RETURN NULL;
        END $$;
    CREATE CONSTRAINT TRIGGER ledger_entries_balance AFTER INSERT ON ledger_entries
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_ledger_balance();
    CREATE CONSTRAINT TRIGGER ledger_transactions_balance AFTER INSERT ON ledger_transactions
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_ledger_balance();
"""

SQL = [
    tenant_table(
        "ledger_accounts",
        """
        kind text NOT NULL,
        detail text NOT NULL,
        accounting_code text NOT NULL,
        CONSTRAINT ledger_accounts_centre_id_kind_detail_unique UNIQUE (centre_id, kind, detail),
        CONSTRAINT ledger_accounts_kind_check CHECK (kind IN
            ('receivable', 'bank', 'deposits_held', 'revenue', 'vat_collected', 'client_credit'))
        """,
        grants="SELECT, INSERT",
    ),
    tenant_table(
        "ledger_transactions",
        """
        sequence bigint GENERATED ALWAYS AS IDENTITY,
        key text NOT NULL,
        dossier_id uuid,
        description text NOT NULL,
        actor text NOT NULL,
        at timestamptz NOT NULL,
        entry_count integer NOT NULL,
        CONSTRAINT ledger_transactions_centre_id_key_unique UNIQUE (centre_id, key),
        CONSTRAINT ledger_transactions_entry_count_check CHECK (entry_count >= 2)
        """,
        grants="SELECT, INSERT",
    ),
    tenant_table(
        "ledger_entries",
        """
        transaction_id uuid NOT NULL,
        account_id uuid NOT NULL,
        dossier_id uuid,
        minor bigint NOT NULL,
        currency text NOT NULL,
        CONSTRAINT ledger_entries_minor_check CHECK (minor <> 0),
        CONSTRAINT ledger_entries_currency_check CHECK (currency ~ '^[A-Z]{3}$')
        """,
        grants="SELECT, INSERT",
    ),
    reference("ledger_entries", "transaction_id", "ledger_transactions"),
    reference("ledger_entries", "account_id", "ledger_accounts"),
    "CREATE INDEX ledger_entries_dossier_index ON ledger_entries (centre_id, dossier_id)",
    APPEND_ONLY,
    BALANCE,
]


async def forwards() -> MigrationManager:
    """Make the ledger's tables and the rules that the database keeps."""
    return steps(ID, app="billing", description=DESCRIPTION, sql=SQL)
