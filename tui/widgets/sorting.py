"""How the cells of a list compare: sums as sums, days as days, names without their accents."""

import re
import unicodedata

from tui.widgets.columns import CellText, Row

DAY = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?")
MONTH = re.compile(r"(\d{2})/(\d{4})")
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
Key = tuple[int, float, str]


def text_of(cell: CellText) -> str:
    """Return what a cell says."""
    return (cell if isinstance(cell, str) else cell.text).strip()


def cell_key(text: str) -> Key:
    """Return what a cell's text is sorted by: days, then numbers, then words, nothing last."""
    if found := MONTH.fullmatch(text):
        return (0, int(found[2]) * 10_000 + int(found[1]) * 100, "")
    if found := DAY.match(text):
        day, month, year = int(found[1]), int(found[2]), int(found[3] or 0)
        return (0, year * 10_000 + month * 100 + day, "")
    packed = re.sub(r"[\s\u00a0\u202f]", "", text).replace(",", ".")
    if found := NUMBER.match(packed):
        return (1, float(found[0]), text)
    plain = "".join(
        letter for letter in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(letter)
    )
    return (2, 0.0, plain) if plain.strip("–-·. ") else (3, 0.0, "")


def in_order(rows: list[Row], column: int, *, backwards: bool) -> list[Row]:
    """Return rows by a column, empty cells last either way; under headings each stretch by itself."""
    ordered: list[Row] = []
    stretch: list[Row] = []
    for row in [*rows, None]:
        if row is None or row.heading:
            ordered += _by(stretch, column, backwards=backwards)
            stretch = []
            if row is not None:
                ordered.append(row)
        else:
            stretch.append(row)
    return ordered


def _by(rows: list[Row], column: int, *, backwards: bool) -> list[Row]:
    keyed = [(cell_key(text_of(row.cells[column]) if column < len(row.cells) else ""), row) for row in rows]
    said = sorted((pair for pair in keyed if pair[0][0] < 3), key=lambda pair: pair[0], reverse=backwards)
    return [row for _key, row in said] + [row for key, row in keyed if key[0] == 3]
