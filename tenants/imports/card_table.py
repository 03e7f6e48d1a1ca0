"""Tables of cards read for the matcher alone, nothing stored: columns by name, in any order, any of them absent."""

import codecs
import csv
import gzip
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Final, TextIO

import msgspec

from infra.errors import Invalid
from tenants.imports.mappings import choose_columns
from tenants.referential.cleaning.dates import read_compared_birth
from tenants.referential.cleaning.organisations import is_named_as_one
from tenants.referential.cleaning.places import read_country
from tenants.referential.matching.features import Features, Written, read_features


class CardTableUnreadable(Invalid):
    """The file is no table of cards: its columns, or its text, are not as they should be."""

    code = "card_table_unreadable"


COLUMNS: Final = (
    "first_name",
    "last_name",
    "organisation",
    "email",
    "phone",
    "mobile",
    "birth_date",
    "street",
    "postal_code",
    "town",
    "country",
)
"""The fields that the matcher reads; a file's columns are found by these names and their usual others, in French too."""
_AT_ONCE: Final = 5_000
_LONGEST_CELL: Final = 1_000_000


class CardTable(msgspec.Struct, frozen=True):
    """A file's cards, in its order."""

    ids: list[str]
    """As the file names them, `record_id`."""
    cards: list[Features]
    persons: list[str] | None
    """Who each card is in truth, where the file says and it was asked for."""


def read_card_table(path: Path, *, today: date, truth: str | None = None, processes: int | None = None) -> CardTable:
    """Read and clean a CSV file, plain or gzipped, however it was encoded and separated.

    Args:
        path: the file.
        today: no birth is after it.
        truth: the column that says who each card is.
        processes: how many to clean with; as many as there are cores where not given.

    Raises:
        CardTableUnreadable: no column `record_id`, or not the one asked for; an id twice or missing; no text.
    """
    ids: list[str] = []
    persons: list[str] | None = [] if truth else None
    cards: list[Features] = []
    csv.field_size_limit(_LONGEST_CELL)
    try:
        with _rows(path) as reader:
            places = _places(path, next(reader, []), truth)
            rows = _noted(reader, places, ids, persons)
            cards.extend(_clean(rows, places, today, processes or os.cpu_count() or 1))
    except (UnicodeDecodeError, csv.Error, EOFError, gzip.BadGzipFile) as error:
        raise CardTableUnreadable(detail=f"{path.name} is no CSV: {error}") from error
    _check_ids(path, ids)
    return CardTable(ids, cards, persons)


def _places(path: Path, head: Sequence[str], truth: str | None) -> dict[str, int]:
    """Return the place of each column that is read, by field; the truth's as `truth`."""
    names = tuple(name.strip() for name in head)
    usual = choose_columns("standard", tuple(name for name in names if name != truth)).columns
    known = {field: name for field, name in usual.items() if field in (*COLUMNS, "id")}
    places = {field: names.index(name) for field, name in known.items()}
    there = f"it has {', '.join(names)}" if any(names) else "its first line names none"
    if "id" not in places:
        raise CardTableUnreadable(detail=f"{path.name} has no column record_id: {there}")
    if truth is not None:
        if truth not in names:
            raise CardTableUnreadable(detail=f"{path.name} has no column {truth}: {there}")
        places["truth"] = names.index(truth)
    return places


def _check_ids(path: Path, ids: Sequence[str]) -> None:
    seen: set[str] = set()
    for number, name in enumerate(ids, start=1):
        if not name.strip():
            raise CardTableUnreadable(detail=f"{path.name}: record {number} has no record_id")
        if name in seen:
            raise CardTableUnreadable(detail=f"{path.name} has the record_id {name} twice (record {number})")
        seen.add(name)


@contextmanager
def _rows(path: Path) -> Iterator[Iterator[list[str]]]:
    encoding = _encoding(path)
    with _open(path, encoding) as text:
        head = next(filter(str.strip, text), "")
    with _open(path, encoding) as text:
        yield filter(any, _whole(csv.reader(chain(text, ["\n", _END]), delimiter=max(",;\t|", key=head.count))))


