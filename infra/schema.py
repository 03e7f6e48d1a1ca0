"""What a migration says of a table: whose rows it holds, and so which policy, grants and references it gets.

Migrations are plain SQL (PostgreSQL 15 features only) run by `steps`; the helpers below write the parts that every
tenant table has, so that none can be forgotten (decision 0002). `tests/architecture` compares the catalogue with the
Piccolo tables and with these rules.
"""

from collections.abc import Sequence

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.database import scope

CENTRE = "NULLIF(current_setting('halte.centre', true), '')::uuid"
"""The centre of the transaction, or NULL: `''` is what is left when a local setting ends."""


def steps(migration_id: str, *, app: str, description: str, sql: Sequence[str]) -> MigrationManager:
    """Make the migration that runs `sql`, in order, with a lock timeout; `halte migrate` opens the transaction."""
    manager = MigrationManager(
        migration_id=migration_id, app_name=app, description=description, wrap_in_transaction=False
    )

    async def run() -> None:
        connection = scope().connection
        await connection.execute("SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = 0")
        for statement in sql:
            await connection.execute(statement)

    manager.add_raw(run)
    return manager


def tenant_table(name: str, columns: str, *, grants: str = "SELECT, INSERT, UPDATE, DELETE") -> str:
    """Return the SQL of a tenant table: `id`, `centre_id`, the given columns and constraints, and its isolation.

    Args:
        name: plural, snake_case.
        columns: the further column definitions and table constraints, comma-separated; uniques begin with centre_id.
        grants: what the application's role may do (`"SELECT, INSERT"` for what is append-only).
    """
    return f"""
        CREATE TABLE {name} (
            id uuid PRIMARY KEY,
            centre_id uuid NOT NULL,
            {columns},
            CONSTRAINT {name}_centre_id_id_unique UNIQUE (centre_id, id)
        );
        ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {name} FORCE ROW LEVEL SECURITY;
        CREATE POLICY {name}_of_the_centre ON {name} TO halte_app
            USING (centre_id = {CENTRE}) WITH CHECK (centre_id = {CENTRE});
        CREATE POLICY {name}_for_the_network ON {name} FOR SELECT TO halte_network USING (true);
        REVOKE ALL ON {name} FROM PUBLIC;
        GRANT {grants} ON {name} TO halte_app;
        GRANT SELECT ON {name} TO halte_network, halte_backup;
    """


def shared_table(name: str, columns: str, *, app: str = "") -> str:
    """Return the SQL of a network or system table: no centre, nothing for anybody but what `app` grants halte_app."""
    grant = f"GRANT {app} ON {name} TO halte_app;" if app else ""
    return f"""
        CREATE TABLE {name} (
            {columns}
        );
        REVOKE ALL ON {name} FROM PUBLIC;
        {grant}
        GRANT SELECT ON {name} TO halte_backup;
    """


def reference(table: str, column: str, target: str) -> str:
    """Return the SQL of a reference inside one centre; a row of another centre cannot be meant."""
    return f"""
        ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_fk
            FOREIGN KEY (centre_id, {column}) REFERENCES {target} (centre_id, id) ON DELETE RESTRICT;
        CREATE INDEX {table}_{column}_index ON {table} (centre_id, {column});
    """


def definer_function(
    signature: str, returns: str, body: str, *, language: str = "sql", volatility: str = "STABLE"
) -> str:
    """Return the SQL of a function that reads past row-level security as halte_finder, and is tested as an API.

    Args:
        signature: name and arguments, as in `CREATE FUNCTION`.
        returns: `TABLE (…)` or a type.
        body: it filters by the centre itself wherever it must.
        language: `sql` or `plpgsql`.
        volatility: VOLATILE where it writes.
    """
    return f"""
        CREATE FUNCTION {signature} RETURNS {returns} LANGUAGE {language} {volatility} SECURITY DEFINER
            SET search_path = pg_catalog, public, pg_temp AS $halte$ {body} $halte$;
        REVOKE ALL ON FUNCTION {signature_types(signature)} FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION {signature_types(signature)} TO halte_app;
        ALTER FUNCTION {signature_types(signature)} OWNER TO halte_finder;
    """


def finder_reads(table: str, *, tenant: bool, grants: str = "SELECT") -> str:
    """Return the SQL that lets halte_finder, and so the definer functions, use a table by a policy of its own name."""
    # The owner is a member of the finder, to hand it functions; it must not see what the finder's policies show.
    itself = "current_user = 'halte_finder'"
    policy = f"CREATE POLICY {table}_for_the_finder ON {table} TO halte_finder USING ({itself}) WITH CHECK ({itself});"
    return f"GRANT {grants} ON {table} TO halte_finder; {policy if tenant else ''}"


def signature_types(signature: str) -> str:
    """Reduce `name(a uuid, b text DEFAULT '')` to `name(uuid, text)`, as ALTER and GRANT want it."""
    name, _, rest = signature.partition("(")
    arguments = [part.split(" DEFAULT ")[0].split() for part in rest.rstrip(") \n").split(",") if part.strip()]
    return f"{name.strip()}({', '.join(' '.join(words[1:]) for words in arguments)})"
