"""A client's defaults in a new stay: they fill what nobody said, and are changed there."""

from uuid import UUID

import msgspec

from billing.client_terms.queries import Defaults, defaults_of
from infra.actor import Actor
from infra.database import tenant_transaction
from tenants.stays.operations import create_stay
from tenants.stays.rules import NewStayFields, StayRef


def filled(new: NewStayFields, agreed: Defaults) -> NewStayFields:
    """Return a stay with what is agreed in the fields that it leaves empty; a client is no payer beside themselves."""
    payer_id = new.payer_id or agreed.payer_id
    return msgspec.structs.replace(
        new,
        payer_id=None if payer_id == new.client_id else payer_id,
        payer_note=new.payer_note or agreed.payer_note,
        room_type=new.room_type or agreed.room_type,
    )


async def take_stay(centre_id: UUID, new: NewStayFields, *, actor: Actor) -> StayRef:
    """Write a stay down as `create_stay` does, filled from its client's card.

    Raises:
        As `create_stay`.
    """
    async with tenant_transaction(centre_id):
        if new.client_id is not None:
            new = filled(new, await defaults_of(centre_id, new.client_id))
        return await create_stay(centre_id, new, actor=actor)
