"""What is asked from a dossier: send the quote, a payment link, money received, a refund, a line's quantity and price."""

from datetime import date, timedelta
from uuid import UUID

import msgspec

from server.contract.basics import Money, Problem
from server.contract.dossiers import (
    DossierLine,
    DossierView,
    LineChange,
    ManualPayment,
    PaymentLinkRequest,
    QuoteSending,
    RefundRequest,
)
from server.contract.stays import LinkMade
from tui.dialogs.ask import Ask
from tui.formats import money
from tui.lists import INSTALMENT, MEANS, choices
from tui.reasons import explained
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field
from tui.words import _

VALID_DAYS = 30
OPTION_DAYS = 14


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def ask_quote(session: Session, dossier: DossierView) -> Ask[DossierView]:
    """Ask how the quote is to be sent."""
    details = [
        ("simple", _("simple : le total")),
        ("grouped", _("groupé par genre")),
        ("detailed", _("détaillé, ligne par ligne")),
    ]
    holds = dossier.stay.status == "tentative"
    fields = [
        Field("detail", _("Détail du devis"), "choice", choices=lambda _answers: details, required=True),
        Field("valid_until", _("Valable jusqu'au"), "day", required=True),
        Field("option_until", _("Tenir en option jusqu'au"), "day", hint=_("vide : ne rien tenir")),
        Field("message", _("Mot au client"), "long"),
    ]

    async def send(answers: Answers) -> DossierView:
        sending = QuoteSending(
            detail=answers["detail"],
            valid_until=_day(answers["valid_until"]),
            option_until=_day(answers["option_until"]),
            message=answers["message"],
        )
        return await session.client.send_quote(dossier.id, sending)

    # Neither goes beyond the arrival: the server refuses it, and a group that comes soon is the one in a hurry.
    arrival = dossier.stay.fields.arrival
    values = {"detail": "grouped", "valid_until": min(session.today + timedelta(days=VALID_DAYS), arrival).isoformat()}
    if holds and dossier.stay.rooms:
        values["option_until"] = min(session.today + timedelta(days=OPTION_DAYS), arrival).isoformat()
    elif dossier.stay.option_until:
        values["option_until"] = dossier.stay.option_until.isoformat()
    intro = _("{total} à {name} : un courriel avec le PDF et l'adresse de la page.").format(
        total=money(dossier.total), name=dossier.client_name
    )
    return Ask(_("Envoyer le devis"), fields, send, today=session.today, values=values, intro=intro)


def ask_payment_link(session: Session, dossier: DossierView) -> Ask[LinkMade]:
    """Ask which part a payment link is for."""
    fields = [
        Field("part", _("Pour"), "choice", choices=lambda _answers: choices(INSTALMENT), required=True),
        Field("mail", _("L'envoyer au client"), "flag", required=True),
    ]

    async def send(answers: Answers) -> LinkMade:
        wanted = PaymentLinkRequest(part=answers["part"], mail=answers["mail"] == "yes")
        return await session.client.make_payment_link(dossier.id, wanted)

    first = next((instalment.part for instalment in dossier.schedule if instalment.state != "paid"), "whole")
    intro = _("Reste à payer : {due}.").format(due=money(dossier.due))
    return Ask(
        _("Lien de paiement"), fields, send, today=session.today, values={"part": first, "mail": "yes"}, intro=intro
    )


def ask_payment(session: Session, dossier: DossierView) -> Ask[DossierView]:
    """Ask about money received otherwise."""
    means = [pair for pair in choices(MEANS) if pair[0] != "card"]
    fields = [
        Field("means", _("Moyen"), "choice", choices=lambda _answers: means, required=True),
        Field("amount", _("Somme"), "money", required=True),
        Field("received_day", _("Reçu le"), "day"),
        Field("reference", _("Référence"), hint=_("n° de chèque, de virement")),
    ]

    async def send(answers: Answers) -> DossierView:
        payment = ManualPayment(
            means=answers["means"],
            amount=Money(minor=int(answers["amount"])),
            reference=answers["reference"],
            received_day=_day(answers["received_day"]),
        )
        return await session.client.record_payment(dossier.id, payment)

    due = next(
        (instalment.amount.minor for instalment in dossier.schedule if instalment.state != "paid"), dossier.due.minor
    )
    values = {"means": "transfer", "received_day": session.today.isoformat()} | (
        {"amount": str(due)} if due > 0 else {}
    )
    return Ask(
        _("Paiement reçu"),
        fields,
        send,
        today=session.today,
        values=values,
        intro=_("Reste à payer : {due}.").format(due=money(dossier.due)),
    )


