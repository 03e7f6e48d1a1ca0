"""Every form of every page, sent by hand as no browser would: each gets an answer that says something, never a fault of ours."""

import os
import random
import re
from collections.abc import Iterator
from html import unescape
from typing import Final
from urllib.parse import quote, urlencode

import httpx
import msgspec
import pytest

from infra import settings as settings_module
from infra.database import fetch_value, tenant_transaction
from infra.ids import new_id
from tests.server.pages.forms import HTML
from tests.server.pages.scenes import scenes

SEED: Final = int(os.environ.get("HALTE_FUZZ_SEED", "20261122"))
SHARE: Final = float(os.environ.get("HALTE_FUZZ_SHARE", "0.15"))
"""How much of all (form, field, horror) one run tries; 1 is everything."""
TYPED: Final = "application/x-www-form-urlencoded"
CLEAR: Final = {200, 303, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429}
WRITTEN: Final = ("enquiries", "enquiry_messages", "guests", "payments", "checkout_sessions", "arrival_surveys")

_FORM: Final = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_FIELD: Final = re.compile(r"<(?:input|textarea|select)\b[^>]*>")
_ATTRIBUTE: Final = re.compile(r'([\w-]+)="([^"]*)"')

VALUES: Final = [
    "%00",
    "a%00b",
    "%ff%fe",
    "%e9t%e9",
    "%ed%a0%80",
    "%u0041",
    "%",
    "%zz",
    quote("\u202e" * 40 + "\uffff"),
    quote("x" * 300_000),
    "99999999999999999999999999",
    "-1",
    "1e309",
    "0001-01-01",
    "9999-12-31",
    "2027-02-30",
    "25:61",
    quote("../../etc/passwd"),
    quote("<script>alert(1)</script>{{7*7}}%s"),
    "",
]
"""Raw, as they stand in the body: what an encoder would not write is part of it."""


class Form(msgspec.Struct, frozen=True):
    """A form as the page has it."""

    page: str
    action: str
    fields: dict[str, str]


def forms_of(page: str, html: str) -> Iterator[Form]:
    """Read a page's own forms, with the values that they carry."""
    for head, body in _FORM.findall(html):
        attributes = dict(_ATTRIBUTE.findall(head))
        fields = [dict(_ATTRIBUTE.findall(tag)) for tag in _FIELD.findall(body)]
        if attributes.get("method") == "post":
            named = {one["name"]: unescape(one.get("value", "")) for one in fields if "name" in one}
            yield Form(page, unescape(attributes.get("action", page)), named)


def bodies(form: Form, chance: random.Random) -> Iterator[tuple[str, bytes, str]]:
    """Yield (what is wrong, body, content type)."""
    whole = urlencode(form.fields).encode()
    yield "no body", b"", TYPED
    yield "no type", whole, ""
    yield "JSON", b'{"name": "x"}', "application/json"
    yield "JSON that is a form", b'{"name": "x"}', TYPED
    yield "a form that is JSON", whole, "application/json"
    yield "text", whole, "text/plain"
    yield "no boundary", whole, "multipart/form-data"
    yield (
        "a cut multipart",
        b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nx',
        "multipart/form-data; boundary=b",
    )
    yield "a file for a field", _file(form), "multipart/form-data; boundary=b"
    yield "another charset", whole, f"{TYPED}; charset=utf-16"
    yield "a charset that is none", whole, f"{TYPED}; charset=nowhere"
    yield "all twice", whole + b"&" + whole, TYPED
    yield "only ampersands", b"&" * 5_000, TYPED
    yield "10,000 fields", b"&".join(b"f%d=1" % number for number in range(10_000)), TYPED
    yield "10 MB", b"name=" + b"x" * 10_000_000, TYPED
    for name in form.fields:
        rest = {other: value for other, value in form.fields.items() if other != name}
        yield f"without {name}", urlencode(rest).encode(), TYPED
        for value in VALUES:
            if chance.random() < SHARE:
                yield f"{name}={value[:30]}", urlencode(rest).encode() + f"&{quote(name)}={value}".encode(), TYPED


def _file(form: Form) -> bytes:
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="x.exe"\r\n'
        f"Content-Type: application/octet-stream\r\n\r\n\x00\x01\r\n"
        for name in form.fields
    ]
    return ("".join(parts) + "--b--\r\n").encode()


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No flood limit: it would answer instead of the forms."""
    monkeypatch.setenv("HALTE_REQUESTS_PER_MINUTE", "1000000")
    settings_module.settings.cache_clear()
    yield
    monkeypatch.undo()
    settings_module.settings.cache_clear()


@pytest.mark.usefixtures("unhurried")
@pytest.mark.timeout(300)
async def test_no_form_breaks_whatever_is_sent_by_it(api: httpx.AsyncClient) -> None:
    print(f"seed {SEED}, share {SHARE} (HALTE_FUZZ_SEED, HALTE_FUZZ_SHARE)")
    chance, made = random.Random(SEED), await scenes()
    tried, wrong = 0, []
    for name, path in made.paths.items():
        page = await api.get(path, headers=HTML, follow_redirects=True)
        for form in forms_of(name, page.text):
            for what, body, kind in bodies(form, chance):
                headers = {**HTML, **({"Content-Type": kind} if kind else {})}
                answer = await api.post(form.action, content=body, headers=headers)
                tried += 1
                if answer.status_code not in CLEAR or (answer.status_code >= 400 and "<h1" not in answer.text):
                    wrong.append(f"{name} {form.action[:30]} {what}: {answer.status_code} {answer.text[:120]}")
    print(f"{tried} forms sent")
    assert tried > 300
    assert wrong == []


@pytest.mark.usefixtures("unhurried")
async def test_a_form_with_another_pages_token_changes_nothing(api: httpx.AsyncClient) -> None:
    made = await scenes()

    async def counted() -> list[int]:
        async with tenant_transaction(made.centre.id, read_only=True):
            return [await fetch_value(f"SELECT count(*) FROM {table}") for table in WRITTEN]

    found: list[Form] = []
    for name, path in made.paths.items():
        page = await api.get(path, headers=HTML, follow_redirects=True)
        found += list(forms_of(name, page.text))
    tokens = sorted({form.fields["form_token"] for form in found if "form_token" in form.fields})
    assert len(tokens) >= 4
    before = await counted()
    wrong = []
    for form in found:
        own = form.fields.get("form_token")
        for foreign in ("", "x" * 43, str(new_id()), *(token for token in tokens if token != own)):
            # The same page's other forms may share its token: only what is of another page is foreign.
            if any(other.fields.get("form_token") == foreign and other.page == form.page for other in found):
                continue
            answer = await api.post(form.action, data={**form.fields, "form_token": foreign}, headers=HTML)
            if answer.status_code not in CLEAR - {200, 303}:
                wrong.append(f"{form.page} {form.action[:40]}: {answer.status_code}")
    assert wrong == []
    assert await counted() == before