def _whole(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield the rows up to the mark at their end: a quote left open would swallow it, and cards before it."""
    for row in reader:
        if row == [_END]:
            return
        yield row
    raise csv.Error("a quote is left open")


_END: Final = "\ufffeend"


def _open(path: Path, encoding: str) -> TextIO:
    packed = _is_packed(path)
    if packed:
        return gzip.open(path, "rt", encoding=encoding, newline="")
    return path.open(encoding=encoding, newline="")


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _encoding(path: Path) -> str:
    """Tell the encoding by the mark, else UTF-8 where all of the file is, else what Windows wrote in Western Europe."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with gzip.open(path) if _is_packed(path) else path.open("rb") as file:
        part = file.read(1 << 20)
        if part.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if b"\0" in part or part.startswith(b"PK\x03\x04"):
            raise CardTableUnreadable(detail=f"{path.name} is no CSV: this is no text")
        try:
            while part:
                decoder.decode(part)
                part = file.read(1 << 20)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "latin-1" if _has_holes(path) else "cp1252"
    return "utf-8-sig"


def _has_holes(path: Path) -> bool:
    """Say whether there are bytes that Windows-1252 does not know."""
    with gzip.open(path) if _is_packed(path) else path.open("rb") as file:
        return any(part.translate(None, _HOLES) != part for part in iter(lambda: file.read(1 << 20), b""))


_HOLES: Final = b"\x81\x8d\x8f\x90\x9d"


def _noted(
    reader: Iterator[list[str]], places: Mapping[str, int], ids: list[str], persons: list[str] | None
) -> Iterator[list[str]]:
    """Yield the rows, their ids and persons noted down; a short row lacks its last columns."""
    width = max(places.values()) + 1
    for row in reader:
        full = row + [""] * (width - len(row))
        ids.append(full[places["id"]])
        if persons is not None:
            persons.append(full[places["truth"]])
        yield full


def _clean(rows: Iterator[list[str]], places: Mapping[str, int], today: date, processes: int) -> Iterator[Features]:
    columns = {name: places[name] for name in COLUMNS if name in places}
    batches = iter(lambda: list(islice(rows, _AT_ONCE)), [])
    first = next(batches, [])
    yield from _clean_batch(first, columns, today)
    # What a process that has used DuckDB forks dies in the C library.
    if processes == 1 or len(first) < _AT_ONCE or "duckdb" in sys.modules:
        for batch in batches:
            yield from _clean_batch(batch, columns, today)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        for cleaned in pool.map(_clean_packed, ((batch, columns, today) for batch in batches)):
            yield from _UNPACK.decode(cleaned)


_UNPACK: Final = msgspec.msgpack.Decoder(list[Features])


def _clean_packed(work: tuple[list[list[str]], dict[str, int], date]) -> bytes:
    return msgspec.msgpack.encode(_clean_batch(*work))


def _clean_batch(rows: Iterable[Sequence[str]], columns: Mapping[str, int], today: date) -> list[Features]:
    return [
        read_bare_card({name: row[place] for name, place in columns.items() if row[place]}, today=today) for row in rows
    ]


def read_bare_card(values: Mapping[str, str], *, today: date) -> Features:
    """Clean one card given as text: an organisation's where it names no person, or where the person is named as one."""
    first, last = values.get("first_name", ""), values.get("last_name", "")
    organisation = values.get("organisation", "").strip()
    if not first.strip():
        if not last.strip() or last.strip().casefold() == organisation.casefold():
            organisation = organisation or last
        elif is_named_as_one(last):
            organisation = last
        else:
            organisation = ""
    else:
        organisation = ""
    card = read_features(
        Written(
            organisation=organisation,
            first_name=first,
            last_name=last,
            email=values.get("email", ""),
            phones=tuple(filter(None, (values.get("phone", ""), values.get("mobile", "")))),
            street=values.get("street", ""),
            postal_code=values.get("postal_code", ""),
            town=values.get("town", ""),
            country=read_country(values.get("country", "")) or "FR",
        ),
        today=today,
    )
    birth = values.get("birth_date", "")
    if not birth or card.walk_in or card.organisation:
        return card
    return msgspec.structs.replace(card, birth=read_compared_birth(birth, today=today))
