"""Where an account's changes are written: the centre's trail, or the network's where no centre did it."""

from uuid import UUID

from infra.actor import Actor
from infra.audit import audit, audit_network


async def write_trail(
    centre_id: UUID | None,
    account_id: UUID,
    action: str,
    *,
    actor: Actor,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    """Write what was done to an account, in the transaction that does it."""
    write = audit_network if centre_id is None else audit
    await write("account", account_id, action, actor=actor, before=before, after=after)
