"""Any sequence of the desk's gestures keeps one occupant per bed and night: every state compared with a plain model.

The model knows beds by night and nothing of locks, constraints or SQL; where it says that a gesture cannot be, the
house must refuse it and change nothing; where it says that it can, the house must do exactly that.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from infra.database import Row, fetch, tenant_transaction
from infra.errors import DomainError
from infra.pools import Role, close_pools, open_pools
from tenants.rooms.rules import Room
from tenants.stays import gestures, operations, presence, undoing
from tenants.stays.arrangements import Grip
from tenants.stays.rules import HeadCounts
from tests.factories.stays import ARRIVAL, DESK, a_room, stay_fields
from tests.servers import Servers

Made = TypeVar("Made")

Nights = dict[UUID, frozenset[int]]
"""The nights that a stay has of each bed, counted from a first day."""


@dataclass(frozen=True)
class Known:
    """A stay as the model has it."""

    arrival: int
    departure: int
    nights: Nights
    status: str = "tentative"
    left: dict[UUID, tuple[int, Nights]] = field(default_factory=dict)
    """Rooms that left early: from which day, and what the stay had before."""


class Desk(RuleBasedStateMachine):
    """A house of four rooms, and whoever sits at its desk."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.loop.run_until_complete(open_pools(Role.APP, Role.NETWORK, size=2))
        self.centre_id = uuid4()
        self.stays: dict[UUID, Known] = {}
        self.undo: list[tuple[dict[UUID, Known], dict[UUID, Known]]] = []
        self.refused = 0
        self.made: object = None
        self.done: Counter[str] = Counter()

    def teardown(self) -> None:
        """Give the connections back."""
        self.loop.run_until_complete(close_pools())
        self.loop.close()

    @initialize()
    def furnish(self) -> None:
        """Two private rooms of two, one of three, a dormitory of four."""
        make = [(2, False), (2, False), (3, False), (4, True)]
        self.rooms = [self.run(a_room(self.centre_id, beds=beds, dormitory=open_)) for beds, open_ in make]

    def run(self, call: Coroutine[object, object, Made]) -> Made:
        """Run one call of the house."""
        return self.loop.run_until_complete(call)

    def refusal_of(self, call: Coroutine[object, object, object]) -> str:
        """Run one call of the house; say how it was refused, or nothing."""
        try:
            self.made = self.run(call)
        except DomainError as error:
            return error.code
        return ""

    def taken(self, *, but: frozenset[UUID] = frozenset()) -> set[tuple[UUID, int]]:
        """Return who is in the way: beds by night, some stays' aside."""
        return {
            (bed, night)
            for stay_id, known in self.stays.items()
            if stay_id not in but
            for bed, nights in known.nights.items()
            for night in nights
        }

    def free(self, nights: Nights, *, but: frozenset[UUID] = frozenset()) -> bool:
        """Say whether nobody else has one of these."""
        busy = self.taken(but=but)
        return all((bed, night) not in busy for bed, some in nights.items() for night in some)

    def try_it(
        self,
        name: str,
        call: Coroutine[object, object, object],
        *,
        possible: bool,
        after: dict[UUID, Known],
        undoable: bool = True,
    ) -> None:
        """Let the house do it; it must succeed exactly where the model says so."""
        refusal = self.refusal_of(call)
        if refusal:
            self.refused += 1
            assert not possible, f"{name} was refused: {refusal}"
            return
        assert possible, f"{name} went through and should not have"
        self.done[name] += 1
        if undoable:
            self.undo.append(({stay_id: self.stays[stay_id] for stay_id in after}, after))
        self.stays |= after

    def bars(self, stay_id: UUID) -> list[tuple[Room, frozenset[UUID], int, int]]:
        """Return a stay's bars: room, beds, first night, the day after the last."""
        found: dict[tuple[int, int, int], set[UUID]] = {}
        for place, room in enumerate(self.rooms):
            for bed in room.beds:
                for first, last in runs(self.stays[stay_id].nights.get(bed.id, frozenset())):
                    found.setdefault((place, first, last), set()).add(bed.id)
        return [
            (self.rooms[place], frozenset(beds), first, last) for (place, first, last), beds in sorted(found.items())
        ]

    def pick(self, dice: int) -> tuple[UUID, Room, frozenset[UUID], int, int] | None:
        """Choose a bar of those that stand."""
        every = [(stay_id, *bar) for stay_id in self.stays if self.is_open(stay_id) for bar in self.bars(stay_id)]
        return every[dice % len(every)] if every else None

    def is_open(self, stay_id: UUID) -> bool:
        """Say whether a stay's gestures are still open to it."""
        return self.stays[stay_id].status in {"tentative", "confirmed"}

    def grip(self, stay_id: UUID, room: Room, first: int, last: int) -> Grip:
        """Take hold of a bar."""
        return Grip(stay_id=stay_id, room_id=room.id, arrival=day(first), departure=day(last))

    def goal(
        self,
        room: Room,
        count: int,
        first: int,
        last: int,
        *,
        but: frozenset[UUID] = frozenset(),
        own: Nights | None = None,
    ) -> frozenset[UUID] | None:
        """Return the beds that a bar would get there: all of a private room, the first free of a dormitory."""
        busy = self.taken(but=but) | {(bed, night) for bed, nights in (own or {}).items() for night in nights}
        free = [bed.id for bed in room.beds if not any((bed.id, night) in busy for night in range(first, last))]
        if room.dormitory:
            return frozenset(free[:count]) if len(free) >= count else None
        return frozenset(free) if len(free) == len(room.beds) else None

    # What the desk does

    @rule(room=st.integers(0, 3), arrival=st.integers(0, 9), nights=st.integers(1, 5), sold=st.booleans())
    def hold(self, room: int, arrival: int, nights: int, sold: bool) -> None:
        """Take a stay on a room."""
        chosen = self.rooms[room]
        wanted = {bed.id: frozenset(range(arrival, arrival + nights)) for bed in chosen.beds}
        new = stay_fields(
            arrival=day(arrival),
            nights=nights,
            counts=HeadCounts(),
            bed_ids=tuple(wanted),
            status="confirmed" if sold else "tentative",
        )
        refusal = self.refusal_of(operations.create_stay(self.centre_id, new, actor=DESK))
        if refusal:
            assert refusal == "bed_taken"
            assert not self.free(wanted)
            return
        assert self.free(wanted)
        self.done["hold"] += 1
        self.stays[self.made.id] = Known(arrival, arrival + nights, wanted, "confirmed" if sold else "tentative")  # type: ignore[attr-defined]

    @precondition(lambda self: self.stays)
    @rule(dice=st.integers(0, 50), to=st.integers(0, 3), days=st.integers(-2, 3))
    def move(self, dice: int, to: int, days: int) -> None:
        """Carry a bar to another room, its stay to other days, or both."""
        if (bar := self.pick(dice)) is None:
            return
        stay_id, room, beds, first, last = bar
        known, goal = self.stays[stay_id], self.rooms[to]
        nights = {bed: frozenset(night + days for night in some) for bed, some in known.nights.items()}
        possible = bool(days) or goal is not room
        if goal is not room:
            for bed in beds:
                nights[bed] = nights[bed] - frozenset(range(first + days, last + days))
            own = known.nights
            found = self.goal(goal, len(beds), first + days, last + days, but=frozenset({stay_id}))
            # Of one's own beds in a dormitory only those of the bar's own old nights count as free.
            clashing = goal.dormitory and any(bed.id in own for bed in goal.beds)
            if clashing:
                return
            span = frozenset(range(first + days, last + days))
            # Nights of its own in the room it goes to are in its way too.
            mine = any(nights.get(bed.id, frozenset()) & span for bed in goal.beds)
            possible = found is not None and not mine
            for bed in found or ():
                nights[bed] = nights.get(bed, frozenset()) | frozenset(range(first + days, last + days))
        nights = {bed: some for bed, some in nights.items() if some}
        if room.id in known.left:
            possible = False
        possible = possible and self.free(nights, but=frozenset({stay_id}))
        after = replace(known, arrival=known.arrival + days, departure=known.departure + days, nights=nights)
        if days and known.left:
            return
        if any(goal.id == gone for gone in known.left):
            return
        call = gestures.move(
            self.centre_id, self.grip(stay_id, room, first, last), to_room_id=goal.id, days=days, actor=DESK
        )
        self.try_it("move", call, possible=possible, after={stay_id: after})

    @precondition(lambda self: self.stays)
    @rule(dice=st.integers(0, 50), arrival=st.integers(-2, 2), departure=st.integers(-2, 3), whole=st.booleans())
    def stretch(self, dice: int, arrival: int, departure: int, whole: bool) -> None:
        """Give a bar, or its stay, other dates."""
        if (bar := self.pick(dice)) is None or self.stays[bar[0]].left:
            return
        stay_id, room, beds, first, last = bar
        known = self.stays[stay_id]
        begins, ends = (known.arrival if whole else first) + arrival, (known.departure if whole else last) + departure
        if whole:
            nights = {
                bed: frozenset(
                    night
                    for run in runs(some)
                    for night in redated(run, (known.arrival, known.departure), (begins, ends))
                )
                for bed, some in known.nights.items()
            }
            after = replace(
                known, arrival=begins, departure=ends, nights={bed: some for bed, some in nights.items() if some}
            )
            possible = begins < ends
        else:
            nights = dict(known.nights)
            for bed in beds:
                kept = nights[bed] - frozenset(range(first, last))
                if kept & frozenset(range(begins, ends)):
                    return  # over its own other nights in the room: refused by the stock as taken
                nights[bed] = kept | frozenset(range(begins, ends))
            after = replace(known, nights=nights)
            possible = known.arrival <= begins < ends <= known.departure
        possible = possible and self.free(after.nights, but=frozenset({stay_id}))
        call = gestures.stretch(
            self.centre_id,
            self.grip(stay_id, room, first, last),
            arrival=day(begins),
            departure=day(ends),
            whole=whole,
            actor=DESK,
        )
        self.try_it("stretch", call, possible=possible, after={stay_id: after})

    @precondition(lambda self: self.stays)
    @rule(dice=st.integers(0, 50), to=st.integers(0, 3), at=st.integers(0, 4))
    def split(self, dice: int, to: int, at: int) -> None:
        """Cut a bar; the rest sleeps elsewhere."""
        if (bar := self.pick(dice)) is None:
            return
        stay_id, room, beds, first, last = bar
        known, goal, cut = self.stays[stay_id], self.rooms[to], first + at
        if known.left or (goal.dormitory and any(bed.id in known.nights for bed in goal.beds)):
            return
        found = self.goal(goal, len(beds), cut, last, but=frozenset({stay_id})) if first < cut < last else None
        mine = any(known.nights.get(bed.id, frozenset()) & frozenset(range(cut, last)) for bed in goal.beds)
        possible = first < cut < last and goal is not room and found is not None and not mine
        nights = dict(known.nights)
        for bed in beds:
            nights[bed] = nights[bed] - frozenset(range(cut, last))
        for bed in found or ():
            nights[bed] = nights.get(bed, frozenset()) | frozenset(range(cut, last))
        call = gestures.split(
            self.centre_id, self.grip(stay_id, room, first, last), day=day(cut), to_room_id=goal.id, actor=DESK
        )
        self.try_it("split", call, possible=possible, after={stay_id: replace(known, nights=nights)})

    @precondition(lambda self: len(self.stays) > 1)
    @rule(dice=st.integers(0, 50), other=st.integers(0, 50))
    def swap(self, dice: int, other: int) -> None:
        """Let two bars of private rooms change places."""
        one, two = self.pick(dice), self.pick(other)
        if one is None or two is None or one[1].dormitory or two[1].dormitory:
            return
        (mine, room, beds, first, last), (theirs, goal, others, begins, ends) = one, two
        if self.stays[mine].left or self.stays[theirs].left:
            return
        possible = mine != theirs and room is not goal
        after: dict[UUID, Known] = {}
        if possible:
            after = {
                mine: exchanged(self.stays[mine], beds, [bed.id for bed in goal.beds], first, last),
                theirs: exchanged(self.stays[theirs], others, [bed.id for bed in room.beds], begins, ends),
            }
            both = frozenset({mine, theirs})
            counted = Counter(
                (bed, night) for known in after.values() for bed, nights in known.nights.items() for night in nights
            )
            possible = all(self.free(known.nights, but=both) for known in after.values()) and max(counted.values()) == 1
            # A stay's own other nights in the room it would go to are in its way too.
            lost = sum(len(nights) for known in after.values() for nights in known.nights.values())
            wanted = sum(
                sum(len(nights) for nights in self.stays[who].nights.values())
                - (e - b) * len(old)
                + (e - b) * len(new.beds)
                for who, old, new, b, e in ((mine, beds, goal, first, last), (theirs, others, room, begins, ends))
            )
            possible = possible and lost == wanted
        call = gestures.swap(
            self.centre_id, self.grip(mine, room, first, last), self.grip(theirs, goal, begins, ends), actor=DESK
        )
        self.try_it("swap", call, possible=possible, after=after)

    @precondition(lambda self: self.stays)
    @rule(dice=st.integers(0, 50))
    def take_off(self, dice: int) -> None:
        """Take a bar off its room."""
        if (bar := self.pick(dice)) is None or self.stays[bar[0]].left:
            return
        stay_id, room, beds, first, last = bar
        known = self.stays[stay_id]
        nights = {
            bed: left
            for bed, some in known.nights.items()
            if (left := some - (frozenset(range(first, last)) if bed in beds else frozenset()))
        }
        call = gestures.unassign(self.centre_id, self.grip(stay_id, room, first, last), actor=DESK)
        self.try_it("unassign", call, possible=True, after={stay_id: replace(known, nights=nights)})

    @precondition(lambda self: self.stays)
    @rule(dice=st.integers(0, 50), after_days=st.integers(0, 4))
    def leave_early(self, dice: int, after_days: int) -> None:
        """Let one room leave before the others."""
        if (bar := self.pick(dice)) is None:
            return
        stay_id, room, _beds, _first, _last = bar
        known, from_day = self.stays[stay_id], self.stays[stay_id].arrival + after_days
        held = any(max(known.nights.get(bed.id, {-99})) >= from_day for bed in room.beds)
        possible = known.status == "confirmed" and known.arrival < from_day < known.departure and held
        gone = frozenset(range(from_day, known.departure + 99))
        nights = {
            bed: kept
            for bed, some in known.nights.items()
            if (kept := some - (gone if bed in {one.id for one in room.beds} else frozenset()))
        }
        after = replace(known, nights=nights, left=known.left | {room.id: (from_day, known.nights)})
        call = presence.depart_early(self.centre_id, stay_id, room.id, day(from_day), actor=DESK)
        self.try_it("leave_early", call, possible=possible, after={stay_id: after}, undoable=False)

    @precondition(lambda self: self.stays)
    @rule(dice=st.integers(0, 50))
    def cancel(self, dice: int) -> None:
        """Cancel a stay."""
        stay_id = list(self.stays)[dice % len(self.stays)]
        known = self.stays[stay_id]
        if known.status == "cancelled" or known.left:
            return
        call = operations.cancel_stay(self.centre_id, stay_id, reason="dates", actor=DESK)
        self.try_it(
            "cancel",
            call,
            possible=True,
            after={stay_id: replace(known, status="cancelled", nights={})},
            undoable=False,
        )

    @rule()
    def take_back(self) -> None:
        """Take the last gesture back."""
        before, after = self.undo[-1] if self.undo else ({}, {})
        stands = bool(after) and all(self.stays[stay_id] == known for stay_id, known in after.items())
        open_ = all(self.is_open(stay_id) for stay_id in after)
        possible = stands and open_ and all(self.free(known.nights, but=frozenset(before)) for known in before.values())
        if after and not stands and all(same_beds(self.stays[stay_id], known) for stay_id, known in after.items()):
            return  # its status or what left changed, its beds did not: either answer is right
        size = len(self.undo)
        self.try_it("undo", undoing.undo(self.centre_id, actor=DESK), possible=possible, after=before, undoable=False)
        if possible:
            assert size
            self.undo.pop()

    @invariant()
    def every_bed_has_one_occupant_a_night_and_it_is_the_models(self) -> None:
        """Compare the house with the model, bed by bed and night by night."""
        rows = self.run(holds(self.centre_id))
        there = Counter(
            (row["bed_id"], (row["arrival"] - ARRIVAL).days + place, row["stay_id"])
            for row in rows
            for place in range((row["departure"] - row["arrival"]).days)
        )
        meant = {
            (bed, night, stay_id)
            for stay_id, known in self.stays.items()
            for bed, nights in known.nights.items()
            for night in nights
        }
        assert set(there) == meant
        assert max(there.values(), default=1) == 1
        assert len({(bed, night) for bed, night, _ in there}) == len(there)


