"""Dossiers that are under way, made by the API as a colleague would: what other chapters start from."""

from datetime import timedelta

from tests.journeys.demo import Desk
from tests.journeys.first_story import Story
from tests.journeys.selling import hold_proposed_beds, link_in


def quoted(story: Story, desk: Desk, *, client_id: str | None, group: str, email: str, days: int) -> tuple[str, str]:
    """Sell a stay in so many days and send its quote; return the dossier's id and the quote's address, from its mail."""
    known = {mail.message_id for mail in story.demo.mails(email, "Votre devis")}
    arrival = story.today + timedelta(days=days)
    body = {
        "name": "Camille Morvan",
        "organisation": group,
        "email": email,
        "arrival": arrival.isoformat(),
        "departure": (arrival + timedelta(days=2)).isoformat(),
        "counts": {"teenagers": 20, "adults": 2},
    }
    line = desk.ask("POST", "/enquiries", body)["line"]
    assert isinstance(line, dict)
    enquiry = desk.ask("POST", f"/enquiries/{line['id']}/client", {"client_id": client_id})
    chosen = enquiry["line"]
    assert isinstance(chosen, dict)
    service = next(each for each in desk.items("/services") if each["name"] == "Nuit et petit déjeuner")
    first = {"line": {"service_id": service["id"]}, "client_id": chosen["client_id"]}
    dossier = desk.ask("POST", f"/enquiries/{line['id']}/services", first)
    stay = dossier["stay"]
    assert isinstance(stay, dict)
    hold_proposed_beds(desk, str(stay["id"]))
    sending = {"detail": "simple", "valid_until": (story.today + timedelta(days=10)).isoformat()}
    desk.ask("POST", f"/dossiers/{dossier['id']}/quotes", sending)
    came = story.demo.mail(email, "Votre devis", unlike=known)
    return str(dossier["id"]), link_in(came.text, "q")
