"""How a list is looked at: sorted by a column, only some values of one, grouped by one with counts."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from tui.widgets.columns import Row
from tui.widgets.sorting import cell_key, in_order, text_of
from tui.words import _

FIGURE = re.compile(r"-?\d+(,\d+)?")


class Arrangement(NamedTuple):
    """Sorted by a column, from 1 on, below zero backwards, 0 as it came; only a value of a column; grouped by a column."""

    sorted_by: int = 0
    only: tuple[tuple[int, str], ...] = ()
    """Column and value; several columns narrow together."""
    grouped_by: int | None = None

    @property
    def gathers(self) -> bool:
        """Whether it says something of all rows, those not read yet too."""
        return self != Arrangement()


def said(row: Row, column: int) -> str:
    """Return what a row says in a column; nothing where it has none."""
    return text_of(row.cells[column]) if column < len(row.cells) else ""


def plain(text: str, *, figure: bool) -> str:
    """Return what a spreadsheet takes for a number where the column holds figures: « 5 252,50 € » as « 5252,50 »."""
    packed = re.sub(r"[\s\u00a0\u202f€]", "", text) if figure else ""
    return packed if FIGURE.fullmatch(packed) else text


def values_of(rows: Sequence[Row], column: int) -> list[tuple[str, int]]:
    """Return the values of a column with their counts, in the column's own order, the empty one last."""
    counts = Counter(said(row, column) for row in rows if not row.heading)
    return sorted(counts.items(), key=lambda pair: cell_key(pair[0]))


def arranged(rows: Sequence[Row], how: Arrangement) -> list[Row]:
    """Return the rows as one wants to look at them; headings that were there stay unless other groups are wanted."""
    kept = [row for row in rows if row.heading or all(said(row, column) == value for column, value in how.only)]
    if how.only:
        kept = _without_empty_headings(kept)
    if how.sorted_by:
        kept = in_order(kept, abs(how.sorted_by) - 1, backwards=how.sorted_by < 0)
    return kept if how.grouped_by is None else _grouped(kept, how.grouped_by)


def _grouped(rows: Sequence[Row], column: int) -> list[Row]:
    members: dict[str, list[Row]] = {}
    for row in rows:
        if not row.heading:
            members.setdefault(said(row, column), []).append(row)
    grouped: list[Row] = []
    for value in sorted(members, key=cell_key):
        title = f"{value or _('(vide)')} · {len(members[value])}"
        grouped += [Row(f"group {value}", (title,), heading=True), *members[value]]
    return grouped


def _without_empty_headings(rows: Sequence[Row]) -> list[Row]:
    return [
        row
        for index, row in enumerate(rows)
        if not row.heading or (index + 1 < len(rows) and not rows[index + 1].heading)
    ]
