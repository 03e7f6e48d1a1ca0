"""Where and when a stay sleeps, and what each gesture of the planning makes of it. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import msgspec

from infra.errors import Conflict, FieldError, Invalid
from tenants.rooms.rules import LONGEST_NIGHTS, StockBed


class BarMoved(Conflict):
    """This stay is not on this room on these days any more: somebody has moved it."""

    code = "bar_moved"


class GestureInvalid(Invalid):
    """The planning cannot be changed like that."""

    code = "gesture_invalid"


class TooFewBeds(Conflict):
    """There are not as many beds as people: an extra bed needs the right to overbook."""

    code = "too_few_beds"


class Hold(msgspec.Struct, frozen=True, order=True):
    """A bed that a stay has, for these nights."""

    bed_id: UUID
    room_id: UUID
    arrival: date
    departure: date


class Grip(msgspec.Struct, frozen=True, kw_only=True):
    """The bar that is taken hold of: a stay's, on one room, with the dates that it was seen with."""

    stay_id: UUID
    room_id: UUID
    arrival: date
    departure: date


class Arrangement(msgspec.Struct, frozen=True, kw_only=True):
    """A stay's dates, and its beds for which nights; the holds in order."""

    arrival: date
    departure: date
    holds: tuple[Hold, ...]


def arrangement(arrival: date, departure: date, holds: Iterable[Hold]) -> Arrangement:
    """Put a stay's holds in order, joined: moved and moved back, a bar is one again."""
    return Arrangement(arrival=arrival, departure=departure, holds=tuple(joined_nights(holds)))


def joined_nights(holds: Iterable[Hold]) -> list[Hold]:
    """Put holds in order, those of one bed that touch made one."""
    joined: list[Hold] = []
    for hold in sorted(holds):
        last = joined[-1] if joined else None
        if last is not None and last.bed_id == hold.bed_id and last.departure == hold.arrival:
            joined[-1] = Hold(hold.bed_id, hold.room_id, last.arrival, hold.departure)
        else:
            joined.append(hold)
    return joined


def gripped(now: Arrangement, grip: Grip) -> list[Hold]:
    """Return the holds of a bar.

    Raises:
        BarMoved: it does not stand there any more.
    """
    found = [
        hold
        for hold in now.holds
        if (hold.room_id, hold.arrival, hold.departure) == (grip.room_id, grip.arrival, grip.departure)
    ]
    if not found:
        raise BarMoved()
    return found


def rehoused(now: Arrangement, grip: Grip, beds: Iterable[StockBed], *, since: date, until: date) -> Arrangement:
    """Carry a bar to other beds for its nights from `since` to `until` (not included); the rest stays where it was."""
    bar = gripped(now, grip)
    begins, ends = max(grip.arrival, since), min(grip.departure, until)
    if begins >= ends:
        raise GestureInvalid(errors=(FieldError("/day", "outside_stay", "a night of the bar"),))
    kept = [hold for hold in now.holds if hold not in bar]
    kept += [Hold(hold.bed_id, hold.room_id, hold.arrival, begins) for hold in bar if hold.arrival < begins]
    kept += [Hold(hold.bed_id, hold.room_id, ends, hold.departure) for hold in bar if ends < hold.departure]
    kept += [Hold(bed.id, bed.room_id, begins, ends) for bed in beds]
    return arrangement(now.arrival, now.departure, kept)


def taken_off(now: Arrangement, grip: Grip, *, since: date) -> Arrangement:
    """Give a bar's beds back from a day on."""
    return rehoused(now, grip, (), since=since, until=grip.departure)


def shifted(now: Arrangement, days: int) -> Arrangement:
    """Carry a whole stay, with all its beds, so many days later, or earlier."""
    by = timedelta(days=days)
    holds = (Hold(hold.bed_id, hold.room_id, hold.arrival + by, hold.departure + by) for hold in now.holds)
    return arrangement(now.arrival + by, now.departure + by, holds)


