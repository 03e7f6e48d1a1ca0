"""Planning: rooms × days, as one wants to look at them; open a stay, mark rooms, give them to a stay or take one on them."""

from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from server.contract.stays import ArrivalLine, Planning, Room
from tui.actions import bindings
from tui.dialogs.ask import Ask
from tui.dialogs.new_stay import ask_stay
from tui.dialogs.pick import Pick
from tui.formats import people, period
from tui.problems import in_words
from tui.screens.base import DeskScreen, OpenStay
from tui.screens.keyed import NOT_THERE
from tui.screens.planning_departure import PlanningDeparture
from tui.screens.planning_gestures import PlanningGestures
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field
from tui.widgets.planning_grid import PlanningGrid, Range
from tui.widgets.planning_rows import GROUPINGS, VIEWS
from tui.words import _

MARGIN = timedelta(days=14)
HOLDS = ("tentative", "option", "confirmed", "present")


class PlanningScreen(PlanningDeparture, PlanningGestures):
    """The planning."""

    SCOPE = "planning"
    LIVE = ("stays.", "rooms.", "withdrawals.")
    OF_A_ROW = (
        "open", "move", "split", "withdraw", "option", "mark", "hold", "stretch", "stretch_start", "swap", "unassign",
        "leave_early",
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = bindings("planning")

    class Loaded(Message):
        """The planning came."""

        def __init__(self, planning: Planning) -> None:
            super().__init__()
            self.planning = planning

    class Candidates(Message):
        """The stays that the marked rooms may go to came."""

        def __init__(self, stays: list[ArrivalLine]) -> None:
            super().__init__()
            self.stays = stays

    class Free(Message):
        """The beds free in the marked rooms came."""

        def __init__(self, bed_ids: list[UUID], days: Range) -> None:
            super().__init__()
            self.bed_ids = bed_ids
            self.days = days

    def __init__(self, session: Session) -> None:
        super().__init__(session, _("Planning"))
        self.planning: Planning | None = None
        self.floor = ""
        self._wanted: UUID | None = None

    def body(self) -> ComposeResult:
        """The grid."""
        yield self.grid

    @on(events.Mount)
    def _stand_in_it(self, event: events.Mount) -> None:
        """Stand in it; it asks for its days when it knows its size, not before as other screens do."""
        event.prevent_default()
        self.grid.focus()

    @property
    def is_lacking(self) -> bool:
        """Whether the grid has not come."""
        return self.grid.state in NOT_THERE

    def read(self) -> None:
        """Ask for what is in sight, and some more on both sides."""
        self._read(self.grid.first_day - MARGIN, self.grid.last_day + MARGIN)

    @on(PlanningGrid.Wanted)
    def _read_wanted(self) -> None:
        self.read()

    @work(exclusive=True, group="read")
    async def _read(self, first: date, last: date) -> None:
        try:
            planning = await self.session.client.planning(first, last)
        except ApiProblem as problem:
            self.post_message(self.Failed(problem))
        else:
            self.post_message(self.Loaded(planning))

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        self.planning = event.planning
        self.grid.today = self.session.today
        self._show_rooms(event.planning)
        self._say_period()

    def show_subject(self, subject_id: UUID) -> None:
        """Stand on a room, at today, whatever floor or group was looked at."""
        self._wanted = subject_id
        self.floor = ""
        self.grid.folded.clear()
        self.grid.go_to(self.session.today)
        if self.planning is not None:
            self._show_rooms(self.planning)
        self._say_period()

    def _show_rooms(self, planning: Planning) -> None:
        self.grid.show(planning, self._rooms())
        if self._wanted is not None:
            self.grid.stand_on(self._wanted)
            self._wanted = None

    @on(DeskScreen.Failed)
    def _say_failed(self, event: DeskScreen.Failed) -> None:
        self.grid.failed(in_words(event.problem))
        self.trouble(event.problem, said=self.grid.state == "failed")

    @on(PlanningGrid.Moved)
    def _say_period(self) -> None:
        grouping = next(_(label) for code, label in GROUPINGS if code == self.grid.grouping)
        floor = _("étage : {name}").format(name=self.floor or _("tous"))
        more = f"{_(self.grid.view.label)} · {grouping if self.grid.grouping else floor}"
        self.top.say(f"{_('Planning')} · {period(self.grid.first_day, self.grid.last_day)}", more=more)

    def _rooms(self) -> list[Room]:
        rooms = self.planning.rooms if self.planning else []
        return [room for room in rooms if not self.floor or _floor(room) == self.floor]

    def leave_field(self) -> bool:
        """Let go what is carried and take the marks away before leaving the screen."""
        return self.grid.unmark()

    # Looking

    @on(PlanningGrid.Opened)
    @work
    async def action_open(self) -> None:
        """Put down what is carried; else open the stay under the cursor, or fold the group."""
        if self.grid.carry is not None:
            self.drop()
            return
        if self.grid.room is None:
            self.grid.fold()
            return
        bar = await self.bar_meant()
        if bar is not None and bar.stay_id is not None:
            self.post_message(OpenStay(bar.stay_id))
        elif self.grid.bar is None:
            self.notify(_("Libre. espace marque, n prend un séjour, b attribue à un séjour."))

    def action_to_today(self) -> None:
        """Go back to today."""
        self.grid.go_to(self.session.today)
        self._say_period()

    @work
    async def action_to_day(self) -> None:
        """Go to a date."""

        async def take(answers: Answers) -> date:
            return date.fromisoformat(answers["day"])

        fields = [Field("day", _("Date"), "day", required=True)]
        day = await self.app.push_screen_wait(Ask(_("Aller à une date"), fields, take, today=self.session.today))
        if day is not None:
            self.grid.go_to(day)
            self._say_period()

    def action_view(self) -> None:
        """Pass to the next view: a fortnight, a week, a month, a season."""
        self.grid.look_by(view=VIEWS[(VIEWS.index(self.grid.view) + 1) % len(VIEWS)])
        self._say_period()

    def action_group(self) -> None:
        """Group the rooms otherwise: not at all, by building, floor or type."""
        codes = [code for code, _label in GROUPINGS]
        self.grid.look_by(grouping=codes[(codes.index(self.grid.grouping) + 1) % len(codes)])
        self._say_period()

    def action_fold(self) -> None:
        """Fold the group under the cursor, or unfold it."""
        if not self.grid.fold():
            self.notify(_("r regroupe d'abord les chambres par bâtiment, étage ou type."))

    def action_floor(self) -> None:
        """Pass to the next building or floor."""
        floors = ["", *dict.fromkeys(_floor(room) for room in (self.planning.rooms if self.planning else []))]
        self.floor = floors[(floors.index(self.floor) + 1) % len(floors)] if self.floor in floors else ""
        if self.planning is not None:
            self.grid.show(self.planning, self._rooms())
        self._say_period()

    # Marking and giving

    def action_mark(self) -> None:
        """Mark the room."""
        self.grid.mark()

    def action_hold(self) -> None:
        """Give the marked rooms to a stay."""
        if marked := self.marked():
            self._read_candidates(min(days[0] for days in marked.values()), max(days[1] for days in marked.values()))

    @work(exclusive=True, group="candidates")
    async def _read_candidates(self, first: date, last: date) -> None:
        try:
            page = await self.session.client.stays(first_day=first, last_day=last)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.Candidates([stay for stay in page.items if stay.status in HOLDS]))

    @on(Candidates)
    @work
    async def _give(self, event: Candidates) -> None:
        offered = [
            (str(stay.stay_id), f"{stay.name} · {people(stay.pax)} · {period(stay.arrival, stay.departure)}")
            for stay in event.stays
        ]
        chosen = await self.app.push_screen_wait(
            Pick(
                _("Donner ces chambres à quel séjour ?"),
                offered,
                empty=_("Aucun séjour à ces dates. n : en prendre un."),
            )
        )
        if chosen is not None:
            self.give(UUID(chosen), list(self.marked()))

    @work(exclusive=True, group="free")
    async def action_add_stay(self) -> None:
        """Ask which beds of the marked rooms are free, then take a stay on them."""
        marked = self.marked()
        if not marked:
            return
        days = (min(span[0] for span in marked.values()), max(span[1] for span in marked.values()))
        try:
            free = await self.session.client.availability(*days)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(
                self.Free([bed for room in free.rooms if room.room_id in marked for bed in room.free_bed_ids], days)
            )

    @on(Free)
    @work
    async def _take_stay(self, event: Free) -> None:
        ask = ask_stay(self.session, arrival=event.days[0], departure=event.days[1], bed_ids=event.bed_ids)
        taken = await self.app.push_screen_wait(ask)
        if taken is not None:
            self.grid.unmark()
            self.notify(_("Séjour pris.") if taken.stay else _("Chambres hors service."))
            self.read()
            if taken.stay is not None:
                self.post_message(OpenStay(taken.stay.id))


def _floor(room: Room) -> str:
    return " ".join(part for part in (room.building, room.floor) if part)
