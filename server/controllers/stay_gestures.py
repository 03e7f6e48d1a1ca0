"""What is done to a stay around its commitment: cancellation with or without a fee, waiting list, allotments, ways back."""

from uuid import UUID

import msgspec
from litestar import Controller, Response, delete, get, post, put
from litestar.params import FromPath, JSONBody

from billing.dossiers import cancelling
from infra.database import tenant_transaction
from server.answers import tagged
from server.contract.dates import (
    Allotment,
    Allotments,
    Cancellation,
    CancellationCost,
    CancellationScale,
    CancellationStep,
    OptionDay,
)
from server.contract.stays import Stay
from server.dependencies import AtDesk, Desk, IfMatch
from server.views.dossiers import money
from server.views.stays import stay_view
from tenants.stays import allotments, operations, waiting


class StayGestureController(Controller):
    """Commitments of a stay, and the way back from each."""

    path = "/api/v1/centres/{centre_slug:str}"
    tags = ("stays",)

    @get("/stays/{stay_id:uuid}/cancellation", opt={"right": "stay.edit"})
    async def cancellation_cost(self, desk: AtDesk, stay_id: FromPath[UUID]) -> CancellationCost:
        """Show what cancelling the stay today would cost; nothing is changed."""
        cost = await cancelling.cancellation_cost(desk.centre_id, stay_id)
        return CancellationCost(
            days_left=cost.days_left,
            total=money(cost.total),
            share_basis_points=cost.share_basis_points,
            fee=money(cost.fee),
            paid=money(cost.paid),
            number=cost.number,
        )

    @post("/stays/{stay_id:uuid}/cancellation", opt={"right": "stay.edit"}, status_code=200)
    async def cancel(self, desk: AtDesk, stay_id: FromPath[UUID], data: JSONBody[Cancellation]) -> Response[Stay]:
        """Cancel the stay for a reason of the list, and free its beds; with a fee, propose it to whoever bills."""
        await cancelling.cancel_with_or_without_fee(
            desk.centre_id, stay_id, reason=data.reason, with_fee=data.with_fee, actor=desk.actor
        )
        return await _answer(desk, stay_id)

    @delete("/stays/{stay_id:uuid}/cancellation", opt={"right": "stay.edit"}, status_code=200)
    async def undo_cancellation(self, desk: AtDesk, stay_id: FromPath[UUID]) -> Response[Stay]:
        """Take a cancellation back within fifteen minutes, with the beds it freed."""
        await operations.undo_cancellation(desk.centre_id, stay_id, actor=desk.actor)
        return await _answer(desk, stay_id)

    @post("/stays/{stay_id:uuid}/waiting", opt={"right": "stay.edit"}, status_code=200)
    async def wait(self, desk: AtDesk, stay_id: FromPath[UUID]) -> Response[Stay]:
        """Put a tentative stay without beds on the waiting list."""
        await waiting.join_waiting_list(desk.centre_id, stay_id, actor=desk.actor)
        return await _answer(desk, stay_id)

    @delete("/stays/{stay_id:uuid}/waiting", opt={"right": "stay.edit"}, status_code=200)
    async def wait_no_more(self, desk: AtDesk, stay_id: FromPath[UUID]) -> Response[Stay]:
        """Take a stay off the waiting list."""
        await waiting.leave_waiting_list(desk.centre_id, stay_id, actor=desk.actor)
        return await _answer(desk, stay_id)

    @post("/stays/{stay_id:uuid}/waiting/option", opt={"right": "stay.edit"}, status_code=200)
    async def take(self, desk: AtDesk, stay_id: FromPath[UUID], data: JSONBody[OptionDay]) -> Response[Stay]:
        """Make a waiting stay an option on free beds for all its people."""
        await waiting.take_from_waiting_list(desk.centre_id, stay_id, until=data.until, actor=desk.actor)
        return await _answer(desk, stay_id)

    @get("/stays/{stay_id:uuid}/allotments", opt={"right": "stay.view"})
    async def allotments(self, desk: AtDesk, stay_id: FromPath[UUID]) -> Allotments:
        """Show how many beds of which type are kept for a stay."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            await stay_view(desk.centre_id, stay_id)
            known = await allotments.allotments_of(desk.centre_id, stay_id)
        return Allotments(
            allotments=[Allotment(room_type=one.room_type, beds=one.beds, held=one.held) for one in known]
        )

    @put("/stays/{stay_id:uuid}/allotments", opt={"right": "stay.edit"})
    async def allot(
        self, desk: AtDesk, stay_id: FromPath[UUID], data: JSONBody[Allotments], if_match: IfMatch
    ) -> Response[Stay]:
        """Keep so many beds of these types for a stay, and no others."""
        wanted = [allotments.Allotment(room_type=one.room_type, beds=one.beds) for one in data.allotments]
        await allotments.allot(desk.centre_id, stay_id, wanted, version=if_match, actor=desk.actor)
        return await _answer(desk, stay_id)

    @get("/settings/cancellation-scale", opt={"right": "stay.view"})
    async def scale(self, desk: AtDesk) -> CancellationScale:
        """Show what cancelling costs, by the days that are left."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            steps = await cancelling.cancellation_scale(desk.centre_id)
        return CancellationScale(steps=[CancellationStep(**msgspec.structs.asdict(step)) for step in steps])

    @put("/settings/cancellation-scale", opt={"right": "rate.edit"})
    async def set_scale(self, desk: AtDesk, data: JSONBody[CancellationScale]) -> CancellationScale:
        """Replace the scale."""
        steps = [cancelling.Step(**msgspec.structs.asdict(step)) for step in data.steps]
        await cancelling.set_cancellation_scale(desk.centre_id, steps, actor=desk.actor)
        return data


async def _answer(desk: Desk, stay_id: UUID) -> Response[Stay]:
    async with tenant_transaction(desk.centre_id, read_only=True):
        stay = await stay_view(desk.centre_id, stay_id)
    return tagged(stay, stay.version)
