"""A line of what was mended, `field: before → after`, in the words of the desk."""

from tui.history_fields import field_name


def mending_words(line: str) -> tuple[str, str, str]:
    """Return the field's name, what was written, and what it became."""
    field, _colon, said = line.partition(": ")
    before, _arrow, after = said.partition(" → ")
    return field_name(field), before, after
