"""Columns of a list, what a row holds, and how it is cut to the width there is."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size


class Column(NamedTuple):
    """A column: `width` cells at least, its share `grow` of what is left, from `wide_from` cells of the list on."""

    title: str = ""
    width: int = 0
    grow: int = 0
    right: bool = False
    wide_from: int = 0
    hidden: bool = False
    """Not shown unless the user wants it; its values can be looked for all the same."""


class Cell(NamedTuple):
    """A text with a tone: muted, strong, good, warn, bad, accent."""

    text: str
    tone: str = ""


CellText = Cell | str


class Row(NamedTuple):
    """A row: what it stands for, a cell per column, and the cells of a second line where there is one."""

    key: str
    cells: tuple[CellText, ...]
    second: str = ""
    heading: bool = False
    """A heading cannot be stood on."""


NEVER = 1_000_000
"""So wide is no terminal."""
_hidden: dict[str, frozenset[int]] = {}
"""By list the places of the columns that this session's user does not want to see."""


def learn_hidden(chosen: Mapping[str, Sequence[str]]) -> None:
    """Take what the user chose: of each list the places of the columns not to show."""
    _hidden.clear()
    for name, places in chosen.items():
        _hidden[name] = frozenset(int(place) for place in places if place.isdecimal())


def hidden_columns(name: str, columns: Sequence[Column]) -> frozenset[int]:
    """Return the places of the columns of a list that are not shown: the user's choice, else the list's own."""
    return _hidden.get(name, frozenset(place for place, column in enumerate(columns) if column.hidden))


def only_shown(columns: Sequence[Column], hidden: frozenset[int]) -> list[Column]:
    """Return the columns, the hidden ones never wide enough to be drawn."""
    return [
        column._replace(wide_from=NEVER)
        if place in hidden
        else column._replace(wide_from=0 if column.hidden else column.wide_from)
        for place, column in enumerate(columns)
    ]


def measured(columns: Sequence[Column], cells: Sequence[CellText], width: int) -> list[tuple[Column, int, CellText]]:
    """Return the columns that a list of this width shows, each with its size and its cell."""
    shown = [(column, cell) for column, cell in zip(columns, cells, strict=False) if width >= column.wide_from]
    left = width - sum(column.width + 1 for column, _cell in shown)
    shares = sum(column.grow for column, _cell in shown)
    return [
        (column, column.width + (max(0, left) * column.grow // shares if column.grow else 0), cell)
        for column, cell in shown
    ]


def fit(text: str, size: int, *, right: bool) -> str:
    """Cut a text to a size, or fill it up, on the left where it stands `right`."""
    length = cell_len(text)
    if length > size:
        return set_cell_size(text, size - 1) + "…" if size > 1 else "…"
    pad = " " * (size - length)
    return pad + text if right else text + pad


def _parts(word: str, width: int) -> list[str]:
    """Break a word that is longer than a line: an e-mail address is read to its end."""
    parts = [""]
    for sign in word:
        if parts[-1] and cell_len(parts[-1]) + cell_len(sign) > width:
            parts.append("")
        parts[-1] += sign
    return parts


def wrapped(texts: Sequence[str], width: int) -> list[str]:
    """Break texts into lines of a width, each text on a line of its own."""
    lines: list[str] = []
    for text in texts:
        line = ""
        for word in (part for whole in text.split() for part in _parts(whole, width)):
            if line and cell_len(line) + 1 + cell_len(word) > width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        lines.append(line)
    return lines
