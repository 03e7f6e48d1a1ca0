"""The one way to the database: transactions of ours, each with one role and, for a tenant's data, one centre.

Piccolo's own transactions leak a pooled connection when COMMIT fails, and its engine opens a connection without a
word when no pool runs; so the engine below refuses every query outside a scope, and the scope owns the connection
(decision 0002).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
from asyncpg.pool import Pool, PoolConnectionProxy
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.querystring import QueryString

from infra.errors import Conflict
from infra.pools import DatabaseUnavailable, Role, ScopeMissing, pool
from infra.values import ValueUnfit, unfit

_ACQUIRED_IN_SECONDS: Final = 10
Row = Mapping[str, Any]
"""A row as asyncpg gives it: by column name. `queries.py` turns it into a struct before it goes any further."""


class ScopeConflict(RuntimeError):
    """A transaction of one centre or role was asked for inside another's: a mistake in the code."""


class Busy(Conflict):
    """Somebody else is changing the same thing; try again."""

    code = "busy"


class Scope(msgspec.Struct, frozen=True):
    """A transaction under way."""

    connection: PoolConnectionProxy
    role: Role
    centre_id: UUID | None
    afterwards: dict[Callable[..., None], tuple[object, ...]] = msgspec.field(default_factory=dict)
    """What `after_commit` was given, with its arguments: each once."""


_scope: ContextVar[Scope | None] = ContextVar("halte_scope", default=None)


_before_commit: list[Callable[[], Awaitable[None]]] = []


