"""What the machinery goes on failing at, for those who can do something about it."""

from typing import ClassVar
from uuid import UUID

from textual import on
from textual.binding import BindingType
from textual.message import Message

from server.contract.deliveries import Delivery
from tui.actions import bindings
from tui.dialogs.confirm import Confirm
from tui.formats import moment
from tui.screens.list_screen import ListScreen
from tui.session import Session
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import _, ngettext


class DeliveriesScreen(ListScreen):
    """Failed deliveries: which fact, for whom, how often tried, under which name the log has the rest."""

    SCOPE = "deliveries"
    OF_A_ROW = ("retry",)
    BINDINGS: ClassVar[list[BindingType]] = bindings("deliveries")

    class Loaded(Message):
        """They came."""

        def __init__(self, deliveries: list[Delivery]) -> None:
            super().__init__()
            self.deliveries = deliveries

    def __init__(self, session: Session) -> None:
        columns = [
            Column(_("depuis"), 11),
            Column(_("quoi"), 20, grow=1),
            Column(_("pour qui"), 16, grow=1),
            Column(_("centre"), 12),
            Column(_("essais"), 6, right=True),
        ]
        rows = Rows(columns, id="deliveries", titled=True, lines_per_row=2, classes="panel")
        super().__init__(session, _("Échecs"), rows)
        self.recent_too = False
        self._deliveries: dict[str, Delivery] = {}

    async def ask(self) -> Message:
        """Ask for what fails."""
        return self.Loaded((await self.session.client.deliveries("retrying" if self.recent_too else "failed")).items)

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        count = len(event.deliveries)
        self.top.say(more=ngettext("{n} échec", "{n} échecs", count).format(n=count))
        self._deliveries = {f"{one.id} {one.consumer}": one for one in event.deliveries}
        self.list.show(
            [self._row(key, one) for key, one in self._deliveries.items()],
            empty=_("Rien n'échoue. f : voir aussi ce qui est en train d'être réessayé."),
        )

    def _row(self, key: str, one: Delivery) -> Row:
        since = moment(one.recorded_at, zone=self.session.zone, today=self.session.today)
        again = moment(one.next_at, zone=self.session.zone, today=self.session.today)
        return Row(
            key,
            (since, Cell(one.kind, "strong"), one.consumer, one.centre or "–", str(one.attempts)),
            second=_("{error} · prochain essai {again} · référence {reference}").format(
                error=one.error, again=again, reference=one.request_id
            ),
        )

    def action_filter(self) -> None:
        """Show what failed less often too, or no more."""
        self.recent_too = not self.recent_too
        self.read()

    def action_retry(self) -> None:
        """Have the one under the cursor tried now."""
        one = self._deliveries.get(self.list.key)
        if one is None:
            return
        event_id: UUID = one.id
        self.confirm_then(
            Confirm(_("Réessayer maintenant ?"), f"{one.kind} → {one.consumer}", yes=_("réessayer")),
            lambda: self.session.client.retry_delivery(event_id, one.consumer),
            _("C'est remis en route."),
        )
