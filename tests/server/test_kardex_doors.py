"""The kardex's further doors: lists, padlock, terms, personal data; each does what its operation does, as who may."""

import io
import zipfile
from datetime import date, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from infra.clock import today
from tenants.satisfaction.public_reviews import PublicReview, keep_review
from tests.factories.accounts import a_network_user
from tests.factories.clients import a_client
from tests.factories.dossiers import a_service
from tests.factories.stays import a_stay
from tests.server.door import Door, a_door

pytestmark = pytest.mark.usefixtures("api")

SPRING = date(2026, 5, 3)


async def a_card(door: Door, **over: str) -> str:
    """Make a card at a door's centre and return its address."""
    made = await a_client(door.centre.id, **over)  # type: ignore[arg-type]
    return f"/clients/{made.id}"


async def test_a_lock_is_told_by_letter_and_the_network_decides_on_its_alert(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    card, day = await a_card(door), today("Europe/Paris")
    lock = {"reason": "damage", "evidence_day": str(day), "last_day": str(day + timedelta(days=9))}
    await door.ask("POST", f"{card}/blacklisting", lock, status=201)
    letter = await door.ask("GET", f"{card}/blacklisting/letter")
    link = (await door.ask("POST", f"{card}/blacklisting/letter/links", status=201)).json()
    opened = await api.get(urlsplit(link["url"]).path, follow_redirects=True)  # as a browser behind no terminal does
    sent = await door.ask("POST", f"{card}/blacklisting/letter", {"means": "post", "day": str(day)}, status=201)
    asked = await door.ask("POST", f"{card}/blacklisting/alert", status=201)
    steward = await a_network_user("network_steward")
    alerts = "/api/v1/network/blacklist-alerts"
    waiting = (await api.get(alerts, headers=steward.headers)).json()["items"]
    ours = next(alert for alert in waiting if alert["centre_name"] == door.centre.name)
    decided = await api.post(f"{alerts}/{ours['id']}", json={"confirmed": True}, headers=steward.headers)
    shown = (await door.ask("GET", card)).json()["blacklisting"]

    assert (letter.headers["content-type"], letter.content[:5]) == ("application/pdf", b"%PDF-")
    assert (opened.content, opened.headers["content-type"]) == (letter.content, "application/pdf")
    assert (link["name"].startswith("lettre-"), link["name"].endswith(f"-{day}.pdf")) == (True, True)
    assert sent.json()["blacklisting"]["letter_means"] == "post"
    assert (asked.json()["blacklisting"]["alert"], shown["alert"]) == ("asked", "confirmed")
    assert ours["id"] not in {alert["id"] for alert in decided.json()["items"]}
    assert "name" not in ours.keys() - {"centre_name"}


async def test_a_centres_list_and_the_networks_are_set_up_through_their_doors(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    new = {"label": "Classes de mer", "network_code": "schools"}
    made = (await door.ask("POST", "/code-lists/local/segmentation", new, status=201)).json()
    stale = await door.ask("PATCH", f"/code-lists/local/{made['id']}", new, version=9, status=412)
    lists = {each["name"]: each for each in (await door.ask("GET", "/code-lists")).json()}
    admin = await a_network_user()
    day = str(today("Europe/Paris") + timedelta(days=1))  # the lists are everybody's: today they stay as they are
    change = {"list_name": "discovery_channel", "code": "brochure", "gesture": "rename", "label": "Dépliant"}
    renamed = await api.post(
        "/api/v1/network/code-lists/changes", json={**change, "from_day": day}, headers=admin.headers
    )

    assert stale.json()["code"] == "stale_version"
    assert lists["local_segmentation"]["values"][0]["code"] == "classes_de_mer"
    values = {value["code"]: value for value in renamed.json()["items"]}
    assert values["brochure"]["renamings"][-1] == {"from_day": day, "label": "Dépliant"}


async def test_two_cards_are_merged_and_given_back_and_a_person_is_handed_out_and_erased(
    api: httpx.AsyncClient,
) -> None:
    door = await a_door(api)
    kept, merged = await a_card(door, last_name="Perrin"), await a_card(door, last_name="Perrin", town="Vannes")
    other = merged.rpartition("/")[2]
    preview = (await door.ask("GET", f"{kept}/merge/{other}")).json()
    made = await door.ask("POST", f"{kept}/merge", {"other_id": other, "version": preview["version"]}, status=201)
    await door.ask("GET", merged, status=404)
    went = (await door.ask("GET", f"{kept}/merges")).json()["items"]
    back = await door.ask("DELETE", f"/clients/merges/{made.json()['id']}")
    again = (await door.ask("GET", f"{kept}/merges")).json()["items"]
    archive = await door.ask("GET", f"{kept}/personal-data")
    link = (await door.ask("POST", f"{kept}/personal-data/links", status=201)).json()
    opened = await api.get(urlsplit(link["url"]).path, follow_redirects=True)
    erased = await door.ask("DELETE", f"{kept}/personal-data")

    assert [(merge["id"], merge["name"], merge["merged_by"]) for merge in went] == [
        (made.json()["id"], back.json()["name"], door.user.name)
    ]
    assert again == []
    assert zipfile.ZipFile(io.BytesIO(opened.content)).testzip() is None
    assert opened.headers["content-type"] == "application/zip"
    assert (preview["merged"]["town"], back.json()["fields"]["town"]) == ("Vannes", "Vannes")
    assert sorted(zipfile.ZipFile(io.BytesIO(archive.content)).namelist()) == ["data.json", "lisez-moi.html"]
    assert erased.json()["name"] == "Fiche effacée"


async def test_terms_and_satisfaction_are_agreed_through_their_doors(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    card, service = await a_card(door), await a_service(door.centre.id)
    rate = {"service_id": str(service.id), "room_type": "ados", "price": {"minor": 3990, "currency": "EUR"}}
    rated = (await door.ask("POST", f"{card}/rates", rate, status=201)).json()
    agreed = await door.ask("PUT", f"{card}/defaults", {"discount_basis_points": 500}, version=0)
    retired = await door.ask("DELETE", f"{card}/rates/{rated['rates'][0]['id']}")
    asked = await door.ask("PUT", "/satisfaction", {"survey_on": False, "provider_key": "k"}, version=0)
    pulled = (await door.ask("POST", "/satisfaction/reviews")).json()
    review = PublicReview(id=uuid4(), site="Google", author="", day=SPRING, score_tenths=45, comment="", url="")
    await keep_review(door.centre.id, "g1", review)
    offered = (await door.ask("GET", "/satisfaction/reviews")).json()["items"]
    linked = await door.ask("POST", f"{card}/reviews/{review.id}", status=201)
    twice = await door.ask("POST", f"{card}/reviews/{review.id}", status=409)
    unlinked = await door.ask("DELETE", f"{card}/reviews/{review.id}")
    await door.ask("DELETE", f"{card}/reviews/{review.id}", status=404)
    stay = f"/stays/{(await a_stay(door.centre.id)).id}/tourist-tax"
    await door.ask("PUT", stay, {"reason": "low_rent", "people": 2})
    told = (await door.ask("GET", f"{stay}/exemptions")).json()

    assert (rated["rates"][0]["price"]["minor"], rated["rates"][0]["service_name"]) == (3990, service.name)
    assert agreed.json()["defaults"]["discount_basis_points"] == 500
    assert retired.json()["rates"] == []
    assert [(each["id"], each["linked_by"]) for each in offered] == [(str(review.id), None)]
    assert linked.json()["reviews"] == [{**offered[0], "linked_by": door.user.name}]
    assert (twice.json()["code"], unlinked.json()["reviews"]) == ("review_linked", [])
    assert asked.json()["webhook_url"].endswith(f"/webhooks/satisfaction/{door.centre.slug}")
    assert (pulled, told) == ({"taken": 0}, [{"reason": "low_rent", "people": 2}])
    assert (asked.json()["survey_on"], asked.json()["has_key"], "provider_key" in asked.json()) == (False, True, False)


async def test_the_network_hands_a_person_out_and_erases_them_where_a_centre_may_not(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    card = await a_card(door, last_name="Partout")
    path = f"/api/v1/network/persons/{door.centre.slug}/{card.rpartition('/')[2]}"
    admin, steward = await a_network_user(), await a_network_user("network_steward")
    asked = [(await api.get(path, headers=who.headers)).status_code for who in (door.user, steward)]
    archive = await api.get(path, headers=admin.headers)
    erased = await api.delete(path, headers=admin.headers)
    again = await api.delete(path, headers=admin.headers)
    trail = (await door.ask("GET", f"/history/{card.rpartition('/')[2]}")).json()["items"]

    assert asked == [404, 403]
    assert sorted(zipfile.ZipFile(io.BytesIO(archive.content)).namelist()) == ["data.json", "lisez-moi.html"]
    assert (erased.json()["centres"], len(erased.json()["certificates"])) == (1, 1)
    assert again.json()["certificates"] == []
    assert [entry["action"] for entry in trail[:2]] == ["erase", "hand_out"]
    assert (await door.ask("GET", card)).json()["name"] == "Fiche effacée"


async def test_the_centres_whole_history_is_read_page_by_page_without_who_only_looked(api: httpx.AsyncClient) -> None:
    door, other = await a_door(api), await a_door(api)
    card = await a_card(door, first_name="Yann", last_name="Le Goff")
    client_id = card.rpartition("/")[2]
    await a_stay(door.centre.id)
    await door.ask("POST", f"{card}/actions", {"action": "newsletter", "day": str(today("Europe/Paris"))}, status=201)
    for _time in range(2):
        await door.ask("GET", card)
    await a_card(other, last_name="Ailleurs")

    page = (await door.ask("GET", "/history?limit=2")).json()
    seen = page["items"]
    while page["next_cursor"]:
        page = (await door.ask("GET", f"/history?limit=2&cursor={page['next_cursor']}")).json()
        seen += page["items"]
    all_of_it = (await door.ask("GET", "/history?limit=200&openings=true")).json()["items"]
    own = (await door.ask("GET", f"/history/{client_id}?openings=false")).json()["items"]
    looked = (await door.ask("GET", f"/history/{client_id}")).json()["items"]

    said = [(line["subject_kind"], line["subject_name"], line["entry"]["action"]) for line in seen]
    assert said[0] == ("client", "Yann Le Goff", "note_action")
    assert "stay" in {kind for kind, _name, _verb in said}
    assert len(all_of_it) == len(seen) + 2
    assert [entry["action"] for entry in own] == ["note_action", "add"]
    assert [entry["action"] for entry in looked[:2]] == ["open", "open"]
    assert "Ailleurs" not in str(all_of_it)
    reception = await a_door(api, "réception", door.centre)
    await reception.ask("GET", "/history", status=403)
