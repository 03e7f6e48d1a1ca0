"""Countries and how many people of each, typed as people say them: « France 24, 2 Italie », « FR 24, IT 2 »."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from server.contract.stays import CountryCount
from tui.words import _

Names = Mapping[str, str]
"""The names of countries by their two letters; empty until they have come, or where they do not."""
SHORTEST = 3
"""Letters of a name's beginning, from which on it is looked for."""


class Unreadable(ValueError):
    """What was typed names no country, or several, or not how many; says which part, in words for its writer."""


def read_countries(text: str, names: Names) -> list[CountryCount]:
    """Read the countries, in the order typed.

    Raises:
        Unreadable: a part that says nothing of the kind.
    """
    parts = (part.strip() for part in re.split(r"[,;\n]", text))
    return [_read_part(part, names) for part in parts if part]


def in_letters(counts: Sequence[CountryCount]) -> str:
    """Write them as short as they are read again: « FR 24, IT 2 »."""
    return ", ".join(f"{count.country} {count.people}" for count in counts)


def in_names(counts: Sequence[CountryCount], names: Names) -> str:
    """Write them as they are said: « France 24, Italie 2 »."""
    return ", ".join(f"{names.get(count.country, count.country)} {count.people}" for count in counts)


def _read_part(part: str, names: Names) -> CountryCount:
    said = re.fullmatch(r"(?P<name>\D+?)\s*:?\s*(?P<count>\d{1,5})|(?P<first>\d{1,5})\s*(?P<after>\D+)", part)
    if said is None:
        raise Unreadable(_("« {part} » : un pays et un nombre, comme France 24").format(part=part))
    name = (said["name"] or said["after"]).strip()
    return CountryCount(country=_code(name, names), people=int(said["count"] or said["first"]))


def _code(name: str, names: Names) -> str:
    letters = name.upper()
    if re.fullmatch(r"[A-Z]{2}", letters) and (not names or letters in names):
        return letters
    wanted = _plain(name)
    plain = {code: _plain(known) for code, known in names.items()}
    exact = [code for code, known in plain.items() if known == wanted]
    begun = [code for code, known in plain.items() if len(wanted) >= SHORTEST and known.startswith(wanted)]
    found = exact or begun
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(names[code] for code in found[:3])
        raise Unreadable(_("« {name} » : lequel ? {several}").format(name=name, several=several))
    raise Unreadable(_("« {name} » n'est pas un pays connu").format(name=name))


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.casefold())
    return re.sub(r"[^a-z]+", " ", "".join(each for each in letters if not unicodedata.combining(each))).strip()
