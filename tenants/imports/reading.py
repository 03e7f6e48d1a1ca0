"""Reading a table from a file: CSV however it was encoded and separated, gzipped or not, or the first sheet of an XLSX."""

import csv
import gzip
import io
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

import msgspec

from infra.errors import Invalid
from tenants.imports.encodings import decode


class FileUnreadable(Invalid):
    """The file is no table that can be read; the message says what it seems to be."""

    code = "file_unreadable"


class SourceRow(msgspec.Struct, frozen=True):
    """A row as it stands in the file; `number` counts the file's lines as a person does, the head being 1."""

    number: int
    values: Mapping[str, str]
    spilled: tuple[str, ...] = ()
    """What stands beyond the last column: a separator in a cell moved the others along, and no cell can be believed."""


class Source(msgspec.Struct, frozen=True):
    """A file's head and rows."""

    columns: tuple[str, ...]
    rows: tuple[SourceRow, ...]


def read_file(path: Path) -> Source:
    """Read a table: CSV, .csv.gz or XLSX, told by content and not by name; the first line names the columns.

    Raises:
        FileUnreadable: it is empty, or neither.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileUnreadable(f"{path}: {error}") from error
    return read_content(content, path)


def read_content(content: bytes, path: Path) -> Source:
    """Read a table from what a file holds; its name is only said where it cannot be read.

    Raises:
        FileUnreadable: it is empty, or no table.
    """
    try:
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
    except (OSError, EOFError) as error:
        raise FileUnreadable(f"{path}: {error}") from error
    for mark, said in _OTHERS.items():
        if mark in content[:_HEAD]:
            raise FileUnreadable(f"{path}: {said}: save it as .xlsx or CSV")
    table = enumerate(_sheet(content, path) if content[:4] == b"PK\x03\x04" else _csv(content, path), start=1)
    _number, head = next(((number, row) for number, row in table if not _says_separator(row)), (0, []))
    columns = _told_apart([name.strip() for name in head])
    if not any(columns):
        raise FileUnreadable(f"{path}: the first line names no columns")
    width = len(columns)
    rows = tuple(
        SourceRow(
            number,
            dict(zip(columns, row + [""] * (width - len(row)), strict=False)),
            tuple(cell for cell in row[width:] if cell.strip()),
        )
        for number, row in table
        if any(cell.strip() for cell in row)
    )
    return Source(columns, rows)


_HEAD: Final = 200
_FIRST: Final = 100_000
_OTHERS: Final = {
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"application/vnd.oasis.opendocument": "an OpenDocument sheet",
}


def _says_separator(row: Sequence[str]) -> bool:
    """Say whether a first line is Excel's own word on the separator, `sep=;`, and names no columns."""
    return row[:1] in (["sep="], ["sep=;"], ["sep=,"], ["sep=|"]) and not any(row[1:])


def _told_apart(names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns' names, each once: the second « Nom » is « Nom (2) », and neither hides the other."""
    seen: Counter[str] = Counter()
    told = []
    for name in names:
        seen[name] += 1
        told.append(f"{name} ({seen[name]})" if name and seen[name] > 1 else name)
    return tuple(told)


def _csv(content: bytes, path: Path) -> Iterator[list[str]]:
    try:
        text = decode(content)
    except UnicodeDecodeError as error:
        raise FileUnreadable(f"{path}: {error}") from error
    if "\x00" in text[:4096]:
        raise FileUnreadable(f"{path}: this is no text")
    lines = [line for line in text[:_FIRST].splitlines()[:2] if line.strip()] or [""]
    head = lines[-1] if lines[0].lower().startswith("sep=") else lines[0]
    separator = max(",;\t|", key=head.count)
    # A cell as long as the file is no cell: a quote was left open.
    csv.field_size_limit(1_000_000)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error as error:
        raise FileUnreadable(f"{path}: {error}") from error


def _sheet(content: bytes, path: Path) -> Iterator[list[str]]:
    # Not at the top: servers and workers start without it, and most files are no XLSX.
    import openpyxl

    try:
        with warnings.catch_warnings():
            # Openpyxl warns of styles and validations that it drops: only the values are wanted.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            for row in book.worksheets[0].iter_rows(values_only=True):
                yield [_cell(value) for value in row]
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError) as error:
        raise FileUnreadable(f"{path}: {error}") from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
