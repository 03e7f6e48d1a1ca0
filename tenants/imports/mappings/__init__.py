"""Mappings: for each source, which of its columns fills which field. One TOML a source; `standard` knows usual names."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import msgspec

from infra.errors import NotFound
from tenants.referential.cleaning.text import words


class MappingUnknown(NotFound):
    """There is no mapping of this name; the message says which there are."""

    code = "mapping_unknown"


class ColumnMapping(msgspec.Struct, frozen=True):
    """A source's columns, chosen for one file."""

    name: str
    columns: Mapping[str, str]
    """Field → column of the file; fields that it does not give are absent."""

    def value(self, values: Mapping[str, str], field: str) -> str:
        """Return what a row says of a field; empty where the file does not give it."""
        column = self.columns.get(field)
        return values[column].strip() if column else ""


def choose_columns(name: str, columns: tuple[str, ...]) -> ColumnMapping:
    """Fit a mapping, by its name or by the path of a TOML file, to a file's columns.

    Raises:
        MappingUnknown: there is none.
    """
    path = Path(name)
    if path.suffix == ".toml" and path.is_file():
        text = path.read_text(encoding="utf-8")
    else:
        packaged = {entry.name.removesuffix(".toml"): entry for entry in files(__package__).iterdir()}
        known = sorted(key for key in packaged if not key.startswith("_"))
        if name not in known:
            raise MappingUnknown(f"no mapping « {name} »: there are {', '.join(known)}")
        text = packaged[name].read_text(encoding="utf-8")
    return fitted(path.stem, tomllib.loads(text), columns)


def fitted(name: str, wanted: Mapping[str, Sequence[str]], columns: Sequence[str]) -> ColumnMapping:
    """Choose for each field the first of its names that the file has; case, accents and signs make no difference."""
    present = {" ".join(words(column)): column for column in columns}
    chosen = {
        field: present[" ".join(words(each))]
        for field, names in wanted.items()
        for each in reversed(names)
        if " ".join(words(each)) in present
    }
    return ColumnMapping(name, chosen)


def fields() -> tuple[str, ...]:
    """Return the fields of a card that a file may fill, in their order."""
    return tuple(tomllib.loads(files(__package__).joinpath("standard.toml").read_text(encoding="utf-8")))
