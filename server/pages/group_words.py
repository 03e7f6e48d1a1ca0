"""The words of groups, meals and rooms: the domain's codes as pages and documents say them."""

from collections.abc import Mapping
from typing import Final

from server.pages.languages import translations
from server.pages.words import N_

DIETS: Final[Mapping[str, str]] = {
    "standard": N_("standard"),
    "vegetarian": N_("végétarien"),
    "vegan": N_("végétalien"),
    "no_pork": N_("sans porc"),
    "halal": N_("halal"),
    "kosher": N_("casher"),
    "gluten_free": N_("sans gluten"),
    "lactose_free": N_("sans lactose"),
    "other": N_("autre régime"),
}
SITTINGS: Final[Mapping[str, str]] = {
    "breakfast": N_("petit-déjeuner"),
    "lunch": N_("déjeuner"),
    "picnic": N_("pique-nique"),
    "dinner": N_("dîner"),
}
ROLES: Final[Mapping[str, str]] = {"participant": N_("participant"), "leader": N_("accompagnateur")}
SEXES: Final[Mapping[str, str]] = {"": N_("non précisé"), "F": N_("fille ou femme"), "M": N_("garçon ou homme")}
STATES: Final[Mapping[str, str]] = {
    "dirty": N_("à nettoyer"),
    "clean": N_("propre"),
    "inspected": N_("contrôlée"),
}
WORK: Final[Mapping[str, str]] = {
    "turnover": N_("départ et arrivée"),
    "departure": N_("départ"),
    "arrival": N_("arrivée"),
    "stayover": N_("reste"),
    "empty": N_("libre"),
}
IMPORT_ERRORS: Final[Mapping[str, str]] = {
    "unknown": N_("n'est pas connu ; gardé dans les remarques"),
    "unreadable": N_("ne se lit pas ; gardé dans les remarques"),
    "room_full": N_("chambre complète ; gardé dans les remarques"),
    "nameless": N_("ligne sans nom, laissée de côté"),
    "too_long": N_("trop long, coupé"),
    "out_of_range": N_("n'est pas possible"),
}


def said(words: Mapping[str, str], code: str, language: str) -> str:
    """Return the word of a code in a language; the code itself where there is none."""
    return translations(language).gettext(words[code]) if code in words else code


def choices(words: Mapping[str, str], language: str) -> list[tuple[str, str]]:
    """Return each code with its word, in their order."""
    return [(code, said(words, code, language)) for code in words]
