"""Tables as files: CSV as French spreadsheets open it, and XLSX."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from tenants.imports.reports import guarded

Value = str | int | float | Decimal | date | None


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A table: a name of at most 31 signs, its heads, its rows."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Value]]


def as_csv(sheets: Sequence[Sheet]) -> bytes:
    """Return the tables one below the other, semicolons between cells, a comma in decimals, UTF-8 with its mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    for number, sheet in enumerate(sheets):
        if number:
            writer.writerow([])
        if len(sheets) > 1:
            writer.writerow([sheet.name])
        writer.writerow(sheet.head)
        writer.writerows([_text(cell) for cell in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook with a sheet for each table."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        page.freeze_panes = "A2"
        widest = [
            max((len(_text(row[place])) for row in [sheet.head, *sheet.rows]), default=0)
            for place in range(len(sheet.head))
        ]
        for place, width in enumerate(widest, start=1):
            page.column_dimensions[get_column_letter(place)].width = min(60, width + 2)
        page.append([_head(page, name) for name in sheet.head])
        for row in sheet.rows:
            page.append([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _head(page: WriteOnlyWorksheet, name: str) -> Cell:
    cell = WriteOnlyCell(page, value=name)
    cell.font = Font(bold=True)
    return cell


def _text(cell: Value) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guarded(cell)
    if isinstance(cell, float | Decimal):
        return str(cell).replace(".", ",")
    return str(cell)
