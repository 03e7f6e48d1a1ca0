"""The files that the pages ask for: textual-serve's terminal, its fonts, and ours; read once, named by what is in them."""

import hashlib
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

_SERVED: Final = {
    "textual.js": ("textual_serve", "static/js/textual.js", "text/javascript"),
    "xterm.css": ("textual_serve", "static/css/xterm.css", "text/css"),
    "RobotoMono-VariableFont_wght.ttf": ("textual_serve", "static/fonts/RobotoMono-VariableFont_wght.ttf", "font/ttf"),
    "RobotoMono-Italic-VariableFont_wght.ttf": (
        "textual_serve",
        "static/fonts/RobotoMono-Italic-VariableFont_wght.ttf",
        "font/ttf",
    ),
    "web.css": ("tui.web", "static/web.css", "text/css"),
    "web.js": ("tui.web", "static/web.js", "text/javascript"),
}
"""Name in an address → package, place in it, media type. Nothing else of the package is served."""


class Asset(msgspec.Struct, frozen=True):
    """One file."""

    content: bytes
    media_type: str


@cache
def assets() -> dict[str, Asset]:
    """Return them all, by name."""
    return {
        name: Asset(files(package).joinpath(place).read_bytes(), media_type)
        for name, (package, place, media_type) in _SERVED.items()
    }


@cache
def release() -> str:
    """Return what the addresses begin with: another release's files have other addresses, and these may be kept for ever."""
    digest = hashlib.sha256()
    for name, asset in sorted(assets().items()):
        digest.update(name.encode() + asset.content)
    return digest.hexdigest()[:16]
