"""Colours by the names that people say; another is written #rrggbb."""

import unicodedata
from typing import Final

from tui.words import N_, _

NAMED: Final = (
    ("#3366cc", N_("bleu")),
    ("#4aa3df", N_("bleu clair")),
    ("#1f6f78", N_("canard")),
    ("#2e8b57", N_("vert")),
    ("#7fb800", N_("vert clair")),
    ("#d4a017", N_("jaune")),
    ("#e67e22", N_("orange")),
    ("#b8860b", N_("ocre")),
    ("#c0392b", N_("rouge")),
    ("#d6336c", N_("rose")),
    ("#8a5a9e", N_("violet")),
    ("#795548", N_("brun")),
    ("#7f8c8d", N_("gris")),
)
"""Each is told from the others and read on a dark ground and a light one."""


def colour_name(colour: str) -> str:
    """Return what a colour is called; one without a name is itself."""
    return next((_(name) for code, name in NAMED if code == colour.lower()), colour)


def read_colour(typed: str) -> str:
    """Return the colour that a name says, case and accents aside; what is no name goes as it is, and the server judges it."""
    wanted = _plain(typed)
    return next((code for code, name in NAMED if wanted in (_plain(name), _plain(_(name)))), typed.strip())


def _plain(text: str) -> str:
    return "".join(
        sign for sign in unicodedata.normalize("NFD", text.strip().lower()) if not unicodedata.combining(sign)
    )