def stretched(now: Arrangement, grip: Grip, *, arrival: date, departure: date) -> Arrangement:
    """Give one bar other dates, inside its stay's.

    Raises:
        BarMoved: it does not stand there any more.
        GestureInvalid: no night is left, or the dates lie outside the stay's.
    """
    bar = gripped(now, grip)
    _check_dates(arrival, departure)
    if arrival < now.arrival or departure > now.departure:
        pointer = "/arrival" if arrival < now.arrival else "/departure"
        raise GestureInvalid(errors=(FieldError(pointer, "outside_stay", "inside the stay: or stretch the stay"),))
    kept = [hold for hold in now.holds if hold not in bar]
    return arrangement(
        now.arrival, now.departure, [*kept, *(Hold(hold.bed_id, hold.room_id, arrival, departure) for hold in bar)]
    )


def redated(
    now: Arrangement, *, arrival: date, departure: date, left: Mapping[UUID, date] | None = None
) -> Arrangement:
    """Give a stay other dates: beds that reached its old edges reach its new ones, a room that left stays left.

    Args:
        now: as it stands.
        arrival: the new one.
        departure: the new one; not a night.
        left: rooms that left early, and from which day each is free.

    Raises:
        GestureInvalid: no night is left, or too many.
    """
    _check_dates(arrival, departure)
    holds = []
    for hold in now.holds:
        begins = arrival if hold.arrival == now.arrival else max(hold.arrival, arrival)
        ends = departure if hold.departure == now.departure else min(hold.departure, departure)
        if left and hold.room_id in left:
            ends = min(left[hold.room_id], departure)
        if begins < ends:
            holds.append(Hold(hold.bed_id, hold.room_id, begins, ends))
    return arrangement(arrival, departure, holds)


def with_beds(now: Arrangement, beds: Iterable[StockBed], *, since: date) -> Arrangement:
    """Give a stay more beds, from a day to its departure."""
    begins = max(now.arrival, since)
    more = [Hold(bed.id, bed.room_id, begins, now.departure) for bed in beds] if begins < now.departure else []
    return arrangement(now.arrival, now.departure, [*now.holds, *more])


def shortage(now: Arrangement, people: int | None) -> int:
    """Return how many people have no bed in the night that has the fewest; none while people or beds are unknown."""
    if people is None or not now.holds:
        return 0
    nights = range((now.departure - now.arrival).days)
    least = min(sum(_sleeps(hold, now.arrival + timedelta(days=night)) for hold in now.holds) for night in nights)
    return max(0, people - least)


def check_no_bed_twice(after: Arrangement) -> None:
    """Refuse a stay one bed twice in a night, as when a group's room is put down on another room of the same group.

    Raises:
        GestureInvalid: it has the room already.
    """
    # The holds are in order: one bed's stand beside each other, the earlier first.
    for earlier, later in pairwise(after.holds):
        if earlier.bed_id == later.bed_id and later.arrival < earlier.departure:
            raise GestureInvalid(errors=(FieldError("/to_room_id", "own_room", "the stay has this room already"),))


def wanted_beds(
    room: Sequence[StockBed], free: Collection[UUID], *, count: int, dormitory: bool
) -> list[StockBed] | None:
    """Choose a room's beds for a bar of so many: a private room whole, of a dormitory the first free ones.

    Returns:
        The beds; None where a dormitory has not as many free.
    """
    if not dormitory:
        return list(room)
    chosen = [bed for bed in room if bed.id in free][:count]
    return chosen if len(chosen) == count else None


def _sleeps(hold: Hold, night: date) -> bool:
    return hold.arrival <= night < hold.departure


def _check_dates(arrival: date, departure: date) -> None:
    if departure <= arrival:
        raise GestureInvalid(errors=(FieldError("/departure", "before_arrival", "one night at least"),))
    if (departure - arrival).days > LONGEST_NIGHTS:
        raise GestureInvalid(errors=(FieldError("/departure", "too_long", f"at most {LONGEST_NIGHTS} nights"),))
