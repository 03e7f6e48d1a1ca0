"""Which meals a line of a dossier includes, and for how many. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from billing.catalogue.rules import ProductType, StayFacts, Unit
from billing.dossiers.lines import Line
from tenants.meals.rules import Catering

WITH_MEALS: Final = frozenset({ProductType.LODGING, ProductType.MEAL, ProductType.PACKAGE, ProductType.OPTION})

_NAMED: Final = (
    (re.compile(r"pension complete|full board"), ("breakfast", "lunch", "dinner")),
    (re.compile(r"demi[ -]pension|half board"), ("breakfast", "dinner")),
    (re.compile(r"petits?[ -]dejeuners?|breakfast"), ("breakfast",)),
    (re.compile(r"pique[ -]?niques?|paniers?[ -]repas|picnic|packed lunch"), ("picnic",)),
    (re.compile(r"(?<!petit )(?<!petit-)(?<!petits )(?<!petits-)\bdejeuners?|\blunch"), ("lunch",)),
    (re.compile(r"\bdiners?\b|\bsoupers?\b|\bdinner"), ("dinner",)),
)


def sittings_named(name: str, product_type: str) -> tuple[str, ...]:
    """Return the meals that a service's name says it includes, in the order of the day."""
    if product_type not in WITH_MEALS:
        return ()
    folded = "".join(
        letter for letter in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(letter)
    )
    found: list[str] = []
    for pattern, sittings in _NAMED:
        if pattern.search(folded) and not (sittings == ("lunch",) and "picnic" in found):
            found += [sitting for sitting in sittings if sitting not in found]
    return tuple(found)


def catering_of_line(line: Line, sittings: Sequence[str], stay: StayFacts) -> list[Catering]:
    """Return what a line means to the kitchen.

    A unit that counts nights is eaten each night; a person's, once. Pieces beyond the head-count are eaten several times: 104 picnics for 52 people are two each.
    """
    unit = Unit(line.unit)
    if unit in (Unit.NIGHT, Unit.PERSON_NIGHT):
        people = line.quantity if unit is Unit.PERSON_NIGHT else stay.people or 0
        return [Catering(sitting=sitting, people=people, nightly=True) for sitting in sittings]
    everyone = stay.people or 0
    people, times = line.quantity, 1
    if unit in (Unit.GROUP, Unit.HOUR):
        people = everyone
    elif unit is Unit.PIECE and everyone and line.quantity > everyone:
        times = -(-line.quantity // everyone)
        people = -(-line.quantity // times)
    return [Catering(sitting=sitting, people=people, nightly=False, times=times) for sitting in sittings if people]
