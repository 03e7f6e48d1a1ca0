"""What a document says: everything in words already."""

from collections.abc import Sequence

import msgspec


class Column(msgspec.Struct, frozen=True):
    """A column: its title, its share of the width (0 for as wide as its words), figures to the right."""

    title: str
    share: int = 1
    right: bool = False


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A titled table; `empty` is said where it has no rows, `note` under it."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    empty: str = ""
    note: str = ""


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A document of sections, one under the other."""

    title: str
    subtitle: str
    owner: str
    """Whose it is, at the foot of each page."""
    sections: Sequence[Section]
    language: str = "fr"
    landscape: bool = False
    remark: str = ""
    """What the reader must know before reading: that not everything is there. On each paper, on each sheet."""
