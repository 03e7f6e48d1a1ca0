"""Tables of cards read for the matcher alone, nothing stored: columns by name, in any order, any of them absent."""

import csv
import gzip
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import msgspec

from infra.errors import Invalid
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
    "birth_date",
    "street",
    "postal_code",
    "city",
    "country",
)
_AT_ONCE: Final = 5_000


class CardTable(msgspec.Struct, frozen=True):
    """A file's cards, in its order."""

    ids: list[str]
    """As the file names them, `record_id`."""
    cards: list[Features]
    persons: list[str] | None
    """Who each card is in truth, where the file says and it was asked for."""


def read_card_table(path: Path, *, today: date, truth: str | None = None, processes: int | None = None) -> CardTable:
    """Read and clean a CSV file, plain or gzipped, UTF-8 with or without a mark.

    Args:
        path: the file.
        today: no birth is after it.
        truth: the column that says who each card is.
        processes: how many to clean with; as many as there are cores where not given.

    Raises:
        CardTableUnreadable: no column `record_id`, or not the one asked for; an id twice; no UTF-8.
    """
    ids: list[str] = []
    persons: list[str] | None = [] if truth else None
    cards: list[Features] = []
    with _open(path) as text:
        reader = csv.reader(text)
        try:
            head = [name.strip() for name in next(reader, [])]
            wanted = ["record_id", *([truth] if truth else [])]
            if missing := [name for name in wanted if name not in head]:
                raise CardTableUnreadable(detail=f"{path.name} has no column {', '.join(missing)}")
            places = {name: head.index(name) for name in (*wanted, *COLUMNS) if name in head}
            rows = _noted(reader, places, ids, truth, persons)
            cards.extend(_clean(rows, places, today, processes or os.cpu_count() or 1))
        except (UnicodeDecodeError, csv.Error) as error:
            raise CardTableUnreadable(detail=f"{path.name} is no CSV in UTF-8: {error}") from error
    if len(set(ids)) < len(ids):
        raise CardTableUnreadable(detail=f"{path.name} has a record_id twice")
    return CardTable(ids, cards, persons)


def _open(path: Path) -> io.TextIOBase:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _noted(
    reader: Iterator[list[str]],
    places: Mapping[str, int],
    ids: list[str],
    truth: str | None,
    persons: list[str] | None,
) -> Iterator[list[str]]:
    """Yield the rows, their ids and persons noted down; a short row lacks its last columns."""
    width = max(places.values()) + 1
    for row in reader:
        if not row:
            continue
        full = row + [""] * (width - len(row))
        ids.append(full[places["record_id"]])
        if truth and persons is not None:
            persons.append(full[places[truth]])
        yield full


def _clean(rows: Iterator[list[str]], places: Mapping[str, int], today: date, processes: int) -> Iterator[Features]:
    columns = {name: places[name] for name in COLUMNS if name in places}
    batches = iter(lambda: list(islice(rows, _AT_ONCE)), [])
    if processes == 1:
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
    phone = values.get("phone", "")
    card = read_features(
        Written(
            organisation=organisation,
            first_name=first,
            last_name=last,
            email=values.get("email", ""),
            phones=(phone,) if phone else (),
            street=values.get("street", ""),
            postal_code=values.get("postal_code", ""),
            town=values.get("city", ""),
            country=read_country(values.get("country", "")) or "FR",
        ),
        today=today,
    )
    birth = values.get("birth_date", "")
    if not birth or card.walk_in or card.organisation:
        return card
    return msgspec.structs.replace(card, birth=read_compared_birth(birth, today=today))
