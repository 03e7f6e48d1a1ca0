"""The centre's colour on the pages: as given where it can be read, darker where it could not (WCAG 2.2, 1.4.3)."""

import re
from typing import Final

HOUSE_COLOUR: Final = "#1f5f8b"
PAPER: Final = "#f7f6f3"
"""The page's ground, darker than the white of the cards: what is readable on it is readable on both."""
READABLE: Final = 4.6
"""A little over the 4.5 that the guideline asks, so that rounding never takes it below."""
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours `#rrggbb`, from 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def accent(colour: str) -> str:
    """Return the colour for text, links and buttons: the centre's, darkened until it can be read on the page's ground."""
    red, green, blue = _channels(colour if _COLOUR.fullmatch(colour) else HOUSE_COLOUR)
    for percent in range(100, -1, -4):
        darker = _written(red * percent // 100, green * percent // 100, blue * percent // 100)
        if contrast(darker, PAPER) >= READABLE:
            return darker
    return "#000000"


def mixed(colour: str, ground: str, *, percent: int) -> str:
    """Return `percent` of `colour` laid over `ground`."""
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return _written(*((above * percent + below * (100 - percent)) // 100 for above, below in pairs))


def style_of(colour: str) -> str:
    """Return the style sheet that carries a centre's colour: there is no inline style, so that the policy allows none."""
    strong = accent(colour)
    deep = mixed("#000000", strong, percent=22)
    tint = mixed(strong, "#ffffff", percent=8)
    band = colour if _COLOUR.fullmatch(colour) else HOUSE_COLOUR
    return f":root{{--accent:{strong};--accent-deep:{deep};--accent-tint:{tint};--band:{band.lower()}}}\n"


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _written(red: int, green: int, blue: int) -> str:
    return f"#{red:02x}{green:02x}{blue:02x}"


def _luminance(colour: str) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
