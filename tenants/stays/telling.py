"""Telling both sides: the client by mail, the desk by a task; and taking off the desk's list what is settled."""

from uuid import UUID

from infra.actor import Actor
from infra.database import tenant_transaction
from tenants.clients.recipients import recipient_of
from tenants.stays.minors import look_at_declaration
from tenants.stays.queries import stay as stay_of
from tenants.stays.writing import write_about_stay
from tenants.tasks.operations import raise_task, settle_tasks
from tenants.tasks.rules import Kind


async def tell_option_ended(centre_id: UUID, stay_id: UUID, *, cause: str, with_task: bool, actor: Actor) -> None:
    """Tell the client by mail, and with `with_task` the desk, that a stay's option ended, unless it was held again since.

    Twice for one cause is once.
    """
    async with tenant_transaction(centre_id):
        stay = await stay_of(centre_id, stay_id)
        if stay.status != "tentative":
            return
        if with_task:
            facts = {"arrival": stay.fields.arrival.isoformat()}
            await raise_task(centre_id, Kind.STAY_OPTION_ENDED, stay_id, cause=cause, facts=facts, actor=actor)
        recipient = (
            await recipient_of(centre_id, stay.fields.client_id, "booking") if stay.fields.client_id is not None else ""
        )
        if not recipient:
            return
        await write_about_stay(
            centre_id, stay, recipient, ("tenants.stays", "option_ended"), key=f"option-ended:{cause}", actor=actor
        )


async def look_again(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> None:
    """End the tasks about a stay whose cause is gone: it is held, sold or cancelled, its declaration has come."""
    async with tenant_transaction(centre_id):
        stay = await stay_of(centre_id, stay_id)
        if stay.status != "tentative":
            await settle_tasks(centre_id, Kind.STAY_OPTION_ENDED, stay_id, actor=actor)
        if stay.status == "cancelled":
            for kind in (Kind.ACM_EIGHT_DAYS, Kind.ACM_TWO_MONTHS):
                await settle_tasks(centre_id, kind, stay_id, actor=actor)
        await look_at_declaration(centre_id, stay_id, actor=actor)
