"""Choose a stay's rooms among what is free: whole rooms, or a number of beds of a dormitory."""

import re
from collections.abc import Sequence
from typing import ClassVar, NamedTuple
from uuid import UUID

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from server.contract.stays import Availability, Stay
from tui.dialogs.base import Dialog
from tui.formats import bed_count, period
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import _


class Offer(NamedTuple):
    """A room that the stay has or may take, and which of its beds."""

    room_id: UUID
    room: str
    kind: str
    dormitory: bool
    accessible: bool
    beds: tuple[UUID, ...]


def offers_of(stay: Stay, free: Availability) -> list[Offer]:
    """What the stay holds together with what is free, by room."""
    held = {room.room_id: room for room in stay.rooms}
    found = [
        Offer(
            room.room_id,
            room.room,
            room.room_type,
            room.dormitory,
            room.accessible,
            (*_held_beds(stay, room.room_id), *room.free_bed_ids),
        )
        for room in free.rooms
    ]
    known = {offer.room_id for offer in found}
    found += [
        Offer(room.room_id, room.room, "", False, False, tuple(room.bed_ids))
        for room in held.values()
        if room.room_id not in known
    ]
    return sorted(
        found, key=lambda offer: [part.zfill(4) if part.isdigit() else part for part in re.split(r"(\d+)", offer.room)]
    )


def _held_beds(stay: Stay, room_id: UUID) -> tuple[UUID, ...]:
    return tuple(bed for room in stay.rooms if room.room_id == room_id for bed in room.bed_ids)


class Beds(Dialog[list[UUID]]):
    """The rooms to tick; gives back the whole set of beds."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "tick", show=False),
        Binding("plus", "more(1)", show=False),
        Binding("minus", "more(-1)", show=False),
        Binding("ctrl+s", "done", show=False),
    ]

    def __init__(self, stay: Stay, free: Availability, *, chosen: Sequence[UUID]) -> None:
        super().__init__(
            _("Chambres · {period}").format(period=period(stay.fields.arrival, stay.fields.departure)),
            keys=_("espace cocher · + − lits de dortoir · Ctrl+S tenir · Esc revenir"),
            wide=True,
        )
        wanted = set(chosen)
        # What is ticked stands first: that is what one corrects.
        self._offers = sorted(offers_of(stay, free), key=lambda offer: not wanted.intersection(offer.beds))
        self._wanted = stay.pax if stay.pax is not None else stay.fields.expected_pax
        taken = set(chosen)
        self._taken: dict[UUID, list[UUID]] = {
            offer.room_id: [bed for bed in offer.beds if bed in taken] for offer in self._offers
        }
        self._rows = Rows(
            [Column("", 3), Column("", 10), Column("", 14, grow=1), Column("", 10, right=True), Column("", 6)]
        )
        self._sum = Static("", classes="intro", markup=False)

    def inside(self) -> ComposeResult:
        """Lay out the sum and the rooms."""
        yield self._sum
        yield self._rows

    def on_mount(self) -> None:
        """Show what is ticked."""
        self._draw()
        self._rows.focus()

    def _draw(self) -> None:
        rows = []
        for offer in self._offers:
            taken = len(self._taken[offer.room_id])
            mark = Cell("[x]", "good") if taken else "[ ]"
            share = f"{taken}/{bed_count(len(offer.beds))}" if offer.dormitory else bed_count(len(offer.beds))
            rows.append(
                Row(str(offer.room_id), (mark, offer.room, offer.kind, share, _("PMR") if offer.accessible else ""))
            )
        self._rows.show(rows, empty=_("Rien de libre à ces dates."))
        beds = sum(map(len, self._taken.values()))
        wanted = "?" if self._wanted is None else str(self._wanted)
        self._sum.update(_("{beds} lits choisis pour {pax} personnes").format(beds=beds, pax=wanted))

    @property
    def _offer(self) -> Offer | None:
        return next((offer for offer in self._offers if str(offer.room_id) == self._rows.key), None)

    def action_tick(self) -> None:
        """Take the room, or leave it."""
        offer = self._offer
        if offer is not None:
            self._taken[offer.room_id] = [] if self._taken[offer.room_id] else list(offer.beds)
            self._draw()

    def action_more(self, by: int) -> None:
        """Take a bed more or less of a dormitory."""
        offer = self._offer
        if offer is not None and offer.dormitory:
            count = max(0, min(len(offer.beds), len(self._taken[offer.room_id]) + by))
            self._taken[offer.room_id] = list(offer.beds[:count])
            self._draw()

    def action_done(self) -> None:
        """Give back the beds."""
        self.dismiss([bed for offer in self._offers for bed in self._taken[offer.room_id]])
