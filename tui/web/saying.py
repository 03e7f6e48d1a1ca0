"""What a window's app tells the web door beside what it paints: packets of Textual's driver, and two of ours."""

import msgspec


class OpenUrl(msgspec.Struct, frozen=True, tag_field="type", tag="open_url"):
    """Open an address in the visitor's browser."""

    url: str


class Renewed(msgspec.Struct, frozen=True, tag_field="type", tag="renewed"):
    """The token was traded for this one; without a refresh token the former stays."""

    access_token: str
    refresh_token: str | None = None


class Farewell(msgspec.Struct, frozen=True, tag_field="type", tag="farewell"):
    """The app's last words, in its user's language."""

    words: str


Said = OpenUrl | Renewed | Farewell


def heard(packet: bytes) -> Said | None:
    """Read a packet; None for what a driver says that nobody needs to know."""
    try:
        return msgspec.json.decode(packet, type=OpenUrl | Renewed | Farewell)
    except msgspec.DecodeError:
        return None
