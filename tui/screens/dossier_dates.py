"""The dates of a dossier: asked, rehearsed, taken by one of three ways; a lost quote revived."""

from datetime import date
from uuid import UUID

from textual import on, work
from textual.message import Message

from server.contract.dates import DatesRehearsal, NewDates
from server.contract.dossiers import DossierView
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.dialogs.dates_rehearsal import DatesRehearsed
from tui.screens.shared import Shared
from tui.session import Session
from tui.widgets.form import Answers, Field
from tui.words import _


class DossierDates(Shared):
    """What a dossier's screen does with its dates."""

    class Rehearsed(Message):
        """The rehearsal came."""

        def __init__(self, seen: DatesRehearsal, version: int) -> None:
            super().__init__()
            self.seen = seen
            self.version = version

    def __init__(self, session: Session, title: str, *, dossier_id: UUID) -> None:
        super().__init__(session, title)
        self.dossier_id = dossier_id
        self.dossier: DossierView | None = None

    @work
    async def action_dates(self) -> None:
        """Ask for other dates, and show what they would do."""
        dossier = self.dossier
        if dossier is None:
            return
        client = self.session.client

        async def send(answers: Answers) -> DatesRehearsal:
            dates = NewDates(
                arrival=date.fromisoformat(answers["arrival"]), departure=date.fromisoformat(answers["departure"])
            )
            return await client.rehearse_dates(dossier.id, dates)

        stay = dossier.stay.fields
        fields = [
            Field("arrival", _("Arrivée"), "day", required=True),
            Field("departure", _("Départ"), "day", required=True, after="arrival", hint=_("+3 : trois nuits")),
        ]
        values = {"arrival": stay.arrival.isoformat(), "departure": stay.departure.isoformat()}
        intro = _("Rien ne change encore : la répétition montre d'abord ce que cela ferait.")
        seen = await self.app.push_screen_wait(
            Ask(_("Autres dates"), fields, send, today=self.session.today, values=values, intro=intro)
        )
        if seen is not None:
            self.post_message(self.Rehearsed(seen, dossier.version))

    @on(Rehearsed)
    @work
    async def _choose_way(self, event: Rehearsed) -> None:
        way = await self.app.push_screen_wait(DatesRehearsed(event.seen))
        if way is None:
            self.notify(_("Laissé comme avant."))
            return
        dates = NewDates(arrival=event.seen.arrival, departure=event.seen.departure, way=way)
        client = self.session.client
        said = _("Dates changées, nouveau devis envoyé.") if way == "requote" else _("Dates changées.")
        self.gesture(lambda: client.change_dates(self.dossier_id, dates, version=event.version), said)

    def action_revive(self) -> None:
        """Put the last lost version on offer again."""
        lost = [quote for quote in self.dossier.quotes if quote.state == "lost"] if self.dossier else []
        if not lost:
            self.notify(_("Aucun devis perdu à reprendre."))
            return
        quote = max(lost, key=lambda one: one.number)
        client = self.session.client
        self.confirm_then(
            Confirm(
                _("Reprendre le devis v{n} ?").format(n=quote.number),
                _("Il revient en vigueur avec ses liens, si le séjour est revenu à ses dates."),
                yes=_("reprendre"),
            ),
            lambda: client.revive_quote(self.dossier_id, quote.id),
            _("Devis repris."),
        )
