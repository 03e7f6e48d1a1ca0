"""The contact form by plain HTTP: what is taken, what is refused, and that nothing typed is lost."""

import asyncio
from datetime import date
from html import escape, unescape

import httpx
import pytest

from infra.database import fetch, tenant_transaction
from infra.signing import sign
from server.pages.form_tokens import visitor_token
from tenants.centres.operations import change_state
from tenants.centres.rules import CentreRef
from tenants.enquiries import queries
from tenants.enquiries.queries import EnquiryFacts
from tests.factories.centres import NETWORK, a_centre
from tests.server.pages.forms import CONTACT, HTML, YEAR, filled


async def received(centre: CentreRef) -> list[EnquiryFacts]:
    async with tenant_transaction(centre.id, read_only=True):
        return await queries.inbox(centre.id)


async def test_what_is_asked_arrives_whole_and_the_sender_is_told(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    path = f"/c/{centre.slug}"
    sent = await api.post(path, data=await filled(api, path), headers=HTML)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{path}/thanks")
    thanks = await api.get(sent.headers["location"], headers=HTML)
    assert "Et maintenant" in thanks.text
    (enquiry,) = await received(centre)
    assert enquiry.name == "Mme Morel"
    assert enquiry.organisation == "Collège Jules Ferry"
    assert (enquiry.arrival, enquiry.departure) == (date(YEAR, 3, 16), date(YEAR, 3, 19))
    assert (enquiry.counts.teenagers, enquiry.counts.adults, enquiry.counts.children) == (48, 4, None)
    assert (enquiry.origin, enquiry.kind, enquiry.language) == ("form", "Classe ou voyage scolaire", "fr")
    async with tenant_transaction(centre.id, read_only=True):
        mails = await fetch("SELECT recipient FROM mails WHERE centre_id = $1", centre.id)
    assert [mail["recipient"] for mail in mails] == ["morel@college-ferry.fr"]


async def test_the_same_form_sent_twice_at_once_is_one_enquiry(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    path = f"/c/{centre.slug}"
    form = await filled(api, path)
    answers = await asyncio.gather(*(api.post(path, data=form, headers=HTML) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [303] * 4
    assert len(await received(centre)) == 1


async def test_going_back_and_writing_more_is_a_second_enquiry_not_a_lost_one(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    path = f"/c/{centre.slug}"
    form = await filled(api, path)
    await api.post(path, data=form, headers=HTML)
    await api.post(path, data={**form, "message": "J'oubliais : deux végétariens."}, headers=HTML)
    assert len(await received(centre)) == 2


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "  ", "Indiquez votre nom."),
        ("email", "", "Indiquez votre adresse e-mail"),
        ("email", "morel@", "Cette adresse e-mail ne semble pas complète"),
        ("arrival", "2020-03-16", "Cette date d'arrivée est passée."),
        ("arrival", "le seize mars", "Cette date d'arrivée ne se lit pas"),
        ("arrival", "2099-01-01", "Nous prenons les demandes jusqu'à quatre ans"),
        ("departure", f"{YEAR}-03-16", "Le départ doit être après l'arrivée."),
        ("departure", f"{YEAR + 1}-06-01", "Un séjour dure un an au plus."),
        ("teenagers", "-3", "Un nombre de 0 à 10 000."),
        ("teenagers", "10001", "Un nombre de 0 à 10 000."),
        ("teenagers", "quarante", "Un nombre de 0 à 10 000."),
        ("consent", "", "Cochez cette case"),
        ("message", "x" * 20_001, "C'est trop long."),
        ("organisation", "x" * 201, "C'est trop long."),
    ],
)
async def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(
    api: httpx.AsyncClient, field: str, value: str, sentence: str
) -> None:
    centre = await a_centre()
    path = f"/c/{centre.slug}"
    answer = await api.post(path, data=await filled(api, path, **{field: value}), headers=HTML)
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert f'id="{field}-problem">{sentence}' in page
    assert f'aria-describedby="{"message-hint " if field == "message" else ""}{field}-problem"' in page
    for name, typed in {**CONTACT, field: value}.items():
        if typed and name not in ("consent", "kind"):
            assert escape(typed, quote=True).replace("&#x27;", "&#39;") in answer.text, name
    assert await received(centre) == []


async def test_everything_wrong_is_said_at_once(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    path = f"/c/{centre.slug}"
    empty = dict.fromkeys(CONTACT, "")
    answer = await api.post(path, data=await filled(api, path, **empty), headers=HTML)
    assert answer.status_code == 422
    for name in ("name", "email", "consent"):
        assert f'id="{name}-problem"' in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "L'école « Noël » d'Œuvre-l'Évêque 🎒👩‍👩‍👧 — 48 élèves & <b>4</b> adultes\n\nMerci.",
        "CollÃ¨ge Ã  l'accent cassÃ©",
        "مرحبا 你好 שלום",
        "x" * 10_000,
        "'; DROP TABLE enquiries; --",
        "{{ 7 * 7 }} ${7*7} %(centre)s %s",
    ],
)
async def test_any_words_arrive_as_they_were_typed(api: httpx.AsyncClient, text: str) -> None:
    centre = await a_centre()
    path = f"/c/{centre.slug}"
    answer = await api.post(path, data=await filled(api, path, message=text, name=text[:60]), headers=HTML)
    assert answer.status_code == 303
    (enquiry,) = await received(centre)
    assert enquiry.message == text
    assert enquiry.name == " ".join(text[:60].split())
    again = await api.post(path, data=await filled(api, path, message=text, email=""), headers=HTML)
    assert escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in again.text


async def test_the_trap_takes_nothing_in_and_loses_nothing(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    path = f"/c/{centre.slug}"
    answer = await api.post(path, data=await filled(api, path, website="https://spam.example"), headers=HTML)
    assert answer.status_code == 422
    assert "Relisez-la et envoyez-la encore" in answer.text
    assert "Collège Jules Ferry" in answer.text
    assert "spam.example" not in answer.text
    assert await received(centre) == []


async def test_a_form_that_is_not_ours_or_another_centres_or_old_is_shown_again(api: httpx.AsyncClient) -> None:
    ours, theirs = await a_centre(), await a_centre()
    path = f"/c/{ours.slug}"
    form = await filled(api, path)
    from datetime import timedelta

    from infra.clock import now
    from infra.ids import new_id

    old = sign("contact form", ours.id, new_id(), expires_at=now() - timedelta(seconds=1))
    for token in ("", "x", visitor_token(theirs.id), old, sign("thread", ours.id, new_id())):
        answer = await api.post(path, data={**form, "form_token": token}, headers=HTML)
        assert answer.status_code == 422
        assert "ouverte depuis longtemps" in answer.text
        assert "Collège Jules Ferry" in answer.text
    assert await received(ours) == []
    assert await received(theirs) == []


async def test_a_suspended_centre_says_so_and_takes_nothing(api: httpx.AsyncClient) -> None:
    centre = await a_centre(phone="02 31 00 00 00")
    path = f"/c/{centre.slug}"
    form = await filled(api, path)
    await change_state(centre.id, "suspended", reason="test", actor=NETWORK)
    for answer in (await api.get(path, headers=HTML), await api.post(path, data=form, headers=HTML)):
        assert answer.status_code == 403
        assert "ne prend pas de demandes en ligne" in answer.text
        assert centre.name in answer.text
        assert "02 31 00 00 00" in answer.text
    assert await received(centre) == []


async def test_an_unknown_centre_is_a_page_that_says_so(api: httpx.AsyncClient) -> None:
    answer = await api.get("/c/nulle-part", headers=HTML)
    assert answer.status_code == 404
    assert "Cette page n'existe pas" in answer.text
    assert answer.headers["content-type"].startswith("text/html")


async def test_the_form_speaks_the_readers_language_and_the_desk_reads_french(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    path = f"/c/{centre.slug}"
    page = await api.get(path, headers={**HTML, "Accept-Language": "en-GB,en;q=0.9,fr;q=0.5"})
    assert '<html lang="en">' in page.text
    assert "Send my request" in page.text
    sent = await api.post(f"{path}?lang=en", data=await filled(api, f"{path}?lang=en"), headers=HTML)
    assert sent.headers["location"] == f"{path}/thanks?lang=en"
    (enquiry,) = await received(centre)
    assert (enquiry.language, enquiry.kind) == ("en", "Classe ou voyage scolaire")


async def test_who_reads_another_language_is_corrected_and_answered_in_it(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    path = f"/c/{centre.slug}"
    readers = {**HTML, "Accept-Language": "it-CH,it;q=0.9,en;q=0.5"}
    form = await filled(api, path)
    refused = unescape((await api.post(path, data={**form, "name": ""}, headers=readers)).text)
    await api.post(path, data=form, headers=readers)
    (enquiry,) = await received(centre)
    async with tenant_transaction(centre.id, read_only=True):
        (mail,) = await fetch("SELECT subject, body_text FROM mails WHERE centre_id = $1", centre.id)
    assert "La sua richiesta di soggiorno" in refused
    assert "Indichi il suo nome." in refused
    assert (enquiry.language, enquiry.kind) == ("it", "Classe ou voyage scolaire")
    assert mail["subject"].startswith("Abbiamo ricevuto la sua richiesta")
    assert f"dal 16 marzo {YEAR}" in mail["body_text"]
    assert "Vedi la conversazione" in mail["body_text"]


async def test_the_frame_is_for_the_centres_own_sites_and_sets_no_cookie(api: httpx.AsyncClient) -> None:
    centre = await a_centre(embed_origins=["https://ecole.example", "https://www.centre.example"])
    path = f"/c/{centre.slug}/embed"
    page = await api.get(f"{path}?origin=https://ecole.example", headers=HTML)
    assert "frame-ancestors https://ecole.example https://www.centre.example" in page.headers["content-security-policy"]
    assert 'data-parent="https://ecole.example"' in page.text
    assert "set-cookie" not in page.headers
    stranger = await api.get(f"{path}?origin=https://evil.example", headers=HTML)
    assert 'data-parent=""' in stranger.text
    sent = await api.post(
        f"{path}?origin=https://ecole.example", data=await filled(api, f"{path}?origin=https://ecole.example")
    )
    assert sent.headers["location"] == f"{path}/thanks?origin=https%3A%2F%2Fecole.example"
    assert "set-cookie" not in sent.headers
    (enquiry,) = await received(centre)
    assert enquiry.origin == "embed:https://ecole.example"


async def test_without_origins_nobody_may_frame_it_and_the_page_itself_never(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    for path in (f"/c/{centre.slug}/embed", f"/c/{centre.slug}"):
        page = await api.get(path, headers=HTML)
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


async def test_the_embedding_script_is_small_and_public(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    answer = await api.get(f"/c/{centre.slug}/embed.js")
    assert answer.status_code == 200
    assert len(answer.content) <= 10_000
    assert answer.headers["content-type"].startswith("text/javascript")


async def test_a_flood_gets_a_page_that_says_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    from typing import Any, cast

    from infra.settings import settings
    from server.app import create_app, pools

    monkeypatch.setenv("HALTE_REQUESTS_PER_MINUTE", "5")
    settings.cache_clear()
    app = create_app()
    transport = httpx.ASGITransport(cast(Any, app))
    async with pools(app), httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        centre = await a_centre()
        statuses = [(await client.get(f"/c/{centre.slug}", headers=HTML)).status_code for _ in range(7)]
        last = await client.get(f"/c/{centre.slug}", headers=HTML)
    settings.cache_clear()
    assert statuses == [200] * 5 + [429] * 2
    assert "Attendez une minute" in last.text
