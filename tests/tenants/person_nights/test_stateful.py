"""Any sequence of gestures keeps the ledger equal to a plain model: who sleeps here each night, and who was sold.

A stay has as many people as beds, so that the model needs to know nothing of how people are dealt to rooms.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
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

from infra.database import fetch, tenant_transaction
from infra.errors import DomainError
from infra.pools import Role, close_pools, open_pools
from tenants.person_nights.operations import check
from tenants.rooms.rules import Room
from tenants.stays import commitments, operations, presence
from tenants.stays.rules import HeadCounts
from tests.factories.stays import ARRIVAL, DESK, a_room, beds_of, stay_fields
from tests.servers import Servers

pytestmark = [pytest.mark.slow]

Measures = tuple[int, int]
"""Present and billed."""


@dataclass(frozen=True)
class Known:
    """A stay as the model has it; days count from a first one."""

    arrival: int
    departure: int
    rooms: dict[UUID, int]
    """Its rooms, with how many people sleep in each."""
    status: str
    before: str = ""
    left: dict[UUID, int] = field(default_factory=dict)
    """Rooms that left early, and from which day."""

    def nights(self) -> dict[int, Measures]:
        """Return who is present and who is billed, night by night."""
        if self.status in {"option", "tentative", "cancelled"}:
            return {}
        everybody = sum(self.rooms.values())
        return {
            night: (
                0
                if self.status == "no_show"
                else sum(people for room, people in self.rooms.items() if night < self.left.get(room, self.departure)),
                everybody,
            )
            for night in range(self.arrival, self.departure)
        }


class Desk(RuleBasedStateMachine):
    """A house of five rooms, and whoever sits at its desk."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.loop.run_until_complete(open_pools(Role.APP, Role.NETWORK, size=2))
        self.centre_id = uuid4()
        self.stays: dict[UUID, Known] = {}
        self.made: UUID | None = None

    def teardown(self) -> None:
        """Give the connections back."""
        self.loop.run_until_complete(close_pools())
        self.loop.close()

    def run(self, call: object) -> object:
        """Run one call of the house."""
        return self.loop.run_until_complete(call)  # type: ignore[arg-type]

    def done(self, call: object) -> bool:
        """Run one call; say whether it was not refused."""
        try:
            made = self.run(call)
        except DomainError:
            return False
        self.made = getattr(made, "id", None)
        return True

    def chosen(self, dice: int, *statuses: str) -> tuple[UUID, Known] | None:
        """Choose a stay of those that stand so."""
        every = [(stay_id, known) for stay_id, known in self.stays.items() if known.status in statuses]
        return every[dice % len(every)] if every else None

    @initialize()
    def furnish(self) -> None:
        """Rooms of one to three, a dormitory of four."""
        make = [{"beds": 1}, {"beds": 2}, {"beds": 2}, {"beds": 3}, {"beds": 4, "dormitory": True}]
        self.rooms = [room for one in make if isinstance(room := self.run(a_room(self.centre_id, **one)), Room)]  # type: ignore[arg-type]

    @rule(
        places=st.sets(st.integers(0, 4), min_size=1, max_size=3),
        arrival=st.integers(0, 6),
        nights=st.integers(1, 4),
        sold=st.booleans(),
    )
    def take(self, places: set[int], arrival: int, nights: int, sold: bool) -> None:
        """Take a stay in one to three rooms, all their beds slept in; half of it teenagers."""
        rooms = [self.rooms[place] for place in sorted(places)]
        beds = beds_of(*rooms)
        new = stay_fields(
            arrival=day(arrival), nights=nights, bed_ids=tuple(beds), status="confirmed" if sold else "tentative",
            counts=HeadCounts(teenagers=len(beds) // 2, adults=len(beds) - len(beds) // 2),
        )  # fmt: skip
        if self.done(operations.create_stay(self.centre_id, new, actor=DESK)):
            assert self.made is not None
            held = {room.id: len(room.beds) for room in rooms}
            self.stays[self.made] = Known(arrival, arrival + nights, held, "confirmed" if sold else "tentative")

    @rule(dice=st.integers(0, 50))
    def sell(self, dice: int) -> None:
        """Confirm what is not sold."""
        if found := self.chosen(dice, "tentative"):
            stay_id, known = found
            if self.done(commitments.confirm_stay(self.centre_id, stay_id, reason="tests", actor=DESK)):
                self.stays[stay_id] = replace(known, status="confirmed")

    @rule(dice=st.integers(0, 50), by=st.integers(-2, 2), longer=st.integers(-2, 2))
    def redate(self, dice: int, by: int, longer: int) -> None:
        """Move and stretch a stay, with its people and its beds."""
        found = self.chosen(dice, "tentative", "confirmed")
        if not found or found[1].left:
            return
        stay_id, known = found
        arrival, departure = known.arrival + by, known.departure + by + longer
        if arrival >= departure:
            return
        people = sum(known.rooms.values())
        fields = stay_fields(
            arrival=day(arrival), nights=departure - arrival,
            counts=HeadCounts(teenagers=people // 2, adults=people - people // 2),
        )  # fmt: skip
        if self.done(operations.change_stay(self.centre_id, stay_id, fields, version=None, actor=DESK)):
            self.stays[stay_id] = replace(known, arrival=arrival, departure=departure)

    @rule(dice=st.integers(0, 50), place=st.integers(0, 2), after_days=st.integers(1, 3), group=st.booleans())
    def leave_early(self, dice: int, place: int, after_days: int, group: bool) -> None:
        """Let one room leave before the others, or all of them."""
        if not (found := self.chosen(dice, "confirmed")):
            return
        stay_id, known = found
        room_id, from_day = list(known.rooms)[place % len(known.rooms)], known.arrival + after_days
        call = presence.depart_early(self.centre_id, stay_id, room_id, day(from_day), whole_group=group, actor=DESK)
        if self.done(call):
            leaving = known.rooms if group else [room_id]
            left = {room: min(from_day, known.left.get(room, known.departure)) for room in leaving}
            status = "departed" if group else "confirmed"
            self.stays[stay_id] = replace(known, status=status, left=known.left | left)

    @rule(dice=st.integers(0, 50), place=st.integers(0, 2))
    def undo_early(self, dice: int, place: int) -> None:
        """Take one room's early departure back."""
        if not (found := self.chosen(dice, "confirmed")) or not found[1].left:
            return
        stay_id, known = found
        room_id = list(known.left)[place % len(known.left)]
        if self.done(presence.undo_early_departure(self.centre_id, stay_id, room_id, actor=DESK)):
            left = {room: from_day for room, from_day in known.left.items() if room != room_id}
            self.stays[stay_id] = replace(known, left=left)

    @rule(dice=st.integers(0, 50))
    def cancel(self, dice: int) -> None:
        """Cancel a stay of which nobody left."""
        found = self.chosen(dice, "tentative", "confirmed")
        if not found or found[1].left:
            return
        stay_id, known = found
        if self.done(commitments.cancel_stay(self.centre_id, stay_id, reason="dates", actor=DESK)):
            self.stays[stay_id] = replace(known, status="cancelled", before=known.status)

    @rule(dice=st.integers(0, 50))
    def undo_cancel(self, dice: int) -> None:
        """Take a cancellation back; a sold stay is sold again."""
        if found := self.chosen(dice, "cancelled"):
            stay_id, known = found
            if self.done(commitments.undo_cancellation(self.centre_id, stay_id, actor=DESK)):
                self.stays[stay_id] = replace(known, status=known.before)

    @rule(dice=st.integers(0, 50))
    def nobody_came(self, dice: int) -> None:
        """Say that nobody came: present goes, billed stays."""
        found = self.chosen(dice, "confirmed")
        if not found or found[1].left:
            return
        stay_id, known = found
        if self.done(presence.mark_no_show(self.centre_id, stay_id, actor=DESK)):
            self.stays[stay_id] = replace(known, status="no_show")

    @precondition(lambda self: self.stays)
    @invariant()
    def the_ledger_is_the_models(self) -> None:
        """Compare present and billed, stay by stay and night by night; bands hold half each; the check finds nothing."""
        there: dict[tuple[UUID, int], Measures] = {}
        teenagers: Counter[tuple[UUID, int]] = Counter()
        for row in self.run(nights_of(self.centre_id)):  # type: ignore[attr-defined]
            key = (row["stay_id"], (row["night"] - ARRIVAL).days)
            there[key] = (row["present"], row["billed"])
            teenagers[key] = row["teenagers"]
        meant = {
            (stay_id, night): measures
            for stay_id, known in self.stays.items()
            for night, measures in known.nights().items()
        }
        assert {key: measures for key, measures in there.items() if measures != (0, 0)} == meant
        assert all(teenagers[key] == billed // 2 for key, (_, billed) in meant.items())
        assert self.run(check(self.centre_id)) == []


def day(after: int) -> date:
    """A day so long after the first."""
    return ARRIVAL + timedelta(days=after)


async def nights_of(centre_id: UUID) -> list[object]:
    """Return what the ledger says."""
    async with tenant_transaction(centre_id, read_only=True):
        return list(
            await fetch(
                """SELECT stay_id, night, sum(present)::int AS present, sum(billed)::int AS billed,
                       coalesce(sum(billed) FILTER (WHERE band = 'teenagers'), 0)::int AS teenagers
                   FROM person_nights WHERE centre_id = $1 GROUP BY stay_id, night""",
                centre_id,
            )
        )


def test_any_sequence_of_gestures_keeps_the_ledger_true(servers: Servers) -> None:
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
