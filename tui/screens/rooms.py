"""The rooms of the house, with their beds."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from server.contract.stays import NewRoom, Room
from tui.actions import bindings
from tui.dialogs.ask import Ask
from tui.screens.facilities import FacilityScreen
from tui.session import Session
from tui.widgets.form import Answers, Field
from tui.widgets.rows import Column, Row
from tui.words import N_, _, ngettext


class RoomsScreen(FacilityScreen):
    """The rooms."""

    SCOPE = "rooms"
    EMPTY = N_("Aucune chambre encore. n : ajouter la première.")
    LIVE = ("rooms.",)
    BINDINGS: ClassVar[list[BindingType]] = bindings("rooms")

    def __init__(self, session: Session) -> None:
        columns = [
            Column(_("chambre"), 10, grow=1),
            Column(_("lits"), 4, right=True),
            Column(_("type"), 14, grow=1),
            Column(_("bâtiment"), 12, grow=1),
            Column(_("étage"), 8),
            Column("", 14),
        ]
        super().__init__(session, columns)

    async def rows(self) -> Sequence[Row]:
        """Ask for the rooms."""
        rooms = (await self.session.client.rooms()).items
        beds = sum(len(room.beds) for room in rooms)
        count = ngettext("{n} chambre, {beds} lits", "{n} chambres, {beds} lits", len(rooms))
        self.top.say(more=count.format(n=len(rooms), beds=beds))
        return [_row(room) for room in rooms]

    def action_add(self) -> None:
        """Add a room."""

        async def send(answers: Answers) -> bool:
            await self.session.client.add_room(
                NewRoom(
                    name=answers["name"],
                    beds=int(answers["beds"]),
                    room_type=answers["room_type"],
                    building=answers["building"],
                    floor=answers["floor"],
                    dormitory=answers["dormitory"] == "yes",
                    accessible=answers["accessible"] == "yes",
                )
            )
            return True

        fields = [
            Field("name", _("Chambre"), required=True, hint="B12"),
            Field("beds", _("Lits"), "count", required=True),
            Field("room_type", _("Type"), hint=_("ados, famille, 2 lits…")),
            Field("building", _("Bâtiment")),
            Field("floor", _("Étage")),
            Field("dormitory", _("Se vend par lit (dortoir)"), "flag"),
            Field("accessible", _("Accessible (PMR)"), "flag"),
        ]
        values = {"dormitory": "no", "accessible": "no"}
        question = Ask(_("Ajouter une chambre"), fields, send, today=self.session.today, values=values)
        self.ask_then(question, _("Chambre ajoutée."))


def _row(room: Room) -> Row:
    marks = [_("dortoir")] if room.dormitory else []
    marks += [_("PMR")] if room.accessible else []
    return Row(
        str(room.id), (room.name, str(len(room.beds)), room.room_type, room.building, room.floor, ", ".join(marks))
    )
