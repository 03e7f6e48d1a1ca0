"""Where the price of a line comes from, in words."""

from collections.abc import Sequence

from server.contract.dossiers import LineReason
from tui.formats import money
from tui.words import N_, _, language

PER_UNIT = {
    "person": N_("par personne"),
    "night": N_("par nuit"),
    "person_night": N_("par personne et par nuit"),
    "group": N_("par groupe"),
    "hour": N_("de l'heure"),
    "piece": N_("l'unité"),
}
EXEMPTIONS = {
    "minor": N_("mineurs"),
    "emergency_housing": N_("hébergement d'urgence"),
    "seasonal_worker": N_("saisonniers employés dans la commune"),
    "low_rent": N_("loyer sous le seuil de la commune"),
}
SENTENCES = {
    "catalogue_rate": N_("tarif du catalogue, {price} {unit}"),
    "client_rate": N_("tarif du client « {name} », {price} {unit} : il passe avant tous les autres"),
    "client_discount": N_("remise du client {share} %"),
    "typed_discount": N_("remise fixée par {name}, {share} %"),
    "free_places": N_("1 gratuit pour {n}"),
    "typed_price": N_("prix fixé par {name}"),
    "free_price": N_("prix libre, fixé par {name}"),
    "tourist_tax": N_("{name} : {price} par personne et par nuit"),
    "tax_exempt": N_("nuitées exonérées : {n} ({why})"),
    "additional_tax": N_("sur {price}"),
}
"""What is in none of these is a sentence that somebody wrote."""


def explained(reasons: Sequence[LineReason]) -> str:
    """Return « tarif du catalogue, 48,00 € par personne et par nuit, remise du client 5 % »."""
    if not reasons:
        return ""
    first, *rest = reasons
    if first.code == "typed_price" and rest:
        return f"{_said(first)} ({explained(rest)})"
    return ", ".join(map(_said, reasons))


def _said(reason: LineReason) -> str:
    if reason.code not in SENTENCES:
        return reason.name
    share = f"{reason.number / 100:g}"
    return _(SENTENCES[reason.code]).format(
        name=reason.name,
        price="" if reason.price is None else money(reason.price),
        unit=_(PER_UNIT[reason.unit]) if reason.unit in PER_UNIT else reason.unit,
        n=reason.number,
        share=share.replace(".", ",") if language() == "fr" else share,
        why=_(EXEMPTIONS[reason.name]) if reason.name in EXEMPTIONS else reason.name,
    )
