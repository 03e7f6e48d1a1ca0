"""The fiche séjour: who, when, how many, which rooms, how it stands; and the gestures of arrival and departure."""

from collections.abc import Awaitable, Callable
from typing import ClassVar
from uuid import UUID

import msgspec
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from server.contract.groups import GroupParts
from server.contract.stays import Availability, LinkMade, Stay, StayChange
from tui.actions import bindings
from tui.dialogs.beds import Beds
from tui.dialogs.pick_client import PickClient
from tui.formats import bed_count, long_day, period, short_period
from tui.lists import ROOM_STATUS, STAY_STATUS, label
from tui.problems import in_words
from tui.screens.base import DeskScreen, OpenClient, OpenDossier, OpenScreen
from tui.screens.stay_form import StayFormScreen
from tui.screens.stay_gestures import NEXT, StayGestures
from tui.screens.stay_parts import ask_parts, is_group, parts_words
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.widgets.stay_text import fiche
from tui.words import _

POLICE = {"missing": "▲", "signed": "✓", "not_needed": ""}


class StayScreen(StayGestures):
    """One stay."""

    SCOPE = "stay"
    PAGE = True
    BINDINGS: ClassVar[list[BindingType]] = bindings("stay")

    class Loaded(Message):
        """The stay came."""

        def __init__(self, stay: Stay) -> None:
            super().__init__()
            self.stay = stay

    class Offered(Message):
        """What is free came, with the beds to tick first and for whom they are."""

        def __init__(self, free: Availability, beds: list[UUID], said: str) -> None:
            super().__init__()
            self.free = free
            self.beds = beds
            self.said = said

    class Linked(Message):
        """A link was made."""

        def __init__(self, link: LinkMade) -> None:
            super().__init__()
            self.link = link

    def __init__(self, session: Session, stay_id: UUID) -> None:
        rooms = Rows(
            [Column("", 8), Column("", 7, right=True), Column("", 12, grow=1), Column("", 14)],
            id="rooms",
            title=_("Chambres"),
            classes="panel",
        )
        super().__init__(session, _("Séjour"), stay_id=stay_id, rooms=rooms)
        self.fiche = Static("", id="fiche", classes="panel")
        self.fiche.border_title = _("Fiche séjour")
        self.guests = Rows(
            [Column("", 1), Column("", 12, grow=1), Column("", 3), Column("", 8)],
            id="guests",
            title=_("Participants"),
            classes="panel",
        )

    def body(self) -> ComposeResult:
        """Lay out the fiche, the rooms, the guests."""
        yield self.fiche
        with Horizontal():
            yield self.rooms
            yield self.guests

    def on_mount(self) -> None:
        """Show the shape of a stay, and stand on its rooms."""
        self.fiche.update("░░░░░░░░░░░░\n░░░░░░░░")
        self.rooms.focus()

    @property
    def opened_id(self) -> UUID | None:
        """This stay."""
        return self.stay_id

    def subjects(self) -> frozenset[UUID]:
        """This stay, and its dossier."""
        dossier_id = self.stay.dossier_id if self.stay else None
        return frozenset({self.stay_id, *([dossier_id] if dossier_id else [])})

    def read(self) -> None:
        """Ask again."""
        self._read()

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        try:
            stay = await self.session.client.stay(self.stay_id)
        except ApiProblem as problem:
            self.post_message(self.Failed(problem))
        else:
            self.post_message(self.Loaded(stay))

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        self._take(event.stay)

    @on(DeskScreen.Failed)
    def _say_failed(self, event: DeskScreen.Failed) -> None:
        if self.stay is None:
            self.fiche.update(Content(in_words(event.problem)))
            self.rooms.show_failed(in_words(event.problem))
            self.guests.show_failed("")
        self.trouble(event.problem, said=self.stay is None)

    def _take(self, stay: Stay) -> None:
        before = {room.room_id: room for room in self.stay.rooms} if self.stay else None
        fresh = frozenset(
            str(room.room_id) for room in stay.rooms if before is not None and before.get(room.room_id) != room
        )
        self.stay = stay
        self.keys.lead(NEXT.get(stay.status, ()))
        status = label(STAY_STATUS, stay.status)
        if stay.status == "option" and stay.option_until:
            status = _("option jusqu'au {day}").format(day=long_day(stay.option_until))
        self.top.say(f"{stay.client_name} · {period(stay.fields.arrival, stay.fields.departure)}", more=status)
        self.fiche.update(fiche(stay))
        self.rooms.annotate(bed_count(sum(len(room.bed_ids) for room in stay.rooms)))
        rows = [
            Row(
                str(room.room_id),
                (
                    room.room,
                    bed_count(len(room.bed_ids)),
                    short_period(room.arrival, room.departure),
                    Cell(
                        label(ROOM_STATUS, room.status), {"present": "good", "left_early": "muted"}.get(room.status, "")
                    ),
                ),
            )
            for room in stay.rooms
        ]
        self.rooms.show(rows, empty=_("Aucune chambre tenue. p : en proposer, b : choisir."), changed=fresh)
        guests = [
            Row(
                str(guest.id),
                (
                    Cell(POLICE.get(guest.police_form, ""), "warn" if guest.police_form == "missing" else "good"),
                    guest.name,
                    guest.country,
                    guest.room,
                ),
            )
            for guest in stay.guests
        ]
        self.guests.show(guests, empty=_("Personne encore. i : faire le lien de pré-arrivée."))

    # The fiche and its rooms

    def action_edit(self) -> None:
        """Change the fiche."""
        if self.stay is not None:
            self.post_message(OpenScreen(StayFormScreen(self.session, self.stay)))

    def on_screen_resume(self) -> None:
        """Read again after the form."""
        super().on_screen_resume()
        if self.stay is not None:
            self.read()

    @work
    async def action_propose(self) -> None:
        """Ask which beds would do, of a group for whom each, then let them be corrected."""
        if self.stay is None:
            return
        parts = GroupParts()
        if is_group(self.stay):
            asked = await self.app.push_screen_wait(ask_parts(self.session, self.stay))
            if asked is None:
                return
            parts = asked
        self._offer(parts)

    def action_rooms(self) -> None:
        """Choose the rooms by hand."""
        self._offer(None)

    @work(exclusive=True, group="offer")
    async def _offer(self, parts: GroupParts | None) -> None:
        stay = self.stay
        if stay is None:
            return
        client = self.session.client
        try:
            beds = [bed for room in stay.rooms for bed in room.bed_ids]
            said = ""
            if parts is not None:
                offered = await client.propose_beds(stay.id, parts)
                beds = offered.bed_ids
            free = await client.availability(stay.fields.arrival, stay.fields.departure)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            if parts is not None:
                said = parts_words(offered, free, stay)
            self.post_message(self.Offered(free, beds, said))

    @on(Offered)
    @work
    async def _choose(self, event: Offered) -> None:
        stay = self.stay
        if stay is None:
            return
        if event.said:
            self.notify(event.said, timeout=15)
        beds = await self.app.push_screen_wait(Beds(stay, event.free, chosen=event.beds))
        if beds is not None:
            self.gesture(
                lambda: self.session.client.hold_beds(stay.id, beds, version=stay.version), _("Chambres tenues.")
            )

    # Around it

    def action_pre_check_in(self) -> None:
        """Make the pre-check-in link."""
        self._link(self.session.client.make_pre_check_in_link)

    def action_mail_pre_check_in(self) -> None:
        """Mail it to the client."""
        self._link(self.session.client.mail_pre_check_in_link)

    @work(exclusive=True, group="link")
    async def _link(self, made: Callable[[UUID], Awaitable[LinkMade]]) -> None:
        try:
            link = await made(self.stay_id)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.Linked(link))

    @on(Linked)
    def _show_link(self, event: Linked) -> None:
        self.app.copy_to_clipboard(event.link.url)
        sent = _("Envoyé à {address}. ").format(address=event.link.mailed_to) if event.link.mailed_to else ""
        self.notify(sent + _("Lien copié : {url}").format(url=event.link.url), timeout=12)

    def action_dossier(self) -> None:
        """Open the dossier; a stay that has none gets it by its first service."""
        if self.stay is None:
            return
        if self.stay.dossier_id is not None:
            self.post_message(OpenDossier(self.stay.dossier_id))
        elif self.stay.fields.client_id is None:
            self.notify(_("Choisissez d'abord la fiche (k) : un dossier est toujours celui d'un client."))
        elif not self.session.may("dossier.edit"):
            self.notify(_("Ce séjour n'a pas de dossier."))
        else:
            self.begin_dossier(self.stay)

    def action_client(self) -> None:
        """Open the card; choose it where the stay has none."""
        if self.stay is not None and self.stay.fields.client_id is not None:
            self.post_message(OpenClient(self.stay.fields.client_id))
        else:
            self._choose_client("client_id", _("De quel client ?"))

    def action_payer(self) -> None:
        """Choose who pays, where it is another."""
        self._choose_client("payer_id", _("Qui paie, si c'est un autre ?"), nobody=_("le client lui-même"))

    @work
    async def _choose_client(self, field: str, title: str, *, nobody: str = "") -> None:
        stay = self.stay
        if stay is None:
            return
        chosen = await self.app.push_screen_wait(PickClient(self.session, title, nobody=nobody))
        if chosen is not None:
            typed = msgspec.structs.replace(stay.fields, **{field: UUID(chosen) if chosen else None})
            client = self.session.client
            self.gesture(
                lambda: client.change_stay(stay.id, StayChange(fields=typed), version=stay.version),
                _("Fiche choisie."),
            )

    @work
    async def action_tax(self) -> None:
        """Note who of the stay is exempt from the tourist tax."""
        from tui.screens.tourist_tax import ask_exemptions

        try:
            told = await self.session.client.exemptions(self.stay_id)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        if await self.app.push_screen_wait(ask_exemptions(self.session, self.stay_id, told)):
            self.notify(_("Exonérations notées : la taxe du séjour en tient compte."))

    def action_history(self) -> None:
        """Show who did what."""
        self.read_history(self.stay_id)
