"""Days and sums typed as people say them: « 12/7 », « lun », « +3 », « demain », « 41,50 »."""

import re
import unicodedata
from datetime import date, timedelta

DAYS_AHEAD = {
    "auj": 0, "aujourdhui": 0, "today": 0, "ce soir": 0, "demain": 1, "dem": 1, "tomorrow": 1, "apres-demain": 2,
    "apres demain": 2, "hier": -1, "yesterday": -1,
}  # fmt: skip
WEEKDAYS = ("lundi mon", "mardi tue", "mercredi wed", "jeudi thu", "vendredi fri", "samedi sat", "dimanche sun")
MONTHS = (
    "janvier jan", "fevrier feb", "mars march", "avril april", "mai may", "juin june", "juillet july", "aout august",
    "septembre sept", "octobre oct", "novembre nov", "decembre dec",
)  # fmt: skip


class Unreadable(ValueError):
    """What was typed is no day, or no sum."""


def read_day(text: str, *, today: date, after: date | None = None) -> date:
    """Read a day.

    A day without its year, or a bare day of the month, is the first one not before `after` (or today); « lun » is
    the next Monday; « +3 » counts from `after` where there is one, so that a departure can be said in nights.

    Raises:
        Unreadable: nothing of the kind, or a day that does not exist (31/2).
    """
    said = _plain(text)
    start = after or today
    if said in DAYS_AHEAD:
        return today + timedelta(days=DAYS_AHEAD[said])
    if re.fullmatch(r"[a-z]{2,9}\.?", said):
        ahead = (_named(said.rstrip("."), WEEKDAYS) - today.weekday() - 1) % 7 + 1
        day = today + timedelta(days=ahead)
        while after is not None and day <= after:
            day += timedelta(days=7)
        return day
    return _read_numbers(said, start=start)


def _read_numbers(said: str, *, start: date) -> date:
    if found := re.fullmatch(r"([+-])\s*(\d{1,3})\s*(?:j|d|n|nuits?|jours?|days?|nights?)?", said):
        return start + timedelta(days=int(found[2]) * (1 if found[1] == "+" else -1))
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", said):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := re.fullmatch(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})(?:\s*[/.\- ]\s*(\d{2}|\d{4}))?", said):
        return _in_year(int(found[1]), int(found[2]), found[3], start)
    month_named = r"(?:[a-z]+\.?\s+)?(\d{1,2})(?:er|st|nd|rd|th)?\s*([a-z]{3,})\.?(?:\s*(\d{2}|\d{4}))?"
    if found := re.fullmatch(month_named, said):
        return _in_year(int(found[1]), _named(found[2], MONTHS) + 1, found[3], start)
    if re.fullmatch(r"\d{1,2}", said):
        return _day_of_month(int(said), start)
    raise Unreadable(said)


def read_minor(text: str) -> int:
    """Read a sum typed with comma or point (« 1 234,5 », « 41.50 € ») as minor units.

    Raises:
        Unreadable: no sum.
    """
    said = re.sub(r"[\s  €]", "", text)
    found = re.fullmatch(r"(-?)(\d+)(?:[.,](\d{1,2}))?", said)
    if not found:
        raise Unreadable(text)
    minor = int(found[2]) * 100 + int((found[3] or "0").ljust(2, "0"))
    return -minor if found[1] else minor


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.strip().lower().replace("'", "").replace("’", ""))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _named(said: str, names: tuple[str, ...]) -> int:
    found = [index for index, both in enumerate(names) if any(name.startswith(said) for name in both.split())]
    if len(found) != 1:
        raise Unreadable(said)
    return found[0]


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Unreadable(f"{day}/{month}/{year}") from error


def _in_year(day: int, month: int, year: str | None, start: date) -> date:
    if year:
        return _date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    for ahead in range(9):  # 29/2 may be eight years away
        try:
            found = date(start.year + ahead, month, day)
        except ValueError:
            continue
        if found >= start:
            return found
    raise Unreadable(f"{day}/{month}")


def _day_of_month(day: int, start: date) -> date:
    year, month = start.year, start.month
    for _unused in range(13):
        try:
            found = date(year, month, day)
        except ValueError:
            found = date.min
        if found >= start:
            return found
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    raise Unreadable(str(day))
