"""People's names: civility, particles, initials, two names in one field, first and last swapped. Pure."""

import re
from functools import lru_cache
from typing import Final

import msgspec

from tenants.referential.cleaning.given_names import GIVEN_NAMES
from tenants.referential.cleaning.text import fold, mend


class PersonName(msgspec.Struct, frozen=True):
    """A person's name, to compare: folded, without spaces inside a part."""

    first: str = ""
    """The first given name, a compound one joined (`jeanmarc`); one letter where only the initial is known."""
    last: str = ""
    """The surname, its particle joined (`legoff`); one letter where only the initial is known."""
    other_last: str = ""
    """The other surname: birth name, second half of a double name."""
    walk_in: bool = False
    """It stands for nobody (« client passage »)."""


NOBODY: Final = PersonName(walk_in=True)
_CIVILITIES_WORDS = """
    m mr mme mmes mlle mlles monsieur madame mademoiselle messieurs mrs ms miss dr pr me maitre herr frau sig mevr
"""
_CIVILITIES: Final = frozenset(_CIVILITIES_WORDS.split())
_PARTICLES_WORDS = """
    de du la le les d des van von der den el ben al da dos das di del della do ter ten zu mac mc o san st ste
    saint sainte
"""
_PARTICLES: Final = frozenset(_PARTICLES_WORDS.split())
_WALK_IN_WORDS = """
    inconnu inconnue passage xxx xxxx walk walkin test client anonyme comptoir divers
"""
_WALK_IN: Final = frozenset(_WALK_IN_WORDS.split())
_FIRST_HALVES_WORDS = """
    jean marie anne pierre paul marc rose louis charles claude
"""
_FIRST_HALVES: Final = frozenset(_FIRST_HALVES_WORDS.split())
_SEVERAL: Final = re.compile(r"\s(?:et|and|und|ou)\s|&|/|,|\+")
_BIRTH_NAME: Final = re.compile(r"\s*\(?\b(?:nee|ne|born|geb)\b\.?\s+")
_NOT_LETTERS: Final = re.compile(r"[^a-z]+")


def _parts(folded: str) -> list[str]:
    # « O'Brien », « d'Arc » and « M'Bappé »: the apostrophe joins.
    return [part for part in _NOT_LETTERS.split(folded.replace("'", "")) if part]


@lru_cache(maxsize=20_000)
def read_name(first_name: str, last_name: str) -> PersonName:
    """Read the two fields of a name, whatever was typed into them.

    Two people on one card count as the first of them; one field that holds both names is told apart by the given names
    that are known; a card of nobody is a walk-in.
    """
    first_text = fold(mend(first_name))
    if first_text.isalpha() and (last_text := fold(mend(last_name))).isalpha() and first_text.isascii():
        plain = _plain(first_text, last_text)
        if plain is not None:
            return plain
    first_text = _SEVERAL.split(f" {first_text} ")[0]
    last_text = fold(mend(last_name))
    married, *birth = _BIRTH_NAME.split(last_text, maxsplit=1)
    if not married.strip(" (") and birth:
        married, birth = birth[0], []
    first = _without_civility(_parts(first_text), initial=True)
    last = _without_civility(_parts(_SEVERAL.split(f" {married} ")[0]))
    if any(part in _WALK_IN for part in last) and (not first or first[0] in _WALK_IN):
        return NOBODY
    first, last = _told_apart(first, last)
    surname, second = _surname(last)
    other = "".join(_parts(birth[0])) if birth else second
    return PersonName(first=_given(first), last=surname, other_last=other)


def _plain(first: str, last: str) -> PersonName | None:
    """Read one word in each field, which most names are; None where what they are needs the whole reading."""
    if not last.isascii() or last in _WALK_IN or len(first) == 1 or len(last) == 1:
        return None
    if last in GIVEN_NAMES and last not in _AMBIGUOUS and first not in GIVEN_NAMES:
        return None
    return PersonName(first=first, last=last)


