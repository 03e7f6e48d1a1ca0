"""Countries and languages by their names, from CLDR (Babel carries it)."""

from functools import cache
from typing import Final

import msgspec
from babel import Locale

from tenants.referential.cleaning.text import fold

# In CLDR's territories, but no country of ISO 3166: groupings, exceptional reservations, private and pseudo codes.
_NO_COUNTRY: Final = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
)


class Place(msgspec.Struct, frozen=True):
    """A code and its name."""

    code: str
    name: str


@cache
def countries(language: str = "fr") -> list[Place]:
    """Return the countries of ISO 3166 with their names in a language, in its order."""
    names = Locale.parse(language).territories
    return _ordered({code: name for code, name in names.items() if len(code) == 2 and code not in _NO_COUNTRY})


@cache
def languages(language: str = "fr") -> list[Place]:
    """Return the languages of ISO 639-1 with their names in a language, in its order."""
    names = Locale.parse(language).languages
    return _ordered({code: name for code, name in names.items() if len(code) == 2})


def _ordered(names: dict[str, str]) -> list[Place]:
    return [Place(code, str(name)) for code, name in sorted(names.items(), key=lambda pair: fold(str(pair[1])))]
