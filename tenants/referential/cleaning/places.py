"""Addresses: streets, postal codes, towns and countries as they can be compared."""

import re
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.core import get_global

from tenants.referential.cleaning.text import fold, words

_STREET_WORDS: Final = {
    "r": "rue", "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "blvd": "boulevard",
    "boul": "boulevard", "ch": "chemin", "che": "chemin", "chem": "chemin", "imp": "impasse", "pl": "place",
    "all": "allee", "rte": "route", "sq": "square", "st": "saint", "ste": "sainte", "qu": "quai", "fg": "faubourg",
    "fbg": "faubourg", "crs": "cours", "res": "residence", "str": "strasse",
}  # fmt: skip
_COMPLEMENT: Final = re.compile(r"\b(?:appt?|apt|appartement|bat|batiment|bp|cs|esc|etage|residence|lot|porte)\b.*$")
_SIGNS: Final = re.compile(r"[^0-9a-z]")
_NUMBER: Final = re.compile(r"\d+[a-z]?")
_FRENCH_DIGITS = 5


@lru_cache(maxsize=50_000)
def read_street(written: str) -> str:
    """Return number and street, folded, abbreviations spelt out, flat and building left out; empty without a number."""
    parts = words(_COMPLEMENT.sub("", fold(written)))
    number = ""
    if parts and _NUMBER.fullmatch(parts[0]):
        number = parts.pop(0)
        if parts and parts[0] in ("bis", "ter", "quater"):
            number += parts.pop(0)[0]
    elif parts and _NUMBER.fullmatch(parts[-1]):
        number = parts.pop()
    return f"{number} {' '.join(_STREET_WORDS.get(part, part) for part in parts)}" if number and parts else ""


def read_postal_code(written: str, country: str) -> str:
    """Return the letters and digits; a French code of four digits has lost its zero in a spreadsheet."""
    code = written if written.isascii() and written.isdigit() else _SIGNS.sub("", fold(written))
    if country in ("FR", "") and code.isdigit() and len(code) == _FRENCH_DIGITS - 1:
        return "0" + code
    return code


@lru_cache(maxsize=50_000)
def read_town(written: str) -> str:
    """Return a town's words: no CEDEX, no number, saint spelt out."""
    parts = [part for part in words(written) if part != "cedex" and not part.isdigit()]
    return " ".join({"st": "saint", "ste": "sainte"}.get(part, part) for part in parts)


def _is_code(code: str) -> bool:
    return len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "XA", "XB", "ZZ")


def _country_names() -> dict[str, str]:
    names = {"uk": "GB", "angleterre": "GB", "england": "GB", "ecosse": "GB", "hollande": "NL", "holland": "NL"}
    for language in ("fr", "en", "de", "nl", "es", "it", "pt"):
        for code, name in Locale(language).territories.items():
            if _is_code(code) and isinstance(name, str):
                names.setdefault(fold(name), code)
    return names


_COUNTRY_NAMES: Final = _country_names()
_COUNTRY_CODES: Final = frozenset(filter(_is_code, map(str, Locale("en").territories)))
_THREE_LETTERS: Final = {
    code: codes[0]
    for code, codes in get_global("territory_aliases").items()
    if len(code) == 3 and code.isalpha() and _is_code(codes[0])
} | {"GER": "DE"}
"""ISO 3166 alpha-3, those no longer in use included; GER is what sports federations write."""


@lru_cache(maxsize=1_000)
def read_country(written: str) -> str:
    """Return the ISO code of a country written by code or by name in any of our languages; empty where unknown."""
    text = written.strip()
    upper = text.upper()
    if upper in _COUNTRY_CODES:
        return "GB" if upper == "UK" else upper
    return _THREE_LETTERS.get(upper) or _COUNTRY_NAMES.get(fold(text), "")
