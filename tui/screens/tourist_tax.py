"""Tourist tax at the desk: the period's declaration to read, the rate to set."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from textual import on, work
from textual.message import Message

from server.contract.basics import Money
from server.contract.statistics import TouristTax, TouristTaxExemption, TouristTaxRate
from tui.dialogs.ask import Ask
from tui.dialogs.show import Show
from tui.formats import money
from tui.screens.base import DeskScreen
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.figures import count
from tui.widgets.form import Answers, Field
from tui.widgets.rows import Cell, Column, Row
from tui.words import N_, _

REASONS = {
    "": N_("assujettis"),
    "minor": N_("exonérés : mineurs"),
    "emergency_housing": N_("exonérés : hébergement d'urgence"),
    "seasonal_worker": N_("exonérés : saisonniers de la commune"),
    "low_rent": N_("exonérés : loyer sous le seuil"),
}


BY_HAND = {
    "seasonal_worker": N_("Saisonniers de la commune"),
    "emergency_housing": N_("Hébergés d'urgence"),
    "low_rent": N_("Loyer sous le seuil"),
}
"""Whom only the desk can know to be exempt."""


class TouristTaxGestures(DeskScreen):
    """What the screen of statistics can do about tourist tax."""

    first_day: date
    last_day: date

    class TaxRead(Message):
        """The declaration came."""

        def __init__(self, found: TouristTax) -> None:
            super().__init__()
            self.found = found

    class RatesRead(Message):
        """The rates came."""

        def __init__(self, rates: list[TouristTaxRate]) -> None:
            super().__init__()
            self.rates = rates

    @work(exclusive=True, group="tax")
    async def action_tax(self) -> None:
        """Show the period's declaration."""
        try:
            found = await self.session.client.tourist_tax(self.first_day, self.last_day)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.TaxRead(found))

    @on(TaxRead)
    def _show_tax(self, event: TaxRead) -> None:
        columns = [
            Column(_("situation"), 20, grow=1),
            Column(_("nuitées"), 8, right=True),
            Column(_("tarif"), 8, right=True),
            Column(_("taxe"), 11, right=True),
            Column(_("add."), 10, right=True),
        ]
        rows = [
            Row(
                f"{place}",
                (
                    Cell(_(REASONS[line.reason]), "muted" if line.reason else ""),
                    count(line.nights),
                    money(line.unit) if not line.reason else "",
                    money(line.amount) if not line.reason else "",
                    money(line.additional) if not line.reason else "",
                ),
            )
            for place, line in enumerate(event.found.declaration)
        ]
        empty = _("Rien à déclarer : aucune nuitée, ou aucun tarif (r pour le fixer).")
        self.app.push_screen(Show(_("Taxe de séjour de la période"), columns, rows, titled=True, empty=empty))

    @work(exclusive=True, group="tax")
    async def action_tax_rate(self) -> None:
        """Ask for the rates, to set one."""
        try:
            rates = await self.session.client.tourist_tax_rates()
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.RatesRead(rates))

    @on(RatesRead)
    @work
    async def _ask_rate(self, event: RatesRead) -> None:
        async def send(answers: Answers) -> bool:
            await self.session.client.set_tourist_tax_rate(_rate(answers))
            return True

        now = event.rates[-1] if event.rates else None
        values = {"first_day": self.session.today.isoformat(), "category": now.category if now else ""}
        if now is not None:
            values |= _values(now)
        fields = [
            Field("first_day", _("À partir du"), "day", required=True),
            Field("category", _("Catégorie"), required=True),
            Field("per_night", _("Par personne et nuit"), "money"),
            Field("share", _("ou part du prix, en %")),
            Field("ceiling", _("plafond de la part"), "money"),
            Field("additional", _("Additionnelle, en %")),
            Field("low_rent", _("Loyer exonéré sous"), "money"),
        ]
        intro = _("La commune fixe le tarif par délibération ; l'ancien vaut jusqu'à la veille.")
        question = Ask(
            _("Tarif de la taxe de séjour"), fields, send, today=self.session.today, values=values, intro=intro
        )
        if await self.app.push_screen_wait(question):
            self.notify(_("Tarif enregistré."))


def ask_exemptions(session: Session, stay_id: UUID, told: Sequence[TouristTaxExemption]) -> Ask[bool]:
    """Ask how many adults of a stay are exempt, for each reason that somebody has to say; minors are by themselves."""
    known = {one.reason: one.people for one in told}

    async def send(answers: Answers) -> bool:
        for reason in BY_HAND:
            people = int(answers[reason] or 0)
            if people != known.get(reason, 0):
                await session.client.exempt(stay_id, TouristTaxExemption(reason=reason, people=people))
        return True

    fields = [Field(reason, _(label), "count", hint=_("adultes")) for reason, label in BY_HAND.items()]
    values = {reason: str(people) for reason, people in known.items()}
    intro = _("Les mineurs et l'hébergement d'urgence sont exonérés d'eux-mêmes ; ici, qui l'a montré au comptoir.")
    return Ask(_("Taxe de séjour : exonérés"), fields, send, today=session.today, values=values, intro=intro)


def _rate(answers: Answers) -> TouristTaxRate:
    return TouristTaxRate(
        first_day=date.fromisoformat(answers["first_day"]),
        category=answers["category"],
        per_night=_money(answers["per_night"]),
        share_basis_points=_basis_points(answers["share"]),
        ceiling=_money(answers["ceiling"]),
        additional_basis_points=_basis_points(answers["additional"]) or 0,
        low_rent=_money(answers["low_rent"]) or Money(minor=0),
    )


def _values(rate: TouristTaxRate) -> dict[str, str]:
    amounts = {"per_night": rate.per_night, "ceiling": rate.ceiling, "low_rent": rate.low_rent}
    shares = {"share": rate.share_basis_points, "additional": rate.additional_basis_points}
    return {name: str(amount.minor) for name, amount in amounts.items() if amount and amount.minor} | {
        name: f"{share / 100:g}".replace(".", ",") for name, share in shares.items() if share
    }


def _money(minor: str) -> Money | None:
    return Money(minor=int(minor)) if minor else None


def _basis_points(percent: str) -> int | None:
    """Read « 5 », « 2,5 » or « 10 % » as basis points; None where nothing is written, or no number."""
    text = percent.replace("%", "").replace(",", ".").strip()
    try:
        return round(float(text) * 100) if text else None
    except ValueError:
        return None
