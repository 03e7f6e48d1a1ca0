"""A dossier: everything that was said, sold and paid, and what one does with it."""

from asyncio import to_thread
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from server.contract.client_terms import Defaults
from server.contract.dossiers import DossierLine, DossierView, Service
from server.contract.enquiries import NewMessage
from tui.actions import bindings
from tui.dialogs.address import Address
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.dialogs.dossier_asks import (
    ask_commission,
    ask_line_change,
    ask_payment,
    ask_payment_link,
    ask_quote,
    ask_refund,
)
from tui.dialogs.first_service import ask_line
from tui.dialogs.show import Show
from tui.formats import long_day, money
from tui.lists import DOSSIER_STATE, label
from tui.problems import in_words
from tui.quote_files import save_pdf
from tui.screens.base import DeskScreen, OpenClient, OpenStay
from tui.screens.dossier_dates import DossierDates
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.dossier_page import DossierPage, payments_rows, quote_rows
from tui.widgets.form import Answers, Field
from tui.widgets.rows import Column, Rows
from tui.words import _

GIVEN_BACK_OF = ("paid", "partly_refunded")


class DossierScreen(DossierDates):
    """One dossier."""

    SCOPE = "dossier"
    PAGE = True
    LIVE = ("payments.", "quotes.")
    BINDINGS: ClassVar[list[BindingType]] = bindings("dossier")

    class Loaded(Message):
        """The dossier came."""

        def __init__(self, dossier: DossierView) -> None:
            super().__init__()
            self.dossier = dossier

    class Catalogued(Message):
        """The catalogue came, with what is agreed with the client."""

        def __init__(self, services: list[Service], agreed: Defaults | None) -> None:
            super().__init__()
            self.services = services
            self.agreed = agreed

    def __init__(self, session: Session, dossier_id: UUID) -> None:
        super().__init__(session, _("Dossier"), dossier_id=dossier_id)
        self.page = DossierPage(session)

    def body(self) -> ComposeResult:
        """The page."""
        yield self.page

    def on_mount(self) -> None:
        """Stand on its lines."""
        self.page.lines.focus()

    @property
    def opened_id(self) -> UUID | None:
        """This dossier."""
        return self.dossier_id

    def subjects(self) -> frozenset[UUID]:
        """The dossier, its stay and its demande."""
        if self.dossier is None:
            return frozenset({self.dossier_id})
        known = {self.dossier.id, self.dossier.stay.id}
        return frozenset(known | ({self.dossier.enquiry_id} if self.dossier.enquiry_id else set()))

    def read(self) -> None:
        """Ask again."""
        self._read()

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        try:
            dossier = await self.session.client.dossier(self.dossier_id)
        except ApiProblem as problem:
            self.post_message(self.Failed(problem))
        else:
            self.post_message(self.Loaded(dossier))

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        self._take(event.dossier)

    def _take(self, dossier: DossierView) -> None:
        before = {line.id: line for line in self.dossier.lines} if self.dossier else None
        fresh = frozenset(str(line.id) for line in dossier.lines if before is not None and before.get(line.id) != line)
        self.dossier = dossier
        treated = " ✓" if dossier.treated else ""
        self.top.say(f"{dossier.number} · {dossier.client_name}", more=label(DOSSIER_STATE, dossier.state) + treated)
        self.page.show(dossier, changed=fresh)

    @on(DeskScreen.Failed)
    def _say_failed(self, event: DeskScreen.Failed) -> None:
        if self.dossier is None:
            self.page.failed(in_words(event.problem))
        self.trouble(event.problem, said=self.dossier is None)

    @property
    def line(self) -> DossierLine | None:
        """The line under the cursor."""
        lines = self.dossier.lines if self.dossier else []
        return next((line for line in lines if str(line.id) == self.page.lines.key), None)

    @work
    async def _ask(self, ask: Ask[DossierView], said: str) -> None:
        dossier = await self.app.push_screen_wait(ask)
        if dossier is not None:
            self.notify(said)
            self._take(dossier)

    # Services

    @work(exclusive=True, group="catalogue")
    async def action_add_line(self) -> None:
        """Ask for the catalogue, then for the line."""
        try:
            services = await self.session.client.services()
            agreed = await self.session.client.defaults(self.dossier.client_id if self.dossier else None)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.Catalogued(services.items, agreed))

    @on(Catalogued)
    def _add_line(self, event: Catalogued) -> None:
        ask = ask_line(
            self.session,
            event.services,
            lambda line: self.session.client.add_line(self.dossier_id, line),
            agreed=event.agreed,
        )
        self._ask(ask, _("Prestation ajoutée."))

    @on(Rows.Opened, "#lines")
    def action_change_line(self) -> None:
        """Change the line under the cursor."""
        if self.dossier is not None and self.line is not None:
            self._ask(ask_line_change(self.session, self.dossier, self.line), _("Ligne modifiée."))

    def action_remove_line(self) -> None:
        """Take the line off."""
        dossier, line = self.dossier, self.line
        if dossier is None or line is None:
            return
        self.confirm_then(
            Confirm(_("Retirer la ligne ?"), f"{line.label} · {money(line.total)}", yes=_("retirer")),
            lambda: self.session.client.remove_line(dossier.id, line.id, version=dossier.version),
            _("Ligne retirée."),
        )

    # Quote and money

    def action_send_quote(self) -> None:
        """Send the quote."""
        if self.dossier is None:
            return
        if not self.dossier.lines:
            self.notify(_("Ajoutez d'abord une prestation (+)."), severity="warning")
            return
        self._ask(ask_quote(self.session, self.dossier), _("Devis envoyé."))

    @work
    async def action_payment_link(self) -> None:
        """Make a payment link."""
        if self.dossier is None:
            return
        link = await self.app.push_screen_wait(ask_payment_link(self.session, self.dossier))
        if link is not None:
            sent = _("Envoyé à {address}. ").format(address=link.mailed_to) if link.mailed_to else ""
            until = _("Lien copié, valable jusqu'au {day}.").format(day=long_day(link.expires_at.date()))
            await self.app.push_screen_wait(Address(_("Lien de paiement"), sent + until, link.url))
            self.read()

    def action_record_payment(self) -> None:
        """Note money received otherwise."""
        if self.dossier is not None:
            self._ask(ask_payment(self.session, self.dossier), _("Paiement noté."))

    @work
    async def action_refund(self) -> None:
        """Give back a payment, or part of it."""
        dossier = self.dossier
        if dossier is None:
            return
        given = [payment for payment in dossier.payments if payment.state in GIVEN_BACK_OF]
        rows = [
            row for row in payments_rows(dossier, self.session) if row.key in {str(payment.id) for payment in given}
        ]
        columns = [Column("", 8), Column("", 20, grow=1), Column("", 12, right=True), Column("", 20)]
        chosen = await self.app.push_screen_wait(
            Show(_("Rembourser lequel ? ⏎"), columns, rows, empty=_("Aucun paiement à rembourser."))
        )
        payment = next((payment for payment in given if str(payment.id) == chosen), None)
        if payment is not None:
            self._ask(ask_refund(self.session, payment.id, payment.amount), _("Remboursement lancé."))

    def action_commission(self) -> None:
        """Say what the client keeps of the price."""
        if self.dossier is not None:
            self._ask(ask_commission(self.session, self.dossier), _("Commission notée."))

    def action_treated(self) -> None:
        """Tick « Traité », or take the tick away."""
        dossier = self.dossier
        if dossier is not None:
            treated = not dossier.treated
            said = _("Traité.") if treated else _("N'est plus traité.")
            self.gesture(lambda: self.session.client.set_treated(dossier.id, treated, version=dossier.version), said)

    # Around it

    def action_message(self) -> None:
        """Write to the client."""

        async def send(answers: Answers) -> DossierView:
            return await self.session.client.write_in_dossier(
                self.dossier_id, NewMessage(text=answers["text"], note=answers["note"] == "yes")
            )

        fields = [Field("text", _("Message"), "long", required=True), Field("note", _("Note interne"), "flag")]
        ask = Ask(_("Écrire au client"), fields, send, today=self.session.today, values={"note": "no"})
        self._ask(ask, _("Message envoyé."))

    def action_versions(self) -> None:
        """Show the versions of the quote."""
        if self.dossier is not None:
            columns = [Column("", 3), Column("", 10), Column("", 7), Column("", 12, right=True), Column("", 20, grow=1)]
            rows = quote_rows(self.dossier, self.session)
            self.app.push_screen(
                Show(
                    _("Versions du devis : c copie l'adresse"),
                    columns,
                    rows,
                    two_lines=True,
                    empty=_("Aucun devis encore. e : l'envoyer."),
                )
            )

    @work(exclusive=True, group="pdf")
    async def action_save_pdf(self) -> None:
        """Save the newest quote's PDF on one's own machine; elsewhere show the address of its page."""
        dossier = self.dossier
        sent = [quote for quote in dossier.quotes if quote.sent_at] if dossier else []
        if dossier is None or not sent:
            self.notify(_("Aucun devis encore. e : l'envoyer."))
            return
        quote = max(sent, key=lambda version: version.number)
        if not self.session.own_machine:
            said = _("Adresse copiée : la page du devis v{n}, avec son PDF.").format(n=quote.number)
            await self.app.push_screen_wait(
                Address(_("Devis {number}").format(number=dossier.number), said, quote.page_url)
            )
            return
        try:
            content = await self.session.client.quote_pdf(dossier.id, quote.id)
            path = await to_thread(save_pdf, content, f"devis-{dossier.number}-v{quote.number}")
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        except OSError as error:
            self.notify(_("Le PDF n'a pas pu être écrit : {why}").format(why=error.strerror), severity="error")
        else:
            self.notify(_("PDF enregistré : {path}").format(path=path), timeout=10)

    def action_stay(self) -> None:
        """Open the stay."""
        if self.dossier is not None:
            self.post_message(OpenStay(self.dossier.stay.id))

    def action_client(self) -> None:
        """Open the card."""
        if self.dossier is not None:
            self.post_message(OpenClient(self.dossier.client_id))

    def action_tax(self) -> None:
        """Put the tourist tax on the dossier."""
        self.gesture(
            lambda: self.session.client.tax_dossier(self.dossier_id), _("Taxe de séjour comptée, exonérations nommées.")
        )

    def action_history(self) -> None:
        """Show who did what."""
        self.read_history(self.dossier_id)
