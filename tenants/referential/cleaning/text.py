"""Text: broken encodings mended, invisible characters taken out, letters reduced to what two spellings share."""

import re
import unicodedata
from typing import Final

import ftfy


def _byte_of() -> dict[str, int]:
    """Map each character that a byte from 0x80 becomes, read as Windows-1252 or as Latin-1, back to that byte."""
    table = {chr(byte): byte for byte in range(0x80, 0x100)}
    for byte in range(0x80, 0xA0):
        try:
            table[bytes([byte]).decode("cp1252")] = byte
        except UnicodeDecodeError:
            continue  # five bytes mean nothing in Windows-1252; what reads them leaves the control character
    return table


_BYTE_OF: Final = _byte_of()
_FOLLOWING: Final = "".join(re.escape(char) for char, byte in _BYTE_OF.items() if 0x80 <= byte < 0xC0)
# Only letters of Europe's languages (U+0080 to U+017F) and typographic signs (U+2000 to U+2FFF) are believed: « É… » and
# « È™ » could be UTF-8 too, of letters that nobody has in a name, and are right French.
# « Ä » ends words in German: the signs that may stand after one are not read into it.
_BROKEN: Final = re.compile(
    f"[\u00c2\u00c3\u00c5][{_FOLLOWING}]|\u00c4(?![«»…–—’‘“”\u00a0])[{_FOLLOWING}]|\u00e2[{_FOLLOWING}]{{2}}|(?<=\u0192)\u00cb[\u2020\u0153]"
)
_SUSPECT: Final = re.compile("[\u00c2\u00c3]|\u00e2\u20ac")
_INVISIBLE: Final = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufff9-\uffff\ud800-\udfff]"
)
_SPACES: Final = re.compile(r"\s+")
_LETTERS: Final = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ß": "ss",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
    }
)


def mend(text: str) -> str:
    """Give back the text whose UTF-8 was read as Latin-1 or Windows-1252, once or several times; leave right text alone.

    Letters lost for good cannot come back; ftfy mends what was damaged in part (a no-break space made a space).
    """
    for _ in range(3):
        if text.isascii():
            return text
        mended = _BROKEN.sub(_decoded, text)
        if mended == text and _SUSPECT.search(text):
            mended = ftfy.fix_encoding(text)
            if not all(char.isascii() or char in text or _is_believed(char) for char in mended):
                return text
        if mended == text:
            return text
        text = mended
    return text


def _decoded(found: re.Match[str]) -> str:
    try:
        whole = bytes(_BYTE_OF[char] for char in found[0]).decode()
    except UnicodeDecodeError:
        return found[0]
    # A control character comes of another one only (text damaged twice): « ÂŒ » stands for none.
    return whole if _is_believed(whole) or whole == found[0][-1] else found[0]


def _is_believed(char: str) -> bool:
    return "\u00a0" <= char <= "\u017f" or "\u2000" <= char <= "\u22ff" or char in "\u02c6\u02dc"


def tidy(text: str, *, lines: bool = False) -> str:
    """Compose accents, take out what cannot be seen, and squeeze spaces; `lines` keeps line ends (notes)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = _INVISIBLE.sub("", text)
    if lines:
        return "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n")).strip()
    return _SPACES.sub(" ", text).strip()


_ACCENTS: Final = re.compile("[\u0300-\u036f]+")


def fold(text: str) -> str:
    """Reduce to lower-case letters without accents, as two clerks would agree on: « NOËL Œuvre » gives « noel oeuvre »."""
    if text.isascii():
        return text.lower().strip()
    text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.lower().translate(_LETTERS)))
    if text.isascii():
        return text.strip()
    return "".join(char for char in text if not unicodedata.combining(char)).strip()


_WORD: Final = re.compile(r"[a-z0-9]+")


def words(text: str) -> list[str]:
    """Return the words of a text, folded, in their order: « Saint-Brieuc » gives two."""
    return _WORD.findall(fold(text))
