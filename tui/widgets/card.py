"""The client card on one page: identity above, stays and money at the left, the follow-up at the right."""

from collections.abc import Iterator

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from server.contract.clients import CardPayment, ClientCard, StayLine
from tui.formats import money, month, nights, numeric_day, people, score
from tui.lists import DOSSIER_STATE, MEANS, PAYMENT_STATE, PRODUCT_TYPE, STAY_STATUS, label
from tui.session import Session
from tui.widgets.card_terms import terms_words
from tui.widgets.card_text import follow_up, identity
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import _


class Card(Vertical):
    """A card to read; its list holds stays, dossiers and payments, of which the first two can be opened."""

    def __init__(self, session: Session, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._session = session
        self._head = Static("", id="card-head")
        self._follow = Static("", id="card-follow")
        self._below = VerticalScroll(self._follow, id="card-follow-panel", classes="panel")
        self._below.border_title = _("Suivi")
        self._consumed = Static("", id="card-consumed", markup=False)
        columns = [
            Column("", 11),
            Column("", 4, right=True),
            Column("", 9, grow=1),
            Column("", 11, right=True),
            Column("", 11, wide_from=60),
            Column("", 5),
        ]
        self.things = Rows(columns, id="card-things", title=_("Séjours, dossiers, paiements"), classes="panel")
        self.card: ClientCard | None = None

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield self._head
        with Horizontal(id="card-below"):
            with Vertical(id="card-left"):
                yield self.things
                yield self._consumed
            yield self._below

    def say(self, text: str, *, failed: bool = False) -> None:
        """Say why there is no card."""
        self._head.update(Content(text))
        self._follow.update("")
        self._consumed.update("")
        if failed:
            self.things.show_failed(text)
        else:
            self.things.show_loading()

    def show(self, card: ClientCard) -> None:
        """Show a card."""
        self.card = card
        self._head.update(identity(card))
        self._follow.update(follow_up(card, self._session))
        self.things.show(list(self._rows(card)), empty=_("Aucun séjour encore. n : en prendre un."))
        self._say_consumed(self.things.key)

    def _rows(self, card: ClientCard) -> Iterator[Row]:
        yield from map(_stay, card.stays)
        scores = [stay.score for stay in card.stays if stay.score is not None]
        if scores:
            mean = score((2 * sum(scores) + len(scores)) // (2 * len(scores)))
            yield Row("mean", ("", "", "", Cell(_("moyenne"), "muted"), "", mean), heading=True)
        for dossier in card.dossiers:
            state = label(DOSSIER_STATE, dossier.state)
            yield Row(
                f"dossier {dossier.id}", (dossier.number, "", state, money(dossier.total), _due(dossier.due.minor), "")
            )
        for payment in card.payments:
            yield _payment(payment)

    @on(Rows.Moved, "#card-things")
    def _stand(self, event: Rows.Moved) -> None:
        self._say_consumed(event.key)

    def _say_consumed(self, key: str) -> None:
        """Say what the stay under the cursor consumed, and under it what is agreed with the client."""
        stays = self.card.stays if self.card else []
        stay = next((stay for stay in stays if f"stay {stay.id}" == key), None)
        services = stay.services if stay else []
        consumed = " · ".join(f"{label(PRODUCT_TYPE, each.product_type)} {money(each.total)}" for each in services)
        agreed = terms_words(self.card) if self.card else ""
        self._consumed.update("\n".join(line for line in (consumed, agreed) if line))


def _due(minor: int) -> Cell:
    return Cell(_("soldé"), "good") if minor <= 0 else Cell(_("reste dû"), "warn")


def _stay(stay: StayLine) -> Row:
    tone = {"option": "warn", "cancelled": "muted", "present": "good"}.get(stay.status, "")
    return Row(
        f"stay {stay.id}",
        (
            f"{month(stay.arrival)} {stay.arrival.year}",
            people(stay.pax),
            Cell(label(STAY_STATUS, stay.status), tone),
            money(stay.amount) if stay.amount else "",
            stay.dossier_number or Cell(nights((stay.departure - stay.arrival).days), "muted"),
            score(stay.score) if stay.score is not None else "",
        ),
    )


def _payment(payment: CardPayment) -> Row:
    day = numeric_day(payment.day) if payment.day else ""
    words = f"{label(MEANS, payment.means)} · {label(PAYMENT_STATE, payment.state)}"
    return Row(f"payment {payment.id}", (day, "", words, money(payment.amount), Cell(payment.number, "muted"), ""))
