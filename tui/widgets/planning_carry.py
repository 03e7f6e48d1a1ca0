"""What one carries over the planning before it is put down: a bar to move, an edge to pull, a part cut off, one to swap."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

import msgspec

from server.contract.stays import PlanningBar, Room
from tui.formats import short_period
from tui.words import _


@dataclass(frozen=True, slots=True)
class Carry:
    """A bar in hand: `kind` is move, start, end, split or swap; taken up in a room, on a day."""

    kind: str
    bar: PlanningBar
    room: Room
    day: date

    def over(self, room: Room | None, day: date) -> PlanningBar:
        """Return the bar as it would stand, were it put down here."""
        goal = room or self.room
        if self.kind == "start":
            return self._with(self.room, min(day, self.bar.departure - timedelta(days=1)), self.bar.departure)
        if self.kind == "end":
            return self._with(self.room, self.bar.arrival, max(day, self.bar.arrival) + timedelta(days=1))
        if self.kind == "split":
            return self._with(goal, self.day, self.bar.departure)
        if self.kind == "swap":
            return self._with(goal, self.bar.arrival, self.bar.departure)
        by = day - self.day
        return self._with(goal, self.bar.arrival + by, self.bar.departure + by)

    def _with(self, room: Room, arrival: date, departure: date) -> PlanningBar:
        return msgspec.structs.replace(self.bar, room_id=room.id, arrival=arrival, departure=departure)

    def in_the_way(self, ghost: PlanningBar, room: Room, bars: Iterable[PlanningBar]) -> PlanningBar | None:
        """Return what stands where it would be put down; a dormitory's beds are counted, another stay's bar is swapped."""
        others = [
            bar
            for bar in bars
            if bar.id != self.bar.id and bar.arrival < ghost.departure and ghost.arrival < bar.departure
        ]
        if self.kind == "swap":
            return None
        if room.dormitory:
            nights = range((ghost.departure - ghost.arrival).days)
            free = min(
                len(room.beds) - sum(bar.beds for bar in others if bar.arrival <= night < bar.departure)
                for night in (ghost.arrival + timedelta(days=number) for number in nights)
            )
            return others[0] if free < 1 and others else None
        return others[0] if others else None

    def moved_to(self, day: date) -> "Carry":
        """Return the same, taken up on another day."""
        return replace(self, day=day)


@dataclass(frozen=True, slots=True)
class PutDown:
    """Where it was put down."""

    carry: Carry
    room: Room
    day: date
    ghost: PlanningBar
    other: PlanningBar | None
    """The bar under the cursor, for a swap."""

    @property
    def days(self) -> int:
        """How many days later."""
        return (self.ghost.arrival - self.carry.bar.arrival).days if self.carry.kind == "move" else 0

    @property
    def to_room_id(self) -> UUID | None:
        """The other room; None where it is the same."""
        return None if self.room.id == self.carry.bar.room_id else self.room.id

    @property
    def changes_nothing(self) -> bool:
        """Whether it was put down where it was taken up."""
        same_dates = (self.ghost.arrival, self.ghost.departure) == (self.carry.bar.arrival, self.carry.bar.departure)
        return same_dates and self.to_room_id is None


def in_words(carry: Carry, ghost: PlanningBar, room: Room, blocking: PlanningBar | None) -> str:
    """Say what is in hand, where it would stand, and what is in the way."""
    doing = {
        "move": _("déplacer"),
        "start": _("arrivée de"),
        "end": _("départ de"),
        "split": _("couper"),
        "swap": _("échanger"),
    }[carry.kind]
    where = f"{doing} {carry.bar.label} → {room.name} {short_period(ghost.arrival, ghost.departure)}"
    if blocking is not None:
        taken = _("! {room} pris : {label} {period}").format(
            room=room.name, label=blocking.label, period=short_period(blocking.arrival, blocking.departure)
        )
        return f"{taken} · {where}"
    return f"{where} · " + _("⏎ poser · Esc laisser")
