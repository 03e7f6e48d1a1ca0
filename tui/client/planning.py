"""The gestures of the planning."""

from datetime import date
from uuid import UUID

from server.contract.planning import Assignment, Gesture, Grip, Move, Split, Stretch, Swap, Unassignment
from tui.client.calls import Calls


class PlanningCalls(Calls):
    """Move, stretch, split, swap, assign, take off, undo."""

    async def move_bar(
        self, bar: Grip, *, to_room_id: UUID | None = None, days: int = 0, overbook: bool = False
    ) -> Gesture:
        """Carry a bar to another room, its stay to other days."""
        body = Move(bar=bar, to_room_id=to_room_id, days=days, overbook=overbook)
        return await self.line.send("POST", await self._at("/planning/moves"), Gesture, body=body)

    async def stretch_bar(self, bar: Grip, *, arrival: date, departure: date, whole: bool) -> Gesture:
        """Lengthen or shorten a bar, or its whole stay."""
        body = Stretch(bar=bar, arrival=arrival, departure=departure, whole=whole)
        return await self.line.send("POST", await self._at("/planning/stretches"), Gesture, body=body)

    async def split_bar(self, bar: Grip, *, day: date, to_room_id: UUID, overbook: bool = False) -> Gesture:
        """Cut a bar: the rest is slept elsewhere."""
        body = Split(bar=bar, day=day, to_room_id=to_room_id, overbook=overbook)
        return await self.line.send("POST", await self._at("/planning/splits"), Gesture, body=body)

    async def swap_bars(self, bar: Grip, other: Grip, *, overbook: bool = False) -> Gesture:
        """Let two bars change rooms."""
        body = Swap(bar=bar, other=other, overbook=overbook)
        return await self.line.send("POST", await self._at("/planning/swaps"), Gesture, body=body)

    async def assign_rooms(self, stay_id: UUID, room_ids: list[UUID]) -> Gesture:
        """Give a stay more rooms."""
        body = Assignment(stay_id=stay_id, room_ids=room_ids)
        return await self.line.send("POST", await self._at("/planning/assignments"), Gesture, body=body)

    async def unassign_bar(self, bar: Grip) -> Gesture:
        """Take a bar off its room."""
        return await self.line.send(
            "POST", await self._at("/planning/unassignments"), Gesture, body=Unassignment(bar=bar)
        )

    async def undo_gesture(self) -> Gesture:
        """Take back one's own last gesture."""
        return await self.line.send("POST", await self._at("/planning/undo"), Gesture)
