"""Reading a table from a file: CSV however it was encoded and separated, gzipped or not, or the first sheet of an XLSX."""

import csv
import gzip
import io
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

import msgspec

from infra.errors import Invalid


class FileUnreadable(Invalid):
    """The file is no table that can be read; the message says what it seems to be."""

    code = "file_unreadable"


class SourceRow(msgspec.Struct, frozen=True):
    """A row as it stands in the file; `number` counts the file's lines as a person does, the head being 1."""

    number: int
    values: Mapping[str, str]


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
    table = _sheet(content, path) if content[:4] == b"PK\x03\x04" else _csv(content, path)
    head = next(table, [])
    columns = tuple(name.strip() for name in head)
    if not any(columns):
        raise FileUnreadable(f"{path}: the first line names no columns")
    rows = tuple(
        SourceRow(number, dict(zip(columns, row + [""] * (len(columns) - len(row)), strict=False)))
        for number, row in enumerate(table, start=2)
        if any(cell.strip() for cell in row)
    )
    return Source(columns, rows)


def decode(content: bytes) -> str:
    """Decode text by its byte order mark, else as UTF-8, else as what Windows wrote in Western Europe."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _csv(content: bytes, path: Path) -> Iterator[list[str]]:
    if b"\x00" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileUnreadable(f"{path}: this is no text")
    text = decode(content)
    head = text.partition("\n")[0]
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
