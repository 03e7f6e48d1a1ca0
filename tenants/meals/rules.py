"""How many people eat what, when. Pure.

Meals hang on nights: dinner is eaten before a night in the house, breakfast after one. Whoever leaves early or comes
late sleeps fewer nights, and so is counted at fewer meals, with no further rule.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import msgspec

from infra.errors import FieldError, Invalid
from tenants.rooming.rules import DIETS, Entry

SITTINGS: Final = ("breakfast", "lunch", "picnic", "dinner")
"""In the order of the day; a picnic is the lunch that is taken along."""

LUNCH_UNTIL: Final = "12:30"
"""Who arrives by then has the first lunch on the day of arrival, and the last one the day before the departure."""

DINNER_UNTIL: Final = "20:30"
"""Who arrives later finds no dinner any more on the first evening."""


class MealInvalid(Invalid):
    """This meal cannot be counted like that."""

    code = "meal_invalid"


class Catering(msgspec.Struct, frozen=True, kw_only=True):
    """What was sold of one sitting: `people` eat it, each night they stay, or `times` times in all."""

    sitting: str
    people: int
    nightly: bool
    times: int = 1


class RoomNights(msgspec.Struct, frozen=True, kw_only=True):
    """A room of a stay: so many beds, from when to when (departure not included)."""

    room_id: UUID
    beds: int
    arrival: date
    departure: date


class MealStay(msgspec.Struct, frozen=True, kw_only=True):
    """What meals depend on of a stay."""

    id: UUID
    name: str
    arrival: date
    departure: date
    arrival_time: str
    people: int
    left_on: date | None
    """The day on which all of them left before the departure."""
    rooms: tuple[RoomNights, ...]
    entries: tuple[Entry, ...]
    diets: Mapping[str, int] = {}
    """By diet, as the survey before the arrival has it; the rooming list's own count goes before."""


Slot = tuple[date, str, str]
"""Day, sitting and diet."""


class Serving(msgspec.Struct, frozen=True, kw_only=True):
    """So many people of a stay eat one diet at one sitting; `counted` is what would be without a hand."""

    stay_id: UUID
    name: str
    day: date
    sitting: str
    diet: str
    people: int
    by_hand: bool
    counted: int


def check_meal(stay: MealStay, *, day: date, sitting: str, diet: str, people: int) -> None:
    """Refuse a meal outside the stay, or of no list.

    Raises:
        MealInvalid: with one error for each field.
    """
    errors = []
    if not stay.arrival <= day <= stay.departure:
        errors.append(FieldError("/day", "outside_stay", "a day of the stay"))
    if sitting not in SITTINGS:
        errors.append(FieldError("/sitting", "unknown", f"one of {', '.join(SITTINGS)}"))
    if diet not in DIETS:
        errors.append(FieldError("/diet", "unknown", f"one of {', '.join(DIETS)}"))
    if not 0 <= people <= 10_000:
        errors.append(FieldError("/people", "out_of_range", "from 0 to 10,000"))
    if errors:
        raise MealInvalid(errors=tuple(errors))


def servings(stay: MealStay, catering: Iterable[Catering], by_hand: Mapping[Slot, int]) -> list[Serving]:
    """Return every meal of a stay, in the order of the day; what was set by hand stands, whatever is counted."""
    counted: Counter[Slot] = Counter()
    for (day, sitting), total in _totals(stay, list(catering)).items():
        special = _special(stay, _night(stay, day, sitting))
        for diet, people in special.items():
            counted[day, sitting, diet] = people
        counted[day, sitting, "standard"] = max(0, total - special.total())
    slots = sorted(
        counted.keys() | by_hand.keys(), key=lambda slot: (slot[0], SITTINGS.index(slot[1]), DIETS.index(slot[2]))
    )
    made = [
        Serving(
            stay_id=stay.id,
            name=stay.name,
            day=slot[0],
            sitting=slot[1],
            diet=slot[2],
            people=by_hand.get(slot, counted[slot]),
            by_hand=slot in by_hand,
            counted=counted[slot],
        )
        for slot in slots
    ]
    return [serving for serving in made if serving.people or serving.by_hand]


