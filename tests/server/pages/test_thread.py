"""The page of a thread by plain HTTP."""

import asyncio
from urllib.parse import urlsplit

import httpx

from infra.database import tenant_transaction
from infra.ids import new_id
from infra.signing import sign
from tenants.centres.rules import CentreRef
from tenants.enquiries import queries
from tenants.enquiries.operations import answer, leave_note, thread_link
from tests.factories.accounts import someone
from tests.factories.centres import a_centre
from tests.factories.enquiries import an_enquiry
from tests.server.pages.forms import HTML, hidden_fields


async def opened(api: httpx.AsyncClient, centre: CentreRef, enquiry_id: object) -> str:
    """Follow the link of the mail; return the path it leads to."""
    entered = await api.get(urlsplit(thread_link(centre.id, enquiry_id)).path, headers=HTML)  # type: ignore[arg-type]
    assert entered.status_code == 303
    return entered.headers["location"]


async def test_the_link_becomes_a_cookie_bound_to_its_page(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    enquiry = await an_enquiry(centre.id)
    token = urlsplit(thread_link(centre.id, enquiry.id)).path.removeprefix("/m/")
    entered = await api.get(f"/m/{token}", headers=HTML)
    path, cookie = entered.headers["location"], entered.headers["set-cookie"]
    assert token not in path
    assert f"Path={path}" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    page = await api.get(path, headers=HTML)
    assert "nous cherchons un hébergement" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    api.cookies.clear()
    assert "Ouvrez de nouveau le lien" in (await api.get(path, headers=HTML)).text
    assert (await api.get(f"/m/{token}", headers=HTML)).status_code == 303


async def test_the_client_reads_and_answers_and_sees_no_note(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    enquiry = await an_enquiry(centre.id)
    staff = someone("enquiry.answer")
    await answer(centre.id, enquiry.id, "Nous avons de la place.\nÀ bientôt & merci", actor=staff)
    await leave_note(centre.id, enquiry.id, "Mauvais payeur ?", actor=staff)
    path = await opened(api, centre, enquiry.id)
    page = await api.get(path, headers=HTML)
    assert "Nous avons de la place.\nÀ bientôt &amp; merci" in page.text
    assert "Mauvais payeur" not in page.text
    form = {**hidden_fields(page.text), "text": "Parfait, à l'année prochaine 🎉"}
    sent = await asyncio.gather(*(api.post(path, data=form, headers=HTML) for _ in range(3)))
    assert [one.status_code for one in sent] == [303] * 3
    async with tenant_transaction(centre.id, read_only=True):
        said = await queries.messages(centre.id, enquiry.id, notes=False)
    assert [one.text for one in said].count("Parfait, à l'année prochaine 🎉") == 1
    assert "Nous avons bien reçu votre message" in (await api.get(sent[0].headers["location"], headers=HTML)).text


async def test_an_empty_answer_and_a_foreign_form_change_nothing(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    enquiry = await an_enquiry(centre.id)
    path = await opened(api, centre, enquiry.id)
    form = hidden_fields((await api.get(path, headers=HTML)).text)
    empty = await api.post(path, data={**form, "text": "  "}, headers=HTML)
    assert (empty.status_code, "Écrivez un message." in empty.text) == (422, True)
    for forged in ({"text": "x"}, {**form, "form_token": "0" * 64, "text": "x"}):
        assert (await api.post(path, data=forged, headers=HTML)).status_code == 422
    api.cookies.clear()
    assert (await api.post(path, data={**form, "text": "x"}, headers=HTML)).status_code == 404
    async with tenant_transaction(centre.id, read_only=True):
        assert len(await queries.messages(centre.id, enquiry.id, notes=True)) == 1


async def test_a_link_for_something_else_or_of_another_centre_opens_nothing(api: httpx.AsyncClient) -> None:
    ours, theirs = await a_centre(), await a_centre()
    enquiry = await an_enquiry(ours.id)
    for token in ("x", "o", sign("quote", ours.id, enquiry.id), sign("thread", ours.id, new_id())[:-4]):
        assert (await api.get(f"/m/{token}", headers=HTML)).status_code == 404
    foreign = await api.get(f"/m/{sign('thread', theirs.id, enquiry.id)}", headers=HTML)
    assert (await api.get(foreign.headers["location"], headers=HTML)).status_code == 404
