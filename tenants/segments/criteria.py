"""The one registry of criteria: what each asks, in whose words, and its two readings, in SQL and on a plain record."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from tenants.referential.cleaning.text import words
from tenants.segments.records import Day, Record

Value = int | bool | frozenset[str] | frozenset[date] | None


class Kind(StrEnum):
    """What a criterion's value is, and so what may be asked of it."""

    NUMBER = "number"
    """`at_least`, `at_most`."""
    DAYS = "days"
    """`first_day`, `last_day`, both included: one of the value's days is between."""
    CODES = "codes"
    """`codes`: one of them is enough."""
    YES_NO = "yes_no"
    """`yes`."""
    TEXT = "text"
    """`text`: each of its words begins one of the value's."""


class Group(StrEnum):
    """Under which heading it is offered."""

    STAYS = "stays"
    CARD = "card"
    CONDUCT = "conduct"
    MONEY = "money"


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that hang on cards, summed for each; `centre` and `client` are columns of `rows`, with an index on both."""

    name: str
    rows: str
    centre: str
    client: str


class Criterion(msgspec.Struct, frozen=True, kw_only=True):
    """One criterion."""

    code: str
    french: str
    english: str
    kind: Kind
    group: Group
    sql: str
    """An expression: of the card `c`, or an aggregate over its source's rows. A number is an integer, days are `date[]`,
    codes and texts `text[]`. `{centre}`, `{today}` and `{zone}` stand for the query's parameters."""
    reading: Callable[[Record, Day], Value]
    """The same of a record; days, codes and texts as sets."""
    source: Source | None = None
    """None for what stands on the card."""
    zero: bool = False
    """A number that is 0, not unknown, where the source has no row."""
    unit: str = ""
    """Of a number: nights, people, days, tenths, minor."""
    list_name: str = ""
    """Of codes: the code list that offers them."""
    choices: tuple[str, ...] = ()
    """Of codes that no list offers: all there are."""
    split: Callable[[str], list[str]] = words
    """Of a text: how what is typed falls into words."""


class CriterionTwice(RuntimeError):
    """Two criteria have one code: a mistake in the code."""


_REGISTRY: Final[dict[str, Criterion]] = {}


def register(criteria: Iterable[Criterion]) -> None:
    """Add criteria to the registry, at import.

    Raises:
        CriterionTwice: a code is another's already.
    """
    for criterion in criteria:
        if _REGISTRY.setdefault(criterion.code, criterion) is not criterion:
            raise CriterionTwice(criterion.code)


def registry() -> Mapping[str, Criterion]:
    """Return every criterion by code, in the order they are offered."""
    return _REGISTRY
