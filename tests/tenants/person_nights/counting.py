"""Counting the statements that an operation sends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from infra.database import scope, tenant_transaction


@dataclass
class Counted:
    """What was sent, in order."""

    statements: list[str] = field(default_factory=list)


@asynccontextmanager
async def counting(centre_id: UUID) -> AsyncIterator[Counted]:
    """Hear every statement of the transaction that what is inside joins."""
    counted = Counted()

    def hear(record: asyncpg.connection.LoggedQuery) -> None:
        counted.statements.append(record.query)

    async with tenant_transaction(centre_id):
        connection = scope().connection
        connection.add_query_logger(hear)
        try:
            yield counted
        finally:
            connection.remove_query_logger(hear)
