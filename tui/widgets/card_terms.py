"""What is agreed with a client, in words: defaults and prices of their own."""

from server.contract.client_terms import ClientRate
from server.contract.clients import ClientCard
from tui.formats import money, numeric_day
from tui.words import _


def rate_words(rate: ClientRate) -> str:
    """Return « 39,90 € ados, pension complète du 01/03/2027 au 31/05/2027 (prime) »."""
    days = " ".join(
        part
        for part in (
            _("du {day}").format(day=numeric_day(rate.first_day)) if rate.first_day else "",
            _("au {day}").format(day=numeric_day(rate.last_day)) if rate.last_day else "",
        )
        if part
    )
    name = f"({rate.name})" if rate.name else ""
    what = ", ".join(part for part in (rate.room_type, rate.service_name) if part)
    return " ".join(part for part in (money(rate.price), what, days, name) if part)


def terms_words(card: ClientCard) -> str:
    """Return the defaults and the rates in two lines at most; empty where nothing is agreed."""
    agreed = card.defaults
    discount = f"−{agreed.discount_basis_points / 100:g} %".replace(".", ",") if agreed.discount_basis_points else ""
    share = f"{agreed.commission_basis_points / 100:g}".replace(".", ",")
    commission = _("commission {share} %").format(share=share) if agreed.commission_basis_points else ""
    payer = _("payé par {name}").format(name=agreed.payer_name) if agreed.payer_name else ""
    precise = next((rate for rate in card.rates if rate.id == agreed.rate_id), None)
    rate = _("tarif {name}").format(name=precise.name or money(precise.price)) if precise else ""
    parts = [
        part
        for part in (agreed.service_name, agreed.room_type, payer, agreed.payer_note, discount, commission, rate)
        if part
    ]
    lines = [_("Défauts : {parts}").format(parts=", ".join(parts))] if parts else []
    if card.rates:
        lines.append(_("Tarifs du client : {rates}").format(rates=" ; ".join(map(rate_words, card.rates))))
    return "\n".join(lines)
