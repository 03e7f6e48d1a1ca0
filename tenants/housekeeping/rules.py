"""How a room stands, and in which order rooms are cleaned. Pure."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from infra.errors import FieldError, Invalid


class State(StrEnum):
    """How a room stands."""

    DIRTY = "dirty"
    CLEAN = "clean"
    INSPECTED = "inspected"


class RoomStateInvalid(Invalid):
    """A room is dirty, clean or inspected."""

    code = "room_state_invalid"


class Work(StrEnum):
    """What a room is to housekeeping on a day."""

    TURNOVER = "turnover"
    """Somebody left today, or is to leave, and somebody arrives."""
    DEPARTURE = "departure"
    """Somebody left today, or is to leave."""
    ARRIVAL = "arrival"
    """Somebody arrives, and nobody left today."""
    STAYOVER = "stayover"
    """The same people slept there and will again."""
    EMPTY = "empty"


class RoomToday(msgspec.Struct, frozen=True, kw_only=True):
    """A room as housekeeping sees it on a day; names are those of the stays."""

    room_id: UUID
    room: str
    place: str
    """Building and floor."""
    beds: int
    state: State
    work: Work
    still_in: bool
    """Who is to leave today has not left."""
    leaving: str
    arriving: str
    arriving_people: int
    arrival_time: str
    out_of_service: bool
    marked_by: str

    @property
    def to_clean(self) -> bool:
        """Whether somebody has to clean it today: it is dirty, or will be once its people have left."""
        return not self.out_of_service and (self.state is State.DIRTY or self.still_in)


def state_of(mark: str | None, marked_at: datetime | None, left_at: datetime | None) -> State:
    """Return how a room stands: as it was last marked, unless somebody left it since; never marked, it is clean.

    A departure that is taken back takes its dirt back with it: nothing is stored of it.
    """
    if left_at is not None and (marked_at is None or marked_at < left_at):
        return State.DIRTY
    return State(mark) if mark else State.CLEAN


def work_of(*, leaves: bool, arrives: bool, stays: bool) -> Work:
    """Return what a room is to housekeeping on a day."""
    if leaves:
        return Work.TURNOVER if arrives else Work.DEPARTURE
    if arrives:
        return Work.ARRIVAL
    return Work.STAYOVER if stays else Work.EMPTY


def read_state(word: str) -> State:
    """Return the state of that name.

    Raises:
        RoomStateInvalid: there is none.
    """
    try:
        return State(word)
    except ValueError as error:
        raise RoomStateInvalid(errors=(FieldError("/state", "unknown", "dirty, clean or inspected"),)) from error


_ORDER = {Work.TURNOVER: 0, Work.DEPARTURE: 1, Work.ARRIVAL: 2, Work.STAYOVER: 3, Work.EMPTY: 4}


def in_order(rooms: Iterable[RoomToday]) -> list[RoomToday]:
    """Return the rooms as one works through them: the day's departures first, where somebody arrives before all.

    Those whose people have not left yet come after what can be done now. The rooms must come in the house's order: within a step of work one walks from door to door.
    """
    return sorted(
        rooms,
        key=lambda room: (
            room.out_of_service,
            not room.to_clean,
            room.still_in,
            _ORDER[room.work],
            room.arrival_time or "99",
        ),
    )
