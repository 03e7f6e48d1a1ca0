"""Sessions: opened by a proof, spoken for by opaque tokens, ended at once."""

import time
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import structlog

from infra.actor import Actor, ActorKind
from infra.clock import now
from infra.database import execute, fetch_row, fetch_value, system_transaction
from infra.errors import NotFound
from infra.ids import new_id
from infra.outbox import record
from tenants.accounts import queries, rules
from tenants.accounts.credentials import check_credentials
from tenants.accounts.events import AccountRevoked
from tenants.accounts.rules import IssuedToken, Method, Session, TokenSpent, Unauthenticated
from tenants.accounts.secrets import digest, new_token

log = structlog.get_logger("accounts")

CACHE_SECONDS: Final = 2.0
"""How long an answer of `authenticate` may be believed: well under the five seconds in which a revocation must bite."""
_CACHE_SIZE: Final = 10_000

_cache: dict[bytes, tuple[float, Session]] = {}


class PlaceUnknown(NotFound):
    """This account has no role in that centre."""

    code = "place_unknown"


class KeyUnknown(Unauthenticated):
    """No active account of that login has this key."""

    code = "key_unknown"


async def log_in(
    login: str, password: str, *, centre_slug: str | None = None, code: str | None = None, address: str
) -> IssuedToken:
    """Open a session by password, and by the authenticator's code where the account has one.

    Raises:
        LogInSlowed: too many tries failed, for this login or from this address.
        CredentialsWrong: no such account, or another password or code: they are not told apart.
        CodeNeeded: the password is right and the account asks for a code.
        PlaceUnknown: the account has no role in `centre_slug`.
    """
    account_id = await check_credentials(login, password, code=code, address=address)
    async with system_transaction():
        if centre_slug is not None and all(each.slug != centre_slug for each in await queries.places(account_id)):
            raise PlaceUnknown()
        return await open_session(account_id, method="password", address=address)


async def open_ssh_session(login: str, fingerprint: str, *, address: str) -> IssuedToken:
    """Open a session for whom the gateway has proved to hold a key.

    Raises:
        KeyUnknown: no active account of that login, with a role somewhere, has the key.
    """
    async with system_transaction():
        row = await fetch_row(
            "SELECT account_id, key_id FROM account_of_key($1, $2)", login.strip().lower(), fingerprint
        )
        if row is None or not await queries.places(row["account_id"]):
            log.warning("ssh_log_in_refused", address=address)
            raise KeyUnknown()
        await execute("UPDATE ssh_keys SET last_used_at = $2 WHERE id = $1", row["key_id"], now())
        return await open_session(row["account_id"], method="ssh", address=address, key_id=row["key_id"])


async def knows_key(login: str, fingerprint: str) -> bool:
    """Say whether an active account of that login, with a role somewhere, has the key; nothing is opened or noted."""
    async with system_transaction(read_only=True):
        row = await fetch_row("SELECT account_id FROM account_of_key($1, $2)", login.strip().lower(), fingerprint)
        return row is not None and bool(await queries.places(row["account_id"]))


