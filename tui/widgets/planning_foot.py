"""The foot of the planning: each day counted in beds and people, on three lines or on eight as the window allows."""

from collections.abc import Sequence

from rich.cells import set_cell_size

from server.contract.stays import PlanningDay
from tui.formats import long_day
from tui.widgets.planning_rows import NAMES
from tui.words import _

SHORT, TALL = ("free", "moves"), ("capacity", "blocked", "occupied", "rate", "free", "arrivals", "departures", "people")
NARROW = ("rate", "arrivals", "departures")
"""Where a day has a cell or two: how full it is as a level, and how many come and go; the line under the cursor says the rest."""
LEVELS = "▁▂▃▄▅▆▇█"


def names() -> dict[str, str]:
    """Name the lines of the foot."""
    return {
        "capacity": _("capacité"),
        "blocked": _("hors service"),
        "occupied": _("occupés"),
        "rate": _("taux %"),
        "free": _("libres"),
        "moves": _("arr. départs"),
        "arrivals": _("arrivées"),
        "departures": _("départs"),
        "people": _("présents"),
    }


def name_cells(line: str) -> str:
    """Write a line's name in the left column."""
    return f" {set_cell_size(names()[line], NAMES - 2)}│"


def free(day: PlanningDay) -> int:
    """Return how many beds can still be sold."""
    return max(0, day.capacity - day.blocked - day.occupied)


def level(taken: int, total: int) -> str:
    """Draw a share in one cell: a dot for nothing, a full block for everything."""
    if taken <= 0 or total <= 0:
        return "·"
    return LEVELS[min(len(LEVELS) - 1, (taken * len(LEVELS) - 1) // total)] if taken < total else LEVELS[-1]


def rate(day: PlanningDay) -> int:
    """Return the share of what can be sold that is taken, in whole percent."""
    sellable = day.capacity - day.blocked
    return round(100 * day.occupied / sellable) if sellable > 0 else 0


def count(line: str, day: PlanningDay, width: int) -> str:
    """Write one day's count for a line, in the cells of a day; two days' numbers never touch."""
    if line == "rate" and width < 4:
        return level(day.occupied, day.capacity - day.blocked)
    if line == "moves":
        text = f"{min(day.arrivals, 9)}·{min(day.departures, 9)}" if day.arrivals or day.departures else ""
    elif line == "arrivals":
        text = _moves(day.arrivals_done, day.arrivals, width)
    elif line == "departures":
        text = _moves(day.departures_done, day.departures, width)
    else:
        values = {
            "capacity": day.capacity,
            "blocked": day.blocked,
            "occupied": day.occupied,
            "rate": rate(day),
            "free": free(day),
            "people": day.people,
        }
        text = str(values[line])
    return text if len(text) < max(2, width) else ""


def _moves(done: int, expected: int, width: int) -> str:
    """Write what is done of what is expected, or the expected alone where there is no room."""
    if not expected:
        return ""
    both = f"{done}/{expected}"
    return both if len(both) < width else str(min(expected, 9) if width < 4 else expected)


def in_words(day: PlanningDay) -> str:
    """Say a whole day, for the line under the cursor."""
    parts: Sequence[str] = (
        _("{free} libres de {capacity}").format(free=free(day), capacity=day.capacity),
        _("{n} hors service").format(n=day.blocked) if day.blocked else "",
        _("{rate} %").format(rate=rate(day)),
        _("arr. {done}/{n}").format(done=day.arrivals_done, n=day.arrivals),
        _("dép. {done}/{n}").format(done=day.departures_done, n=day.departures),
        _("{n} pers.").format(n=day.people),
    )
    return f"{long_day(day.day)} · " + " · ".join(part for part in parts if part)
