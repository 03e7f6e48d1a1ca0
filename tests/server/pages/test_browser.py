"""The pages in a real browser: clean for the policy and for assistive technology, light, and usable by keys or without script."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Response

from infra.database import tenant_transaction
from tenants.centres.rules import CentreRef
from tenants.enquiries import queries
from tests.billing.reading import seen
from tests.factories.centres import a_centre
from tests.factories.dossiers import a_dossier, a_sent_quote
from tests.server.pages.forms import CONTACT
from tests.server.pages.scenes import path_of, scenes
from tests.server.pages.serving import Site

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("pools"), pytest.mark.timeout(400)]

FIRST_VIEW_BYTES = 60_000
WHOLE_BYTES = 100_000
LABELS = {
    "name": "Nom",
    "organisation": "Organisation",
    "email": "E-mail",
    "phone": "Téléphone",
    "arrival": "Arrivée",
    "departure": "Départ",
    "children": "Enfants",
    "teenagers": "Adolescents",
    "young": "Jeunes",
    "adults": "Adultes",
    "seniors": "Seniors",
    "kind": "Type de séjour",
    "message": "Message",
    "consent": "J'accepte",
}


async def violations(page: Page, axe: str) -> list[str]:
    """Return what axe-core finds: rule and place."""
    await page.evaluate(axe)
    found: dict[str, Any] = await page.evaluate("async () => await axe.run(document, {resultTypes: ['violations']})")
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found["violations"]]


async def received(centre: CentreRef) -> list[queries.EnquiryFacts]:
    async with tenant_transaction(centre.id, read_only=True):
        return await queries.inbox(centre.id)


async def test_every_page_is_light_clean_and_asks_nobody_else(visitor: Page, axe: str) -> None:
    made = await scenes()
    wrong: dict[str, list[str]] = {}
    for name, path in made.paths.items():
        await visitor.context.clear_cookies()
        # Each on a tab of its own: a page that reads itself again would break off the way to the next.
        tab = await visitor.context.new_page()
        if found := await _wrong_with(tab, path, axe):
            wrong[name] = found
        await tab.close()
    assert wrong == {}


async def _wrong_with(tab: Page, path: str, axe: str) -> list[str]:
    answers: list[Response] = []
    tab.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - a builtin cannot carry what Playwright ties to it
    await tab.goto(path)
    # The browser keeps assets, so each is weighed as if it came anew.
    weight = sum([(await answer.request.sizes())["responseBodySize"] for answer in answers if answer.status < 300])
    return [f"weighs {weight}"] * (weight > FIRST_VIEW_BYTES) + await violations(tab, axe)


async def test_a_form_with_errors_and_the_tablets_screens_are_clean_too(visitor: Page, axe: str) -> None:
    made = await scenes()
    wrong: list[str] = []
    await visitor.goto(made.paths["contact"])
    await visitor.evaluate("document.querySelector('form').noValidate = true")
    await visitor.get_by_role("button", name="Envoyer").click()
    await visitor.locator("#problems").wait_for()
    assert await visitor.evaluate("document.activeElement.id") == "problems"
    wrong += await violations(visitor, axe)
    await visitor.goto(made.paths["arrival"])
    await visitor.get_by_label("Nationalité").select_option("DE")
    await visitor.get_by_label("Lieu de naissance").wait_for()
    wrong += await violations(visitor, axe)
    await visitor.goto(made.paths["tablet"])
    await visitor.get_by_role("button", name="Collège Jules Ferry", exact=True).click()
    wrong += await violations(visitor, axe)
    await visitor.get_by_role("button", name="pas dans la liste").click()
    await visitor.get_by_label("Nationalité").select_option("DE")
    await visitor.get_by_role("button", name="Enregistrer").click()
    wrong += await violations(visitor, axe)
    await visitor.get_by_role("button", name="Annuler").click()
    await visitor.get_by_role("button", name="Collège Jules Ferry", exact=True).click()
    await visitor.get_by_role("button", name="Anna S.").click()
    wrong += await violations(visitor, axe)
    assert wrong == []


async def test_the_contact_form_has_its_controls_labels_and_one_button_and_the_trap_is_nowhere(visitor: Page) -> None:
    centre = await a_centre()
    await visitor.goto(f"/c/{centre.slug}")
    seen_controls = await visitor.evaluate(
        "[...document.querySelectorAll('input,select,textarea')].filter(e => e.checkVisibility()).map(e => e.name)"
    )
    assert seen_controls == list(LABELS)
    for name, label in LABELS.items():
        assert await visitor.get_by_label(label, exact=False).first.get_attribute("name") == name
    assert await visitor.locator("button[type=submit], input[type=submit]").count() == 1
    assert not await visitor.locator("[name=website]").is_visible()
    tree = await visitor.locator("main").aria_snapshot()
    assert "Site" not in tree and "website" not in tree


async def test_the_contact_form_is_filled_by_keys_alone(visitor: Page) -> None:
    centre = await a_centre()
    await visitor.goto(f"/c/{centre.slug}")
    keys = visitor.keyboard
    for name in LABELS:
        for _ in range(12):
            if await visitor.evaluate("document.activeElement.name || ''") == name:
                break
            await keys.press("Tab")
        assert await visitor.evaluate("document.activeElement.name || ''") == name
        if name in ("arrival", "departure"):
            year, month, day = CONTACT[name].split("-")
            # The date control follows the browser's own language, English here, not the page's.
            await keys.type(f"{month}{day}{year}")
        elif name == "kind":
            await keys.type("Classe")
        elif name == "consent":
            await keys.press("Space")
        else:
            await keys.type(CONTACT[name])
    await keys.press("Tab")
    await keys.press("Enter")
    await visitor.get_by_role("heading", name="Merci, votre demande est arrivée").wait_for()
    (enquiry,) = await received(centre)
    assert (enquiry.counts.teenagers, enquiry.counts.adults) == (48, 4)
    assert enquiry.arrival is not None and enquiry.arrival.isoformat() == CONTACT["arrival"]
    assert enquiry.kind == "Classe ou voyage scolaire"


async def test_a_double_click_is_one_enquiry(visitor: Page) -> None:
    centre = await a_centre()
    await visitor.goto(f"/c/{centre.slug}")
    await filled(visitor)
    await visitor.get_by_role("button", name="Envoyer").dblclick()
    await visitor.get_by_role("heading", name="Merci").wait_for()
    assert len(await received(centre)) == 1


async def filled(page: Page) -> None:
    """Fill the contact form in as the teacher does."""
    for name, value in CONTACT.items():
        control = page.locator(f"[name={name}]")
        if name == "kind":
            await control.select_option(value)
        elif name == "consent":
            await control.check()
        elif value:
            await control.fill(value)


@pytest.fixture
async def scriptless(browser: Browser, site: Site) -> AsyncIterator[Page]:
    context = await browser.new_context(base_url=site.url, locale="fr-FR", java_script_enabled=False)
    yield await context.new_page()
    await context.close()


async def test_without_script_one_asks_accepts_and_prepares_the_arrival(scriptless: Page) -> None:
    page = scriptless
    centre = await a_centre()
    await page.goto(f"/c/{centre.slug}")
    await filled(page)
    await page.locator("button[type=submit]").click()
    await page.get_by_role("heading", name="Merci").wait_for()
    assert len(await received(centre)) == 1

    made = await a_dossier(centre.id)
    await page.goto(path_of((await a_sent_quote(centre.id, made.id)).page_url))
    await page.locator("[name=name]").fill("Mme Morel")
    await page.locator("[name=terms]").check()
    await page.locator("[data-action=accept]").click()
    await page.get_by_text("Devis accepté").wait_for()
    assert (await seen(centre.id, made.id)).accepted is not None

    others = await scenes()
    await page.goto(others.paths["arrival"])
    await page.locator("[name=surname]").fill("Müller")
    await page.locator("[name=first_names]").fill("Jörg")
    await page.locator("[name=country]").select_option("DE")
    await page.locator("[name=birth_date]").fill("31/05/1990")
    await page.locator("[name=birth_place]").fill("Köln")
    await page.locator("[name=home]").fill("Hauptstraße 1, Köln")
    await page.locator("[name=mobile]").fill("+49 151 23456789")
    await page.get_by_text("Signer sans dessiner").click()
    await page.locator("[name=typed_name]").fill("Jörg Müller")
    await page.locator("[name=typed_agreed]").check()
    await page.get_by_role("button", name="Inscrire cette personne").click()
    await page.get_by_text("Cette personne est inscrite.").wait_for()
    assert "fiche signée" in await page.locator(".guests").inner_text()
    assert "Hauptstraße" not in await page.content()


async def test_the_frame_grows_with_its_form_on_the_centres_site_and_on_no_other(browser: Browser, site: Site) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = f'<!doctype html><html lang="fr"><title>École</title><body><script src="{site.url}/c/{centre.slug}/embed.js"></script>'
        writer.write(
            f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body.encode())}\r\n\r\n{body}".encode()
        )
        await writer.drain()
        writer.close()

    host = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = host.sockets[0].getsockname()[1]
    centre = await a_centre(embed_origins=[f"http://127.0.0.1:{port}"])
    context = await browser.new_context(locale="fr-FR")
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{port}/")
    form = page.frame_locator("iframe")
    await form.locator("[name=email]").wait_for()
    for _ in range(50):
        if float(await page.evaluate("parseInt(document.querySelector('iframe').style.height)")) > 1_100:
            break
        await asyncio.sleep(0.1)
    else:
        pytest.fail("the frame did not grow")
    for name, value in CONTACT.items():
        control = form.locator(f"[name={name}]")
        if name == "kind":
            await control.select_option(value)
        elif name == "consent":
            await control.check()
        elif value:
            await control.fill(value)
    await form.locator("button[type=submit]").click()
    await form.get_by_role("heading", name="Merci").wait_for()
    (enquiry,) = await received(centre)
    assert enquiry.origin == f"embed:http://127.0.0.1:{port}"
    assert await context.cookies() == []

    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    await page.goto(f"http://localhost:{port}/")
    await page.wait_for_timeout(1_500)
    assert any("frame-ancestors" in text for text in refused), json.dumps(refused)
    await context.close()
    host.close()
