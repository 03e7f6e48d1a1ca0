"""What a segment asks: criteria joined with and, or, not; checked before anything is made of it. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import msgspec

from infra.errors import FieldError, Invalid
from tenants.segments.criteria import Criterion, Kind

DEEPEST: Final = 8
MOST_CRITERIA: Final = 60
MOST_CODES: Final = 200
LONGEST_TEXT: Final = 100
_LARGEST: Final = 10**12


class SegmentInvalid(Invalid):
    """The segment cannot be asked so; the errors say where."""

    code = "segment_invalid"


class Asked(msgspec.Struct, frozen=True, kw_only=True, tag_field="op", tag="is", omit_defaults=True):
    """One criterion and what is asked of it; limits are included, and one may be left open."""

    criterion: str
    at_least: int | None = None
    at_most: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    codes: list[str] = []
    yes: bool | None = None
    text: str = ""


class Every(msgspec.Struct, frozen=True, kw_only=True, tag_field="op", tag="and"):
    """All of them."""

    of: list["Expression"]


class Either(msgspec.Struct, frozen=True, kw_only=True, tag_field="op", tag="or"):
    """One of them at least."""

    of: list["Expression"]


class Never(msgspec.Struct, frozen=True, kw_only=True, tag_field="op", tag="not"):
    """Not this one; who has no value is among those who have not this one."""

    of: "Expression"


Expression = Asked | Every | Either | Never

_PARTS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.NUMBER: ("at_least", "at_most"),
    Kind.DAYS: ("first_day", "last_day"),
    Kind.CODES: ("codes",),
    Kind.YES_NO: ("yes",),
    Kind.TEXT: ("text",),
}


def check(expression: Expression, known: Mapping[str, Criterion], *, place: str = "/expression") -> None:
    """Let an expression through that can be asked; `place` is where it stands in what was sent.

    Raises:
        SegmentInvalid: it is too deep or too long, or some of its criteria are unknown or asked what they cannot be.
    """
    errors: list[FieldError] = []
    count = 0
    for where, depth, node in _walk(expression, place):
        if depth > DEEPEST:
            raise SegmentInvalid(errors=(FieldError(where, "too_deep", f"at most {DEEPEST} levels"),))
        if isinstance(node, Asked):
            count += 1
            errors += _faults(node, known, where)
        elif isinstance(node, Every | Either) and not node.of:
            errors.append(FieldError(f"{where}/of", "required", "at least one criterion"))
        if count > MOST_CRITERIA:
            raise SegmentInvalid(errors=(FieldError(where, "too_many", f"at most {MOST_CRITERIA} criteria"),))
    if errors:
        raise SegmentInvalid(errors=tuple(errors))


def _walk(expression: Expression, place: str, depth: int = 1) -> Iterator[tuple[str, int, Expression]]:
    yield place, depth, expression
    if isinstance(expression, Never):
        yield from _walk(expression.of, f"{place}/of", depth + 1)
    elif isinstance(expression, Every | Either):
        for number, inner in enumerate(expression.of):
            yield from _walk(inner, f"{place}/of/{number}", depth + 1)


def _faults(asked: Asked, known: Mapping[str, Criterion], where: str) -> Iterator[FieldError]:
    criterion = known.get(asked.criterion)
    if criterion is None:
        yield FieldError(f"{where}/criterion", "unknown", "no such criterion")
        return
    mine = _PARTS[criterion.kind]
    given = [name for names in _PARTS.values() for name in names if getattr(asked, name) not in (None, "", [])]
    for name in given:
        if name not in mine:
            yield FieldError(f"{where}/{name}", "invalid", f"{criterion.code} is asked by {' and '.join(mine)}")
    if not set(given) & set(mine):
        yield FieldError(f"{where}/{mine[0]}", "required", f"{criterion.code} is asked by {' and '.join(mine)}")
        return
    yield from _out_of_bounds(asked, criterion, where)


def _out_of_bounds(asked: Asked, criterion: Criterion, where: str) -> Iterator[FieldError]:
    for name in ("at_least", "at_most"):
        if abs(getattr(asked, name) or 0) > _LARGEST:
            yield FieldError(f"{where}/{name}", "out_of_range", "too large")
    if asked.at_least is not None and asked.at_most is not None and asked.at_least > asked.at_most:
        yield FieldError(f"{where}/at_most", "out_of_range", "at_most is not below at_least")
    if asked.first_day and asked.last_day and asked.first_day > asked.last_day:
        yield FieldError(f"{where}/last_day", "out_of_range", "last_day is not before first_day")
    if len(asked.codes) > MOST_CODES:
        yield FieldError(f"{where}/codes", "too_many", f"at most {MOST_CODES}")
    for number, code in enumerate(asked.codes):
        if len(code) > LONGEST_TEXT:
            yield FieldError(f"{where}/codes/{number}", "too_long", f"at most {LONGEST_TEXT} signs")
        elif criterion.choices and code not in criterion.choices:
            yield FieldError(f"{where}/codes/{number}", "unknown", f"one of {', '.join(criterion.choices)}")
    if len(asked.text) > LONGEST_TEXT:
        yield FieldError(f"{where}/text", "too_long", f"at most {LONGEST_TEXT} signs")
    elif asked.text and not criterion.split(asked.text):
        yield FieldError(f"{where}/text", "required", "letters or digits")
