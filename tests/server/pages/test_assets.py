"""What the pages load: named by content, kept for ever, compressed, and nothing else."""

import gzip
import re

import httpx

from tests.factories.centres import a_centre
from tests.server.pages.forms import HTML


async def test_assets_are_kept_for_ever_and_compressed(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    page = await api.get(f"/c/{centre.slug}", headers=HTML)
    linked = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page.text)
    assert len(linked) == 4
    for path in linked:
        packed = await api.get(path, headers={"Accept-Encoding": "gzip"})
        plain = await api.get(path, headers={"Accept-Encoding": "identity"})
        assert packed.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert packed.headers["vary"] == "Accept-Encoding"
        assert packed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert plain.content == packed.content
        assert len(gzip.compress(plain.content)) < 9_000


async def test_an_asset_that_is_not_there_is_not_found(api: httpx.AsyncClient) -> None:
    for name in ("halte.css", "..%2f..%2fpyproject.toml", "centre-zzzzzz-0123456789.css", "halte-0000000000.css"):
        assert (await api.get(f"/assets/{name}")).status_code == 404


async def test_pages_allow_nothing_inline_and_nothing_from_elsewhere(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    page = await api.get(f"/c/{centre.slug}", headers=HTML)
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy and "nonce" not in policy and "http" not in policy
    assert "default-src 'none'" in policy
    assert re.search(r"<script(?![^>]*\bsrc=)", page.text) is None
    assert not re.search(r"<style|\sstyle=|\son\w+=", page.text)


async def test_programs_still_read_problems_and_people_pages(api: httpx.AsyncClient) -> None:
    problem = await api.get("/api/v1/centres/x/clients", headers=HTML)
    assert problem.headers["content-type"] == "application/problem+json"
    assert (await api.get("/nulle-part")).headers["content-type"] == "application/problem+json"
    person = await api.get("/nulle-part", headers=HTML)
    assert person.status_code == 404
    assert person.headers["content-type"].startswith("text/html")
    assert "Cette page n'existe pas" in person.text
