"""Dossiers and their lines."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-21T22:44:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "dossiers"

SQL = [
    tenant_table(
        "dossiers",
        """
        version bigint NOT NULL,
        number text NOT NULL,
        enquiry_id uuid,
        stay_id uuid NOT NULL,
        client_id uuid NOT NULL,
        state text NOT NULL,
        started boolean NOT NULL,
        treated boolean NOT NULL,
        archived boolean NOT NULL,
        sale_booked boolean NOT NULL,
        currency text NOT NULL,
        total_minor bigint NOT NULL,
        paid_minor bigint NOT NULL,
        due_minor bigint NOT NULL,
        created_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        CONSTRAINT dossiers_centre_id_number_unique UNIQUE (centre_id, number),
        CONSTRAINT dossiers_centre_id_stay_id_unique UNIQUE (centre_id, stay_id),
        CONSTRAINT dossiers_centre_id_enquiry_id_unique UNIQUE (centre_id, enquiry_id),
        CONSTRAINT dossiers_state_check CHECK (state IN
            ('new', 'in_progress', 'awaiting_payment', 'deposit_paid', 'paid', 'processed', 'archived')),
        CONSTRAINT dossiers_processed_check CHECK (state <> 'processed' OR treated)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    reference("dossiers", "enquiry_id", "enquiries"),
    reference("dossiers", "stay_id", "stays"),
    reference("dossiers", "client_id", "clients"),
    "CREATE INDEX dossiers_list_index ON dossiers (centre_id, state, id DESC)",
    tenant_table(
        "dossier_lines",
        """
        dossier_id uuid NOT NULL,
        position integer NOT NULL,
        service_id uuid,
        label text NOT NULL,
        product_type text NOT NULL,
        unit text NOT NULL,
        quantity integer NOT NULL,
        quantity_by_hand boolean NOT NULL,
        nights integer NOT NULL,
        unit_price_minor bigint NOT NULL,
        currency text NOT NULL,
        total_minor bigint NOT NULL,
        vat_basis_points integer NOT NULL,
        accounting_code text NOT NULL,
        explanation text NOT NULL,
        CONSTRAINT dossier_lines_total_minor_check CHECK (total_minor = quantity * nights * unit_price_minor),
        CONSTRAINT dossier_lines_quantity_check CHECK (quantity >= 0 AND nights >= 1),
        CONSTRAINT dossier_lines_vat_basis_points_check CHECK (vat_basis_points BETWEEN 0 AND 10000),
        CONSTRAINT dossier_lines_label_check CHECK (label <> '')
        """,
    ),
    reference("dossier_lines", "dossier_id", "dossiers"),
    reference("dossier_lines", "service_id", "services"),
    reference("ledger_transactions", "dossier_id", "dossiers"),
    """ALTER TABLE ledger_entries ADD CONSTRAINT ledger_entries_dossier_id_fk
        FOREIGN KEY (centre_id, dossier_id) REFERENCES dossiers (centre_id, id) ON DELETE RESTRICT""",
]


async def forwards() -> MigrationManager:
    """Make the dossiers' tables."""
    return steps(ID, app="billing", description=DESCRIPTION, sql=SQL)
