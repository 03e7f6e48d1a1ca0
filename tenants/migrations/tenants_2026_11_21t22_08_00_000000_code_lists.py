"""The network's code lists, filled with what comes with this release."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import shared_table, steps
from tenants.code_lists.rules import packaged_lists

ID = "2026-11-21T22:08:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "code lists"


def _quoted(value: str | int | None) -> str:
    return "NULL" if value is None else str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


VALUES = ",\n".join(
    "("
    + ", ".join(
        _quoted(field)
        for field in (
            value.list, value.category, value.code, value.label, value.position, value.detail, value.first_age,
            value.last_age,
        )
    )
    + ", true)"
    for value in packaged_lists()
)  # fmt: skip

SQL = [
    shared_table(
        "code_list_values",
        """
        list text NOT NULL,
        category text NOT NULL,
        code text NOT NULL,
        label text NOT NULL,
        position smallint NOT NULL,
        detail text NOT NULL,
        first_age integer,
        last_age integer,
        active boolean NOT NULL,
        PRIMARY KEY (list, category, code)
        """,
        app="SELECT, INSERT, UPDATE",
    ),
    "GRANT SELECT ON code_list_values TO halte_network",
    f"""INSERT INTO code_list_values (list, category, code, label, position, detail, first_age, last_age, active)
        VALUES {VALUES}""",
]


async def forwards() -> MigrationManager:
    """Make the lists."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
