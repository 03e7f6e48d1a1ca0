"""The leader's page, the survey's and housekeeping's by plain HTTP: what is typed stays, and nothing else is seen."""

import asyncio
import base64
import io
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import openpyxl
import pytest

from infra.clock import today
from infra.database import tenant_transaction
from tenants.arrivals.survey import send_survey, survey_of
from tenants.centres.rules import CentreRef
from tenants.clients.queries import client
from tenants.housekeeping.operations import mark_room
from tenants.housekeeping.phones import PHONES, phone_address
from tenants.housekeeping.queries import rooms_today
from tenants.housekeeping.rules import State
from tenants.rooming import queries
from tenants.rooming.link import make_rooming_link
from tenants.stays.operations import cancel_stay
from tenants.stays.queries import stay as stay_of
from tests.factories.centres import a_centre
from tests.factories.groups import DESK, Group, a_group, a_person
from tests.factories.stays import a_room
from tests.server.door import a_door
from tests.server.pages.forms import HTML, hidden_fields


async def opened(api: httpx.AsyncClient, url: str) -> str:
    """Follow a link; return the path it leads to."""
    entered = await api.get(urlsplit(url).path, headers=HTML)
    assert entered.status_code == 303, entered.text
    return entered.headers["location"]


async def a_page(api: httpx.AsyncClient) -> tuple[CentreRef, Group, str]:
    """Open the list of a school's stay."""
    centre = await a_centre()
    group = await a_group(centre.id)
    return centre, group, await opened(api, (await make_rooming_link(centre.id, group.stay.id, actor=DESK)).url)


async def written(centre_id: UUID, group: Group) -> queries.RoomingList:
    async with tenant_transaction(centre_id, read_only=True):
        return await queries.rooming_list(centre_id, group.stay.id)


async def filled(api: httpx.AsyncClient, path: str, **over: str) -> dict[str, str]:
    """Open the page and fill its form for one person."""
    page = await api.get(path, headers=HTML)
    assert page.status_code == 200, page.text
    return {**hidden_fields(page.text), "role": "participant", "diet": "standard", **over}


async def test_a_leader_writes_people_down_once_however_often_they_press(api: httpx.AsyncClient) -> None:
    centre, group, path = await a_page(api)
    form = await filled(api, path, first_name="Siobhán", last_name="O'Brien <b>", diet="vegan", allergies="noix")
    sent = await asyncio.gather(*(api.post(f"{path}/people", data=form, headers=HTML) for _ in range(3)))
    assert [one.status_code for one in sent] == [303] * 3
    [entry] = (await written(centre.id, group)).entries
    assert (entry.name, entry.fields.diet, entry.fields.allergies) == ("Siobhán O'Brien <b>", "vegan", "noix")
    page = (await api.get(path, headers=HTML)).text
    assert "Siobhán O&#39;Brien &lt;b&gt;" in page
    assert "1 sur 10 attendues" in page


async def test_what_is_refused_stays_in_the_form(api: httpx.AsyncClient) -> None:
    centre, group, path = await a_page(api)
    form = await filled(api, path, first_name="Léa", age="douze")
    page = await api.post(f"{path}/people", data=form, headers=HTML)
    assert page.status_code == 422
    assert 'value="douze"' in page.text
    assert 'value="Léa"' in page.text
    assert (await written(centre.id, group)).entries == ()


async def test_a_person_is_corrected_and_the_second_to_save_is_told(api: httpx.AsyncClient) -> None:
    centre, group, path = await a_page(api)
    entry_id = await a_person(centre.id, group.stay.id, "Léa Petit")
    form = await filled(api, f"{path}?person={entry_id}", first_name="Léa", last_name="Grand")
    assert (form["entry_id"], form["version"]) == (str(entry_id), "1")
    assert (await api.post(f"{path}/people", data=form, headers=HTML)).status_code == 303
    late = await api.post(f"{path}/people", data={**form, "last_name": "Moyen"}, headers=HTML)
    assert late.status_code == 422
    assert "modifié cette personne entre-temps" in late.text
    assert [entry.name for entry in (await written(centre.id, group)).entries] == ["Léa Grand"]
    gone = await api.post(f"{path}/removal", data=form, headers=HTML)
    assert gone.status_code == 303
    assert (await written(centre.id, group)).entries == ()


