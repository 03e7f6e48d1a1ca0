"""Letters: the words of our mails, one template a language (`confirmation.fr.txt`); who reads no French reads English.

The first line is the subject, the rest the text; values are plain text, escaped later by the layout.
"""

from datetime import date
from functools import cache

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from infra.days import day_in_words


class Letter(msgspec.Struct, frozen=True):
    """A mail's words."""

    subject: str
    text: str
    language: str
    """That it is written in: English, or French, where the one asked for was not there."""


@cache
def _environment(package: str) -> Environment:
    # Nothing to escape in plain text; the HTML layout escapes all of it.
    return Environment(
        loader=PackageLoader(package, "letters"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - plain text
    )


def letter(package: str, name: str, language: str, **values: object) -> Letter:
    """Write the letter `name` of `package` (its folder `letters/`) in `language`; `day(date)` is at hand inside.

    Raises:
        UndefinedError: the template names a value that was not given.
    """
    environment = _environment(package)
    template = environment.select_template([f"{name}.{each}.txt" for each in (language, "en", "fr")])
    written = (template.name or "").split(".")[-2]

    def day(when: date) -> str:
        return day_in_words(when, written)

    subject, _, text = template.render(day=day, **values).partition("\n")
    return Letter(subject.strip(), text.strip(), written)
