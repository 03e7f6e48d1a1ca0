"""The page after the stay: a mark is enough, a wrong one is said, the link is for one stay."""

from datetime import timedelta
from urllib.parse import urlsplit

import httpx

from infra.clock import today
from infra.database import tenant_transaction
from infra.ids import new_id
from infra.signing import sign
from tenants.satisfaction.operations import PURPOSE, survey_url
from tenants.satisfaction.queries import scores_of
from tests.factories.centres import a_centre
from tests.factories.clients import a_client
from tests.factories.stays import a_stay
from tests.server.pages.forms import HTML, hidden_fields

TODAY = today("Europe/Paris")


async def opened(api: httpx.AsyncClient, address: str) -> httpx.Response:
    """Follow a survey's link as a browser does."""
    return await api.get(urlsplit(address).path, follow_redirects=True, headers=HTML)


async def test_a_mark_is_enough_and_the_page_thanks(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    stay = await a_stay(centre.id, arrival=TODAY - timedelta(days=4), departure=TODAY - timedelta(days=2))
    page = await opened(api, survey_url(centre.id, stay.id))
    form = {
        "form_token": hidden_fields(page.text)["form_token"],
        "overall": "2",
        "meals": "",
        "comment": "Trop de bruit\0 !",
    }

    refused = await api.post(page.url.path, data={**form, "overall": ""})
    thanked = await api.post(page.url.path, data=form, follow_redirects=True, headers=HTML)

    assert page.status_code == 200
    assert 'name="overall"' in page.text
    assert (refused.status_code, "À remplir" in refused.text, "Trop de bruit" in refused.text) == (422, True, True)
    assert "Merci : votre avis est bien arrivé." in thanked.text
    async with tenant_transaction(centre.id, read_only=True):
        assert await scores_of(centre.id, [stay.id]) == {stay.id: 20}


async def test_the_page_speaks_the_cards_language_and_another_for_who_asks(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    heads = {
        "en": "Your stay as a whole",
        "de": "Ihr Aufenthalt insgesamt",
        "nl": "Uw verblijf in het algemeen",
        "es": "Su estancia, en conjunto",
        "it": "Il suo soggiorno nel complesso",
    }
    card = await a_client(centre.id, language="nl")
    stay = await a_stay(centre.id, client_id=card.id)
    address = urlsplit(survey_url(centre.id, stay.id)).path
    known = await opened(api, address)
    asked = {language: (await api.get(f"{known.url.path}?lang={language}", headers=HTML)).text for language in heads}

    assert heads["nl"] in known.text
    assert "Votre séjour" not in known.text
    assert [language for language, head in heads.items() if head not in asked[language]] == []


async def test_a_link_made_up_or_for_another_purpose_opens_nothing(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    other = sign("thread", centre.id, new_id())

    for token in ("x" * 75, other, sign(PURPOSE, centre.id, new_id())):
        page = await api.get(f"/avis/{token}", follow_redirects=True, headers=HTML)
        assert page.status_code == 404


async def test_without_the_forms_own_word_nothing_is_taken(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    stay = await a_stay(centre.id)
    page = await opened(api, survey_url(centre.id, stay.id))

    answer = await api.post(page.url.path, data={"overall": "5", "form_token": "x"})

    assert answer.status_code >= 400
    async with tenant_transaction(centre.id, read_only=True):
        assert await scores_of(centre.id, [stay.id]) == {}
