"""Chapters 7 and 8: a closed padlock shuts every way in; another centre sees none of it."""

import json
from datetime import timedelta

import httpx
from playwright.sync_api import Page

from tests.journeys import first_story, pages
from tests.journeys.affairs import quoted
from tests.journeys.demo import Desk
from tests.journeys.first_story import Story
from tests.journeys.selling import ELSEWHERE, GROUP, answers, link_in

EXCLUDED = "client_blacklisted"
REFUSED = "Nous ne pouvons pas aller plus loin en ligne"


class OpenAffairs:
    """What was under way when the padlock closed: a quote not yet accepted, a deposit not yet paid, a stay not yet firm."""

    def __init__(self, story: Story, client_id: str) -> None:
        desk = story.desk("commercial")
        self.client_id = client_id
        known = {"client_id": client_id, "group": GROUP, "email": first_story.TEACHER}
        self.undecided, self.unaccepted = quoted(story, desk, days=30, **known)
        _, accepted = quoted(story, desk, days=60, **known)
        page = pages.fresh(story.browser)
        pages.accept_quote(page, accepted, "Camille Morvan")
        page.context.close()
        self.unpaid = link_in(story.demo.mail(first_story.TEACHER, "accepté").text, "p")
        self.paying = pages.fresh(story.browser)
        self.paying.goto(self.unpaid)
        self.paying.locator("[data-action=pay]").wait_for()
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
    terminal.until("Il vous manque le droit « blacklister un client »")
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
    by_quote(story, desk, affairs)
    by_payment_link(story, affairs)
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


def by_quote(story: Story, desk: Desk, affairs: OpenAffairs) -> None:
    """The quote that was sent before is still read; accepting it is refused in words that say nothing of why."""
    before = desk.ask("GET", f"/dossiers/{affairs.undecided}")
    page = pages.fresh(story.browser)
    page.goto(affairs.unaccepted)
    if page.locator("[name=name]").count():
        page.locator("[name=name]").fill("Camille Morvan")
    page.locator("[name=terms]").check()
    page.locator("[data-action=accept]").click()
    page.get_by_role("heading", name=REFUSED).wait_for()
    says_nothing_of_the_padlock(page)
    page.goto(affairs.unaccepted)
    page.locator("[data-action=accept]").wait_for()
    page.context.close()
    assert desk.ask("GET", f"/dossiers/{affairs.undecided}") == before


def by_payment_link(story: Story, affairs: OpenAffairs) -> None:
    """The payment link leads to no payment any more, neither opened anew nor from the page that was open before."""
    before = httpx.get(f"{story.demo.described.payments}/_events", timeout=10).json()
    page = pages.fresh(story.browser)
    page.goto(affairs.unpaid)
    page.get_by_role("heading", name=REFUSED).wait_for()
    assert page.locator("[data-action=pay]").count() == 0
    says_nothing_of_the_padlock(page)
    page.context.close()
    affairs.paying.locator("[data-action=pay]").click()
    affairs.paying.get_by_role("heading", name=REFUSED).wait_for()
    assert not affairs.paying.url.startswith(story.demo.described.payments)
    affairs.paying.context.close()
    assert httpx.get(f"{story.demo.described.payments}/_events", timeout=10).json() == before


def says_nothing_of_the_padlock(page: Page) -> None:
    """A client learns from the centre why, not from a page."""
    for word in ("liste noire", "exclu", "cadenas", "impayé"):
        assert word not in page.content().lower(), word


def by_import(story: Story, desk: Desk, client_id: str) -> None:
    """A file that brings the same card again neither opens the padlock nor books."""
    file = story.folder / "again.csv"
    file.write_text(f"record_id;organisation;contact;email\nX1;{GROUP};Camille Morvan;{first_story.TEACHER}\n")
    json.loads(story.demo.halte("import", "clients", str(file), "--centre", first_story.SLUG, "--json"))
    card = desk.ask("GET", f"/clients/{client_id}")
    assert card["blacklisting"] is not None
    fields = card["fields"]
    assert isinstance(fields, dict)
    arrival = story.today + timedelta(days=150)
    booking = story.folder / "bookings.csv"
    booking.write_text(
        "id;client;arrivée;départ;adultes;ados\n"
        f"R1;{fields['reference']};{arrival.isoformat()};{(arrival + timedelta(days=2)).isoformat()};2;20\n"
    )
    done = json.loads(
        story.demo.halte(
            *("import", "stays", str(booking), "--centre", first_story.SLUG, "--mapping", "standard", "--json"),
            expect=(2,),
        )
    )
    assert (done["new"], done["refused"]) == (0, 1)
    assert [refusal["code"] for refusal in done["refusals"]] == [EXCLUDED]


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