async def test_sending_off_says_what_is_missing_and_then_closes_the_list(api: httpx.AsyncClient) -> None:
    centre, group, path = await a_page(api)
    form = await filled(api, path, first_name="Anne", responsible="yes")
    await api.post(f"{path}/people", data=form, headers=HTML)
    token = {"form_token": form["form_token"]}
    page = await api.post(f"{path}/submission", data=token, headers=HTML)
    assert page.status_code == 422
    assert "Anne : le nom manque" in page.text
    assert (await written(centre.id, group)).submitted_at is None

    [entry] = (await written(centre.id, group)).entries
    form = await filled(
        api, f"{path}?person={entry.id}", first_name="Anne", last_name="Morel", phone="0612345678", responsible="yes"
    )
    await api.post(f"{path}/people", data=form, headers=HTML)
    assert (await api.post(f"{path}/submission", data=token, headers=HTML)).status_code == 303
    found = await written(centre.id, group)
    assert (found.submitted_by, found.submitted_at is not None) == ("responsable du groupe", True)
    closed = (await api.get(path, headers=HTML)).text
    assert "La liste est envoyée" in closed
    assert 'id="person"' not in closed


async def test_a_file_is_taken_and_its_bad_rows_named(api: httpx.AsyncClient) -> None:
    centre, group, path = await a_page(api)
    form = await filled(api, path)
    files = {"file": ("liste.csv", "Nom;Prénom;Chambre\nPetit;Léa;Z9\nRoux;Tom;\n".encode(), "text/csv")}
    page = await api.post(f"{path}/file", data={"form_token": form["form_token"]}, files=files, headers=HTML)
    assert page.status_code == 200
    assert "2 personnes ajoutées" in page.text
    assert "Ligne 2 : « Z9 »" in page.text
    assert [entry.name for entry in (await written(centre.id, group)).entries] == ["Léa Petit", "Tom Roux"]
    bad = {"file": ("photo.jpg", b"\xff\xd8\x00\x00", "image/jpeg")}
    refused = await api.post(f"{path}/file", data={"form_token": form["form_token"]}, files=bad, headers=HTML)
    assert refused.status_code == 422
    assert "n'est pas un tableau" in refused.text.replace("&#39;", "'")


async def test_only_this_browser_fills_it_in_and_only_while_the_stay_is_expected(api: httpx.AsyncClient) -> None:
    centre, group, path = await a_page(api)
    form = await filled(api, path, first_name="Léa")
    forged = await api.post(f"{path}/people", data={**form, "form_token": "x"}, headers=HTML)
    assert forged.status_code == 422
    await cancel_stay(centre.id, group.stay.id, reason="client", actor=DESK)
    late = await api.post(f"{path}/people", data=form, headers=HTML)
    assert late.status_code == 409
    assert "n'est plus attendu" in late.text.replace("&#39;", "'")
    assert (await api.get(path, headers=HTML)).status_code == 409
    api.cookies.clear()
    assert (await api.get(path, headers=HTML)).status_code == 404
    assert (await written(centre.id, group)).entries == ()