async def open_session(account_id: UUID, *, method: Method, address: str, key_id: UUID | None = None) -> IssuedToken:
    """Write a session and its first tokens, in the `system_transaction` of whoever checked the proof."""
    session_id, at = new_id(), now()
    expires_at = at + rules.SESSION_LIFE[method]
    await execute(
        """INSERT INTO sessions (id, account_id, method, key_id, address, created_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        session_id,
        account_id,
        method,
        key_id,
        address,
        at,
        expires_at,
    )
    log.info("logged_in", account_id=str(account_id), method=method)
    return await _issue(session_id, at=at, session_ends=expires_at)


async def refresh(refresh_token: str) -> IssuedToken:
    """Trade a refresh token for a new pair. One that was traded before has two holders: its session is ended.

    Raises:
        TokenSpent: unknown, expired, or used before.
    """
    at = now()
    async with system_transaction():
        row = await fetch_row(
            """SELECT t.session_id, t.spent_at, t.expires_at, s.account_id, s.ended_at, s.expires_at AS session_ends,
                      a.name, a.state
               FROM session_tokens t JOIN sessions s ON s.id = t.session_id JOIN accounts a ON a.id = s.account_id
               WHERE t.digest = $1 AND t.kind = 'refresh' FOR UPDATE OF s, t""",
            digest(refresh_token),
        )
        if row is None or row["ended_at"] or row["state"] != "active" or row["expires_at"] <= at:
            raise TokenSpent()
        if row["spent_at"] is None:
            await execute("UPDATE session_tokens SET spent_at = $2 WHERE digest = $1", digest(refresh_token), at)
            return await _issue(row["session_id"], at=at, session_ends=row["session_ends"])
        await _end(row["session_id"], row["account_id"], row["name"], reason="refresh_reused")
    forget(row["account_id"])
    log.warning("refresh_reused", account_id=str(row["account_id"]))
    raise TokenSpent()


async def revoke(token: str) -> None:
    """End the session that an access or refresh token belongs to; an unknown token is nothing (RFC 7009)."""
    async with system_transaction():
        row = await fetch_row(
            """SELECT s.id, s.account_id, a.name FROM session_tokens t JOIN sessions s ON s.id = t.session_id
               JOIN accounts a ON a.id = s.account_id WHERE t.digest = $1 AND s.ended_at IS NULL FOR UPDATE OF s""",
            digest(token),
        )
        if row is not None:
            await _end(row["id"], row["account_id"], row["name"], reason="logged_out")
    if row is not None:
        forget(row["account_id"])


async def authenticate(token: str) -> Session | None:
    """Return the session that an access token speaks for, as it was at most `CACHE_SECONDS` ago; None for no session."""
    key = digest(token)
    kept = _cache.get(key)
    if kept is not None and kept[0] > time.monotonic() and kept[1].expires_at > now():
        return kept[1]
    async with system_transaction(read_only=True):
        row = await fetch_row(
            """SELECT session_id AS id, method, expires_at, account_id, login, name, language, first_start_done,
                      keymap, theme FROM account_of_token($1, $2)""",
            key,
            now(),
        )
        if row is None:
            _cache.pop(key, None)
            return None
        session = Session(
            **{
                **row,
                "keymap": msgspec.json.decode(row["keymap"], type=dict[str, str]),
                "places": await queries.places(row["account_id"]),
            }
        )
    if len(_cache) >= _CACHE_SIZE:
        _cache.clear()
    _cache[key] = (time.monotonic() + CACHE_SECONDS, session)
    return session


async def actor_in(session: Session, centre_slug: str) -> Actor | None:
    """Return who a session is in a centre; None where it has no role there, which looks like no such centre."""
    place = session.place(centre_slug)
    return None if place is None else rules.actor_of(session, place)


async def network_actor(session: Session) -> Actor | None:
    """Return who a session is in the network, with all its network roles allow together; None without one."""
    if all(place.centre_id is not None for place in session.places):
        return None
    return Actor(
        kind=ActorKind.NETWORK,
        name=session.name,
        account_id=session.account_id,
        rights=session.rights_in_the_network(),
    )


async def end_sessions(account_id: UUID, *, reason: str, actor: Actor, key_id: UUID | None = None) -> None:
    """End an account's sessions (those of one key, if named) and say so, in the transaction that gives cause.

    The caller calls `forget` once that transaction is committed.
    """
    await fetch_value("SELECT end_sessions($1, $2, $3, $4)", account_id, key_id, reason, now())
    await record(AccountRevoked(subject_id=account_id), actor=actor)


def forget(account_id: UUID) -> None:
    """Drop what this process believes of an account's sessions; other processes ask again within `CACHE_SECONDS`."""
    for key in [key for key, (_, session) in _cache.items() if session.account_id == account_id]:
        _cache.pop(key, None)


async def sweep_sessions() -> int:
    """Delete sessions and codes that ended a month ago, and failures long forgotten; return how many sessions went."""
    at = now()
    async with system_transaction():
        await execute("DELETE FROM device_codes WHERE expires_at < $1", at - rules.SESSION_LIFE["ssh"])
        await execute("DELETE FROM log_in_failures WHERE last_at < $1", at - rules.SESSION_LIFE["ssh"])
        limit = at - rules.SESSION_LIFE["device"]
        return await execute("DELETE FROM sessions WHERE coalesce(ended_at, expires_at) < $1", limit)


async def _issue(session_id: UUID, *, at: datetime, session_ends: datetime) -> IssuedToken:
    issued = IssuedToken(
        access_token=new_token(),
        refresh_token=new_token(),
        expires_in=int(min(rules.ACCESS_LIFE, session_ends - at).total_seconds()),
    )
    await execute(
        """INSERT INTO session_tokens (digest, session_id, kind, expires_at)
           VALUES ($1, $3, 'access', $4), ($2, $3, 'refresh', $5)""",
        digest(issued.access_token),
        digest(issued.refresh_token),
        session_id,
        min(at + rules.ACCESS_LIFE, session_ends),
        session_ends,
    )
    return issued


async def _end(session_id: UUID, account_id: UUID, name: str, *, reason: str) -> None:
    await execute(
        "UPDATE sessions SET ended_at = $2, end_reason = $3 WHERE id = $1 AND ended_at IS NULL",
        session_id,
        now(),
        reason,
    )
    actor = Actor(kind=ActorKind.STAFF, name=name, account_id=account_id)
    await record(AccountRevoked(subject_id=account_id), actor=actor)
