"""How criteria over the card are made: of a column, of a yes or no, of an instant's day."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from tenants.segments.criteria import Criterion, Group, Kind
from tenants.segments.records import Card, Day

on_card: Final = partial(Criterion, group=Group.CARD)
"""Make a criterion over the card; the arguments are those of `Criterion`."""


def day_of(at: datetime | None, day: Day) -> frozenset[date]:
    """Return the day of an instant by the centre's calendar; nothing for none."""
    return frozenset() if at is None else frozenset({at.astimezone(ZoneInfo(day.time_zone)).date()})


def one_of(code: str, french: str, english: str, *, list_name: str = "", choices: tuple[str, ...] = ()) -> Criterion:
    """Make the criterion of a column of the card that holds one code; the empty code is « not said »."""
    return on_card(
        code=code,
        french=french,
        english=english,
        kind=Kind.CODES,
        sql=f"ARRAY[c.{code}]",
        reading=lambda record, _: frozenset({str(getattr(record.card, code))}),
        list_name=list_name,
        choices=choices,
    )


def whether(code: str, french: str, english: str, *, sql: str, of: Callable[[Card], bool | None]) -> Criterion:
    """Make the criterion of a yes or no of the card; unknown is neither."""
    return on_card(
        code=code, french=french, english=english, kind=Kind.YES_NO, sql=sql, reading=lambda record, _: of(record.card)
    )


def instant(code: str, french: str, english: str, column: str) -> Criterion:
    """Make the criterion of an instant of the card, by the day it fell on in the centre."""
    return on_card(
        code=code,
        french=french,
        english=english,
        kind=Kind.DAYS,
        sql=f"ARRAY[(c.{column} AT TIME ZONE {{zone}})::date]",
        reading=lambda record, day: day_of(getattr(record.card, column), day),
    )


def day_on_card(code: str, french: str, english: str, column: str) -> Criterion:
    """Make the criterion of a day written on the card."""
    return on_card(
        code=code,
        french=french,
        english=english,
        kind=Kind.DAYS,
        sql=f"ARRAY[c.{column}]",
        reading=lambda record, _: frozenset(filter(None, [getattr(record.card, column)])),
    )
