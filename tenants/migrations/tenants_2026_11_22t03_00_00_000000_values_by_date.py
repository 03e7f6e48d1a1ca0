"""Code lists by date: renamed, split, retired from a day; and the values that a centre adds of its own."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import shared_table, steps, tenant_table
from tenants.code_lists.rules import STARTING, read_lists

ID = "2026-11-22T03:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "values by date"

STARTING_VALUES = ",\n".join(
    f"('{value.list}', '{value.code}', '{value.label.replace(chr(39), chr(39) * 2)}', {value.position}, '', '', true)"
    for value in read_lists(STARTING.read_text(encoding="utf-8"))
)

SQL = [
    # With defaults: what runs while this migrates writes rows without these columns.
    """ALTER TABLE code_list_values
        ADD COLUMN by_network boolean NOT NULL DEFAULT false,
        ADD COLUMN first_day date,
        ADD COLUMN last_day date,
        ADD COLUMN split_from text,
        ADD CONSTRAINT code_list_values_last_day_check CHECK (last_day IS NULL OR first_day IS NULL OR last_day >= first_day)
    """,
    shared_table(
        "code_list_labels",
        """
        list text NOT NULL,
        category text NOT NULL,
        code text NOT NULL,
        from_day date NOT NULL,
        label text NOT NULL,
        PRIMARY KEY (list, category, code, from_day),
        CONSTRAINT code_list_labels_list_category_code_fk FOREIGN KEY (list, category, code)
            REFERENCES code_list_values (list, category, code)
        """,
        app="SELECT, INSERT, UPDATE",
    ),
    "GRANT SELECT ON code_list_labels TO halte_network",
    f"""INSERT INTO code_list_values (list, code, label, position, category, detail, active)
        VALUES {STARTING_VALUES} ON CONFLICT DO NOTHING""",
    tenant_table(
        "local_values",
        """
        list text NOT NULL,
        code text NOT NULL,
        label text NOT NULL,
        network_code text NOT NULL,
        position smallint NOT NULL,
        retired_on date,
        version bigint NOT NULL,
        CONSTRAINT local_values_list_code_unique UNIQUE (centre_id, list, code),
        CONSTRAINT local_values_list_check
            CHECK (list IN ('segmentation', 'origin', 'follow_up_action', 'marketing_code'))
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    tenant_table(
        "client_type_colours",
        """
        client_type text NOT NULL,
        colour text NOT NULL,
        CONSTRAINT client_type_colours_client_type_unique UNIQUE (centre_id, client_type),
        CONSTRAINT client_type_colours_colour_check CHECK (colour ~ '^#[0-9a-f]{6}$')
        """,
    ),
]


async def forwards() -> MigrationManager:
    """Make the columns and the tables."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
