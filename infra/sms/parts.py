"""How a text travels: seven bits a sign where the alphabet of GSM 03.38 has them all, sixteen where it lacks one. Pure.

A message carries 160 signs of the first kind or 70 of the second; a longer one is cut into parts of 153 or 67, each
charged as a message (3GPP TS 23.038 and TS 23.040, the header of concatenation taking six octets).
"""

import unicodedata
from typing import Final

BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED: Final = frozenset("^{}\\[~]|€\f")
"""Signs that take two places: an escape, then the sign."""
_PLAIN: Final = {
    "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "...", "·": "-", "œ": "oe",
    "Œ": "OE", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " ",
}  # fmt: skip


def is_gsm(text: str) -> bool:
    """Say whether the seven-bit alphabet has every sign of a text."""
    return all(sign in BASIC or sign in EXTENDED for sign in text)


def simplified(text: str) -> str:
    """Write a text with the seven-bit alphabet where only accents and quotes stand in the way, else as it is.

    « fenêtre » becomes « fenetre » and costs half as much; a name in Cyrillic stays readable.
    """
    plain = "".join(_PLAIN.get(sign, sign) for sign in unicodedata.normalize("NFC", text))
    bare = "".join(sign if is_gsm(sign) else _without_accent(sign) for sign in plain)
    return bare if is_gsm(bare) else text


def parts_of(text: str) -> int:
    """Count the messages that a text is charged as; an empty one is one."""
    if is_gsm(text):
        return _gsm_parts(text)
    units = [len(sign.encode("utf-16-be")) // 2 for sign in text]
    return 1 if sum(units) <= 70 else _cut(units, 67)


def _gsm_parts(text: str) -> int:
    places = [2 if sign in EXTENDED else 1 for sign in text]
    return 1 if sum(places) <= 160 else _cut(places, 153)


def _cut(places: list[int], room: int) -> int:
    """Count the parts; a sign of two places is not cut through."""
    parts, left = 1, room
    for each in places:
        if each > left:
            parts, left = parts + 1, room
        left -= each
    return parts


def _without_accent(sign: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", sign) if not unicodedata.combining(each))
