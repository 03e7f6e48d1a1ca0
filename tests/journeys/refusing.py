"""Chapters 7 and 8: a closed padlock shuts every way in; another centre sees none of it."""

import json
from datetime import timedelta

import httpx

from tests.journeys import first_story, pages
from tests.journeys.affairs import quoted
from tests.journeys.demo import Desk
from tests.journeys.first_story import Story
from tests.journeys.selling import ELSEWHERE, GROUP, answers, link_in

EXCLUDED = "client_blacklisted"


class OpenAffairs:
    """What was under way when the padlock closed: a quote not yet accepted, a deposit not yet paid, a stay not yet firm."""

    def __init__(self, story: Story, client_id: str) -> None:
        desk = story.desk("commercial")
        self.client_id = client_id
        known = {"client_id": client_id, "group": GROUP, "email": first_story.TEACHER}
        _, self.unaccepted = quoted(story, desk, days=30, **known)
        _, accepted = quoted(story, desk, days=60, **known)
        page = pages.fresh(story.browser)
        pages.accept_quote(page, accepted, "Camille Morvan")
        page.context.close()
        self.unpaid = link_in(story.demo.mail(first_story.TEACHER, "accepté").text, "p")
        self.tentative = str(desk.ask("POST", "/stays", new_stay(story, client_id, days=90))["id"])


def new_stay(story: Story, client_id: str, *, days: int) -> dict[str, object]:
    """Return the body that takes a stay."""
    arrival = story.today + timedelta(days=days)
    fields = {
        "client_id": client_id,
        "arrival": arrival.isoformat(),
        "departure": (arrival + timedelta(days=2)).isoformat(),
    }
    return {"fields": {**fields, "counts": {"teenagers": 10, "adults": 1}}, "status": "tentative"}


def reception_may_not(story: Story) -> None:
    """A réception user presses the key, and is told which right is missing."""
    terminal = story.terminal("réception")
    terminal.press("g", "k")
    terminal.type("ferry")
    terminal.until(GROUP, "Commande traitée")
    terminal.press("enter")
    terminal.until(f"Kardex · {GROUP}", "🔓")
    terminal.press("b")
    terminal.until("Il vous manque le droit « client.blacklist »")
    terminal.close()


def direction_may(story: Story) -> None:
    """A direction user closes the padlock; the card says so, and takes no reservation."""
    terminal = story.terminal("direction")
    terminal.press("g", "k")
    terminal.type("ferry")
    terminal.until(GROUP, "Commande traitée")
    terminal.press("enter")
    terminal.until(f"Kardex · {GROUP}")
    terminal.press("b")
    terminal.until("Fermer le cadenas")
    terminal.type("impay")
    terminal.press("enter", "ctrl+s")
    terminal.until("🔒")
    terminal.until_gone("Fermer le cadenas")
    terminal.press("n")
    terminal.until("Ce client est exclu")
    terminal.close()


def every_way_in_refuses(story: Story, affairs: OpenAffairs) -> None:
    """Form, quote acceptance, payment link, import, API: none takes a reservation for this card any more."""
    desk = story.desk("direction")
    before = len(stays_of(desk, affairs.client_id))
    refused = desk.ask("POST", "/stays", new_stay(story, affairs.client_id, days=120), expect=403)
    assert refused["code"] == EXCLUDED
    for gesture, body in (("confirmation", {"reason": "accord"}), ("option", {"until": story.today.isoformat()})):
        refused = desk.ask("POST", f"/stays/{affairs.tentative}/{gesture}", body, expect=(403, 409, 422))
        assert refused["code"] == EXCLUDED, gesture
    by_form(story, desk)
    by_quote(story, affairs.unaccepted)
    by_payment_link(story, affairs.unpaid)
    by_import(story, desk, affairs.client_id)
    assert len(stays_of(desk, affairs.client_id)) == before


