"""`halte migrate`: roles, then the migrations of infra, tenants and billing, with the owner's URL, one at a time."""

import asyncio
import os
import sys
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from urllib.parse import urlsplit

import asyncpg

from infra.database import owner_transaction, scope
from infra.pools import Role, close_pools, open_pools
from infra.settings import settings

ROLES = ("halte_app", "halte_network", "halte_relay", "halte_police", "halte_backup")
"""The roles that log in; `halte_finder` owns the definer functions and cannot."""

LAYERS = ("infra", "tenants", "billing")

READABLE_FOR_BACK_UP = """
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO halte_backup;
    GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO halte_backup
"""
"""What a migration forgot, a back-up would miss: said once, after them all."""


def roles_sql(passwords: dict[str, str]) -> str:
    """Return the SQL that makes the roles; a superuser runs it once. Roles that exist keep all but their password."""
    made = [
        f"""DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN
        CREATE ROLE {name} {options}; END IF; END $$;"""
        for name, options in (
            *((role, "LOGIN NOINHERIT" + (" BYPASSRLS" if role == "halte_backup" else "")) for role in ROLES),
            ("halte_finder", "NOLOGIN"),
        )
    ]
    quoted = {role: password.replace("'", "''") for role, password in passwords.items()}
    return "\n".join(
        [
            *made,
            *(f"ALTER ROLE {role} PASSWORD '{password}';" for role, password in quoted.items()),
            "GRANT halte_finder TO halte_owner;",
        ]
    )


async def migrate() -> list[str]:
    """Run what has not been run, in one transaction under an advisory lock; return the ids that ran.

    Uses `DATABASE_OWNER_URL`. A failure leaves the database as it was.

    Raises:
        DatabaseUnavailable: the server does not answer.
    """
    os.environ.setdefault("PICCOLO_CONF", "infra.piccolo_conf")
    from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
    from piccolo.apps.migrations.tables import Migration

    await open_pools(Role.OWNER, size=1)
    try:
        async with owner_transaction():
            await scope().connection.execute("SET LOCAL lock_timeout = '60s'; SELECT pg_advisory_xact_lock(4201)")
            await Migration.create_table(if_not_exists=True).run()  # type: ignore[no-untyped-call]
            before = set(await Migration.get_migrations_which_ran())
            for layer in LAYERS:
                import_module(f"{layer}.piccolo_app")
                with redirect_stdout(StringIO()):
                    result = await ForwardsMigrationManager(app_name=layer).run()
                if not result.success:
                    raise RuntimeError(result.message)
            await scope().connection.execute(READABLE_FOR_BACK_UP)
            return [name for name in await Migration.get_migrations_which_ran() if name not in before]
    finally:
        await close_pools()


async def make_roles(superuser_url: str, passwords: dict[str, str]) -> None:
    """Make the roles on a server that is ours (demo, tests). Elsewhere an administrator runs `halte migrate --roles`."""
    connection = await asyncpg.connect(superuser_url)
    try:
        await connection.execute(roles_sql(passwords))
    finally:
        await connection.close()


def main(arguments: list[str]) -> int:
    """Run `halte migrate [--roles]`: 0 when all is migrated, 1 when it could not be."""
    if "--help" in arguments:
        print("halte migrate            run the migrations with DATABASE_OWNER_URL")
        print("halte migrate --roles    print the SQL that makes the roles, for the administrator")
        return 0
    if "--roles" in arguments:
        print(roles_sql({}))
        return 0
    if not settings().database_owner_url:
        print("DATABASE_OWNER_URL is not set: it names the role that owns the tables", file=sys.stderr)
        return 1
    ran = asyncio.run(migrate())
    where = urlsplit(settings().database_owner_url)
    print(
        f"{where.hostname}:{where.port}{where.path}: {len(ran)} migrations run" + "".join(f"\n  {name}" for name in ran)
    )
    return 0
