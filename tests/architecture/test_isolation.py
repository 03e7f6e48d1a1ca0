"""Another centre's rows do not exist: read off the catalogue, then proved table by table, then proved by sabotage."""

from uuid import UUID

import asyncpg

from infra.ids import new_id
from tests.architecture.catalogue import TENANT_BY_ID, tenant_tables

OURS, THEIRS = new_id(), new_id()


async def as_role(connection: asyncpg.Connection, role: str, centre: UUID | None) -> None:
    await connection.execute(f"SET LOCAL ROLE {role}")
    await connection.execute("SELECT set_config('halte.centre', $1, true)", str(centre or ""))


async def test_every_tenant_table_is_walled(superuser: asyncpg.Connection) -> None:
    rows = await superuser.fetch(
        """SELECT relname, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner) AS owner,
               EXISTS (SELECT FROM pg_policies WHERE tablename = relname AND 'halte_app' = ANY (roles)
                   AND qual LIKE '%halte.centre%' AND with_check LIKE '%halte.centre%') AS has_policy
           FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"""
    )
    walled = {*await tenant_tables(superuser), *TENANT_BY_ID}
    bare = [
        row["relname"]
        for row in rows
        if row["relname"] in walled
        and not (
            row["relrowsecurity"] and row["relforcerowsecurity"] and row["has_policy"] and row["owner"] == "halte_owner"
        )
    ]
    assert len(walled) > 20
    assert bare == []


async def test_every_tenant_row_says_its_centre(superuser: asyncpg.Connection) -> None:
    rows = await superuser.fetch(
        """SELECT table_name FROM information_schema.columns WHERE table_schema = 'public'
           AND column_name = 'centre_id' AND is_nullable = 'NO' AND udt_name = 'uuid'"""
    )
    assert sorted(set(await tenant_tables(superuser)) - {row["table_name"] for row in rows}) == []


async def test_uniques_and_exclusions_begin_with_the_centre(superuser: asyncpg.Connection) -> None:
    rows = await superuser.fetch(
        """SELECT t.relname AS tablename, i.relname AS indexname, a.attname AS first_column, x.indisprimary
           FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
           LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]
           WHERE t.relnamespace = 'public'::regnamespace AND (x.indisunique OR x.indisexclusion)"""
    )
    tenant = set(await tenant_tables(superuser))
    telling = [
        row["indexname"]
        for row in rows
        if row["tablename"] in tenant and row["first_column"] != "centre_id" and not row["indisprimary"]
    ]
    assert telling == []


async def test_references_between_tenant_tables_carry_the_centre(superuser: asyncpg.Connection) -> None:
    rows = await superuser.fetch(
        """SELECT c.conname, t.relname AS source, f.relname AS target,
               (SELECT attname FROM pg_attribute WHERE attrelid = c.conrelid AND attnum = c.conkey[1]) AS first_column
           FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid
           WHERE c.contype = 'f' AND t.relnamespace = 'public'::regnamespace"""
    )
    tenant = set(await tenant_tables(superuser))
    assert [
        row["conname"]
        for row in rows
        if row["source"] in tenant and row["target"] in tenant and row["first_column"] != "centre_id"
    ] == []


async def test_nobody_but_the_owner_owns_truncates_or_bypasses(superuser: asyncpg.Connection) -> None:
    owned = await superuser.fetch(
        """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S')
           AND pg_get_userbyid(relowner) NOT IN ('halte_owner')"""
    )
    truncating = await superuser.fetch(
        """SELECT tablename FROM (SELECT tablename FROM pg_tables WHERE schemaname = 'public' OFFSET 0) AS ours
           WHERE (has_table_privilege('halte_app', 'public.' || tablename, 'TRUNCATE')
                OR has_table_privilege('halte_relay', 'public.' || tablename, 'TRUNCATE'))"""
    )
    bypassing = await superuser.fetch(
        r"SELECT rolname FROM pg_roles WHERE rolname LIKE 'halte\_%' AND rolname <> session_user AND (rolbypassrls OR rolsuper)"
    )
    assert [row["relname"] for row in owned] == []
    assert [row["tablename"] for row in truncating] == []
    assert [row["rolname"] for row in bypassing] == ["halte_backup"]


async def test_views_see_as_their_caller(superuser: asyncpg.Connection) -> None:
    rows = await superuser.fetch(
        """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
           AND (relkind = 'm' OR relkind = 'v' AND NOT coalesce(reloptions::text, '') LIKE '%security_invoker=true%')"""
    )
    assert [row["relname"] for row in rows] == []


async def test_definer_functions_are_the_finders_with_a_fixed_path(superuser: asyncpg.Connection) -> None:
    rows = await superuser.fetch(
        """SELECT proname, pg_get_userbyid(proowner) AS owner, proconfig::text AS settings,
               has_function_privilege('public', oid, 'EXECUTE') AS open
           FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"""
    )
    assert [
        row["proname"]
        for row in rows
        if row["owner"] != "halte_finder" or "search_path" not in (row["settings"] or "") or row["open"]
    ] == []