def before_commit(hook: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Run `hook` inside every writing transaction of ours, last thing before its COMMIT."""
    _before_commit.append(hook)
    return hook


def after_commit(call: Callable[..., None], *arguments: object) -> None:
    """Call once the transaction under way is committed, not at all where it is not; the same call again is one call.

    It must not raise, and does not wait.
    """
    scope().afterwards[call] = arguments


class HalteEngine(PostgresEngine):
    """Piccolo's engine, running everything on the scope's connection and nothing outside one."""

    def __init__(self) -> None:
        super().__init__(config={})

    async def get_version(self) -> float:
        """Say the oldest version that migrations are written for, without opening a connection at import."""
        return 15.0

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> list[Any]:
        """Run one query in the scope."""
        query, arguments = querystring.compile_string(engine_type=self.engine_type)
        rows: list[Any] = await scope().connection.fetch(query, *arguments)
        return rows

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> list[Any]:
        """Run one statement of a migration in the scope."""
        rows: list[Any] = await scope().connection.fetch(ddl)
        return rows

    def transaction(self, allow_nested: bool = True) -> PostgresTransaction:
        """Refuse Piccolo's transactions: `tenant_transaction` and its kin are the only ones."""
        raise ScopeMissing("open a tenant_transaction instead of a Piccolo transaction")


DB: Final = HalteEngine()


def scope() -> Scope:
    """Return the transaction under way.

    Raises:
        ScopeMissing: there is none.
    """
    current = _scope.get()
    if current is None:
        raise ScopeMissing("no transaction is open")
    return current


def current_centre() -> UUID:
    """Return the centre of the transaction under way.

    Raises:
        ScopeMissing: there is no transaction, or it has no centre.
    """
    centre_id = scope().centre_id
    if centre_id is None:
        raise ScopeMissing("the transaction has no centre")
    return centre_id


@asynccontextmanager
async def _transaction(role: Role, centre_id: UUID | None, *, read_only: bool) -> AsyncIterator[Scope]:
    outer = _scope.get()
    if outer is not None:
        if (outer.role, outer.centre_id) != (role, centre_id):
            raise ScopeConflict(f"inside {outer.role}/{outer.centre_id}, asked for {role}/{centre_id}")
        yield outer
        return
    from_pool = pool(role)
    connection = await _acquire(from_pool)
    try:
        mode = " READ ONLY" if read_only else ""
        # One round trip: a UUID needs no quoting, and `true` makes the setting local to this transaction.
        await connection.execute(f"BEGIN{mode}; SELECT set_config('halte.centre', '{centre_id or ''}', true)")
        opened = Scope(connection, role, centre_id)
        token = _scope.set(opened)
        try:
            yield opened
            if not read_only:
                for hook in _before_commit:
                    await hook()
        except BaseException:
            await asyncio.shield(_roll_back(connection))
            raise
        finally:
            _scope.reset(token)
        await connection.execute("COMMIT")
        for call, arguments in opened.afterwards.items():
            call(*arguments)
    except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
        raise Busy() from error
    except (asyncpg.InterfaceError, asyncpg.PostgresConnectionError, ConnectionError) as error:
        raise DatabaseUnavailable() from error
    except asyncpg.PostgresError as error:
        if unfit(error):
            raise ValueUnfit() from error
        raise
    finally:
        await _release(from_pool, connection)


async def _acquire(from_pool: Pool) -> PoolConnectionProxy:
    try:
        # Not the pool's own timeout, which makes a task for each connection that is had at once.
        async with asyncio.timeout(_ACQUIRED_IN_SECONDS):
            return await from_pool.acquire()
    except (TimeoutError, OSError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError) as error:
        raise DatabaseUnavailable() from error


async def _roll_back(connection: PoolConnectionProxy) -> None:
    if not connection.is_closed():
        try:
            await connection.execute("ROLLBACK")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            connection.terminate()


async def _release(from_pool: Pool, connection: PoolConnectionProxy) -> None:
    # The pool shields its own release from a cancellation.
    try:
        await from_pool.release(connection)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        connection.terminate()


def tenant_transaction(centre_id: UUID, *, read_only: bool = False) -> AbstractAsyncContextManager[Scope]:
    """Open a transaction in which only `centre_id`'s rows exist; one inside another of the same centre joins it.

    A refusal inside rolls everything back. There are no savepoints: what joins lives and dies with the outer one.

    Raises:
        ScopeConflict: inside a transaction of another centre or role.
        Busy: a lock was not had in three seconds, or the database broke a deadlock.
        ValueUnfit: a value that no column takes, such as a NUL character.
        DatabaseUnavailable: the server does not answer.
    """
    return _transaction(Role.APP, centre_id, read_only=read_only)


def system_transaction(*, read_only: bool = False) -> AbstractAsyncContextManager[Scope]:
    """Open a transaction of the application's role without a centre: accounts, sessions, idempotency; no tenant row.

    Raises:
        As `tenant_transaction`.
    """
    return _transaction(Role.APP, None, read_only=read_only)


def network_transaction() -> AbstractAsyncContextManager[Scope]:
    """Open a read-only transaction that sees every centre: statistics, lists of centres, jobs that look for work.

    Raises:
        As `tenant_transaction`.
    """
    return _transaction(Role.NETWORK, None, read_only=True)


def relay_transaction() -> AbstractAsyncContextManager[Scope]:
    """Open a transaction of the relay's role: the outbox, the inbox and the mails of every centre, nothing else.

    Raises:
        As `tenant_transaction`.
    """
    return _transaction(Role.RELAY, None, read_only=False)


def police_transaction(centre_id: UUID) -> AbstractAsyncContextManager[Scope]:
    """Open a transaction of the one role that reads police forms, for one centre.

    Raises:
        As `tenant_transaction`.
    """
    return _transaction(Role.POLICE, centre_id, read_only=False)


def owner_transaction() -> AbstractAsyncContextManager[Scope]:
    """Open a transaction of the role that owns the tables, for migrations only.

    Raises:
        As `tenant_transaction`.
    """
    return _transaction(Role.OWNER, None, read_only=False)


@asynccontextmanager
async def held_alone(space: int, number: int) -> AsyncIterator[bool]:
    """Hold an advisory lock beside the transactions that are opened meanwhile, and say whether it was free.

    For work of many transactions that must not be begun twice: the lock goes when the work ends, or with its process.
    """
    async with system_transaction(read_only=True) as holder:
        await holder.connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        free: bool = await holder.connection.fetchval("SELECT pg_try_advisory_xact_lock($1, $2)", space, number)
        token = _scope.set(None)
        try:
            yield free
        finally:
            _scope.reset(token)


async def fetch(sql: str, *arguments: object) -> list[Row]:
    """Run a query of `queries.py` in the transaction under way and return its rows; `$1` is the first argument."""
    rows: list[Row] = await scope().connection.fetch(sql, *arguments)
    return rows


async def fetch_as_network(sql: str, *arguments: object) -> list[Row]:
    """Read as the network's role beside the transaction under way: what a rule weighs and its centre is not to see.

    Only what is committed is there; a centre's own changes are not.

    Raises:
        DatabaseUnavailable: the server does not answer.
    """
    from_pool = pool(Role.NETWORK)
    connection = await _acquire(from_pool)
    try:
        rows: list[Row] = await connection.fetch(sql, *arguments)
    except (asyncpg.InterfaceError, asyncpg.PostgresConnectionError, ConnectionError) as error:
        raise DatabaseUnavailable() from error
    finally:
        await _release(from_pool, connection)
    return rows


async def fetch_row(sql: str, *arguments: object) -> Row | None:
    """Return the first row, or None."""
    row: Row | None = await scope().connection.fetchrow(sql, *arguments)
    return row


async def fetch_value(sql: str, *arguments: object) -> Any:  # noqa: ANN401 - the column's own type
    """Return the first column of the first row, or None."""
    return await scope().connection.fetchval(sql, *arguments)


async def execute(sql: str, *arguments: object) -> int:
    """Run a statement and return how many rows it touched (0 for what touches none)."""
    status: str = await scope().connection.execute(sql, *arguments)
    count = status.rpartition(" ")[2]
    return int(count) if count.isdigit() else 0


async def execute_many(sql: str, rows: Sequence[Sequence[object]]) -> None:
    """Run a statement once for each row of arguments, in one round trip."""
    await scope().connection.executemany(sql, rows)


async def plan_anew() -> None:
    """Forget how this connection means to run its statements, those behind foreign keys too.

    For a batch among many: what was planned while a table was empty reads, once it is full, all rows of a centre for each.
    """
    await scope().connection.execute("DISCARD PLANS")


def violated(error: asyncpg.IntegrityConstraintViolationError) -> str:
    """Name the constraint that refused, so that an operation can say it in the desk's words."""
    return error.constraint_name or ""
