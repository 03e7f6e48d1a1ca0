"""Style sheets and scripts: named by their content, so that a browser keeps them for ever, and compressed once."""

import gzip
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from litestar import Controller, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from server.dependencies import HttpRequest
from server.pages.colours import HOUSE_COLOUR, style_of

FOLDER: Final = Path(__file__).parent / "static"
_TYPES: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_COLOUR_NAME: Final = re.compile(r"centre-([0-9a-f]{6})-[0-9a-f]{10}\.css")


class Asset(msgspec.Struct, frozen=True):
    """A file as it is sent, plain and compressed."""

    name: str
    """With the digest of its content: `halte-0123456789.css`."""
    media_type: str
    plain: bytes
    compressed: bytes


class AssetController(Controller):
    """What the pages load; there is nothing about anybody in it."""

    path = "/assets"
    opt = {"public": True, "unlimited": True}
    include_in_schema = False

    @get("/{name:str}", sync_to_thread=False)
    def asset(self, request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
        """Give one file, or a centre's colour."""
        found = _by_name().get(name) or _colour(name)
        if found is None:
            raise NotFoundException
        return answer(request, found, cache_control=_FOR_EVER)


def answer(request: HttpRequest, found: Asset, *, cache_control: str) -> Response[bytes]:
    """Send a file, compressed where the browser takes that."""
    headers = {
        "Cache-Control": cache_control,
        "Vary": "Accept-Encoding",
        # The embedding script is loaded by pages of other sites, which is what it is for.
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.compressed, media_type=found.media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(found.plain, media_type=found.media_type, headers=headers)


def asset_path(name: str) -> str:
    """Return the address of a file of `static/`, by its plain name (`halte.css`)."""
    return f"/assets/{packed(name).name}"


def colour_path(colour: str) -> str:
    """Return the address of the style sheet that carries a centre's colour."""
    sound = colour.lower() if re.fullmatch(r"#[0-9a-fA-F]{6}", colour) else HOUSE_COLOUR
    return f"/assets/{_packed_colour(sound[1:]).name}"


@cache
def packed(name: str) -> Asset:
    """Read and compress a file of `static/`, once."""
    return _pack(Path(name).stem, Path(name).suffix, (FOLDER / name).read_bytes())


@cache
def _by_name() -> dict[str, Asset]:
    return {each.name: each for each in (packed(path.name) for path in FOLDER.iterdir() if path.suffix in _TYPES)}


@cache
def _packed_colour(digits: str) -> Asset:
    return _pack(f"centre-{digits}", ".css", style_of(f"#{digits}").encode())


def _colour(name: str) -> Asset | None:
    found = _COLOUR_NAME.fullmatch(name)
    # Any other digest was never given out: nothing is kept for made-up names.
    return _packed_colour(found[1]) if found else None


def _pack(stem: str, suffix: str, content: bytes) -> Asset:
    digest = hashlib.sha256(content).hexdigest()[:10]
    return Asset(f"{stem}-{digest}{suffix}", _TYPES[suffix], content, gzip.compress(content, 9, mtime=0))
