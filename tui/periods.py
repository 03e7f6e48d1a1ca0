"""Periods as one goes through them: a year, a quarter, a month, or days of one's own."""

from calendar import monthrange
from datetime import date, timedelta

MONTHS_OF = {"year": 12, "quarter": 3, "month": 1}


def around(day: date, kind: str) -> tuple[date, date]:
    """Return the first and the last day of the year, quarter or month that a day lies in."""
    months = MONTHS_OF[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, _end(first, months)


def moved(first: date, last: date, by: int) -> tuple[date, date]:
    """Return the period before (-1) or after (1): as many whole months where it is some, else as many days."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if first.day == 1 and last == _end(first, months):
        number = first.year * 12 + first.month - 1 + by * months
        begins = date(number // 12, number % 12 + 1, 1)
        return begins, _end(begins, months)
    length = timedelta(days=(last - first).days + 1)
    return first + by * length, last + by * length


def kind_of(first: date, last: date) -> str:
    """Return year, quarter, month, or days for any other period."""
    return next((kind for kind in MONTHS_OF if around(first, kind) == (first, last)), "days")


def next_kind(kind: str) -> str:
    """Return what follows in the round of year, quarter and month; a year after days of one's own."""
    kinds = tuple(MONTHS_OF)
    return kinds[(kinds.index(kind) + 1) % len(kinds)] if kind in kinds else "year"


def _end(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months - 1
    year, month = number // 12, number % 12 + 1
    return date(year, month, monthrange(year, month)[1])
