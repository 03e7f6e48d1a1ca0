"""Logging in a terminal by way of a browser: the terminal's side (RFC 8628). A code lives ten minutes and is used once."""

from datetime import timedelta

import msgspec

from infra.clock import now
from infra.database import Row, execute, fetch_row, system_transaction
from infra.errors import DomainError, Refused
from infra.ids import new_id
from tenants.accounts import queries, rules
from tenants.accounts.rules import IssuedToken
from tenants.accounts.secrets import digest, new_token, new_user_code
from tenants.accounts.sessions import open_session


class DeviceStart(msgspec.Struct, frozen=True, kw_only=True):
    """What a terminal that wants to log in is told."""

    device_code: str
    user_code: str
    expires_in: int
    interval: int


class AuthorizationPending(Refused):
    """Nobody has approved it yet: ask again."""

    code = "authorization_pending"


class SlowDown(Refused):
    """Asked too soon: wait five seconds longer between two questions from now on."""

    code = "slow_down"


class AccessDenied(Refused):
    """The person at the browser said no."""

    code = "access_denied"


class ExpiredToken(Refused):
    """The device code is unknown, its time is over, or it was used."""

    code = "expired_token"


async def start_device_log_in(*, address: str, centre_slug: str | None = None) -> DeviceStart:
    """Give a terminal its codes."""
    device_code, user_code, at = new_token(), new_user_code(), now()
    async with system_transaction():
        await execute(
            """INSERT INTO device_codes (id, device_digest, user_code, centre_slug, address, state, interval_seconds,
                   created_at, expires_at) VALUES ($1, $2, $3, $4, $5, 'pending', $6, $7, $8)""",
            new_id(),
            digest(device_code),
            user_code,
            centre_slug,
            address,
            rules.DEVICE_INTERVAL_SECONDS,
            at,
            at + rules.DEVICE_CODE_LIFE,
        )
    return DeviceStart(
        device_code=device_code,
        user_code=user_code,
        expires_in=int(rules.DEVICE_CODE_LIFE.total_seconds()),
        interval=rules.DEVICE_INTERVAL_SECONDS,
    )


async def poll(device_code: str, *, address: str) -> IssuedToken:
    """Open the session of an approved code, once.

    Raises:
        AuthorizationPending: nobody has approved it yet.
        SlowDown: asked again before the interval was over; it is five seconds longer now.
        AccessDenied: the person said no.
        ExpiredToken: unknown, too old, or used.
    """
    async with system_transaction():
        row = await fetch_row(
            """SELECT id, state, account_id, interval_seconds, polled_at, expires_at FROM device_codes
               WHERE device_digest = $1 FOR UPDATE""",
            digest(device_code),
        )
        refusal = await _refusal(row)
        if refusal is None and row is not None:
            await execute("UPDATE device_codes SET state = 'used' WHERE id = $1", row["id"])
            if await queries.places(row["account_id"]):
                return await open_session(row["account_id"], method="device", address=address)
    # Raised after the commit: that it was asked too soon must be remembered.
    raise refusal or AccessDenied()


async def _refusal(row: Row | None) -> DomainError | None:
    at = now()
    if row is None or row["state"] == "used" or row["expires_at"] <= at:
        return ExpiredToken()
    if row["state"] == "denied":
        return AccessDenied()
    if row["state"] == "approved":
        return None
    soon = row["polled_at"] is not None and at - row["polled_at"] < timedelta(seconds=row["interval_seconds"] - 1)
    await execute(
        "UPDATE device_codes SET polled_at = $2, interval_seconds = interval_seconds + $3 WHERE id = $1",
        row["id"],
        at,
        5 if soon else 0,
    )
    return SlowDown() if soon else AuthorizationPending()
