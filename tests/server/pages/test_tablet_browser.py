"""The tablet in a real browser: by touch, without a network, and with nothing left for the next guest."""

import asyncio

import pytest
from playwright.async_api import Page

from infra.clock import today
from infra.database import tenant_transaction
from tenants.arrivals import queries
from tenants.arrivals.tablet import TABLETS
from tests.factories.centres import a_centre
from tests.factories.clients import a_client
from tests.factories.stays import DESK, a_confirmed_stay
from tests.server.pages.line import Line

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("pools"), pytest.mark.timeout(300)]


async def sent(page: Page) -> None:
    """Wait until nothing is left to send; the policy allows no polling inside the page."""
    for _ in range(100):
        if await page.evaluate("localStorage.length") == 0:
            return
        await asyncio.sleep(0.2)
    pytest.fail("the answers were not sent")


async def listed(page: Page, name: str) -> None:
    """Wait until the list is shown again and knows somebody as an adult; the policy allows no polling inside the page."""
    for _ in range(100):
        known = await page.evaluate("JSON.parse(sessionStorage['halte-turns'] || '{\"list\": []}').list")
        at_the_list = await page.locator("[data-screen=list]").is_visible()
        if at_the_list and any(adult["name"] == name for turn in known for adult in turn["adults"]):
            return
        await asyncio.sleep(0.1)
    pytest.fail(f"{name} is no adult")


KEPT = "caches.open('halte-tablet').then((cache) => cache.keys()).then((kept) => kept.map((each) => each.url))"


async def kept_by_the_worker(page: Page) -> None:
    """Wait until the worker has what it takes to open the page without a network."""
    for _ in range(100):
        # The page itself comes last.
        if any("/o/" in url for url in await page.evaluate(KEPT)):
            return
        await asyncio.sleep(0.1)
    pytest.fail("the worker does not keep the page")


