"""Printing a document: the same words give the same bytes, on any machine and any day."""

import threading
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
import typst

from infra.documents.document import Document

TEMPLATES: Final = Path(__file__).parent / "templates"
_lock = threading.Lock()


@cache
def _compiler() -> typst.Compiler:
    # The fonts inside the wheel only: the bytes must not depend on what a machine has installed.
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
    return typst.Compiler(TEMPLATES / "document.typ", root=TEMPLATES, font_paths=fonts)


def print_document(document: Document) -> bytes:
    """Return the PDF of a document."""
    data = msgspec.json.encode(document).decode()
    with _lock:
        # A fixed stamp: what a list says is dated by its own words.
        printed = _compiler().compile(format="pdf", sys_inputs={"document": data}, timestamp=0)
    assert isinstance(printed, bytes)  # one PDF, not a picture a page
    return printed