async def test_the_survey_tells_the_stay_and_the_card(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    group = await a_group(centre.id, email="")
    path = await opened(api, (await send_survey(centre.id, group.stay.id, mail=False, actor=DESK)).url)
    page = await api.get(path, headers=HTML)
    form = {
        **hidden_fields(page.text), "arrival_time": "17:30", "vegetarian": "3", "allergies": "arachide",
        "access_needs": "un fauteuil", "wishes": "une salle au calme", "contact_email": "morel@college-ferry.fr", "email_consent": "de",
    }  # fmt: skip
    assert 'name="contact_email"' in page.text
    assert 'name="email_consent" type="checkbox" value="de"' in (await api.get(f"{path}?lang=de", headers=HTML)).text
    for _ in range(2):
        assert (await api.post(path, data=form, headers=HTML)).status_code == 303
    async with tenant_transaction(centre.id, read_only=True):
        stay = await stay_of(centre.id, group.stay.id)
        card = await client(centre.id, group.client_id)
        survey = await survey_of(centre.id, group.stay.id)
    assert stay.fields.arrival_time == "17:30"
    assert survey is not None
    assert (survey.answers.diets, survey.answers.wishes) == ({"vegetarian": 3}, "une salle au calme")
    assert card.fields.email == "morel@college-ferry.fr"
    assert [(each.kind, each.source, each.text) for each in card.consents] == [
        ("email", "arrival_survey", "Ich bin einverstanden, Neuigkeiten des Zentrums per E-Mail zu erhalten.")
    ]
    assert card.fields.special_requests == "Séjour du 10/03/2027 : 3 végétarien ; arachide ; un fauteuil"
    assert card.fields.habits == "Séjour du 10/03/2027 : une salle au calme"
    again = await api.post(path, data={**form, "vegetarian": "beaucoup"}, headers=HTML)
    assert again.status_code == 422
    assert 'value="beaucoup"' in again.text


async def test_a_phone_works_through_the_rooms_until_it_is_unpaired(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    dirty, clean = await a_room(centre.id, name="B1"), await a_room(centre.id, name="B2")
    await mark_room(centre.id, dirty.id, State.DIRTY, actor=DESK)
    await mark_room(centre.id, clean.id, State.INSPECTED, actor=DESK)
    paired = await PHONES.pair(centre.id, "Étage", actor=DESK)
    path = await opened(api, phone_address(centre.slug, paired.token))
    page = (await api.get(path, headers=HTML)).text
    assert ("B1" in page, ">B2<" in page, "À nettoyer : 1" in page) == (True, False, True)
    token = hidden_fields(page)["form_token"]
    mark = {"form_token": token, "room_id": str(dirty.id), "state": "clean"}
    assert (await api.post(f"{path}/mark", data=mark, headers=HTML)).status_code == 303
    async with tenant_transaction(centre.id, read_only=True):
        found = {
            room.room: (room.state, room.marked_by) for room in await rooms_today(centre.id, today("Europe/Paris"))
        }
    assert found["B1"] == (State.CLEAN, "Étage")
    assert (await api.post(f"{path}/mark", data={**mark, "form_token": "x"}, headers=HTML)).status_code == 422
    await PHONES.unpair(centre.id, paired.id, actor=DESK)
    assert (await api.get(path, headers=HTML)).status_code == 403
    assert (await api.post(f"{path}/mark", data={**mark, "state": "dirty"}, headers=HTML)).status_code == 403


async def test_a_rooming_list_goes_out_as_a_file_and_comes_back_in(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    group = await a_group(door.centre.id)
    await a_person(door.centre.id, group.stay.id, "=Léa Petit", diet="vegan", room_id=group.rooms[0].id, sex="F")
    wanted = {"kind": "rooming_list", "stay_id": str(group.stay.id)}
    xlsx = await door.ask("POST", "/documents", {**wanted, "format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:2] == ["nom", "prénom"]
    assert rows[1][:2] == ["Petit", "=Léa"]
    assert sheet["B2"].data_type == "s"
    csv = await door.ask("POST", "/documents", {**wanted, "format": "csv"})
    assert "Petit;'=Léa;participant" in csv.content.decode("utf-8-sig")
    pdf = await door.ask("POST", "/documents", wanted)
    assert pdf.content.startswith(b"%PDF-")
    back = await api.post(
        f"/api/v1/centres/{door.centre.slug}/stays/{group.stay.id}/rooming/import",
        json={"name": "liste.xlsx", "content": base64.b64encode(xlsx.content).decode()},
        headers=door.user.headers,
    )
    assert back.json() == {"added": 0, "changed": 0, "unchanged": 1, "errors": [], "ignored_columns": []}
    await a_person(door.centre.id, group.stay.id, "", diet="vegan", room_id=group.rooms[0].id)
    again = await door.ask("POST", "/documents", {**wanted, "format": "xlsx"})
    who = openpyxl.load_workbook(io.BytesIO(again.content)).worksheets[1]
    assert [cell.value for cell in who["D"]][:2] == ["qui", "=Léa Petit, sans nom"]


@pytest.mark.parametrize("kind", ["day_sheet", "kitchen", "housekeeping"])
@pytest.mark.parametrize(("form", "starts"), [("pdf", b"%PDF-"), ("xlsx", b"PK\x03\x04"), ("csv", b"\xef\xbb\xbf")])
async def test_a_document_opens_by_its_address_for_whoever_holds_it(
    api: httpx.AsyncClient, kind: str, form: str, starts: bytes
) -> None:
    door = await a_door(api)
    link = (await door.ask("POST", "/documents/links", {"kind": kind, "format": form}, status=201)).json()
    short = urlsplit(link["url"]).path
    leads_to = (await api.get(short)).headers["location"]
    answer = await api.get(leads_to)
    assert (answer.status_code, answer.content[: len(starts)]) == (200, starts)
    assert link["name"] in answer.headers["content-disposition"]
    assert len(short) == len("/a/") + 10 and leads_to.endswith(link["name"])
    assert (await api.get(f"/a/{short[3:].upper()}")).headers["location"] == leads_to
    for nowhere in (leads_to.replace("/d/", "/d/A"), short[:-1], f"{short}a", "/a/abcdefghjk", "/a/%00"):
        assert (await api.get(nowhere, headers=HTML)).status_code == 404, nowhere


async def test_a_document_that_is_none_is_refused_by_its_fields(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    refused = await door.ask("POST", "/documents", {"kind": "rooming_list", "format": "docx"}, status=422)
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/format", "/stay_id"]