def day(after: int) -> date:
    """A day so long after the first."""
    return ARRIVAL + timedelta(days=after)


def runs(nights: frozenset[int]) -> list[tuple[int, int]]:
    """Return unbroken nights as first and the one after the last."""
    found: list[tuple[int, int]] = []
    for night in sorted(nights):
        if found and found[-1][1] == night:
            found[-1] = (found[-1][0], night + 1)
        else:
            found.append((night, night + 1))
    return found


def redated(run: tuple[int, int], old: tuple[int, int], new: tuple[int, int]) -> range:
    """Return the nights of a run when its stay's dates change: edges follow edges."""
    begins = new[0] if run[0] == old[0] else max(run[0], new[0])
    ends = new[1] if run[1] == old[1] else min(run[1], new[1])
    return range(begins, ends)


def exchanged(known: Known, old: frozenset[UUID], new: list[UUID], first: int, last: int) -> Known:
    """Return a stay with a bar's nights in other beds."""
    span, nights = frozenset(range(first, last)), dict(known.nights)
    for bed in old:
        nights[bed] = nights[bed] - span
    for bed in new:
        nights[bed] = nights.get(bed, frozenset()) | span
    return replace(known, nights={bed: some for bed, some in nights.items() if some})


def same_beds(one: Known, other: Known) -> bool:
    """Say whether two states of a stay sleep alike."""
    return (one.arrival, one.departure, one.nights) == (other.arrival, other.departure, other.nights)


async def holds(centre_id: UUID) -> list[Row]:
    """Return the centre's holds."""
    async with tenant_transaction(centre_id, read_only=True):
        return list(
            await fetch("SELECT bed_id, stay_id, arrival, departure FROM bed_holds WHERE centre_id = $1", centre_id)
        )


def test_any_sequence_of_gestures_keeps_one_occupant_per_bed_and_night(servers: Servers) -> None:
    if servers.failure:
        pytest.fail(servers.failure)
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
