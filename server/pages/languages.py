"""The pages' languages: the words of the templates are French, the catalogues of `server/locale` say the rest."""

import io
from collections.abc import Sequence
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE: Final = Path(__file__).parent.parent / "locale"
NAMES: Final = {
    "fr": "Français",
    "en": "English",
    "de": "Deutsch",
    "nl": "Nederlands",
    "es": "Español",
    "it": "Italiano",
}
"""Every language there is a catalogue for, in its own words."""
DESK: Final = ("fr", "en")
"""What is complete on every page."""
GUESTS: Final = tuple(NAMES)
"""What the pages of guests speak: the contact form, the pre-check-in and the tablet, the surveys before and after the stay."""


@cache
def translations(language: str) -> NullTranslations:
    """Return a language's catalogue; French, the language of the templates, needs none."""
    path = LOCALE / language / "LC_MESSAGES" / "pages.po"
    if language == "fr" or language not in NAMES or not path.exists():
        return NullTranslations()
    with path.open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def chosen(asked: str, *, accepted: str, offered: Sequence[str], preferred: str = "") -> str:
    """Return the language of a page.

    Args:
        asked: by the reader's own click; empty where they clicked none.
        accepted: the browser's Accept-Language.
        offered: the languages that the page is complete in.
        preferred: the language we know the reader by (their card's), before the browser's.
    """
    for language in (asked, preferred, *_accepted(accepted)):
        if language in offered:
            return language
    return offered[0]


def _accepted(header: str) -> list[str]:
    weighed: list[tuple[float, str]] = []
    for place, part in enumerate(header[:500].split(",")):
        name, _, weight = part.partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        weighed.append((-quality + place / 1_000, name.strip()[:2].lower()))
    return [name for _, name in sorted(weighed)]
