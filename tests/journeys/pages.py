"""What people outside the house do, in a real browser: ask, accept, pay, announce who comes, sign on the tablet."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.programs import require


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Start Chromium."""
    chromium = require("chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield started
        started.close()


def fresh(browser: Browser) -> Page:
    """Open a page as somebody who was never here, in France."""
    page = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(30_000)
    return page


def fill_contact_form(page: Page, address: str, answers: Mapping[str, str]) -> None:
    """Fill the contact form."""
    page.goto(address)
    for name, value in answers.items():
        control = page.locator(f"[name={name}]")
        if name == "consent":
            control.check()
        elif name == "kind":
            control.select_option(value)
        else:
            control.fill(value)


def send_form(page: Page) -> None:
    """Press the form's one button, without waiting for what comes."""
    page.locator("button[type=submit]").click(no_wait_after=True)


def ask_by_form(page: Page, address: str, answers: Mapping[str, str]) -> None:
    """Fill the contact form, send it, and see that it has arrived."""
    fill_contact_form(page, address, answers)
    send_form(page)
    expect(page.get_by_role("heading", name="Merci, votre demande est arrivée")).to_be_visible()


def accept_quote(page: Page, address: str, name: str) -> None:
    """Read the quote, agree to the terms, accept."""
    page.goto(address)
    if page.locator("[name=name]").count():
        page.locator("[name=name]").fill(name)
    page.locator("[name=terms]").check()
    page.locator("[data-action=accept]").click()
    expect(page.get_by_text("Devis accepté").first).to_be_visible()


def pay(page: Page, address: str, *, simulator: str) -> None:
    """Follow a payment link to the hosted page, pay there, and come back to a page that says so."""
    page.goto(address)
    page.locator("[data-action=pay]").click()
    page.wait_for_url(f"{simulator}/**")
    page.locator("[data-action=pay]").click()
    page.wait_for_url(f"{_origin(address)}/**")


def announce(page: Page, address: str, guest: Mapping[str, str]) -> None:
    """Enter somebody on the pre-check-in page, without a signature: that is for the day."""
    page.goto(address)
    if page.locator("[name=arrival_time]").count():
        page.locator("[name=arrival_time]").fill("16:30")
        page.get_by_role("button", name="Enregistrer").click()
        page.wait_for_load_state()
    _fill_guest(page, guest)
    page.get_by_role("button", name="Inscrire cette personne").click()
    expect(page.get_by_text("signera à l'arrivée")).to_be_visible()


def sign_on_tablet(page: Page, address: str, *, group: str, guest: str) -> None:
    """Find one's group and one's name on the tablet, and sign: nothing else is asked."""
    page.goto(address)
    # What the tablet says by itself names nobody in full, and asks nothing that is known.
    page.get_by_role("button", name=group).click()
    page.get_by_role("button", name=guest).click()
    draw_signature(page)
    page.get_by_role("button", name="Signer").click()
    expect(page.get_by_text("C'est enregistré")).to_be_visible()


def draw_signature(page: Page) -> None:
    """Sign in the frame."""
    pad = page.locator("canvas:visible")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 40 + 20 * step, box["y"] + 60 + (step % 3) * 25)
    page.mouse.up()


def _fill_guest(page: Page, guest: Mapping[str, str]) -> None:
    for name, value in guest.items():
        control = page.locator(f"[name={name}]")
        if name == "country":
            control.select_option(value)
        else:
            control.fill(value)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
