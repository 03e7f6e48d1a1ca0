"""The pages of a quote and of its payment, by plain HTTP."""

import asyncio
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import pytest

from billing.dossiers.rules import State
from billing.money import Money
from billing.payments.by_hand import ManualPayment, record_payment
from billing.sale_terms.operations import publish_terms
from billing.sale_terms.queries import terms_accepted_with
from billing.sale_terms.rules import SaleTermsInvalid
from infra import settings as settings_module
from infra.database import fetch, fetch_row, tenant_transaction
from infra.errors import RightMissing
from infra.signing import sign
from tenants.centres.operations import change_state
from tests.billing.reading import seen
from tests.billing.test_quotes import lock_card
from tests.factories.accounts import someone
from tests.factories.centres import NETWORK, a_centre
from tests.factories.dossiers import TESTER, a_dossier, a_sent_quote, an_accepted_dossier
from tests.infra.services.payments.endpoint import Endpoint
from tests.infra.services.payments.simulator import KEY, Simulator
from tests.server.pages.forms import HTML, hidden_fields

IBAN = "FR7630006000011234567890189"


async def entered(api: httpx.AsyncClient, url: str) -> str:
    """Follow a link of a mail; return the path of its page."""
    answer = await api.get(urlsplit(url).path, headers=HTML)
    assert answer.status_code == 303, answer.text
    path: str = answer.headers["location"]
    return path


async def page_of(api: httpx.AsyncClient, url: str) -> tuple[str, httpx.Response]:
    path = await entered(api, url)
    return path, await api.get(path, headers=HTML)


