"""A superuser on the migrated database, whose transaction is rolled back."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.servers import Servers


@pytest.fixture
async def superuser(servers: Servers) -> AsyncIterator[asyncpg.Connection]:
    if servers.failure:
        pytest.fail(servers.failure)
    connection = await asyncpg.connect(servers.postgres.superuser_url, database=servers.database)
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()
