"""Writing a document as a spreadsheet: a sheet a section in XLSX, one table under the other in CSV.

What people typed is text and stays text: a cell that begins like a formula is not one.
"""

import csv
import io
import re
from typing import TYPE_CHECKING, Final

from infra.documents.document import Document

if TYPE_CHECKING:
    from openpyxl.cell import Cell

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(,[0-9]{1,4})?")
_NOT_IN_TITLES: Final = re.compile(r"[\[\]:*?/\\]")
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
WIDEST: Final = 50


def write_xlsx(document: Document) -> bytes:
    """Return the document as an XLSX file, a sheet a section, figures (a comma before decimals) as numbers."""
    # Not at the top: a fifth of a second for a server that starts, whose first spreadsheet may be asked for tonight.
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.worksheets[0])
    taken: set[str] = set()
    for section in document.sections:
        sheet = book.create_sheet(_sheet_title(section.title, taken))
        # What must be known first stands first, over the titles.
        heads = 2 if document.remark else 1
        if document.remark:
            first = sheet.cell(1, 1)
            assert isinstance(first, Cell)  # nothing is merged here
            _fill(first, document.remark, number=False)
        sheet.append([writable(column.title) for column in section.columns])
        for cell in sheet[heads]:
            cell.font = Font(bold=True)
        for place, row in enumerate(section.rows, start=heads + 1):
            for column, text in enumerate(row, start=1):
                cell = sheet.cell(place, column)
                assert isinstance(cell, Cell)  # nothing is merged here
                _fill(cell, text, number=section.columns[column - 1].right)
        sheet.freeze_panes = f"A{heads + 1}"
        for column in range(1, len(section.columns) + 1):
            words = [section.columns[column - 1].title, *(row[column - 1] for row in section.rows)]
            sheet.column_dimensions[get_column_letter(column)].width = min(WIDEST, max(map(len, words)) + 2)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def write_csv(document: Document) -> bytes:
    """Return the document as CSV with semicolons and a byte order mark, as spreadsheets here open it.

    One section is one table; several stand one under the other, each below its title.
    """
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    if document.remark:
        writer.writerows([[f"'{text}" if (text := writable(document.remark)).startswith(_FORMULA) else text], []])
    for place, section in enumerate(document.sections):
        if len(document.sections) > 1:
            if place:
                writer.writerow([])
            writer.writerow([writable(section.title)])
        writer.writerow([writable(column.title) for column in section.columns])
        for row in section.rows:
            writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in map(writable, row)])
    return written.getvalue().encode("utf-8-sig")


def _fill(cell: "Cell", text: str, *, number: bool) -> None:
    if number and _NUMBER.fullmatch(text):
        cell.value = float(text.replace(",", ".")) if "," in text else int(text)
    elif text:
        cell.value = writable(text)
        cell.data_type = "s"


def writable(text: str) -> str:
    """Leave out what XML, or any text in UTF-8, cannot hold: control characters, halves of a pair, two that are none."""
    return _UNWRITABLE.sub("", text)


def _sheet_title(title: str, taken: set[str]) -> str:
    """Return a title that a spreadsheet program takes: 31 characters, none of its own signs, once."""
    bare = _NOT_IN_TITLES.sub(" ", writable(title)).strip()[:28] or "1"
    wanted, number = bare, 1
    while wanted in taken:
        number += 1
        wanted = f"{bare} {number}"
    taken.add(wanted)
    return wanted
