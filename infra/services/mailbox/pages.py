"""The pages on which a person reads the mails; French, no script."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2

from infra.services.mailbox.messages import Message

_FOLDER = Path(__file__).parent / "templates"
STYLE = (_FOLDER / "style.css").read_text(encoding="utf-8")
_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PARIS = ZoneInfo("Europe/Paris")


def list_page(messages: list[Message]) -> str:
    """Show the mails, newest first; the browser asks again every few seconds."""
    return _TEMPLATES.get_template("list.html").render(messages=messages, moment=moment)


def message_page(message: Message) -> str:
    """Show one mail, its HTML part in a frame that may do nothing but follow links in a new tab."""
    return _TEMPLATES.get_template("message.html").render(message=message, moment=moment, size=size)


def missing_page() -> str:
    """Say that there is no such mail."""
    return _TEMPLATES.get_template("missing.html").render()


def framed(html: str) -> str:
    """Return a mail's HTML for the frame: its links open beside it."""
    return f'<!doctype html><base target="_blank">{html}'


def moment(date: str) -> str:
    """Write an RFC 3339 instant as it is read in France: `21/11/2026 à 23:12`."""
    return datetime.fromisoformat(date).astimezone(_PARIS).strftime("%d/%m/%Y à %H:%M:%S")


def size(count: int) -> str:
    """Write a number of bytes for a person."""
    if count < 1_000:
        return f"{count} o"
    if count < 1_000_000:
        return f"{count / 1_000:.0f} ko"
    return f"{count / 1_000_000:.1f} Mo".replace(".", ",")