def ask_refund(session: Session, payment_id: UUID, left: Money) -> Ask[DossierView]:
    """Ask how much to give back."""
    fields = [
        Field("amount", _("Somme"), "money", hint=_("vide : tout")),
        Field("reason", _("Raison"), required=True),
    ]

    async def send(answers: Answers) -> DossierView:
        amount = Money(minor=int(answers["amount"]), currency=left.currency) if answers["amount"] else None
        return await session.client.refund(payment_id, RefundRequest(amount=amount, reason=answers["reason"]))

    return Ask(
        _("Rembourser"), fields, send, today=session.today, intro=_("Payé : {amount}.").format(amount=money(left))
    )


def ask_line_change(session: Session, dossier: DossierView, line: DossierLine) -> Ask[DossierView]:
    """Ask for another quantity or price; of a line that somebody changed meanwhile both versions are shown."""
    version = dossier.version
    fields = [
        Field("label", _("Libellé"), required=True),
        Field("quantity", _("Quantité"), "count", required=True),
        Field("unit_price", _("Prix à l'unité"), "money", required=True),
    ]

    async def send(answers: Answers) -> DossierView:
        price = int(answers["unit_price"])
        change = LineChange(
            label=answers["label"] if answers["label"] != line.label else None,
            quantity=int(answers["quantity"]) if int(answers["quantity"]) != line.quantity else None,
            unit_price=Money(minor=price, currency=line.unit_price.currency)
            if price != line.unit_price.minor
            else None,
        )
        nonlocal version
        try:
            return await session.client.change_line(dossier.id, line.id, change, version=version)
        except ApiProblem as problem:
            if problem.code != "stale_version":
                raise
            newer = await session.client.dossier(dossier.id)
            version = newer.version
            theirs = next((one for one in newer.lines if one.id == line.id), None)
            if theirs is not None and _said(theirs) == _said(line):
                return await session.client.change_line(dossier.id, line.id, change, version=version)
            raise ApiProblem(_both_versions(problem.problem, theirs)) from problem

    values = {"label": line.label, "quantity": str(line.quantity), "unit_price": str(line.unit_price.minor)}
    return Ask(_("Modifier la ligne"), fields, send, today=session.today, values=values, intro=explained(line.reasons))


def _said(line: DossierLine) -> tuple[str, int, Money]:
    return line.label, line.quantity, line.unit_price


def _both_versions(problem: Problem, theirs: DossierLine | None) -> Problem:
    """Say what stands there now: what is typed stands in the form."""
    if theirs is None:
        detail = _("Quelqu'un a retiré cette ligne entre-temps.")
    else:
        detail = _(
            "Enregistré entre-temps : {label}, {quantity} × {price}. Ctrl+S enregistre votre version par-dessus."
        ).format(label=theirs.label, quantity=theirs.quantity, price=money(theirs.unit_price))
    return msgspec.structs.replace(problem, code="saved_meanwhile", detail=detail)


def ask_commission(session: Session, dossier: DossierView) -> Ask[DossierView]:
    """Ask what the client keeps of the price."""

    async def send(answers: Answers) -> DossierView:
        return await session.client.set_commission(dossier.id, int(answers["share"] or 0), version=dossier.version)

    fields = [Field("share", _("Commission, en %"), "percent", hint=_("vide : aucune"))]
    values = {"share": str(dossier.commission_basis_points or "")}
    pointers = {"share_basis_points": "share"}
    title = _("Commission · {number}").format(number=dossier.number)
    return Ask(title, fields, send, today=session.today, values=values, pointers=pointers)
