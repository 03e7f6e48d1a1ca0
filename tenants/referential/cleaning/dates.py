"""Birth dates: the usual ways of writing one, and those that say nothing."""

import re
from datetime import date
from typing import Final

_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_FRENCH: Final = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{2}|\d{4})")
_GLUED: Final = re.compile(r"(\d{2})(\d{2})(\d{4})")
_OLDEST = 115


def read_day(written: str, *, today: date) -> date | None:
    """Read a date as written in France (day first) or by a machine; None where there is no such day.

    A year of two digits is the last such year before `today`.
    """
    text = written.strip()
    if found := _ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _FRENCH.fullmatch(text) or _GLUED.fullmatch(text):
        day, month, year = map(int, found.groups())
        if len(found[3]) == 2:
            year += 2000 if 2000 + year <= today.year else 1900
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_placeholder(day: date) -> bool:
    """Say whether a day is what systems write for « unknown »: 1 January of 1900, 1970 or 2000, or anything before."""
    return day.year <= 1900 or ((day.month, day.day) == (1, 1) and day.year in (1901, 1970, 1980, 2000))


def read_birth_date(written: str, *, today: date) -> date | None:
    """Read a birth date; None where it is impossible, to come, or a placeholder: such ones are set aside."""
    day = read_day(written, today=today)
    return day if day is not None and is_possible_birth(day, today=today) else None


def is_possible_birth(day: date, *, today: date) -> bool:
    """Say whether somebody living may be born on that day, and it says something."""
    return day <= today and day.year >= today.year - _OLDEST and not is_placeholder(day)


_EIGHT_DIGITS: Final = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_FIRST_YEAR: Final = 1500
_SAYS_NOTHING: Final = (1900, 1901, 1970, 1980, 2000)


def read_compared_birth(written: str, *, today: date) -> str:
    """Read a birth date to compare it with others: ISO, empty where it says nothing.

    Long-dead people's are kept, and so is a day that does not exist (the 43rd of a month): the slip is on another card
    of the same person too, or is one digit from the right one. Eight digits are read day first unless no year comes of it.
    """
    text = written.strip()
    day = read_day(text, today=today)
    if day is None or day.year < _FIRST_YEAR:
        found = _EIGHT_DIGITS.fullmatch(text)
        if found is None or not _FIRST_YEAR <= int(found[1]) <= today.year:
            return ""
        try:
            day = date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return f"{found[1]}-{found[2]}-{found[3]}"
    if day > today or ((day.month, day.day) == (1, 1) and day.year in _SAYS_NOTHING):
        return ""
    return day.isoformat()
