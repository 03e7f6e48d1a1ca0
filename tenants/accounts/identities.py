"""Whom an identity provider means: an account is known by issuer and subject, never by an e-mail address."""

from uuid import UUID

from infra.actor import Actor
from infra.clock import now
from infra.database import execute, fetch_value, system_transaction
from infra.errors import Conflict
from tenants.accounts.roles import require_network
from tenants.accounts.rules import UserUnknown, invalid
from tenants.accounts.sessions import end_sessions, forget
from tenants.accounts.trail import write_trail


class IdentityTaken(Conflict):
    """This identity belongs to another account."""

    code = "identity_taken"


async def link_identity(account_id: UUID, *, issuer: str, subject: str, actor: Actor) -> None:
    """Let a provider's subject log in as an account. Linking it again changes nothing.

    Raises:
        RightMissing: the actor is not of the network, or lacks `user.manage`.
        UserUnknown: there is no such account.
        IdentityTaken: it is another account's.
    """
    require_network(actor)
    if not issuer.startswith(("https://", "http://")) or not 0 < len(subject) <= 255:
        raise invalid("issuer", "the issuer is an address, the subject 255 characters at most")
    async with system_transaction():
        if not await execute("SELECT FROM accounts WHERE id = $1", account_id):
            raise UserUnknown()
        added = await execute(
            """INSERT INTO account_identities (issuer, subject, account_id, created_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (issuer, subject) DO NOTHING""",
            issuer,
            subject,
            account_id,
            now(),
        )
        owner = await fetch_value(
            "SELECT account_id FROM account_identities WHERE issuer = $1 AND subject = $2", issuer, subject
        )
        if owner != account_id:
            raise IdentityTaken()
        if added:
            after: dict[str, object] = {"issuer": issuer, "subject": subject}
            await write_trail(None, account_id, "link_identity", actor=actor, after=after)


async def unlink_identity(account_id: UUID, *, issuer: str, subject: str, actor: Actor) -> None:
    """Take a provider's subject from an account and end its sessions. One that was not linked changes nothing.

    Raises:
        RightMissing: the actor is not of the network, or lacks `user.manage`.
    """
    require_network(actor)
    async with system_transaction():
        removed = await execute(
            "DELETE FROM account_identities WHERE issuer = $1 AND subject = $2 AND account_id = $3",
            issuer,
            subject,
            account_id,
        )
        if removed:
            before: dict[str, object] = {"issuer": issuer, "subject": subject}
            await end_sessions(account_id, reason="identity_unlinked", actor=actor)
            await write_trail(None, account_id, "unlink_identity", actor=actor, before=before)
    forget(account_id)
