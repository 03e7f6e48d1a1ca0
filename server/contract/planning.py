"""What one does by hand on the planning."""

from datetime import date
from uuid import UUID

from server.contract.basics import Wire


class Grip(Wire, frozen=True):
    """The bar taken hold of: a stay's on one room, with the dates that it was seen with (departure not included)."""

    stay_id: UUID
    room_id: UUID
    arrival: date
    departure: date


class Move(Wire, frozen=True):
    """Carry a bar to another room, its whole stay so many days later (earlier where negative), or both.

    `overbook` lets people be more than the beds: by the right `stay.overbook`, and logged.
    """

    bar: Grip
    to_room_id: UUID | None = None
    days: int = 0
    overbook: bool = False


class Stretch(Wire, frozen=True):
    """Give a bar other dates inside its stay's; with `whole` the stay, whose other rooms follow its edges."""

    bar: Grip
    arrival: date
    departure: date
    whole: bool = False


class Split(Wire, frozen=True):
    """Cut a bar at a day: the nights from it on are slept in another room."""

    bar: Grip
    day: date
    to_room_id: UUID
    overbook: bool = False


class Swap(Wire, frozen=True):
    """Let two bars change rooms, each with its own nights."""

    bar: Grip
    other: Grip
    overbook: bool = False


class Assignment(Wire, frozen=True):
    """Give a stay more rooms: private ones whole, of a dormitory as many free beds as people still have none."""

    stay_id: UUID
    room_ids: list[UUID]


class Unassignment(Wire, frozen=True):
    """Take a bar off its room; the stay itself stands."""

    bar: Grip


class Gesture(Wire, frozen=True):
    """A gesture that was made, or taken back: `kind` is move, stretch, split, swap, assign, unassign, withdraw or return."""

    id: UUID
    kind: str
    stay_ids: list[UUID]
