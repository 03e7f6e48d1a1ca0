"""Mappings: for each source, which of its columns fills which field. One TOML a source; `standard` knows usual names."""

import tomllib
from collections.abc import Mapping
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
    present = {" ".join(words(column)): column for column in columns}
    chosen = {
        field: present[" ".join(words(wanted))]
        for field, names in tomllib.loads(text).items()
        for wanted in reversed(names)
        if " ".join(words(wanted)) in present
    }
    return ColumnMapping(path.stem, chosen)