def by_form(story: Story, desk: Desk) -> None:
    """The teacher may ask again; the desk cannot make a dossier of it for this card."""
    page = pages.fresh(story.browser)
    again = {**answers(story), "message": "Nous reviendrions volontiers."}
    pages.ask_by_form(page, story.form, again)
    page.context.close()
    line = next(each for each in desk.items("/enquiries") if each["state"] == "new")
    card = next(each for each in desk.items("/clients?q=ferry"))
    service = next(each for each in desk.items("/services"))
    choice = desk.ask("POST", f"/enquiries/{line['id']}/client", {"client_id": card["id"]}, expect=(200, 201, 403))
    assert choice.get("code") in (None, EXCLUDED)
    first = {"line": {"service_id": service["id"], "quantity": 1}, "client_id": card["id"]}
    refused = desk.ask("POST", f"/enquiries/{line['id']}/services", first, expect=403)
    assert refused["code"] == EXCLUDED


def by_quote(story: Story, address: str) -> None:
    """The quote that was sent before can no longer be accepted, and says nothing of why."""
    page = pages.fresh(story.browser)
    page.goto(address)
    if page.locator("[data-action=accept]").count():
        page.locator("[name=terms]").check()
        page.locator("[data-action=accept]").click()
        page.wait_for_load_state()
    assert page.get_by_text("Devis accepté").count() == 0
    assert "liste noire" not in page.content().lower()
    page.context.close()


def by_payment_link(story: Story, address: str) -> None:
    """The payment link leads to no payment any more."""
    page = pages.fresh(story.browser)
    page.goto(address)
    if page.locator("[data-action=pay]").count():
        page.locator("[data-action=pay]").click()
        page.wait_for_load_state()
    assert not page.url.startswith(story.demo.described.payments)
    page.context.close()


def by_import(story: Story, desk: Desk, client_id: str) -> None:
    """A file that brings the same card again neither opens the padlock nor books."""
    file = story.folder / "again.csv"
    file.write_text(f"record_id;organisation;contact;email\nX1;{GROUP};Camille Morvan;{first_story.TEACHER}\n")
    json.loads(story.demo.halte("import", "clients", str(file), "--centre", first_story.SLUG, "--json"))
    assert desk.ask("GET", f"/clients/{client_id}")["blacklisting"] is not None


def stays_of(desk: Desk, client_id: str) -> list[object]:
    """Return the stays on a card."""
    found = desk.ask("GET", f"/clients/{client_id}")["stays"]
    assert isinstance(found, list)
    return found


def another_centre_sees_none(story: Story, client_id: str) -> None:
    """All that is the other centre's is not found there: by list, by search, by id, by page."""
    login, slug = ELSEWHERE
    own = story.desk("direction")
    other = story.demo.desk(login, story.demo.password_of(login), slug)
    for path in ("/clients?q=ferry", "/dossiers?q=ferry", "/enquiries?limit=200"):
        theirs = {str(item["id"]) for item in other.items(path)}
        ours = {str(item["id"]) for item in own.items(path)}
        assert ours
        assert not theirs & ours, path
    dossier, enquiry = own.items("/dossiers?q=ferry")[0], own.items("/enquiries")[0]
    stay = stays_of(own, client_id)[0]
    assert isinstance(stay, dict)
    for path in (
        f"/clients/{client_id}",
        f"/dossiers/{dossier['id']}",
        f"/enquiries/{enquiry['id']}",
        f"/stays/{stay['id']}",
    ):
        assert other.ask("GET", path, expect=404)["code"] == "not_found"
    foreign = httpx.get(f"{story.demo.described.api}/api/v1/centres/{first_story.SLUG}/clients", headers=other.headers)
    unknown = httpx.get(f"{story.demo.described.api}/api/v1/centres/nowhere/clients", headers=other.headers)
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    card = next(item for item in other.items("/clients?q=ferry"))
    assert card["blacklisted"] is False, "a padlock is one centre's own"