def present(stay: MealStay, night: date) -> int:
    """Return how many of a stay sleep in the house on a night."""
    if not stay.arrival <= night < _last(stay):
        return 0
    return max(0, stay.people - _away(stay, night))


def _last(stay: MealStay) -> date:
    return min(stay.departure, stay.left_on) if stay.left_on else stay.departure


def _away(stay: MealStay, night: date) -> int:
    """Count who is not there although the stay is: the people of rooms that left, or are not yet the stay's.

    The rooming list says who sleeps there. Without one the beds say it: as many as are missing for all to sleep.
    """
    here = {room.room_id for room in stay.rooms if room.arrival <= night < room.departure}
    others = {room.room_id for room in stay.rooms} - here
    if not others:
        return 0
    roomed = [entry for entry in stay.entries if entry.fields.room_id is not None]
    if any(entry.fields.room_id in others for entry in roomed):
        return sum(entry.fields.room_id in others for entry in roomed)
    beds = sum(room.beds for room in stay.rooms if room.arrival <= night < room.departure)
    return max(0, stay.people - beds) if len(roomed) < stay.people else 0


def _totals(stay: MealStay, catering: Sequence[Catering]) -> dict[tuple[date, str], int]:
    totals: Counter[tuple[date, str]] = Counter()
    for sitting in SITTINGS:
        sold = [line for line in catering if line.sitting == sitting]
        nightly = sum(line.people for line in sold if line.nightly)
        for day in _days(stay, sitting):
            night = _night(stay, day, sitting)
            if nightly and not _too_late(stay, day, sitting):
                totals[day, sitting] += _eating(nightly, stay, night)
        for line in sold:
            if not line.nightly:
                for day in _once(stay, sitting, line.times):
                    totals[day, sitting] += _eating(line.people, stay, _night(stay, day, sitting))
    # A picnic takes the place of the lunch of those who take it along.
    for (day, sitting), people in list(totals.items()):
        if sitting == "picnic" and totals[day, "lunch"]:
            totals[day, "lunch"] = max(0, totals[day, "lunch"] - people)
    return {slot: people for slot, people in totals.items() if people > 0}


def _eating(sold: int, stay: MealStay, night: date) -> int:
    """Return how many eat of what was sold: fewer where some are away, never more than was sold."""
    if not stay.people:
        return sold
    there = present(stay, night)
    return max(0, sold - (stay.people - there)) if sold >= stay.people else min(sold, there)


def _after_night(stay: MealStay, sitting: str) -> bool:
    """Say whether a sitting is eaten on the morrow of a night rather than before it."""
    if sitting in ("lunch", "picnic"):
        return not (stay.arrival_time and stay.arrival_time <= LUNCH_UNTIL)
    return sitting == "breakfast"


def _night(stay: MealStay, day: date, sitting: str) -> date:
    return day - timedelta(days=1) if _after_night(stay, sitting) else day


def _days(stay: MealStay, sitting: str) -> list[date]:
    shift = timedelta(days=1) if _after_night(stay, sitting) else timedelta()
    return [stay.arrival + timedelta(days=night) + shift for night in range((stay.departure - stay.arrival).days)]


def _too_late(stay: MealStay, day: date, sitting: str) -> bool:
    return sitting == "dinner" and day == stay.arrival and stay.arrival_time > DINNER_UNTIL


def _once(stay: MealStay, sitting: str, times: int) -> list[date]:
    """Return the days of a meal sold so many times: the first evenings and mornings, the last lunches."""
    days = _days(stay, sitting)
    return days[-times:] if sitting in ("lunch", "picnic") else days[:times]


def _special(stay: MealStay, night: date) -> Counter[str]:
    """Count who eats apart that night's way: by the rooming list, else by the survey."""
    here = {room.room_id for room in stay.rooms if room.arrival <= night < room.departure}
    known = {room.room_id for room in stay.rooms}
    listed = Counter(
        entry.fields.diet
        for entry in stay.entries
        if entry.fields.diet != "standard" and (entry.fields.room_id not in known or entry.fields.room_id in here)
    )
    if stay.entries:
        return listed
    return Counter({diet: count for diet, count in stay.diets.items() if diet in DIETS and diet != "standard"})
