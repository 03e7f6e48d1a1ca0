"""Logging in a terminal by way of a browser: the browser's side.

Whoever proves in the browser who they are is then shown the centre, address and time of the terminal, and approves in a
second step, in that same browser: a link sent by a stranger approves nothing by itself.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from infra.actor import Actor, ActorKind
from infra.clock import now
from infra.database import Row, execute, fetch_row, fetch_value, system_transaction
from infra.errors import NotFound, Refused
from tenants.accounts import queries
from tenants.accounts.credentials import check_credentials
from tenants.accounts.rules import Place
from tenants.accounts.secrets import digest
from tenants.accounts.trail import write_trail
from tenants.centres.queries import found


class DeviceRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What the approval page says of a terminal; `name` and `places` once somebody has proved who they are."""

    user_code: str
    address: str
    centre_name: str | None
    created_at: datetime
    state: str
    name: str = ""
    places: tuple[Place, ...] = ()
    identity_unknown: bool = False
    """A provider's identity was proved that belongs to no account yet."""


class DeviceCodeUnknown(NotFound):
    """There is no such code, or its time is over: ask the terminal for another."""

    code = "device_code_unknown"


class BrowserUnknown(Refused):
    """This is not the browser in which somebody proved who they are: begin again."""

    code = "browser_unknown"


class IdentityRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer of the identity provider must match."""

    user_code: str
    nonce: str
    verifier: str


async def device_request(user_code: str, *, browser: str) -> DeviceRequest:
    """Return what the approval page says; who proved their identity is told to that browser only.

    Raises:
        DeviceCodeUnknown: no such code waits.
    """
    async with system_transaction(read_only=True):
        row = await _waiting(user_code)
        centre = await found(row["centre_slug"]) if row["centre_slug"] else None
        request = DeviceRequest(
            user_code=row["user_code"],
            address=row["address"],
            centre_name=None if centre is None else centre.name,
            created_at=row["created_at"],
            state=row["state"] if row["browser_digest"] == digest(browser) else "pending",
        )
        if row["browser_digest"] != digest(browser):
            return request
        if row["state"] != "identified":
            return msgspec.structs.replace(request, identity_unknown=row["oidc_subject"] is not None)
        name = await fetch_value("SELECT name FROM accounts WHERE id = $1", row["account_id"])
        return msgspec.structs.replace(request, name=name, places=await queries.places(row["account_id"]))


async def identify_by_password(
    user_code: str, login: str, password: str, *, code: str | None, browser: str, address: str
) -> None:
    """Prove who one is, in this browser, for the terminal of a code; an identity that waited is linked to the account.

    Raises:
        DeviceCodeUnknown: no such code waits.
        LogInSlowed, CredentialsWrong, CodeNeeded: as `check_credentials`.
    """
    async with system_transaction(read_only=True):
        await _waiting(user_code)
    account_id = await check_credentials(login, password, code=code, address=address)
    async with system_transaction():
        row = await _waiting(user_code, lock=True)
        if row["oidc_subject"] is not None and row["browser_digest"] == digest(browser):
            await _link(row["oidc_issuer"], row["oidc_subject"], account_id, address=address)
        await _identified(row["id"], account_id, browser)


async def approve(user_code: str, *, browser: str) -> None:
    """Approve the terminal of a code, as whoever proved who they are in this browser.

    Raises:
        DeviceCodeUnknown: no such code waits.
        BrowserUnknown: nobody has, here.
    """
    await _decide(user_code, "approved", browser=browser)


async def deny(user_code: str, *, browser: str) -> None:
    """Refuse the terminal of a code.

    Raises:
        DeviceCodeUnknown, BrowserUnknown: as `approve`.
    """
    await _decide(user_code, "denied", browser=browser)


async def begin_identity(user_code: str, *, browser: str, state: str, nonce: str, verifier: str) -> None:
    """Remember, for the terminal of a code, what the answer of the identity provider must match.

    Raises:
        DeviceCodeUnknown: no such code waits.
    """
    async with system_transaction():
        row = await _waiting(user_code, lock=True)
        await execute(
            """UPDATE device_codes SET state = 'pending', account_id = NULL, browser_digest = $2,
                   oidc_state_digest = $3, oidc_nonce = $4, oidc_verifier = $5, oidc_issuer = NULL, oidc_subject = NULL
               WHERE id = $1""",
            row["id"],
            digest(browser),
            digest(state),
            nonce,
            verifier,
        )


async def take_identity_request(state: str, *, browser: str) -> IdentityRequest:
    """Return what was begun in this browser under `state`, once.

    Raises:
        BrowserUnknown: nothing was, or its time is over, or it was taken.
    """
    async with system_transaction():
        row = await fetch_row(
            """SELECT id, user_code, oidc_nonce, oidc_verifier FROM device_codes
               WHERE oidc_state_digest = $1 AND browser_digest = $2 AND state = 'pending' AND expires_at > $3
               FOR UPDATE""",
            digest(state),
            digest(browser),
            now(),
        )
        if row is None:
            raise BrowserUnknown()
        await execute(
            """UPDATE device_codes SET oidc_state_digest = NULL, oidc_nonce = NULL, oidc_verifier = NULL
               WHERE id = $1""",
            row["id"],
        )
    return IdentityRequest(user_code=row["user_code"], nonce=row["oidc_nonce"], verifier=row["oidc_verifier"])


async def identify_by_provider(user_code: str, *, issuer: str, subject: str, browser: str) -> bool:
    """Take a provider's word for who is at this browser; False where its subject belongs to no account yet.

    It then waits for a password's proof, in the same browser, to be linked.

    Raises:
        DeviceCodeUnknown: no such code waits.
        BrowserUnknown: it was begun in another browser.
    """
    async with system_transaction():
        row = await _waiting(user_code, lock=True)
        if row["browser_digest"] != digest(browser):
            raise BrowserUnknown()
        account_id = await fetch_value(
            """SELECT i.account_id FROM account_identities i JOIN accounts a ON a.id = i.account_id
               WHERE i.issuer = $1 AND i.subject = $2 AND a.state = 'active'""",
            issuer,
            subject,
        )
        if account_id is not None:
            await _identified(row["id"], account_id, browser)
            return True
        await execute(
            "UPDATE device_codes SET oidc_issuer = $2, oidc_subject = $3 WHERE id = $1", row["id"], issuer, subject
        )
        return False


async def _waiting(user_code: str, *, lock: bool = False) -> Row:
    letters = "".join(letter for letter in user_code.upper() if letter.isalpha())
    row = await fetch_row(
        f"""SELECT id, user_code, centre_slug, address, state, account_id, browser_digest, created_at, oidc_issuer,
                oidc_subject FROM device_codes
            WHERE user_code = $1 AND state IN ('pending', 'identified') AND expires_at > $2
            {"FOR UPDATE" if lock else ""}""",
        f"{letters[:4]}-{letters[4:]}",
        now(),
    )
    if row is None:
        raise DeviceCodeUnknown()
    return row


async def _identified(code_id: UUID, account_id: UUID, browser: str) -> None:
    await execute(
        """UPDATE device_codes SET state = 'identified', account_id = $2, browser_digest = $3, oidc_issuer = NULL,
               oidc_subject = NULL WHERE id = $1""",
        code_id,
        account_id,
        digest(browser),
    )


async def _link(issuer: str, subject: str, account_id: UUID, *, address: str) -> None:
    linked = await execute(
        """INSERT INTO account_identities (issuer, subject, account_id, created_at) VALUES ($1, $2, $3, $4)
           ON CONFLICT (issuer, subject) DO NOTHING""",
        issuer,
        subject,
        account_id,
        now(),
    )
    if linked:
        name = await fetch_value("SELECT name FROM accounts WHERE id = $1", account_id)
        actor = Actor(kind=ActorKind.STAFF, name=name, account_id=account_id, address=address)
        after: dict[str, object] = {"issuer": issuer, "subject": subject}
        await write_trail(None, account_id, "link_identity", actor=actor, after=after)


async def _decide(user_code: str, state: str, *, browser: str) -> None:
    async with system_transaction():
        row = await _waiting(user_code, lock=True)
        if row["state"] != "identified" or row["browser_digest"] != digest(browser):
            raise BrowserUnknown()
        await execute("UPDATE device_codes SET state = $2 WHERE id = $1", row["id"], state)
