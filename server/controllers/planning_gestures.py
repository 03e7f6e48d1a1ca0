"""The gestures of the planning: each checks the stock at once, is told to everybody who looks, and can be taken back."""

from litestar import Controller, post
from litestar.params import JSONBody

from billing.dossiers.dates import require_no_quote_under_way
from infra.database import tenant_transaction
from server.contract.planning import Assignment, Gesture, Grip, Move, Split, Stretch, Swap, Unassignment
from server.dependencies import AtDesk
from tenants.stays import arrangements, gesture_log, gestures, undoing


class PlanningGestureController(Controller):
    """Move, stretch, split, swap, assign, take off, undo."""

    path = "/api/v1/centres/{centre_slug:str}/planning"
    tags = ("planning",)

    @post("/moves", opt={"right": "stay.edit"}, status_code=200)
    async def move(self, desk: AtDesk, data: JSONBody[Move]) -> Gesture:
        """Carry a bar to another room, its stay to other days, or both; a stay with a quote under way changes days from there."""
        async with tenant_transaction(desk.centre_id):
            if data.days:
                await require_no_quote_under_way(desk.centre_id, data.bar.stay_id)
            made = await gestures.move(
                desk.centre_id,
                _grip(data.bar),
                to_room_id=data.to_room_id,
                days=data.days,
                overbook=data.overbook,
                actor=desk.actor,
            )
        return _view(made)

    @post("/stretches", opt={"right": "stay.edit"}, status_code=200)
    async def stretch(self, desk: AtDesk, data: JSONBody[Stretch]) -> Gesture:
        """Lengthen or shorten a bar, or its whole stay; a stay with a quote under way changes days from there."""
        async with tenant_transaction(desk.centre_id):
            if data.whole:
                await require_no_quote_under_way(desk.centre_id, data.bar.stay_id)
            made = await gestures.stretch(
                desk.centre_id,
                _grip(data.bar),
                arrival=data.arrival,
                departure=data.departure,
                whole=data.whole,
                actor=desk.actor,
            )
        return _view(made)

    @post("/splits", opt={"right": "stay.edit"}, status_code=200)
    async def split(self, desk: AtDesk, data: JSONBody[Split]) -> Gesture:
        """Cut a bar at a day: the rest is slept in another room."""
        made = await gestures.split(
            desk.centre_id,
            _grip(data.bar),
            day=data.day,
            to_room_id=data.to_room_id,
            overbook=data.overbook,
            actor=desk.actor,
        )
        return _view(made)

    @post("/swaps", opt={"right": "stay.edit"}, status_code=200)
    async def swap(self, desk: AtDesk, data: JSONBody[Swap]) -> Gesture:
        """Let two bars change rooms."""
        made = await gestures.swap(
            desk.centre_id, _grip(data.bar), _grip(data.other), overbook=data.overbook, actor=desk.actor
        )
        return _view(made)

    @post("/assignments", opt={"right": "stay.edit"}, status_code=200)
    async def assign(self, desk: AtDesk, data: JSONBody[Assignment]) -> Gesture:
        """Give a stay more rooms."""
        return _view(await gestures.assign(desk.centre_id, data.stay_id, data.room_ids, actor=desk.actor))

    @post("/unassignments", opt={"right": "stay.edit"}, status_code=200)
    async def unassign(self, desk: AtDesk, data: JSONBody[Unassignment]) -> Gesture:
        """Take a bar off its room."""
        return _view(await gestures.unassign(desk.centre_id, _grip(data.bar), actor=desk.actor))

    @post("/undo", opt={"right": "stay.edit"}, status_code=200)
    async def undo(self, desk: AtDesk) -> Gesture:
        """Take back one's own last gesture, where what it left still stands so."""
        return _view(await undoing.undo(desk.centre_id, actor=desk.actor))


def _grip(bar: Grip) -> arrangements.Grip:
    return arrangements.Grip(stay_id=bar.stay_id, room_id=bar.room_id, arrival=bar.arrival, departure=bar.departure)


def _view(gesture: gesture_log.Gesture) -> Gesture:
    return Gesture(id=gesture.id, kind=gesture.kind, stay_ids=[standing.stay_id for standing in gesture.after])
