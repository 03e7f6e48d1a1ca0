import os

import asyncpg

from infra.services.servers import ADDRESSES
from tests.servers import Servers


async def test_every_role_reaches_this_process_s_migrated_database(servers: Servers) -> None:
    for variable, role in ADDRESSES.items():
        connection = await asyncpg.connect(os.environ[variable])
        assert await connection.fetchval("SELECT current_user") == role
        assert await connection.fetchval("SELECT current_database()") == servers.database
        assert await connection.fetchval("SELECT count(*) FROM pg_class WHERE relname = 'outbox'") == 1
        await connection.close()


async def test_no_role_of_ours_is_a_superuser(servers: Servers) -> None:
    connection = await asyncpg.connect(servers.postgres.superuser_url)
    rows = await connection.fetch("SELECT rolname FROM pg_roles WHERE rolname LIKE 'halte%' AND rolsuper")
    await connection.close()

    assert [row["rolname"] for row in rows] == ["halte_superuser"]
