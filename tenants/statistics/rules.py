"""What is counted, over which days, and which cells may be shown across centres. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from infra.errors import FieldError, Invalid

LONGEST_DAYS: Final = 1_100
"""Three years: more is another question."""

FEWEST_CENTRES: Final = 3
LARGEST_SHARE: Final = 0.85
"""No centre makes more of a cell that is shown (the rule of statistical secrecy that INSEE applies to firms)."""

FOLDED: Final = "*"
"""The code of what may not be shown by itself, taken together."""


class PeriodInvalid(Invalid):
    """The first day comes before the last, and they are not more than three years apart."""

    code = "period_invalid"


class Segment(StrEnum):
    """What nights are counted by."""

    CLIENT_TYPE = "client_type"
    BOOKING_TYPE = "booking_type"
    PURPOSE = "purpose"
    AGE_BAND = "age_band"
    NATIONALITY = "nationality"
    RESIDENCE = "residence"
    REGION = "region"
    SERVICE = "service"
    DISCOVERY_CHANNEL = "discovery_channel"
    SEGMENTATION = "segmentation"
    ORIGIN = "origin"
    MARKETING_CODE = "marketing_code"


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted of people: a person on a night, an arrival, a person at all, a stay that arrives."""

    nights: int = 0
    arrivals: int = 0
    people: int = 0
    """Who sleeps here at least once in the days looked at, those who came before them too."""
    stays: int = 0
    """Stays that arrive in the days looked at."""
    billed: int = 0
    """Person-nights sold, whether anybody slept here or not."""

    @property
    def mean_nights(self) -> float | None:
        """Return the mean stay, in nights a person (INSEE's: nights over arrivals); None where nobody arrived."""
        return self.nights / self.arrivals if self.arrivals else None


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted of a segment's value in a month; `people` of a month counts those there in that month."""

    month: date
    code: str
    figures: Figures
    month_people: int


class CentreCell(msgspec.Struct, frozen=True, kw_only=True):
    """One value's nights across the network: how many centres, and how much the largest makes of it."""

    code: str
    figures: Figures
    centres: int
    largest: int
    """Nights of the centre that has most of them."""


def check_period(first_day: date, last_day: date) -> None:
    """Refuse days in the wrong order, or too far apart.

    Raises:
        PeriodInvalid: with the field.
    """
    if last_day < first_day:
        raise PeriodInvalid(errors=(FieldError("/last_day", "before_first", "the last day comes after the first"),))
    if (last_day - first_day).days > LONGEST_DAYS:
        raise PeriodInvalid(errors=(FieldError("/last_day", "too_long", f"at most {LONGEST_DAYS} days"),))


def year_before(day: date) -> date:
    """Return the same day a year earlier; 28 February for the 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def same_days_last_year(first_day: date, last_day: date) -> tuple[date, date]:
    """Return the days to compare with; a period that ends a February ends last year's too."""
    last = year_before(last_day)
    if last_day.month == 2 and last_day.day == 28 and (last_day.year - 1) % 4 == 0:
        last = date(last.year, 2, 29) if _is_leap(last.year) else last
    return year_before(first_day), last


def summed(figures: Iterable[Figures]) -> Figures:
    """Add figures up, field by field."""
    sums = dict.fromkeys(Figures.__struct_fields__, 0)
    for each in figures:
        for name in sums:
            sums[name] += getattr(each, name)
    return Figures(**sums)


def comparable(cells: Sequence[Cell], roots: Mapping[str, str]) -> list[Cell]:
    """Count values that were split off another under it, so that the years before and after compare."""
    groups: dict[tuple[date, str], list[Cell]] = {}
    for cell in cells:
        groups.setdefault((cell.month, roots.get(cell.code, cell.code)), []).append(cell)
    return [
        Cell(
            month=month,
            code=code,
            figures=summed(cell.figures for cell in group),
            month_people=sum(cell.month_people for cell in group),
        )
        for (month, code), group in sorted(groups.items())
    ]


def by_code(cells: Iterable[Cell]) -> dict[str, Figures]:
    """Add the months of each value up; most nights first, the unknown last."""
    groups: dict[str, list[Figures]] = {}
    for cell in cells:
        groups.setdefault(cell.code, []).append(cell.figures)
    sums = {code: summed(group) for code, group in groups.items()}
    return dict(sorted(sums.items(), key=lambda item: (item[0] == "", -item[1].nights, item[0])))


def by_month(cells: Iterable[Cell]) -> dict[date, Figures]:
    """Add the values of each month up; its people are those there in that month."""
    groups: dict[date, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(cell.month, []).append(cell)
    return {
        month: msgspec.structs.replace(
            summed(cell.figures for cell in group), people=sum(cell.month_people for cell in group)
        )
        for month, group in sorted(groups.items())
    }


def covers_enough(cell: CentreCell) -> bool:
    """Say whether a cell may be shown: three centres or more, none of which makes nearly all of it."""
    return cell.centres >= FEWEST_CENTRES and cell.largest <= LARGEST_SHARE * max(1, cell.figures.nights)


def discreet(cells: Sequence[CentreCell], *, whole: CentreCell) -> list[tuple[str, Figures]]:
    """Return what may be shown of a network's table, most nights first; what may not is folded into one line.

    A line that is missing beside a total says itself by subtraction, so the fold takes in the smallest lines shown
    until it covers enough centres; where even the whole does not, nothing is shown.

    Args:
        cells: the values, each over all centres.
        whole: all of them together, the centres counted once.
    """
    if not covers_enough(whole):
        return []
    shown = sorted((cell for cell in cells if covers_enough(cell)), key=lambda cell: (-cell.figures.nights, cell.code))
    hidden = [cell for cell in cells if not covers_enough(cell)]
    while hidden and shown and not _folds_well(hidden):
        hidden.append(shown.pop())
    lines = [(cell.code, cell.figures) for cell in shown]
    if hidden:
        lines.append((FOLDED, summed(cell.figures for cell in hidden)))
    return lines


def _folds_well(cells: Sequence[CentreCell]) -> bool:
    """Say whether cells may be shown as one, even if one and the same centre is the largest of each."""
    nights = sum(cell.figures.nights for cell in cells)
    return max(cell.centres for cell in cells) >= FEWEST_CENTRES and (
        sum(cell.largest for cell in cells) <= LARGEST_SHARE * max(1, nights)
    )


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
