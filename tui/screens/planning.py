"""Planning: rooms × days; open a stay, give it rooms, take one, put a room out of service."""

from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from server.contract.stays import ArrivalLine, OutOfService, Planning, Room
from tui.actions import bindings
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.dialogs.new_stay import ask_stay
from tui.dialogs.pick import Pick
from tui.formats import long_day, people, period, short_day
from tui.lists import OUT_OF_SERVICE_REASON, choices
from tui.problems import in_words
from tui.screens.base import DeskScreen, OpenStay
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field
from tui.widgets.planning_grid import PlanningGrid, Range
from tui.words import _

MARGIN = timedelta(days=14)
HOLDS = ("tentative", "option", "confirmed", "present")


class PlanningScreen(DeskScreen):
    """The planning."""

    SCOPE = "planning"
    LIVE = ("stays.", "rooms.", "withdrawals.")
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

    class Held(Message):
        """A stay got rooms; what it had before, for undoing."""

        def __init__(self, stay_id: UUID, before: list[UUID]) -> None:
            super().__init__()
            self.stay_id = stay_id
            self.before = before

    def __init__(self, session: Session) -> None:
        super().__init__(session, _("Planning"))
        self.grid = PlanningGrid(session.today)
        self.planning: Planning | None = None
        self.group = ""
        self._undo: tuple[UUID, list[UUID]] | None = None

    def body(self) -> ComposeResult:
        """The grid."""
        yield self.grid

    def on_mount(self) -> None:
        """Stand in it; it asks for its days when it knows its size."""
        self.grid.focus()

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
        self.grid.show(event.planning, self._rooms())
        self._say_period()

    @on(DeskScreen.Failed)
    def _say_failed(self, event: DeskScreen.Failed) -> None:
        self.grid.failed(in_words(event.problem))
        self.trouble(event.problem, said=self.grid.state == "failed")

    @on(PlanningGrid.Moved)
    def _say_period(self) -> None:
        floor = _("étage : {name}").format(name=self.group or _("tous"))
        self.top.say(f"{_('Planning')} · {period(self.grid.first_day, self.grid.last_day)}", more=floor)

    def _rooms(self) -> list[Room]:
        rooms = self.planning.rooms if self.planning else []
        return [room for room in rooms if not self.group or _group(room) == self.group]

    def leave_field(self) -> bool:
        """Take the marks away before leaving the screen."""
        return self.grid.unmark()

    # Looking

    @on(PlanningGrid.Opened)
    def action_open(self) -> None:
        """Open the stay under the cursor."""
        bar = self.grid.bar
        if bar is not None and bar.stay_id is not None:
            self.post_message(OpenStay(bar.stay_id))
        elif bar is None:
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

    def action_floor(self) -> None:
        """Pass to the next building or floor."""
        groups = ["", *dict.fromkeys(_group(room) for room in (self.planning.rooms if self.planning else []))]
        self.group = groups[(groups.index(self.group) + 1) % len(groups)] if self.group in groups else ""
        if self.planning is not None:
            self.grid.show(self.planning, self._rooms())
        self._say_period()

    # Marking and giving

    def action_mark(self) -> None:
        """Mark the room."""
        self.grid.mark()

    def _marked(self) -> dict[UUID, Range]:
        if self.grid.mark_from is not None:
            self.grid.mark()
        if self.grid.marks:
            return dict(self.grid.marks)
        room = self.grid.room
        return {room.id: (self.grid.day, self.grid.day + timedelta(days=1))} if room else {}

    def action_hold(self) -> None:
        """Give the marked rooms to a stay."""
        if marked := self._marked():
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
            self._hold(UUID(chosen), frozenset(self._marked()))

    @work(exclusive=True, group="hold")
    async def _hold(self, stay_id: UUID, room_ids: frozenset[UUID]) -> None:
        client = self.session.client
        try:
            stay = await client.stay(stay_id)
            before = [bed for room in stay.rooms for bed in room.bed_ids]
            free = await client.availability(stay.fields.arrival, stay.fields.departure)
            more = [bed for room in free.rooms if room.room_id in room_ids for bed in room.free_bed_ids]
            wanted = list(dict.fromkeys([*before, *more]))
            await client.hold_beds(stay_id, wanted, version=stay.version)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.Held(stay_id, before))

    @on(Held)
    def _say_held(self, event: Held) -> None:
        self._undo = (event.stay_id, event.before)
        self.grid.unmark()
        self.notify(_("Chambres attribuées ; u pour annuler."))
        self.read()

    def action_undo(self) -> None:
        """Give the stay back what it had."""
        if self._undo is None:
            self.notify(_("Rien à annuler."))
            return
        stay_id, before = self._undo
        self._undo = None

        async def give_back() -> None:
            stay = await self.session.client.stay(stay_id)
            await self.session.client.hold_beds(stay_id, before, version=stay.version)

        self.gesture(give_back, _("Attribution annulée."))

    @work(exclusive=True, group="free")
    async def action_add_stay(self) -> None:
        """Ask which beds of the marked rooms are free, then take a stay on them."""
        marked = self._marked()
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
        stay = await self.app.push_screen_wait(ask)
        if stay is not None:
            self.grid.unmark()
            self.notify(_("Séjour pris."))
            self.read()
            self.post_message(OpenStay(stay.id))

    # Out of service

    @work
    async def action_withdraw(self) -> None:
        """Put the room out of service, or back."""
        room, bar = self.grid.room, self.grid.bar
        if room is None:
            return
        client = self.session.client
        if bar is not None and bar.status == "out_of_service":
            question = _("La chambre {room} redevient libre du {first} au {last}.").format(
                room=room.name, first=short_day(bar.arrival), last=short_day(bar.departure)
            )
            self.confirm_then(
                Confirm(_("Remettre en service ?"), question),
                lambda: client.end_withdrawal(bar.id),
                _("Chambre remise en service."),
            )
            return
        first, after = self._marked().get(room.id, (self.grid.day, self.grid.day + timedelta(days=1)))

        async def send(answers: Answers) -> bool:
            withdrawal = OutOfService(
                room_id=room.id,
                first_day=date.fromisoformat(answers["first_day"]),
                last_day=date.fromisoformat(answers["last_day"]),
                reason=answers["reason"],
                note=answers["note"],
            )
            await client.withdraw_room(withdrawal)
            return True

        fields = [
            Field(
                "reason", _("Raison"), "choice", choices=lambda _answers: choices(OUT_OF_SERVICE_REASON), required=True
            ),
            Field("first_day", _("Du"), "day", required=True),
            Field("last_day", _("Dernière nuit"), "day", required=True, after="first_day"),
            Field("note", _("Note")),
        ]
        values = {
            "reason": "works",
            "first_day": first.isoformat(),
            "last_day": (after - timedelta(days=1)).isoformat(),
        }
        title = _("Hors service : {room}").format(room=room.name)
        intro = _("Ces nuits ne se vendent plus. Elles ne comptent ni en nuitées ni en occupation.")
        if await self.app.push_screen_wait(
            Ask(title, fields, send, today=self.session.today, values=values, intro=intro)
        ):
            self.grid.unmark()
            self.notify(_("{room} : hors service à partir du {day}.").format(room=room.name, day=long_day(first)))
            self.read()


def _group(room: Room) -> str:
    return " ".join(part for part in (room.building, room.floor) if part)
