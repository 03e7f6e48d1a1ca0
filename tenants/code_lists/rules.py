"""The code lists as the network's note gives them (`segmentation.toml`): read, and checked. Pure but for the file."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from infra.errors import Invalid


class CodeListInvalid(Invalid):
    """A file of code lists cannot be read; the message says where."""

    code = "code_list_invalid"


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """One value of a list; in a cascade it belongs to a category, and shows once that is chosen."""

    list: str
    category: str
    """Code of its category; empty in a list that has none."""
    code: str
    label: str
    position: int
    detail: str
    """Label of the text that the value asks for (« préciser lequel »); empty when it asks for none."""
    first_age: int | None = None
    last_age: int | None = None
    """Whole years, both included; age bands only."""


PACKAGED: Final = Path(__file__).with_name("segmentation.toml")
"""The network's note, word for word."""
STARTING: Final = Path(__file__).with_name("starting.toml")
"""A first proposal of the two lists that the note leaves to the centres."""
FEDERATIONS: Final = Path(__file__).with_name("federations.toml")
"""The further sports, which the network adds."""
CATEGORY: Final = "*"
"""The `category` under which a cascade's categories themselves stand."""


def read_lists(text: str) -> list[Value]:
    """Read a file of lists: `[list]` with `values = [[code, label], …]`, or a cascade of such tables.

    Raises:
        CodeListInvalid: it is no TOML, or a list has another form, or says one code twice.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CodeListInvalid(str(error)) from error
    try:
        values = [value for name, table in tables.items() for value in _values(name, table)]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise CodeListInvalid(f"a list is not `values = [[code, label], …]`: {error}") from error
    seen: set[tuple[str, str, str]] = set()
    for value in values:
        key = (value.list, value.category, value.code)
        if key in seen:
            raise CodeListInvalid(f"{value.list}: the code {value.code} stands twice")
        seen.add(key)
    return values


def packaged_lists() -> list[Value]:
    """Return the lists that come with this release."""
    return [value for file in (PACKAGED, STARTING) for value in read_lists(file.read_text(encoding="utf-8"))]


def _values(name: str, table: dict[str, object]) -> Iterator[Value]:
    if not table.get("cascade"):
        yield from _plain(name, "", table)
        return
    categories = {code: entry for code, entry in table.items() if isinstance(entry, dict)}
    for position, (code, entry) in enumerate(categories.items()):
        detail = str(entry.get("detail", ""))
        yield Value(
            list=name, category=CATEGORY, code=code, label=str(entry["label"]), position=position, detail=detail
        )
    for code, entry in categories.items():
        yield from _plain(name, code, {key: value for key, value in entry.items() if key != "detail"})


def _plain(name: str, category: str, table: dict[str, object]) -> Iterator[Value]:
    details, bounds = table.get("detail") or {}, table.get("bounds") or {}
    values = table["values"]
    if not isinstance(values, list) or not isinstance(details, dict) or not isinstance(bounds, dict):
        raise TypeError(name)
    for position, (code, label) in enumerate(values):
        first, last = bounds.get(code, (None, None))
        yield Value(
            list=name,
            category=category,
            code=str(code),
            label=str(label),
            position=position,
            detail=str(details.get(code, "")),
            first_age=first,
            last_age=last,
        )
