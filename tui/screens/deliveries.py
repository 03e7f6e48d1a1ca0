"""What the machinery goes on failing at, for those who can do something about it."""

from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from server.contract.deliveries import Delivery
from tui.actions import bindings
from tui.dialogs.confirm import Confirm
from tui.formats import moment
from tui.problems import in_words
from tui.screens.base import DeskScreen
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import _, ngettext


class DeliveriesScreen(DeskScreen):
    """Failed deliveries: which fact, for whom, how often tried, under which name the log has the rest."""

    SCOPE = "deliveries"
    BINDINGS: ClassVar[list[BindingType]] = bindings("deliveries")

    class Loaded(Message):
        """They came."""

        def __init__(self, deliveries: list[Delivery]) -> None:
            super().__init__()
            self.deliveries = deliveries

    def __init__(self, session: Session) -> None:
        super().__init__(session, _("Échecs"))
        columns = [
            Column(_("depuis"), 11),
            Column(_("quoi"), 20, grow=1),
            Column(_("pour qui"), 16, grow=1),
            Column(_("centre"), 12),
            Column(_("essais"), 6, right=True),
        ]
        self.list = Rows(columns, id="deliveries", titled=True, lines_per_row=2, classes="panel")
        self.recent_too = False
        self._deliveries: dict[str, Delivery] = {}

    def body(self) -> ComposeResult:
        """The list."""
        yield self.list

    def on_mount(self) -> None:
        """Ask for it."""
        self.list.focus()
        self.read()

    def read(self) -> None:
        """Ask again."""
        self._read()

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        try:
            page = await self.session.client.deliveries("retrying" if self.recent_too else "failed")
        except ApiProblem as problem:
            self.post_message(self.Failed(problem))
        else:
            self.post_message(self.Loaded(page.items))

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

    @on(DeskScreen.Failed)
    def _say_failed(self, event: DeskScreen.Failed) -> None:
        self.list.show_failed(in_words(event.problem))
        self.trouble(event.problem, said=self.list.state == "failed")

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
