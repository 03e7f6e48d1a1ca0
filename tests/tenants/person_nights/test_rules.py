"""Which person-nights a stay makes: by table, and by any stay at all."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.person_nights.rules import HeldBed, Key, Measures, Sleepers, corrections, person_nights, shares
from tenants.stays.rules import CountryCount, HeadCounts

ARRIVAL = date(2027, 3, 16)
ROOM_A, ROOM_B = UUID(int=1), UUID(int=2)
BEDS = tuple(UUID(int=number) for number in range(10, 16))


def night(number: int) -> date:
    return ARRIVAL + timedelta(days=number)


def a_group(**over: object) -> Sleepers:
    """Four teenagers and two adults, two nights, four beds in room A and two in room B."""
    beds = tuple(HeldBed(bed, ROOM_A if place < 4 else ROOM_B, ARRIVAL, night(2)) for place, bed in enumerate(BEDS))
    values: dict[str, object] = {
        "status": "confirmed",
        "arrival": ARRIVAL,
        "departure": night(2),
        "counts": HeadCounts(teenagers=4, adults=2),
        "beds": beds,
        **over,
    }
    return Sleepers(**values)  # type: ignore[arg-type]


def sums(entries: Mapping[Key, Measures], by: str) -> dict[object, tuple[int, int]]:
    found: dict[object, tuple[int, int]] = {}
    for key, measures in entries.items():
        present, billed = found.get(getattr(key, by), (0, 0))
        found[getattr(key, by)] = (present + measures.present, billed + measures.billed)
    return found


@pytest.mark.parametrize(
    ("people", "beds", "dealt"),
    [
        (6, [4, 2], [4, 2]),
        (5, [4, 2], [3, 2]),
        (3, [4, 2], [2, 1]),
        (1, [4, 2], [1, 0]),
        (8, [4, 2], [5, 3]),
        (0, [4, 2], [0, 0]),
        (4, [], []),
    ],
)
def test_rooms_take_their_share_of_the_people(people: int, beds: list[int], dealt: list[int]) -> None:
    assert shares(people, beds) == dealt


def test_people_alike_are_one_entry_a_night_with_their_beds() -> None:
    assert person_nights(a_group()) == {
        Key(night(0), ARRIVAL, "teenagers", "", "", BEDS[:4]): Measures(4, 4),
        Key(night(0), ARRIVAL, "adults", "", "", BEDS[4:]): Measures(2, 2),
        Key(night(1), ARRIVAL, "teenagers", "", "", BEDS[:4]): Measures(4, 4),
        Key(night(1), ARRIVAL, "adults", "", "", BEDS[4:]): Measures(2, 2),
    }


def test_countries_keep_their_counts_and_the_rest_is_unknown() -> None:
    entries = person_nights(
        a_group(
            nationalities=(CountryCount("BE", 1), CountryCount("FR", 4)), residences=(CountryCount("FR", 6),), beds=()
        )
    )

    assert sums(entries, "nationality") == {"FR": (8, 8), "BE": (2, 2), "": (2, 2)}
    assert sums(entries, "residence") == {"FR": (12, 12)}
    assert sums(entries, "band") == {"teenagers": (8, 8), "adults": (4, 4)}


def test_a_room_that_leaves_early_takes_its_people_from_present_only() -> None:
    before = person_nights(a_group())
    left = a_group(
        beds=tuple(
            HeldBed(bed, ROOM_A if place < 4 else ROOM_B, ARRIVAL, night(2) if place < 4 else night(1))
            for place, bed in enumerate(BEDS)
        ),
        rooms_left={ROOM_B: night(1)},
    )

    assert corrections(left, before) == [(Key(night(1), ARRIVAL, "adults", "", "", BEDS[4:]), Measures(-2, 0))]
    assert corrections(a_group(), person_nights(left)) == [
        (Key(night(1), ARRIVAL, "adults", "", "", BEDS[4:]), Measures(2, 0))
    ]


def test_a_part_of_people_alike_leaves_with_the_beds_of_its_room() -> None:
    left = a_group(counts=HeadCounts(adults=6), rooms_left={ROOM_B: night(1)})

    assert person_nights(left) == {
        Key(night(0), ARRIVAL, "adults", "", "", BEDS): Measures(6, 6),
        Key(night(1), ARRIVAL, "adults", "", "", BEDS): Measures(6, 6),
        Key(night(1), ARRIVAL, "adults", "", "", BEDS[4:]): Measures(-2, 0),
    }


def test_people_beyond_the_beds_are_an_entry_without_one() -> None:
    entries = person_nights(a_group(counts=HeadCounts(adults=9), departure=night(1)))

    assert entries == {
        Key(night(0), ARRIVAL, "adults", "", "", BEDS): Measures(6, 6),
        Key(night(0), ARRIVAL, "adults", "", "", ()): Measures(3, 3),
    }


def test_a_whole_group_that_left_stays_billed() -> None:
    gone = a_group(status="departed", left_on=night(1))

    assert sums(person_nights(gone), "night") == {night(0): (6, 6), night(1): (0, 6)}


@pytest.mark.parametrize("status", ["tentative", "option", "cancelled", "no_show"])
def test_what_is_not_sold_has_no_nights(status: str) -> None:
    assert person_nights(a_group(status=status)) == {}


def test_nobody_having_come_leaves_what_was_sold() -> None:
    written = person_nights(a_group())

    entries = corrections(a_group(status="no_show", beds=()), written)

    assert entries == [(key, Measures(-measures.present, 0)) for key, measures in sorted(written.items())]
    assert corrections(a_group(status="no_show"), {}) == []


def test_a_cancelled_stay_takes_both_back() -> None:
    written = person_nights(a_group())

    entries = corrections(a_group(status="cancelled", beds=()), written)

    assert sums(dict(entries), "night") == {night(0): (-6, -6), night(1): (-6, -6)}


def test_unknown_counts_make_no_nights_and_zero_people_neither() -> None:
    assert person_nights(a_group(counts=HeadCounts())) == {}
    assert person_nights(a_group(counts=HeadCounts(children=0, adults=0))) == {}


counts = st.builds(
    HeadCounts,
    children=st.none() | st.integers(0, 5),
    teenagers=st.none() | st.integers(0, 5),
    adults=st.none() | st.integers(0, 5),
)


@given(counts, counts, st.integers(0, 2), st.booleans())
def test_corrections_always_bring_the_ledger_to_what_the_stay_says(
    first: HeadCounts, second: HeadCounts, leaving: int, sold: bool
) -> None:
    stays = [
        a_group(counts=first),
        a_group(counts=second, rooms_left={ROOM_B: night(1)} if leaving else {}, departure=night(1 + leaving)),
        a_group(counts=second, status="confirmed" if sold else "cancelled", beds=() if leaving else a_group().beds),
    ]
    ledger: dict[Key, Measures] = {}
    for stay in stays:
        for key, entry in corrections(stay, ledger):
            before = ledger.get(key, Measures(0, 0))
            ledger[key] = Measures(before.present + entry.present, before.billed + entry.billed)
        assert {key: measures for key, measures in ledger.items() if measures != Measures(0, 0)} == person_nights(stay)
        assert corrections(stay, ledger) == []
        assert all(
            measures.present == len(key.bed_ids)
            for key, measures in ledger.items()
            if key.bed_ids and measures.present > 0
        )