async def fill(connection: asyncpg.Connection, table: str, centre: UUID) -> None:
    """Put one row of a centre into a table, past its checks and references: only whose it is matters here."""
    columns = await connection.fetch(
        """SELECT attname::text, format_type(atttypid, atttypmod) AS type,
               attidentity <> '' AS identity, attgenerated <> '' AS generated
           FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attnotnull""",
        table,
    )
    names, values = [], []
    for column in columns:
        if column["identity"] or column["generated"]:
            continue
        names.append(column["attname"])
        values.append(_value(column["attname"], column["type"], centre))
    await connection.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(values)})")


def _value(name: str, kind: str, centre: UUID) -> str:
    if name == "centre_id":
        return f"'{centre}'"
    if kind.endswith("[]"):
        return "'{}'"
    known = {
        "uuid": f"'{new_id()}'",
        "jsonb": "'{}'",
        "boolean": "false",
        "date": "'2026-11-21'",
        "timestamp with time zone": "'2026-11-21T12:00:00Z'",
        "bytea": "'\\x00'",
        "daterange": "'[2026-11-21,2026-11-22)'",
        "inet": "'127.0.0.1'",
        "time without time zone": "'12:00'",
    }
    if kind in known:
        return known[kind]
    if kind.startswith(("character", "text", "citext", '"char"')):
        return f"'{str(centre)[-8:]}'"
    return "1"


async def stripped(connection: asyncpg.Connection, table: str) -> None:
    """Let any row in: drop checks and exclusions, and let triggers and references sleep, until the rollback."""
    await connection.execute("SET LOCAL session_replication_role = replica")
    for row in await connection.fetch(
        "SELECT conname FROM pg_constraint WHERE conrelid = $1::text::regclass AND contype IN ('c', 'x')", table
    ):
        await connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{row["conname"]}"')


async def holds(connection: asyncpg.Connection, table: str) -> list[str]:
    """Probe one table and name what leaks: with two centres' rows in it, who sees what?"""
    leaks = []
    for role, centre, expected in (
        ("halte_app", None, 0),
        ("halte_app", OURS, 1),
        ("halte_app", new_id(), 0),
        ("halte_owner", OURS, 0),
    ):
        if not await connection.fetchval("SELECT has_table_privilege($1, $2, 'SELECT')", role, table):
            continue
        await as_role(connection, role, centre)
        seen = await connection.fetchval(f"SELECT count(*) FROM {table}")
        await connection.execute("RESET ROLE")
        if seen != expected:
            leaks.append(f"{role} with {'our' if centre == OURS else 'no or another'} centre sees {seen}")
    if await connection.fetchval("SELECT has_table_privilege('halte_app', $1, 'INSERT')", table):
        await connection.execute("SAVEPOINT before_writing")
        await as_role(connection, "halte_app", OURS)
        try:
            await fill(connection, table, THEIRS)
        except asyncpg.InsufficientPrivilegeError:
            pass
        except asyncpg.UniqueViolationError:
            leaks.append("halte_app is told what another centre has")
        else:
            leaks.append("halte_app writes into another centre")
        await connection.execute("ROLLBACK TO before_writing")
    return leaks


async def test_each_table_hides_the_other_centre_and_each_sabotage_is_noticed(superuser: asyncpg.Connection) -> None:
    leaking, unnoticed = {}, []
    for table in await tenant_tables(superuser):
        await superuser.execute("SAVEPOINT one_table")
        await stripped(superuser, table)
        await fill(superuser, table, OURS)
        await fill(superuser, table, THEIRS)
        if leaks := await holds(superuser, table):
            leaking[table] = leaks
        for sabotage in await sabotages(superuser, table):
            await superuser.execute("SAVEPOINT sabotage")
            await superuser.execute(sabotage)
            if not await holds(superuser, table):
                unnoticed.append(sabotage)
            await superuser.execute("ROLLBACK TO sabotage")
        await superuser.execute("ROLLBACK TO one_table")
    assert leaking == {}
    assert unnoticed == []


async def sabotages(connection: asyncpg.Connection, table: str) -> list[str]:
    """The ways to break a table's wall: drop its policy, open it to all, or take its wall down; and spare its owner."""
    readable = await connection.fetchval(
        "SELECT has_table_privilege('halte_app', $1, 'SELECT') OR has_table_privilege('halte_app', $1, 'INSERT')", table
    )
    sabotage = [f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"]
    if readable:
        sabotage += [
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
            f"CREATE POLICY open_to_all ON {table} TO halte_app USING (true) WITH CHECK (true)",
        ]
    if await connection.fetchval("SELECT has_table_privilege('halte_app', $1, 'SELECT')", table):
        sabotage += [
            f'DROP POLICY "{row["policyname"]}" ON {table}'
            for row in await connection.fetch(
                "SELECT policyname FROM pg_policies WHERE tablename = $1 AND 'halte_app' = ANY (roles) AND cmd = 'ALL'",
                table,
            )
        ]
    return sabotage
