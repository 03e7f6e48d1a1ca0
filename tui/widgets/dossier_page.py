"""A dossier on one page: the stay above, what is sold, the schedule and what was paid, what was said."""

import msgspec
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from server.contract.dossiers import DossierView
from server.contract.stays import Stay
from tui.formats import long_day, moment, money, nights, period, room_names, short_day
from tui.lists import INSTALMENT, MEANS, PAYMENT_STATE, QUOTE_STATE, STAY_STATUS, label
from tui.reasons import explained
from tui.session import Session
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.widgets.thread import Thread
from tui.words import _

SIGNS = {"paid": ("✓", "good"), "overdue": ("!", "bad"), "due": ("○", ""), "pending": ("…", ""), "failed": ("✗", "bad")}


def stay_words(stay: Stay) -> str:
    """Return « 16→19 mars 2027 · 3 nuits · 52 p (48 ado, 4 adu) · B1-B9 option → 5 déc. »."""
    short = {"children": _("enf."), "teenagers": _("ado"), "young": _("jeu."), "adults": _("adu"), "seniors": _("sen.")}
    bands = msgspec.structs.asdict(stay.fields.counts)
    counts = [f"{bands[band]} {name}" for band, name in short.items() if bands[band]]
    pax = _("{n} p").format(n=stay.pax if stay.pax is not None else "?")
    rooms = room_names([room.room for room in stay.rooms], most=30) or _("pas encore de chambres")
    status = label(STAY_STATUS, stay.status)
    if stay.status == "option" and stay.option_until:
        status += f" → {short_day(stay.option_until)}"
    dates = period(stay.fields.arrival, stay.fields.departure)
    return (
        f"{dates} · {nights(stay.nights)} · {pax}"
        + (f" ({', '.join(counts)})" if counts else "")
        + f" · {rooms} · {status}"
    )


class DossierPage(Vertical):
    """What is known of a dossier."""

    def __init__(self, session: Session) -> None:
        super().__init__(id="dossier")
        self._session = session
        self._head = Static("", id="dossier-head")
        self.lines = Rows(
            [
                Column("", 14, grow=3),
                Column("", 8, right=True),
                Column("", 9, right=True),
                Column("", 11, right=True),
                Column("", 14, grow=1, wide_from=70),
            ],
            id="lines",
            classes="panel",
        )
        self._schedule = Rows(
            [Column("", 8), Column("", 11, right=True), Column("", 8), Column("", 2)],
            id="schedule",
            title=_("Échéancier"),
            classes="panel",
        )
        self._thread = Thread(session, id="messages")
        self._thread.add_class("panel")
        self._thread.border_title = _("Messages")

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield self._head
        yield self.lines
        with Horizontal(id="dossier-below"):
            yield self._schedule
            yield self._thread

    def failed(self, why: str) -> None:
        """Say why there is no dossier."""
        self._head.update(Content(why))
        self.lines.show_failed(why)
        self._schedule.show_failed(why)
        self._thread.say("")

    def show(self, dossier: DossierView, *, changed: frozenset[str] = frozenset()) -> None:
        """Show a dossier."""
        self._head.update(Content(_("séjour {words}").format(words=stay_words(dossier.stay))))
        self.lines.border_title = self._services_title(dossier)
        vat = _("dont TVA {vat}").format(vat=money(dossier.vat))
        share = f"{dossier.commission_basis_points / 100:g}".replace(".", ",")
        keeps = _("commission {share} % : {amount}").format(share=share, amount=money(dossier.commission))
        parts = (money(dossier.total), vat, keeps if dossier.commission_basis_points else "")
        self.lines.border_subtitle = "  ".join(part for part in parts if part)
        self.lines.show(
            [self._line(dossier, index) for index in range(len(dossier.lines))],
            empty=_("Aucune prestation. + : en ajouter une."),
            changed=changed,
        )
        self._schedule.border_subtitle = _("reste {due}").format(due=money(dossier.due))
        self._schedule.show(self._money_rows(dossier), empty=_("Rien à payer encore."))
        self._thread.show(dossier.messages)

    def _services_title(self, dossier: DossierView) -> str:
        if not dossier.quotes:
            return _("Prestations · pas encore de devis")
        last = max(dossier.quotes, key=lambda quote: quote.number)
        zone, today = self._session.zone, self._session.today
        said = _("Prestations · devis v{n}").format(n=last.number)
        if last.sent_at:
            said += ", " + _("envoyé {day}").format(day=moment(last.sent_at, zone=zone, today=today))
        if last.accepted_at:
            said += ", " + _("accepté {day}").format(day=moment(last.accepted_at, zone=zone, today=today))
        elif last.state != "sent":
            said += f", {label(QUOTE_STATE, last.state)}"
        return said

    @staticmethod
    def _line(dossier: DossierView, index: int) -> Row:
        line = dossier.lines[index]
        quantity = str(line.quantity) + (" × " + str(line.nights) + _("n") if line.nights > 1 else "")
        return Row(
            str(line.id),
            (
                line.label,
                quantity,
                money(line.unit_price),
                Cell(money(line.total), "strong"),
                Cell(explained(line.reasons), "muted"),
            ),
        )

    def _money_rows(self, dossier: DossierView) -> list[Row]:
        rows: list[Row] = []
        for index, instalment in enumerate(dossier.schedule):
            sign, tone = SIGNS.get(instalment.state, ("○", ""))
            name = instalment.nature or label(INSTALMENT, instalment.part)
            rows.append(
                Row(f"due {index}", (name, money(instalment.amount), short_day(instalment.due_day), Cell(sign, tone)))
            )
        for payment in dossier.payments:
            sign, tone = SIGNS.get(payment.state, ("·", ""))
            when = moment(payment.at, zone=self._session.zone, today=self._session.today)
            rows.append(
                Row(
                    f"payment {payment.id}",
                    (label(MEANS, payment.means), money(payment.amount), when, Cell(sign, tone)),
                )
            )
        return rows


def payments_rows(dossier: DossierView, session: Session) -> list[Row]:
    """The payments that something can be given back of."""
    return [
        Row(
            str(payment.id),
            (
                moment(payment.at, zone=session.zone, today=session.today),
                label(MEANS, payment.means),
                money(payment.amount),
                label(PAYMENT_STATE, payment.state),
            ),
        )
        for payment in dossier.payments
    ]


def quote_rows(dossier: DossierView, session: Session) -> list[Row]:
    """The versions of the quote, the newest first, each with the address of its page."""
    rows: list[Row] = []
    for quote in sorted(dossier.quotes, key=lambda quote: -quote.number):
        sent = moment(quote.sent_at, zone=session.zone, today=session.today) if quote.sent_at else ""
        until = _("jusqu'au {day}").format(day=long_day(quote.valid_until)) if quote.valid_until else ""
        by = _("par {name}").format(name=quote.accepted_by) if quote.accepted_by else ""
        cells = (f"v{quote.number}", label(QUOTE_STATE, quote.state), sent, money(quote.total), by or until)
        rows.append(Row(str(quote.id), cells, second=quote.page_url))
    return rows
