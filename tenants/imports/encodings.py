"""Telling which encoding a file of text was written in, where it does not say so."""

from itertools import pairwise
from typing import Final

OLD: Final = ("cp1252", "cp850", "mac_roman")
"""What Windows, DOS and old Macs wrote in Western Europe; the first where nothing tells them apart."""
_SHOWN: Final = 200_000
_LETTERS: Final = frozenset("àâäáåãçéèêëíîïñóôöõøùúûüÿœæß")
_UTF_16_SHARE: Final = 0.3


def decode(content: bytes) -> str:
    """Decode text by its byte order mark, else as UTF-8 or UTF-16 where it is, else as the old encoding that fits best.

    Raises:
        UnicodeDecodeError: it is marked as UTF-16 and is not.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    if wide := _wide(content[:_SHOWN]):
        return content.decode(wide)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        first = content[:_SHOWN]
        best = max(OLD, key=lambda name: _likeness(first.decode(name, errors="replace")))
        return content.decode(best, errors="replace")


def _wide(content: bytes) -> str:
    """Return the UTF-16 without a mark that this is: of Western text every second byte is zero; else nothing."""
    half = len(content) // 2
    if half and content[1::2].count(0) > _UTF_16_SHARE * half and not content[::2].count(0):
        return "utf-16-le"
    if half and content[::2].count(0) > _UTF_16_SHARE * half and not content[1::2].count(0):
        return "utf-16-be"
    return ""


def _likeness(text: str) -> int:
    """Say how much a text looks like one of Western Europe: its accented letters stand in words, large ones before them."""
    points = 0
    for before, sign in pairwise(f" {text}"):
        if sign.isascii():
            continue
        if sign.lower() not in _LETTERS:
            points -= 1
        elif sign.islower():
            points += 1 if before.isalpha() else 0
        else:
            points += -2 if before.islower() else 1
    return points
