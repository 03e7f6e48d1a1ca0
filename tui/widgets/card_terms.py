"""What is agreed with a client, in words: defaults and prices of their own."""

from server.contract.client_terms import ClientRate
from server.contract.clients import ClientCard
from tui.formats import money, numeric_day
from tui.words import _


def rate_words(rate: ClientRate) -> str:
    """Return « ados 39,90 € du 01/03/2027 au 31/05/2027 (prime) »."""
    days = " ".join(
        part
        for part in (
            _("du {day}").format(day=numeric_day(rate.first_day)) if rate.first_day else "",
            _("au {day}").format(day=numeric_day(rate.last_day)) if rate.last_day else "",
        )
        if part
    )
    name = f"({rate.name})" if rate.name else ""
    return " ".join(part for part in (rate.room_type, money(rate.price), days, name) if part)


def terms_words(card: ClientCard) -> str:
    """Return the defaults and the rates in two lines at most; empty where nothing is agreed."""
    agreed = card.defaults
    discount = f"−{agreed.discount_basis_points / 100:g} %".replace(".", ",") if agreed.discount_basis_points else ""
    share = f"{agreed.commission_basis_points / 100:g}".replace(".", ",")
    commission = _("commission {share} %").format(share=share) if agreed.commission_basis_points else ""
    parts = [part for part in (agreed.room_type, agreed.payer_note, discount, commission) if part]
    lines = [_("Défauts : {parts}").format(parts=", ".join(parts))] if parts else []
    if card.rates:
        lines.append(_("Tarifs du client : {rates}").format(rates=" ; ".join(map(rate_words, card.rates))))
    return "\n".join(lines)