def _without_civility(parts: list[str], *, initial: bool = False) -> list[str]:
    """Take civilities off the front; in the first name's field a single letter is an initial (« M. Christine »)."""
    while len(parts) > 1 and parts[0] in _CIVILITIES and not (initial and len(parts[0]) == 1):
        parts = parts[1:]
    return parts


def _told_apart(first: list[str], last: list[str]) -> tuple[list[str], list[str]]:
    if len(first) + len(last) > 1 and not (first and last):
        whole = first or last
        if len(whole[0]) == 1 or (whole[0] in GIVEN_NAMES and whole[0] not in _PARTICLES):
            return whole[:1], whole[1:]
        if whole[-1] in GIVEN_NAMES or len(whole[-1]) == 1:
            return whole[-1:], whole[:-1]
    elif first and last and len(last[0]) > 1 and len(first[0]) > 1:
        swapped = last[0] in GIVEN_NAMES and not any(part in GIVEN_NAMES for part in first)
        if swapped and last[0] not in _AMBIGUOUS:
            return last, first
    return first, last


# Given names that are as often surnames: a card « Zorglub Martin » is not turned round for them.
_AMBIGUOUS_WORDS = """
    martin bernard thomas robert richard simon laurent michel david bertrand vincent andre francois clement
    gauthier mathieu nicolas henry gerard leon paul lucas roland benoit jacob guy noel olivier gilbert barthelemy
    guillaume marie denis rene albert remy germain alexandre pascal etienne perrin leroy charles lambert arnaud
    adam cyril raymond jean georges pierre jacques philippe victor hubert maurice camille claude blaise gaspard
    didier marc lebon franck franc
"""
_AMBIGUOUS: Final = frozenset(_AMBIGUOUS_WORDS.split())


def _given(parts: list[str]) -> str:
    if len(parts) > 1 and len(parts[0]) == 1 and len(parts[1]) == 1:
        return parts[0] + parts[1]
    if len(parts) > 1 and parts[0] in _FIRST_HALVES and len(parts[1]) > 1:
        return parts[0] + parts[1]
    return parts[0] if parts else ""


def _surname(parts: list[str]) -> tuple[str, str]:
    if not parts:
        return "", ""
    if len(parts) > 1 and parts[0] in _PARTICLES:
        return "".join(parts), ""
    return parts[0], "".join(parts[1:])


_LOWER_WORDS = "de du des d la le les von van der den zu y e da dos di del und et"
_LOWER: Final = frozenset(_LOWER_WORDS.split())
_TITLES: Final = {
    "m": "M.", "mr": "M.", "monsieur": "M.", "mme": "Mme", "madame": "Mme", "mlle": "Mlle", "mademoiselle": "Mlle",
    "mrs": "Mrs", "ms": "Ms", "miss": "Miss", "dr": "Dr", "pr": "Pr", "me": "Me", "herr": "Herr", "frau": "Frau",
}  # fmt: skip
_PIECES: Final = re.compile(r"[^\W\d_]+|[\W\d_]+")


def name_case(text: str) -> str:
    """Write a name that came in capitals, or without any, as one writes it: « JEAN-PIERRE DE LA TOUR » → « Jean-Pierre
    de la Tour ». A name with both is left as it is, and so is one letter.
    """
    if not (text.isupper() or text.islower()) or len(text) < 3:
        return text
    pieces = _PIECES.findall(text.lower())
    first = next((index for index, piece in enumerate(pieces) if piece[0].isalpha()), 0)
    last = max((index for index, piece in enumerate(pieces) if piece[0].isalpha()), default=0)
    return "".join(
        piece if not piece[0].isalpha() or (piece in _LOWER and index not in (first, last)) else piece.capitalize()
        for index, piece in enumerate(pieces)
    )


def split_title(last_name: str) -> tuple[str, str]:
    """Take a civility off the front of a last name: « MME FAURE » gives « Mme » and « FAURE »."""
    head, _, rest = last_name.partition(" ")
    title = _TITLES.get(fold(head).rstrip("."), "")
    return (title, rest.strip()) if title and len(rest.strip()) > 1 else ("", last_name)
