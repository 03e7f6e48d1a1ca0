"""What a browser would send back: the form of a page, with its hidden fields."""

import re
from html import unescape

import httpx

from infra.clock import today

_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
YEAR = today("Europe/Paris").year + 1
HTML = {"Accept": "text/html"}

CONTACT = {
    "name": "Mme Morel",
    "organisation": "Collège Jules Ferry",
    "email": "morel@college-ferry.fr",
    "phone": "02 98 00 00 00",
    "arrival": f"{YEAR}-03-16",
    "departure": f"{YEAR}-03-19",
    "children": "",
    "teenagers": "48",
    "young": "",
    "adults": "4",
    "seniors": "",
    "kind": "Classe ou voyage scolaire",
    "message": "Bonjour, nous cherchons un hébergement.",
    "consent": "yes",
}
"""The teacher of the story."""


def hidden_fields(html: str) -> dict[str, str]:
    """Return what a page's forms carry unseen."""
    found = {}
    for tag in _INPUT.findall(html):
        attributes = dict(_ATTRIBUTE.findall(tag))
        if attributes.get("type") == "hidden":
            found[attributes["name"]] = unescape(attributes.get("value", ""))
    return found


async def filled(api: httpx.AsyncClient, path: str, **over: str) -> dict[str, str]:
    """Open a page and return its form as `CONTACT` fills it."""
    page = await api.get(path, headers=HTML)
    assert page.status_code == 200, page.text
    return {**hidden_fields(page.text), **CONTACT, **over}
