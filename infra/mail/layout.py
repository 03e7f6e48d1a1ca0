"""The one HTML layout of our mails: sober, readable without images, the same words as the text part."""

import re
from functools import cache
from typing import Final

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)»]")
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_INK: Final = "#1f3a4d"


class Action(msgspec.Struct, frozen=True):
    """The one thing a mail asks for: a button in HTML, a line of its own in the text."""

    label: str
    url: str


@cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader("infra.mail"), autoescape=True, undefined=StrictUndefined)


def text_part(text: str, *, action: Action | None, footer: str) -> str:
    """Return the plain text: the words, the action's address on a line of its own, the footer after `-- `."""
    parts = [text.strip()]
    if action is not None:
        parts.append(f"{action.label} :\n{action.url}")
    if footer:
        parts.append(f"-- \n{footer.strip()}")
    return "\n\n".join(parts) + "\n"


def html_part(
    text: str, *, title: str, sender_name: str, action: Action | None, footer: str, colour: str, language: str
) -> str:
    """Return the same as a whole HTML page.

    Args:
        text: plain text; an empty line ends a paragraph, web addresses become links, everything is escaped.
        title: the subject.
        sender_name: printed at the top.
        action: the button.
        footer: who writes, in small.
        colour: the centre's, `#rrggbb`; used only where white text on it stays readable.
        language: of the text, for screen readers.
    """
    return (
        _environment()
        .get_template("layout.html")
        .render(
            title=title,
            sender_name=sender_name,
            paragraphs=[_lines(paragraph) for paragraph in re.split(r"\n\s*\n", text.strip()) if paragraph.strip()],
            action=action,
            footer=_lines(footer.strip()),
            colour=readable(colour),
            language=language,
        )
    )


def readable(colour: str) -> str:
    """Return `colour` if white text on it has a contrast of at least 4.5 (WCAG 2.2, 1.4.3), else our dark ink."""
    if not _COLOUR.fullmatch(colour):
        return _INK
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return colour if 1.05 / (luminance + 0.05) >= 4.5 else _INK


def _lines(paragraph: str) -> Markup:
    return Markup("<br>").join(_linked(line) for line in paragraph.split("\n"))


def _linked(line: str) -> Markup:
    made, end = Markup(), 0
    for found in _ADDRESS.finditer(line):
        address = escape(found.group())
        made += escape(line[end : found.start()]) + Markup('<a href="{0}">{0}</a>').format(address)
        end = found.end()
    return made + escape(line[end:])
