"""When a text may ring: from Monday to Saturday, by day, never on a public holiday of the centre's department. Pure.

The decree 2022-1313 (article D. 223-9 of the code de la consommation) holds for calls and not for texts, nor for who
agreed beforehand; operators carry commercial texts from 8 to 22 on working days only. The hours below lie inside.
Public holidays: article L. 3133-1 of the code du travail, L. 3134-13 in Alsace and Moselle, and those of the abolition
of slavery overseas (decree 83-1003).
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

FIRST, LAST = time(9), time(20)
"""From the first hour on, and before the last."""
_SUNDAY: Final = 6
_FIXED: Final = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_LOCAL_LAW: Final = ("57", "67", "68")
_ABOLITION: Final = {"971": (5, 27), "972": (5, 22), "973": (6, 10), "974": (12, 20), "976": (4, 27)}


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher's reckoning)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f, g = b // 4, b % 4, (b + 8) // 25, (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    n = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * n) // 451
    month, day = divmod(h + n - 7 * m + 114, 31)
    # f is part of g's published form and kept with it for whoever compares the two.
    assert g == (b - f + 1) // 3
    return date(year, month, day + 1)


@lru_cache(maxsize=200)
def holidays(year: int, postal_code: str = "") -> frozenset[date]:
    """Return a year's public holidays where the postal code lies; those of the whole country for a code elsewhere."""
    sunday = easter(year)
    days = {date(year, month, day) for month, day in _FIXED}
    days |= {sunday + timedelta(days=after) for after in (1, 39, 50)}
    if postal_code[:2] in _LOCAL_LAW:
        days |= {sunday - timedelta(days=2), date(year, 12, 26)}
    if overseas := _ABOLITION.get(postal_code[:3]):
        days.add(date(year, *overseas))
    return frozenset(days)


def next_allowed(instant: datetime, *, time_zone: str, postal_code: str = "") -> datetime:
    """Return the instant itself where a text may be sent then, else the first one after it when it may."""
    zone = ZoneInfo(time_zone)
    local = instant.astimezone(zone)
    day = local.date() if local.time() < LAST else local.date() + timedelta(days=1)
    while day.weekday() == _SUNDAY or day in holidays(day.year, postal_code):
        day += timedelta(days=1)
    if day == local.date() and local.time() >= FIRST:
        return instant
    return datetime.combine(day, FIRST, zone).astimezone(UTC)
