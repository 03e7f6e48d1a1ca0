"""Out of service the way staff learned it: a stay saved with an explicit zero in every band and nobody's name."""

from datetime import timedelta
from uuid import UUID

from infra.actor import Actor
from infra.database import tenant_transaction
from infra.errors import FieldError, Invalid
from tenants.rooms import queries as room_queries
from tenants.rooms import stock
from tenants.rooms.operations import WithdrawalRef, withdraw_room
from tenants.stays.rules import NewStayFields, check_counts, check_dates, means_out_of_service


class NotOutOfService(Invalid):
    """Only a stay with an explicit zero in every band, no client and a room chosen puts rooms out of service."""

    code = "not_out_of_service"


async def save_as_out_of_service(
    centre_id: UUID, new: NewStayFields, *, reason: str, note: str = "", actor: Actor
) -> list[WithdrawalRef]:
    """Put the rooms of such a stay out of service for its nights: the same record that `withdraw_room` makes, for each.

    What `create_stay` refuses as `out_of_service_unconfirmed` comes here once staff confirmed it and gave a reason. A
    dormitory of which one bed is named goes whole.

    Raises:
        RightMissing: the actor lacks `room.withdraw`.
        NotOutOfService: somebody is meant, or no room is.
        StayDatesInvalid, WithdrawalInvalid, BedUnknown, BedTaken: the days, the reason or the beds; nothing changed.
    """
    actor.require("room.withdraw")
    if not means_out_of_service(new) or not new.bed_ids:
        pointer = "/bed_ids" if means_out_of_service(new) else "/counts"
        raise NotOutOfService(errors=(FieldError(pointer, "not_out_of_service", "zero in every band, and a room"),))
    check_dates(new)
    check_counts(new)
    async with tenant_transaction(centre_id):
        chosen = {bed.room_id for bed in await stock.stock_beds(centre_id, new.bed_ids)}
        rooms = [room for room in await room_queries.rooms(centre_id) if room.id in chosen]
        # All at once and in the one order, before the first room is taken: two such gestures never wait in a circle.
        await stock.lock_beds(centre_id, [bed.id for room in rooms for bed in room.beds])
        return [
            await withdraw_room(
                centre_id,
                room.id,
                first_day=new.arrival,
                last_day=new.departure - timedelta(days=1),
                reason=reason,
                note=note or new.notes,
                actor=actor,
            )
            for room in rooms
        ]