async def test_the_page_shows_what_was_sent_and_gives_its_pdf(api: httpx.AsyncClient) -> None:
    centre = await a_centre(colour="#ffee00")
    made = await a_dossier(centre.id)
    quote = await a_sent_quote(centre.id, made.id, detail="detailed")
    path, page = await page_of(api, quote.page_url)
    for words in (
        "Divers : car depuis la gare",
        "100,00\u00a0€",
        "dont TVA 10\u00a0%",
        "9,09\u00a0€",
        "Acompte",
        "30,00\u00a0€",
    ):
        assert words in page.text
    assert page.text.count('data-action="accept"') == 1
    assert "centre-ffee00-" in page.text
    pdf = await api.get(f"{path}/pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    english = await api.get(f"{path}?lang=en", headers=HTML)
    assert "Accept the quote" in english.text


async def test_a_double_click_accepts_once_and_the_page_leads_to_the_payment(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    quote = await a_sent_quote(centre.id, made.id)
    path, page = await page_of(api, quote.page_url)
    form = {**hidden_fields(page.text), "name": "Mme Morel", "terms": "yes"}
    answers = await asyncio.gather(*(api.post(f"{path}/acceptance", data=form, headers=HTML) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [303] * 3
    dossier = await seen(centre.id, made.id)
    assert dossier.state == State.AWAITING_PAYMENT
    async with tenant_transaction(centre.id, read_only=True):
        row = await fetch_row("SELECT accepted_by, accepted_terms FROM quotes WHERE centre_id = $1", centre.id)
        mails = await fetch("SELECT 1 FROM mails WHERE centre_id = $1 AND key LIKE 'quote-accepted:%'", centre.id)
    assert dict(row or {}) == {"accepted_by": "Mme Morel", "accepted_terms": "CGV Halte 2026-11"}
    assert len(mails) == 1
    after = await api.get(path, headers=HTML)
    assert "Devis accepté" in after.text
    assert "/p/" in after.text
    assert 'data-action="accept"' not in after.text


async def test_without_name_or_terms_nothing_is_accepted_and_what_was_typed_stays(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    path, page = await page_of(api, (await a_sent_quote(centre.id, made.id)).page_url)
    form = hidden_fields(page.text)
    unticked = await api.post(f"{path}/acceptance", data={**form, "name": "Mme Morel"}, headers=HTML)
    unnamed = await api.post(f"{path}/acceptance", data={**form, "terms": "yes"}, headers=HTML)
    forged = await api.post(f"{path}/acceptance", data={"name": "X", "terms": "yes"}, headers=HTML)
    assert (unticked.status_code, unnamed.status_code, forged.status_code) == (422, 422, 422)
    assert 'value="Mme Morel"' in unticked.text and 'id="terms-problem"' in unticked.text
    assert 'id="name-problem"' in unnamed.text
    api.cookies.clear()
    assert (await api.post(f"{path}/acceptance", data={**form, "name": "X", "terms": "yes"})).status_code == 404
    assert (await seen(centre.id, made.id)).accepted is None


async def test_a_centres_own_terms_are_accepted_by_version_and_stay_readable(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    quote = await a_sent_quote(centre.id, (await a_dossier(centre.id)).id)
    first = await publish_terms(centre.id, {"fr": "Article 1.\n\nL'acompte <reste> dû."}, actor=TESTER)
    path, page = await page_of(api, quote.page_url)
    assert '<p class="said">L&#39;acompte &lt;reste&gt; dû.</p>' in page.text
    form = {**hidden_fields(page.text), "name": "Mme Morel", "terms": "on"}
    second = await publish_terms(centre.id, {"fr": "Article unique.", "en": "Only article."}, actor=TESTER)
    stale = await api.post(f"{path}/acceptance", data=form, headers=HTML)
    foreign = await api.post(f"{path}/acceptance", data={**form, "terms_id": str(uuid4())}, headers=HTML)
    assert (stale.status_code, foreign.status_code) == (422, 422)
    assert "conditions générales de vente ont changé" in unescape(stale.text)
    assert await state_of(centre.id, quote.id) == ("sent", None, None)

    read_again = {**hidden_fields(stale.text), "name": "Mme Morel", "terms": "on"}
    assert (await api.post(f"{path}/acceptance", data=read_again, headers=HTML)).status_code == 303
    assert await state_of(centre.id, quote.id) == ("accepted", f"CGV {centre.slug} 2", second.id)
    await publish_terms(centre.id, {"fr": "Encore autre chose."}, actor=TESTER)
    async with tenant_transaction(centre.id, read_only=True):
        accepted = await terms_accepted_with(centre.id, quote.id)
        mails = await fetch(
            "SELECT body_text FROM mails WHERE centre_id = $1 AND key LIKE 'quote-accepted%'", centre.id
        )
    assert accepted == second
    assert [f"/c/{centre.slug}/terms/2" in mail["body_text"] for mail in mails] == [True]
    kept = await api.get(f"/c/{centre.slug}/terms/2", headers={**HTML, "Accept-Language": "en"})
    assert "Only article." in kept.text and "A newer version is in force." in kept.text
    assert "Encore autre chose." in (await api.get(f"/c/{centre.slug}/terms", headers=HTML)).text
    for nothing in (f"/c/{centre.slug}/terms/9", f"/c/{centre.slug}/terms/0", f"/c/{(await a_centre()).slug}/terms"):
        assert (await api.get(nothing, headers=HTML)).status_code == 404
    assert first.number == 1


async def test_terms_of_sale_need_the_right_and_a_french_text(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    with pytest.raises(RightMissing):
        await publish_terms(centre.id, {"fr": "x"}, actor=someone("quote.send"))
    for texts in ({}, {"en": "x"}, {"fr": " "}, {"fr": "x", "de": "y"}, {"fr": "x" * 60_001}):
        with pytest.raises(SaleTermsInvalid):
            await publish_terms(centre.id, texts, actor=TESTER)
    made = await asyncio.gather(*(publish_terms(centre.id, {"fr": f"{n}"}, actor=TESTER) for n in range(4)))
    same = await publish_terms(centre.id, max(made, key=lambda one: one.number).texts, actor=TESTER)
    assert sorted(one.number for one in made) == [1, 2, 3, 4]
    assert same.number == 4


async def state_of(centre_id: UUID, quote_id: UUID) -> tuple[object, ...]:
    async with tenant_transaction(centre_id, read_only=True):
        row = await fetch_row(
            "SELECT state, accepted_terms, accepted_terms_id FROM quotes WHERE centre_id = $1 AND id = $2",
            centre_id,
            quote_id,
        )
    assert row is not None
    return tuple(row.values())


async def test_a_superseded_version_says_so_and_leads_to_the_new_one(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    made, old, accepted = await an_accepted_dossier(centre.id)
    path, before = await page_of(api, old.page_url)
    newer = await a_sent_quote(centre.id, made.id)
    page = await api.get(path, headers=HTML)
    assert "remplacé par une nouvelle version" in page.text
    assert newer.page_url in page.text
    late = await api.post(
        f"{path}/acceptance", data={**hidden_fields(before.text), "name": "X", "terms": "yes"}, headers=HTML
    )
    assert late.status_code in (409, 422)
    _, paying = await page_of(api, accepted.payment_url)
    assert "Le devis a changé depuis ce lien" in paying.text
    assert newer.page_url in paying.text
    assert "data-action" not in paying.text


async def test_refusing_leaves_a_word(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    path, page = await page_of(api, (await a_sent_quote(centre.id, made.id)).page_url)
    form = {**hidden_fields(page.text), "word": "Trop loin de la gare"}
    assert (await api.post(f"{path}/refusal", data=form, headers=HTML)).status_code == 303
    assert "Vous avez refusé ce devis" in (await api.get(path, headers=HTML)).text
    assert (await seen(centre.id, made.id)).quotes[0].refusal == "Trop loin de la gare"


async def test_a_locked_card_and_a_suspended_centre_accept_and_pay_nothing(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    path, page = await page_of(api, (await a_sent_quote(centre.id, made.id)).page_url)
    form = {**hidden_fields(page.text), "name": "Mme Morel", "terms": "yes"}
    await lock_card(centre.id, (await seen(centre.id, made.id)).client_id)
    refused = await api.post(f"{path}/acceptance", data=form, headers=HTML)
    assert refused.status_code == 403
    assert "Téléphonez ou écrivez au centre" in refused.text
    assert "impayé" not in refused.text
    await change_state(centre.id, "suspended", reason="test", actor=NETWORK)
    assert "ne prend pas" in (await api.get(path, headers=HTML)).text
    assert (await seen(centre.id, made.id)).accepted is None


async def test_links_of_another_purpose_centre_or_time_open_nothing(api: httpx.AsyncClient) -> None:
    from datetime import timedelta

    from infra.clock import now

    centre, other = await a_centre(), await a_centre()
    _, quote, _ = await an_accepted_dossier(centre.id)
    old = sign("quote", centre.id, quote.id, expires_at=now() - timedelta(seconds=1))
    expired = await api.get(f"/q/{old}", headers=HTML)
    assert (expired.status_code, "plus valable" in expired.text) == (410, True)
    assert (await api.get(f"/q/{sign('payment', centre.id, quote.id)}", headers=HTML)).status_code == 404
    assert (await api.get(f"/p/{sign('quote', centre.id, quote.id)}", headers=HTML)).status_code == 404
    path = await entered(api, f"/q/{sign('quote', other.id, quote.id)}")
    assert (await api.get(path, headers=HTML)).status_code == 404


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    listening = Endpoint()
    simulator = Simulator(tmp_path_factory.mktemp("payments"), webhook_url=listening.url)
    simulator.start()
    yield simulator
    simulator.kill()
    listening.close()


@pytest.fixture
def simulator(running: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    running.account = f"acct_{uuid4().hex[:16]}"
    running.control(reset=True)
    monkeypatch.setenv("HALTE_STRIPE_KEY", KEY)
    monkeypatch.setenv("HALTE_STRIPE_API_BASE", running.url)
    settings_module.settings.cache_clear()
    yield running
    monkeypatch.undo()
    settings_module.settings.cache_clear()


async def test_paying_leads_to_the_hosted_page_and_only_the_ledger_says_received(
    simulator: Simulator, api: httpx.AsyncClient
) -> None:
    from tests.billing.stripe_events import apply_all, happened, press

    centre = await a_centre(stripe_account=simulator.account, iban=IBAN, siret="")
    made, _, accepted = await an_accepted_dossier(centre.id)
    path, page = await page_of(api, accepted.payment_url)
    assert page.text.count('data-action="pay"') == 1
    assert "FR76 3000 6000 0112 3456 7890 189" in page.text
    assert f"form-action 'self' {simulator.url}" in page.headers["content-security-policy"]
    form = hidden_fields(page.text)
    answers = await asyncio.gather(*(api.post(path, data=form, headers=HTML) for _ in range(2)))
    (checkout,) = {answer.headers["location"] for answer in answers}
    assert checkout.startswith(simulator.url)
    assert (await api.post(path, data={}, headers=HTML)).status_code == 422

    back = await entered(api, accepted.payment_url + "/return")
    waiting = await api.get(back, headers=HTML)
    assert "Nous attendons la réponse de la banque" in waiting.text
    assert "reçu" not in waiting.text
    press(simulator, checkout, "pay")
    assert "Nous attendons" in (await api.get(back, headers=HTML)).text
    await apply_all(await happened(simulator.account))
    received = await api.get(back, headers=HTML)
    assert "Paiement reçu" in received.text
    assert "data-refresh" not in received.text
    assert (await seen(centre.id, made.id)).paid == Money(3_000)
    assert "C'est payé" in (await api.get(path, headers=HTML)).text


async def test_when_the_card_does_not_answer_the_page_says_nothing_was_taken(
    simulator: Simulator, api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre = await a_centre(stripe_account=simulator.account)
    _, _, accepted = await an_accepted_dossier(centre.id)
    path, page = await page_of(api, accepted.payment_url)
    monkeypatch.setenv("HALTE_STRIPE_API_BASE", "http://127.0.0.1:9")
    settings_module.settings.cache_clear()
    answer = await api.post(path, data=hidden_fields(page.text), headers=HTML)
    assert answer.status_code == 503
    assert "Rien n'a été débité" in unescape(answer.text)


async def test_a_transfer_recorded_by_hand_shows_as_paid(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    made, _, accepted = await an_accepted_dossier(centre.id)
    await record_payment(centre.id, made.id, ManualPayment(means="transfer", amount=Money(10_000)), actor=TESTER)
    _, page = await page_of(api, accepted.payment_url)
    assert "C'est payé" in page.text
    assert "data-action" not in page.text
