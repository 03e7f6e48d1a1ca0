"""Plain mode, for screen readers and slow lines: no boxes, no colours, nothing that moves; letters and reverse video only.

Whatever a screen draws passes here, cell by cell, before it is painted: nothing has to be drawn twice, and nothing is forgotten.
"""

import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from rich.style import Style

ASKED_FOR: Final = "HALTE_PLAIN"
"""With 1 in the environment of the user's own machine, whatever the account prefers."""

_BOXES = "─━│┃╭╮╰╯┌┐└┘┏┓┗┛├┤┬┴┼┠┨┯┷┿╺╸▏▎▍▌▋▊▉▕▔▁╱╲═║╔╗╚╝╠╣╦╩╬"
_SIGNS = {
    "▆": "#", "█": "#", "▇": "#", "▅": "#", "▄": "#", "▃": "-", "▂": "_", "▀": "#", "▒": "+", "░": ".", "▓": "#",
    "●": "*", "○": "o", "■": "*", "□": "o", "▣": "+", "▲": "!", "▼": "v", "▾": "v", "‼": "!", "✗": "x", "⚑": "!",
    "☹": "-", "☺": "+", "•": "*", "✉": "@",
}  # fmt: skip
"""What readers spell out at length. Arrows, ticks and quotes they name in a word."""
_TABLE: Final = {ord(sign): " " for sign in _BOXES} | {ord(sign): said for sign, said in _SIGNS.items()}
_BRIGHT: Final = 96
"""From such a brightness on, of 255, a background sets its text off."""


def plain_text(text: str) -> str:
    """Return a cell's text without boxes and signs; letters, their accents too, stay."""
    return text if text.isascii() else text.translate(_TABLE)


@lru_cache(maxsize=1024)
def plain_style(style: Style) -> Style:
    """Return a style without its colours: what stood out by its background is reversed, bold stays bold."""
    back = style.bgcolor.triplet if style.bgcolor and style.bgcolor.triplet else None
    set_off = back is not None and max(back) >= _BRIGHT
    return Style(bold=style.bold, underline=style.underline, reverse=bool(set_off) != bool(style.reverse))


def is_asked_for(environment: Mapping[str, str] = os.environ) -> bool:
    """Say whether this machine's user wants it, whatever the account says; of an SSH client, by what it sent along."""
    return environment.get(ASKED_FOR, "") not in ("", "0")
