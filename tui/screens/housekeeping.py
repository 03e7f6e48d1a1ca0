"""The rooms of a day as housekeeping works through them: the day's departures first, one key from state to state."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.binding import BindingType
from textual.message import Message

from server.contract.day_sheet import Phone, PhonePaired, Rooms, RoomToday
from tui.actions import bindings
from tui.dialogs.address import Address
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.dialogs.documents import OF_DAY, give_document
from tui.dialogs.show import Show
from tui.formats import long_day, moment
from tui.group_words import NEXT_STATE
from tui.screens.list_screen import ListScreen
from tui.screens.on_many import OnMany
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field
from tui.widgets.rows import Cell, Column, Row
from tui.widgets.rows import Rows as RowsWidget
from tui.widgets.sheet_rows import room_columns, room_rows
from tui.words import _, ngettext


class HousekeepingScreen(OnMany, ListScreen):
    """All rooms of a day."""

    SCOPE = "housekeeping"
    LIVE = ("housekeeping.", "stays.", "rooms.")
    OF_A_ROW = ("mark", "clean", "inspected", "dirty")
    BINDINGS: ClassVar[list[BindingType]] = bindings("housekeeping")

    class Loaded(Message):
        """The rooms came."""

        def __init__(self, rooms: Rooms) -> None:
            super().__init__()
            self.rooms = rooms

    class PhonesLoaded(Message):
        """The phones came."""

        def __init__(self, phones: list[Phone]) -> None:
            super().__init__()
            self.phones = phones

    def __init__(self, session: Session, day: date) -> None:
        rows = RowsWidget(room_columns(), id="housekeeping", title=_("Chambres"), classes="panel")
        super().__init__(session, _("Ménage"), rows)
        self.day = day
        self.everything = False
        self.found: list[RoomToday] = []

    async def ask(self) -> Message:
        """Ask for the rooms."""
        return self.Loaded(await self.session.client.rooms_of_day(self.day))

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        before = {room.room_id: room for room in self.found}
        self.found = event.rooms.rooms
        left = sum(room.to_clean for room in self.found)
        more = ngettext("{n} à nettoyer", "{n} à nettoyer", left).format(n=left)
        self.top.say(f"{_('Ménage')} · {long_day(self.day)}", more=more)
        fresh = frozenset(
            str(room.room_id) for room in self.found if before and before.get(room.room_id, room).state != room.state
        )
        shown = [room for room in self.found if self.everything or room.to_clean or room.state == "clean"]
        self.list.show(room_rows(shown), empty=_("Tout est propre. f : toutes les chambres."), changed=fresh)

    # Marking

    def _rooms(self) -> list[RoomToday]:
        """Return the rooms chosen, else the one under the cursor."""
        by_key = {str(room.room_id): room for room in self.found}
        return [by_key[key] for key in self.list.acted_on if key in by_key]

    @on(RowsWidget.Opened)
    def action_mark(self) -> None:
        """Take the room to its next state; several each to their own next one."""
        self._set({room: NEXT_STATE[room.state] for room in self._rooms()})

    def action_clean(self) -> None:
        """Say that it is clean."""
        self._set(dict.fromkeys(self._rooms(), "clean"))

    def action_inspected(self) -> None:
        """Say that it was inspected."""
        self._set(dict.fromkeys(self._rooms(), "inspected"))

    def action_dirty(self) -> None:
        """Say that it is dirty."""
        self._set(dict.fromkeys(self._rooms(), "dirty"))

    def _set(self, states: dict[RoomToday, str]) -> None:
        client = self.session.client
        wanted = {str(room.room_id): (room.room_id, state) for room, state in states.items()}
        count = len(states)
        said = ngettext("{n} chambre marquée.", "{n} chambres marquées.", count).format(n=count) if count > 1 else ""
        self.list.choose([])
        self.on_many(
            [(str(room.room_id), room.room) for room in states], lambda key: client.mark_room(*wanted[key]), said
        )

    def action_filter(self) -> None:
        """Show all rooms, or only what is to be done."""
        self.everything = not self.everything
        self.read()

    @work
    async def action_print(self) -> None:
        """Print or export the list."""
        offered = [pair for pair in OF_DAY if pair[0].startswith("housekeeping")]
        try:
            await give_document(self.app, self.session, offered, day=self.day)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))

    # Phones

    @work
    async def action_pair(self) -> None:
        """Pair a phone, and show its address this once."""

        async def send(answers: Answers) -> PhonePaired:
            return await self.session.client.pair_phone(answers["name"])

        fields = [Field("name", _("Nom du téléphone"), required=True, hint=_("étage, équipe…"))]
        intro = _("La page des chambres s'ouvre sur un téléphone ou une tablette, sans mot de passe.")
        paired = await self.app.push_screen_wait(
            Ask(_("Jumeler un téléphone"), fields, send, today=self.session.today, intro=intro)
        )
        if paired is not None:
            said = _("Ouvrez cette adresse sur le téléphone. Elle n'est montrée que cette fois.")
            await self.app.push_screen_wait(Address(paired.name, said, paired.url))

    @work(exclusive=True, group="phones")
    async def action_phones(self) -> None:
        """Ask for the phones."""
        try:
            phones = (await self.session.client.phones()).items
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.PhonesLoaded(phones))

    @on(PhonesLoaded)
    @work
    async def _show_phones(self, event: PhonesLoaded) -> None:
        zone, today = self.session.zone, self.session.today
        rows = [
            Row(
                str(phone.id),
                (
                    phone.name,
                    moment(phone.paired_at, zone=zone, today=today),
                    Cell("✗", "muted") if phone.unpaired_at else "✓",
                ),
            )
            for phone in event.phones
        ]
        columns = [Column(_("téléphone"), 20, grow=1), Column(_("jumelé"), 10), Column("", 3)]
        chosen = await self.app.push_screen_wait(
            Show(
                _("Téléphones : ⏎ retirer"), columns, rows, titled=True, empty=_("Aucun téléphone. n : en jumeler un.")
            )
        )
        phone = next((phone for phone in event.phones if str(phone.id) == chosen and not phone.unpaired_at), None)
        if phone is not None:
            phone_id: UUID = phone.id
            self.confirm_then(
                Confirm(
                    _("Retirer {name} ?").format(name=phone.name),
                    _("Le téléphone ne montre plus rien, tout de suite."),
                    yes=_("retirer"),
                    yes_first=False,
                ),
                lambda: self.session.client.unpair_phone(phone_id),
                _("Téléphone retiré."),
            )
