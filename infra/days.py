"""Days in words, as each language writes them."""

from datetime import date
from typing import Literal

from babel.dates import format_date


def day_in_words(day: date, language: str, *, form: Literal["full", "long", "medium"] = "long") -> str:
    """Return « 27 février 2027 », and « 1er mars 2027 », which the Unicode patterns leave a bare number."""
    said = format_date(day, form, locale=language)
    return said.replace("1 ", "1er ", 1) if day.day == 1 and language == "fr" else said
