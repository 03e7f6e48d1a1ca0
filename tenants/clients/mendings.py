"""Refusing a mending: what looked like a broken encoding was right, and stays as it is written from then on."""

from uuid import UUID

from infra.actor import Actor
from infra.database import tenant_transaction
from infra.errors import NotFound
from tenants.clients import queries
from tenants.clients.mending_rules import given_back, read_mending
from tenants.clients.operations import ClientRef, change_client


class MendingUnknown(NotFound):
    """The card has no such mending, or its field was written over since."""

    code = "mending_unknown"


async def refuse_mending(
    centre_id: UUID, client_id: UUID, mending: str, *, version: int | None, actor: Actor
) -> ClientRef:
    """Give a field back as it was written; the same writing is not mended again on this card.

    Args:
        centre_id: whose card it is.
        client_id: the card.
        mending: a line of the card's list, `field: before → after`.
        version: the one that was read; None does not check.
        actor: holds `client.edit`.

    Raises:
        RightMissing: the actor lacks `client.edit`.
        ClientUnknown: the centre has no such card.
        StaleVersion: somebody saved it since `version`.
        MendingUnknown: as it says.
    """
    actor.require("client.edit")
    async with tenant_transaction(centre_id):
        card = await queries.client(centre_id, client_id, lock=True)
        if mending not in card.mended:
            raise MendingUnknown()
        refused = read_mending(mending)
        return await change_client(
            centre_id,
            client_id,
            given_back(card.fields, refused),
            version=version,
            as_written=(refused.before,),
            actor=actor,
        )
