"""Which person-nights a stay makes. Pure: told the fiche, the beds and the rooms that left."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import msgspec

from tenants.stays.rules import BANDS, CountryCount, HeadCounts, billed_people
from tenants.stays.statuses import SOLD

UNKNOWN: Final = ""
"""A country that nobody said."""


class HeldBed(msgspec.Struct, frozen=True):
    """A bed that the stay has for these nights, `departure` not included."""

    bed_id: UUID
    room_id: UUID
    arrival: date
    departure: date


class Sleepers(msgspec.Struct, frozen=True, kw_only=True):
    """All that a stay's person-nights depend on."""

    status: str
    arrival: date
    departure: date
    left_on: date | None = None
    counts: HeadCounts = HeadCounts()
    frozen_pax: int | None = None
    """The people counted on the day that the counts became firm: for so many it is billed."""
    free_one_in: int | None = None
    free_most: int | None = None
    nationalities: tuple[CountryCount, ...] = ()
    residences: tuple[CountryCount, ...] = ()
    beds: tuple[HeldBed, ...] = ()
    """In the house's order."""
    rooms_left: Mapping[UUID, date] = {}
    """Rooms that left before the others, and from which night."""


class Key(msgspec.Struct, frozen=True, order=True):
    """People alike: what one entry of the ledger is about."""

    night: date
    arrival: date
    band: str
    nationality: str
    residence: str
    bed_ids: tuple[UUID, ...]


class Measures(msgspec.Struct, frozen=True):
    """How many of them sleep here, and how many were sold."""

    present: int
    billed: int


NONE: Final = Measures(0, 0)

Person = tuple[str, str, str]
"""Band, nationality, residence."""


def person_nights(stay: Sleepers) -> dict[Key, Measures]:
    """Return the entries that a stay should have, summed by key.

    Sold stays have some. A room that left early is written as the ledger has it: its people whole, then taken back
    from *present*. Nobody knows which of a group sleep in which room before its list says so: people stand in the order
    of the bands, countries with most people first, and rooms take them in the house's order, each its share.
    """
    if stay.status not in SOLD:
        return {}
    people = _people(stay)
    sums: dict[Key, Measures] = {}
    for night in nights(stay.arrival, stay.departure):
        for key, measures in [*_of_night(stay, people, night), *_billed_beside(stay, people, night)]:
            before = sums.get(key, NONE)
            sums[key] = Measures(before.present + measures.present, before.billed + measures.billed)
    return {key: measures for key, measures in sums.items() if measures != NONE}


def corrections(stay: Sleepers, written: Mapping[Key, Measures]) -> list[tuple[Key, Measures]]:
    """Return the entries that bring what is `written` to what should be; none where it is so already.

    Nobody having come takes *present* back and leaves *billed*: it moves by a commercial act only.
    """
    wanted = person_nights(stay)
    if stay.status == "no_show":
        wanted = {key: Measures(0, measures.billed) for key, measures in written.items()}
    entries = []
    for key in sorted({*wanted, *written}):
        is_, should = written.get(key, NONE), wanted.get(key, NONE)
        entry = Measures(should.present - is_.present, should.billed - is_.billed)
        if entry != NONE:
            entries.append((key, entry))
    return entries


def nights(arrival: date, departure: date) -> Iterator[date]:
    """Yield the nights of a stay."""
    for offset in range((departure - arrival).days):
        yield arrival + timedelta(days=offset)


def shares(people: int, beds: Sequence[int]) -> list[int]:
    """Deal people to rooms by their beds: largest remainders first, all of them dealt where there is a bed at all."""
    whole = sum(beds)
    if not whole:
        return [0] * len(beds)
    dealt = [people * count // whole for count in beds]
    by_remainder = sorted(range(len(beds)), key=lambda place: (-(people * beds[place] % whole), place))
    for place in by_remainder[: people - sum(dealt)]:
        dealt[place] += 1
    return dealt


def _people(stay: Sleepers) -> list[Person]:
    bands = [band for band in BANDS for _ in range(getattr(stay.counts, band) or 0)]
    lists = [_countries(stay.nationalities, len(bands)), _countries(stay.residences, len(bands))]
    return list(zip(bands, *lists, strict=True))


def _countries(listed: Sequence[CountryCount], people: int) -> list[str]:
    """Return a country for each of the people; unknown for those whom the list does not reach."""
    ordered = sorted(listed, key=lambda entry: (-entry.people, entry.country))
    known = [entry.country for entry in ordered for _ in range(entry.people)]
    return (known + [UNKNOWN] * people)[:people]


def _of_night(stay: Sleepers, people: Sequence[Person], night: date) -> Iterator[tuple[Key, Measures]]:
    rooms = _rooms_of_night(stay, night)
    everybody_left = stay.left_on is not None and night >= stay.left_on
    cells: dict[Person, list[tuple[UUID | None, bool]]] = {}
    place = 0
    for (room_id, beds), share in zip(
        rooms.items(), shares(len(people), [len(b) for b in rooms.values()]), strict=True
    ):
        gone = everybody_left or _has_left(stay, room_id, night)
        for position, person in enumerate(people[place : place + share]):
            bed_id = beds[position] if position < len(beds) else None
            cells.setdefault(person, []).append((bed_id, gone))
        place += share
    for person in people[place:]:
        cells.setdefault(person, []).append((None, everybody_left))
    for person, places in cells.items():
        # Those with a bed apart from those without: an entry that names beds counts as many people as beds.
        for whole in ([one for one in places if one[0] is not None], [one for one in places if one[0] is None]):
            leaving = [one for one in whole if one[1]]
            if whole:
                yield Key(night, stay.arrival, *person, _beds(whole)), Measures(len(whole), len(whole))
            if leaving:
                yield Key(night, stay.arrival, *person, _beds(leaving)), Measures(-len(leaving), 0)


def _billed_beside(stay: Sleepers, people: Sequence[Person], night: date) -> Iterator[tuple[Key, Measures]]:
    """Yield what is billed beside those who are counted: nobody for a free place, those of a firm count who do not come.

    Free places are the leaders', who stand last; who was counted and is not named stands with the most numerous band.
    """
    billed = billed_people(len(people), frozen=stay.frozen_pax, one_in=stay.free_one_in, most=stay.free_most)
    if billed is None or billed == len(people):
        return
    if billed > len(people):
        bands = [band for band, _, _ in people]
        most = max(BANDS, key=bands.count) if bands else "adults"
        yield Key(night, stay.arrival, most, UNKNOWN, UNKNOWN, ()), Measures(0, billed - len(people))
        return
    for person in people[billed:]:
        yield Key(night, stay.arrival, *person, ()), Measures(0, -1)


def _beds(places: Sequence[tuple[UUID | None, bool]]) -> tuple[UUID, ...]:
    return tuple(bed_id for bed_id, _ in places if bed_id is not None)


def _rooms_of_night(stay: Sleepers, night: date) -> dict[UUID, list[UUID]]:
    """Return the beds of each room on a night; a room that left has those of the night before it did."""
    rooms: dict[UUID, list[UUID]] = {}
    for bed in stay.beds:
        left = stay.rooms_left.get(bed.room_id)
        seen_from = night if left is None or night < left else left - timedelta(days=1)
        if bed.arrival <= seen_from < bed.departure:
            rooms.setdefault(bed.room_id, []).append(bed.bed_id)
    return rooms


def _has_left(stay: Sleepers, room_id: UUID, night: date) -> bool:
    left = stay.rooms_left.get(room_id)
    return left is not None and night >= left