class Tablet:
    """A paired tablet on the desk; two arrivals today."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def open(self) -> "Tablet":
        self.centre = await a_centre()
        self.stays = {}
        for first, last in (("Anneke", "de Vries"), ("Luca", "Rossi")):
            person = await a_client(self.centre.id, first_name=first, last_name=last)
            self.stays[first] = await a_confirmed_stay(
                self.centre.id, client_id=person.id, arrival=today("Europe/Paris")
            )
        paired = await TABLETS.pair(self.centre.id, "Accueil", actor=DESK)
        self.tablet_id = paired.id
        self.address = f"/t/{self.centre.slug}/{paired.token}"
        await self.page.goto(self.address)
        await self.page.get_by_role("button", name="Anneke D.").wait_for()
        return self

    async def fill(self, who: str = "Anneke D.", *, surname: str = "de Vries") -> None:
        page = self.page
        await page.get_by_role("button", name=who).click()
        await self.say(surname=surname)
        assert await page.locator("[name=birth_date]").input_value() == "31/05/1990"
        await self.draw()

    async def say(
        self,
        *,
        first: str = "Anneke",
        surname: str = "de Vries",
        born: str = "31051990",
        mobile: str = "+31 6 12345678",
    ) -> None:
        page = self.page
        await page.locator("[name=surname]").fill(surname)
        await page.locator("[name=first_names]").fill(first)
        await page.locator("[name=country]").select_option("NL")
        await page.locator("[name=birth_date]").press_sequentially(born)
        await page.locator("[name=birth_place]").fill("Utrecht")
        await page.locator("[name=home]").fill("Kerkstraat 1, Utrecht")
        await page.locator("[name=mobile]").fill(mobile)

    async def draw(self) -> None:
        pad = self.page.locator("canvas:visible")
        await pad.scroll_into_view_if_needed()
        box = await pad.bounding_box()
        assert box is not None
        mouse = self.page.mouse
        await mouse.move(box["x"] + 40, box["y"] + 60)
        await mouse.down()
        for step in range(1, 12):
            await mouse.move(box["x"] + 40 + 20 * step, box["y"] + 60 + (step % 3) * 25)
        await mouse.up()

    async def save(self) -> None:
        await self.page.get_by_role("button", name="Enregistrer").click()

    async def guests(self, first: str = "Anneke") -> list[queries.Guest]:
        async with tenant_transaction(self.centre.id, read_only=True):
            return await queries.guests(self.centre.id, self.stays[first].id)


async def test_a_guest_finds_their_name_answers_signs_and_leaves_nothing_behind(visitor: Page) -> None:
    tablet = await Tablet(visitor).open()
    await tablet.fill()
    await tablet.save()
    await visitor.get_by_text("C'est enregistré").wait_for()
    (guest,) = await tablet.guests()
    assert (guest.surname, guest.police_form) == ("de Vries", "signed")
    assert await visitor.evaluate("localStorage.length") == 0
    # Who is still expected outlives a reload; who has answered is not among them.
    assert await visitor.evaluate("JSON.parse(sessionStorage['halte-turns']).list.map((turn) => turn.unknown)") == [
        3,
        4,
    ]
    await visitor.get_by_role("button", name="Personne suivante").click()
    await visitor.get_by_role("button", name="Luca R.").click()
    assert await visitor.locator("[name=surname]").input_value() == ""
    content = await visitor.content()
    assert "Kerkstraat" not in content and "12345678" not in content
    # Her daughter stands on her form, and signs nothing.
    await visitor.get_by_role("button", name="Annuler").click()
    await listed(visitor, "Anneke D.")
    await visitor.get_by_role("button", name="Anneke D.").click()
    await tablet.say(first="Saar", born="31052020", mobile="")
    assert await visitor.locator("canvas:visible").count() == 1
    await visitor.get_by_label("sur la fiche de quel adulte").select_option("Anneke D.")
    assert await visitor.locator("canvas:visible").count() == 0
    await tablet.save()
    await visitor.get_by_text("C'est enregistré").wait_for()
    assert [(each.first_names, each.police_form) for each in await tablet.guests()] == [
        ("Anneke", "signed"),
        ("Saar", "signed"),
    ]
    await visitor.go_back()
    assert "Kerkstraat" not in await visitor.content()


async def test_it_speaks_six_languages_without_asking_the_network(visitor: Page) -> None:
    tablet = await Tablet(visitor).open()
    await visitor.context.set_offline(True)
    for language, welcome in (("Deutsch", "Willkommen"), ("Nederlands", "Welkom"), ("Español", "Bienvenidos")):
        await visitor.get_by_role("button", name=language).click()
        await visitor.get_by_role("heading", name=welcome).wait_for()
    await visitor.get_by_role("button", name="Anneke D.").click()
    assert await visitor.locator("[name=country] option").nth(2).inner_text() == "Alemania"
    await visitor.context.set_offline(False)
    assert await tablet.guests() == []


async def test_without_a_network_answers_are_kept_and_sent_when_it_is_back(visitor: Page) -> None:
    tablet = await Tablet(visitor).open()
    await tablet.fill()
    await visitor.context.set_offline(True)
    await tablet.save()
    await visitor.get_by_text("C'est gardé sur cette tablette").wait_for()
    assert await tablet.guests() == []
    await visitor.get_by_role("button", name="Personne suivante").click()
    await visitor.get_by_text("Pas de réseau").wait_for()
    assert "Kerkstraat" not in await visitor.content()
    await visitor.context.set_offline(False)
    await sent(visitor)
    (guest,) = await tablet.guests()
    assert guest.police_form == "signed"


async def test_a_reload_without_a_network_loses_nothing_and_shows_nobody_what_waits(
    far_visitor: Page, line: Line
) -> None:
    tablet = await Tablet(far_visitor).open()
    await kept_by_the_worker(far_visitor)
    # Cut outside: Chromium's own « offline » is forgotten for a moment by a page that is loaded anew.
    await line.cut()
    await far_visitor.reload()
    await tablet.fill()
    await tablet.save()
    await far_visitor.get_by_text("C'est gardé sur cette tablette").wait_for()
    await far_visitor.reload()
    await far_visitor.get_by_text("Pas de réseau").wait_for()
    left = await far_visitor.evaluate(
        """async () => {
            const cache = await caches.open("halte-tablet"), pages = [];
            for (const each of await cache.keys()) pages.push(await (await cache.match(each)).text());
            return [...pages, ...Object.values(localStorage), ...Object.values(sessionStorage)].join(" ");
        }"""
    )
    everything = left + await far_visitor.content()
    assert [word for word in ("Kerkstraat", "Utrecht", "12345678", "31%2F05") if word in everything] == []
    assert await tablet.guests() == []
    await line.mend()
    await sent(far_visitor)
    (guest,) = await tablet.guests()
    assert (guest.surname, guest.police_form) == ("de Vries", "signed")


async def test_a_tablet_that_was_unpaired_does_not_open_again(visitor: Page) -> None:
    tablet = await Tablet(visitor).open()
    await kept_by_the_worker(visitor)
    await TABLETS.unpair(tablet.centre.id, tablet.tablet_id, actor=DESK)
    await visitor.reload()
    await visitor.context.set_offline(True)
    assert await visitor.evaluate(KEPT) == []


async def test_a_lost_answer_is_not_a_second_guest(visitor: Page) -> None:
    tablet = await Tablet(visitor).open()
    await tablet.fill()
    lost = 0

    async def lose_the_first(route: object) -> None:
        nonlocal lost
        lost += 1
        if lost == 1:
            await route.fetch()  # type: ignore[attr-defined]
            await route.abort()  # type: ignore[attr-defined]
        else:
            await route.continue_()  # type: ignore[attr-defined]

    await visitor.route("**/guests?*", lose_the_first)
    await tablet.save()
    await visitor.get_by_text("C'est gardé sur cette tablette").wait_for()
    await sent(visitor)
    assert lost >= 2
    assert len(await tablet.guests()) == 1


async def test_a_screen_left_alone_is_wiped_after_a_minute_and_says_so_before(visitor: Page) -> None:
    await visitor.clock.install()
    tablet = await Tablet(visitor).open()
    await visitor.get_by_role("button", name="Deutsch").click()
    await visitor.get_by_role("button", name="Anneke D.").click()
    await visitor.locator("[name=surname]").fill("de Vries")
    await visitor.clock.run_for(50_000)
    await visitor.get_by_text("Noch da?").wait_for()
    assert await visitor.locator("[name=surname]").input_value() == "de Vries"
    await visitor.clock.run_for(12_000)
    await visitor.get_by_role("heading", name="Bienvenue").wait_for()
    assert await visitor.locator("[name=surname]").input_value() == ""
    assert await tablet.guests() == []


async def test_email_and_phone_are_checked_as_they_are_typed(visitor: Page) -> None:
    await Tablet(visitor).open()
    await visitor.get_by_role("button", name="Anneke D.").click()
    await visitor.locator("[name=country]").select_option("NL")
    email = visitor.locator("[name=email]")
    await email.fill("anneke@")
    await visitor.locator("[name=home]").focus()
    assert await email.get_attribute("aria-invalid") == "true"
    await email.fill("anneke@example.nl")
    assert await email.get_attribute("aria-invalid") is None
    assert await email.get_attribute("data-state") == "right"
    small = await visitor.evaluate(
        "[...document.querySelectorAll('button,input:not([type=hidden]),select')].filter(e => e.checkVisibility())"
        ".map(e => [e.name || e.textContent, e.getBoundingClientRect().height]).filter(([, height]) => height < 48)"
    )
    assert small == []
