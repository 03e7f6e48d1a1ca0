"""What a file is, by its first bytes: what people send one another, and nothing that runs."""

import zipfile
from io import BytesIO
from typing import Final

_MAGIC: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_OFFICE: Final = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_OPEN_DOCUMENT: Final = frozenset(
    {
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
    }
)


def sniff(content: bytes) -> str | None:
    """Return the media type that the bytes themselves say; None for what is not taken.

    Taken are PDF, PNG, JPEG, GIF, WebP, plain text, and Word, Excel and OpenDocument files without macros.
    """
    for magic, media_type in _MAGIC:
        if content.startswith(magic):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    return "text/plain" if _is_plain(content) else None


def _office(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
            if any("vbaproject" in name.lower() or name.startswith("Basic/") for name in names):
                return None
            if "[Content_Types].xml" in names:
                return next(
                    (kind for folder, kind in _OFFICE.items() if any(name.startswith(folder) for name in names)), None
                )
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                kind = archive.read("mimetype").decode("ascii", "replace").strip()
                return kind if kind in _OPEN_DOCUMENT else None
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, ValueError, OSError):
        return None
    return None


def _is_plain(content: bytes) -> bool:
    """Say whether it is text that no browser takes for a page and no system for a program."""
    head = content[:1024].lstrip().lower()
    if not content or b"\0" in content or head.startswith((b"<", b"#!", b"mz", b"{\\rtf", b"@echo")):
        return False
    # Any encoding will do, as long as no control character says that it is none.
    return not any(byte < 9 or 13 < byte < 32 or byte == 127 for byte in content[:4096])
