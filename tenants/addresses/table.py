"""The communes of France and their postal codes, as one types them; no network. Sources: `SOURCES.md`."""

import gzip
from bisect import bisect_left
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from tenants.referential.cleaning.text import fold

_HERE: Final = Path(__file__).parent
COMMUNES: Final = _HERE / "communes.tsv.gz"
DEPARTMENTS: Final = _HERE / "departments.tsv"
REGIONS: Final = _HERE / "regions.tsv"
_SHORT: Final = {"st": "saint", "ste": "sainte", "sts": "saints"}
_CANDIDATES: Final = 4000


class Commune(msgspec.Struct, frozen=True):
    """A commune, or a part of one that had been; `department` is its code (`29`, `2A`, `974`)."""

    name: str
    folded: str
    part_of: str
    department: str
    population: int
    postal_codes: str
    """Separated by spaces, in order."""


class Town(msgspec.Struct, frozen=True, kw_only=True):
    """A town with one postal code of its own."""

    postal_code: str
    town: str
    part_of: str
    department: str
    """Its name."""


class Division(msgspec.Struct, frozen=True):
    """A department or a region, by its official code."""

    code: str
    name: str
    region: str = ""
    """Of a department: its region's code."""


class _Index(msgspec.Struct, frozen=True):
    communes: list[Commune]
    words: list[tuple[str, int]]
    """Each word of each folded name, in order, with its commune's place."""
    codes: list[tuple[str, int]]
    """Each postal code, in order, with its commune's place."""


@cache
def _index() -> _Index:
    # A sixth of a second of CPU, once a process.
    communes = []
    for line in gzip.decompress(COMMUNES.read_bytes()).decode().splitlines():
        name, folded, part_of, department, population, codes = line.split("\t")
        communes.append(Commune(name, folded, part_of, department, int(population), codes))
    return _Index(
        communes,
        sorted((word, place) for place, each in enumerate(communes) for word in set(each.folded.split())),
        sorted((code, place) for place, each in enumerate(communes) for code in each.postal_codes.split()),
    )


def warm() -> None:
    """Read the table now."""
    _index()


@cache
def departments() -> dict[str, Division]:
    """Return the departments by code."""
    return {division.code: division for division in _divisions(DEPARTMENTS)}


@cache
def regions() -> dict[str, Division]:
    """Return the regions by code."""
    return {division.code: division for division in _divisions(REGIONS)}


def _divisions(table: Path) -> list[Division]:
    return [Division(*line.split("\t")) for line in table.read_text(encoding="utf-8").splitlines()]


def department_of(postal_code: str) -> Division | None:
    """Return the department that most people of a postal code live in; None where no commune has it."""
    places = _places(_index().codes, postal_code) if len(postal_code) == 5 else []
    communes = [_index().communes[place] for place in places]
    if not communes:
        return None
    return departments().get(max(communes, key=lambda each: each.population).department)


def towns(typed: str, *, limit: int = 8) -> list[Town]:
    """Return the towns that begin as was typed: a postal code's first digits, words of a name in any order, or both.

    The whole name comes before a word inside one, then the more people the earlier. Accents, case, hyphens and « St » do
    not matter.
    """
    parts = [
        _SHORT.get(part, part)
        for part in fold(typed).replace("-", " ").replace("'", " ").replace("\u2019", " ").split()
    ]
    digits = [part for part in parts if part[0].isdigit()]
    words = [part for part in parts if not part[0].isdigit()]
    if not parts or len(digits) > 1:
        return []
    index = _index()
    found = _matching(index, words, digits)
    beginning = " ".join(words)
    ranked = sorted(
        (index.communes[place] for place in found),
        key=lambda each: (each.folded != beginning, not each.folded.startswith(beginning), -each.population, each.name),
    )
    prefix = digits[0] if digits else ""
    listed = [
        Town(
            postal_code=code,
            town=commune.name,
            part_of=commune.part_of,
            department=departments()[commune.department].name if commune.department in departments() else "",
        )
        for commune in ranked[: limit * 2]
        for code in commune.postal_codes.split()
        if code.startswith(prefix) or not any(other.startswith(prefix) for other in commune.postal_codes.split())
    ]
    return listed[:limit]


def _matching(index: _Index, words: list[str], digits: list[str]) -> list[int]:
    """Return the places of the communes that have a word for each one typed, and a code that begins so."""
    # « 69003 » and « Lyon 3 » both begin with a digit.
    ways = [_places(index.codes, digits[0]) + _places(index.words, digits[0])] if digits else []
    ways += [_places(index.words, word) for word in words]
    smallest = min(ways, key=len)
    found = set(smallest)
    for way in ways:
        if way is not smallest:
            found &= set(way)
    # One letter fits thousands: the most populous are wanted, and they are few.
    ordered = sorted(found, key=lambda place: -index.communes[place].population) if len(found) > _CANDIDATES else found
    return list(ordered)[:_CANDIDATES]


def _places(keys: list[tuple[str, int]], prefix: str) -> list[int]:
    first = bisect_left(keys, (prefix, -1))
    last = bisect_left(keys, (prefix + "\U0010ffff", -1))
    return [place for _, place in keys[first:last]]
