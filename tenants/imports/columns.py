"""Columns of simple files, by their English or French names, and cells read as what they are."""

from collections.abc import Mapping, Sequence
from typing import Final

from infra.errors import FieldError, Invalid
from tenants.imports.running import ColumnUnknown
from tenants.referential.cleaning.text import fold

_YES: Final = frozenset({"1", "yes", "true", "oui", "vrai", "x"})
_NO: Final = frozenset({"", "0", "no", "false", "non", "faux"})


class CellInvalid(Invalid):
    """A cell cannot be read."""

    code = "cell_invalid"


def chosen_columns(present: Sequence[str], aliases: Mapping[str, tuple[str, ...]], *, needed: str) -> dict[str, str]:
    """Find which column of the file holds which field.

    Args:
        present: the file's columns.
        aliases: field → the other names that its column may have, folded.
        needed: the field without which there is nothing to import.

    Raises:
        ColumnUnknown: no column holds `needed`; the message names those there are.
    """
    folded = {fold(column): column for column in present}
    found = {
        field: folded[name] for field, names in aliases.items() for name in (field, *names)[::-1] if name in folded
    }
    if needed not in found:
        raise ColumnUnknown(f"no column « {needed} »: there are {', '.join(present)}")
    return found


def whole_number(text: str, *, field: str) -> int:
    """Read a whole number.

    Raises:
        CellInvalid: it is none.
    """
    if not text.strip().isascii() or not text.strip().isdigit():
        raise CellInvalid(errors=(FieldError(f"/{field}", "not_a_number", f"« {text} » is no whole number"),))
    return int(text)


def yes_or_no(text: str, *, field: str) -> bool:
    """Read oui/non, yes/no, x or nothing.

    Raises:
        CellInvalid: it is neither.
    """
    said = fold(text)
    if said not in _YES | _NO:
        raise CellInvalid(errors=(FieldError(f"/{field}", "not_yes_or_no", f"« {text} »: oui or non"),))
    return said in _YES
