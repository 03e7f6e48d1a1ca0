"""The tablets at the desk: paired once, their address shown once."""

from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.binding import BindingType

from server.contract.tablets import NewTablet, Tablet, TabletPaired
from tui.actions import bindings
from tui.dialogs.address import Address
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.formats import moment
from tui.screens.facilities import FacilityScreen
from tui.session import Session
from tui.widgets.form import Answers, Field
from tui.widgets.rows import Cell, Column, Row
from tui.words import N_, _


class TabletsScreen(FacilityScreen):
    """The tablets."""

    SCOPE = "tablets"
    EMPTY = N_("Aucune tablette encore. n : en jumeler une.")
    OF_A_ROW = ("unpair",)
    BINDINGS: ClassVar[list[BindingType]] = bindings("tablets")

    def __init__(self, session: Session) -> None:
        super().__init__(session, [Column(_("tablette"), 20, grow=1), Column(_("jumelée"), 10), Column(_("état"), 24)])
        self._tablets: dict[str, Tablet] = {}

    async def rows(self) -> Sequence[Row]:
        """Ask for the tablets."""
        tablets = (await self.session.client.tablets()).items
        self._tablets = {str(tablet.id): tablet for tablet in tablets}
        return [self._row(tablet) for tablet in tablets]

    def _row(self, tablet: Tablet) -> Row:
        zone, today = self.session.zone, self.session.today
        if tablet.unpaired_at:
            ended = _("retirée {when}").format(when=moment(tablet.unpaired_at, zone=zone, today=today))
            state = Cell("✗ " + ended, "muted")
        else:
            state = Cell("✓ " + _("en service"), "good")
        name = Cell(tablet.name, "muted" if tablet.unpaired_at else "strong")
        return Row(str(tablet.id), (name, moment(tablet.paired_at, zone=zone, today=today), state))

    @work
    async def action_pair(self) -> None:
        """Pair a tablet, and show its address this once."""

        async def send(answers: Answers) -> TabletPaired:
            return await self.session.client.pair_tablet(NewTablet(name=answers["name"]))

        fields = [Field("name", _("Nom de la tablette"), required=True, hint=_("comptoir, hall…"))]
        paired = await self.app.push_screen_wait(Ask(_("Jumeler une tablette"), fields, send, today=self.session.today))
        if paired is not None:
            said = _("Ouvrez cette adresse sur la tablette. Elle n'est montrée que cette fois.")
            await self.app.push_screen_wait(Address(paired.name, said, paired.url))
            self.read()

    def action_unpair(self) -> None:
        """End a tablet's pairing."""
        tablet = self._tablets.get(self.list.key)
        if tablet is None or tablet.unpaired_at:
            return
        self.confirm_then(
            Confirm(
                _("Retirer {name} ?").format(name=tablet.name),
                _("La tablette ne montre plus rien, tout de suite. Il faudra la jumeler de nouveau."),
                yes=_("retirer"),
                yes_first=False,
            ),
            lambda: self.session.client.unpair_tablet(tablet.id),
            _("Tablette retirée."),
        )
