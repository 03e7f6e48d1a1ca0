"""The kardex through the API."""

from datetime import date, timedelta

import httpx
import msgspec
import pytest

from infra.audit import history
from infra.clock import today
from infra.database import tenant_transaction
from server.contract.basics import Page
from server.contract.clients import ClientCard, ClientFields, ClientLine, Phone
from server.contract.code_lists import CodeList
from server.views.clients import masked_email, masked_phone
from tenants.centres.rules import CentreRef
from tests.factories.accounts import TestUser, a_user
from tests.factories.centres import a_centre
from tests.factories.clients import a_client

LEA = ClientFields(
    first_name="Léa",
    last_name="Quéré",
    email="lea.quere@orange.fr",
    phones=[Phone(number="06 52 52 72 72")],
    town="Brest",
)


@pytest.fixture
async def centre(api: httpx.AsyncClient) -> CentreRef:
    """A centre; the application's pools are open."""
    return await a_centre()


def at(centre: CentreRef, path: str = "") -> str:
    return f"/api/v1/centres/{centre.slug}/clients{path}"


async def put_card(api: httpx.AsyncClient, centre: CentreRef, user: TestUser, fields: ClientFields = LEA) -> ClientCard:
    answer = await api.post(at(centre), content=msgspec.json.encode(fields), headers=_json(user))
    assert answer.status_code == 201, answer.text
    return msgspec.json.decode(answer.content, type=ClientCard)


def _json(user: TestUser, **more: str) -> dict[str, str]:
    return {**user.headers, "Content-Type": "application/json", **more}


async def test_a_card_is_made_found_opened_and_the_opening_logged(api: httpx.AsyncClient, centre: CentreRef) -> None:
    user = await a_user(centre, "réception")
    made = await put_card(api, centre, user)

    found = msgspec.json.decode(
        (await api.get(at(centre), params={"q": "quere lea"}, headers=user.headers)).content, type=Page[ClientLine]
    )
    opened = await api.get(at(centre, f"/{made.id}"), headers=user.headers)
    async with tenant_transaction(centre.id, read_only=True):
        actions = [(entry.action, entry.actor_name) for entry in await history(made.id)]

    (line,) = found.items
    assert (line.id, line.name, line.phone, line.email) == (made.id, "Léa Quéré", "06 •• •• •• 72", "l•••@orange.fr")
    assert opened.headers["etag"] == '"1"'
    card = msgspec.json.decode(opened.content, type=ClientCard)
    assert card.fields.phones == [Phone(number="06 52 52 72 72", e164="+33652527272", mobile=True)]
    assert (card.signal, card.stays, card.dossiers, card.blacklisting) == (None, [], [], None)
    assert actions == [("open", user.name), ("add", user.name)]


async def test_the_list_goes_on_by_cursor(api: httpx.AsyncClient, centre: CentreRef) -> None:
    user = await a_user(centre, "réception")
    for letter in "abc":
        await a_client(centre.id, first_name="Yves", last_name=f"Kerdoncuff{letter}")

    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = await api.get(at(centre), params={"limit": 2, "cursor": cursor}, headers=user.headers)
        page = msgspec.json.decode(answer.content, type=Page[ClientLine])
        seen += [line.name for line in page.items]
        cursor = page.next_cursor

    assert seen == ["Yves Kerdoncuffa", "Yves Kerdoncuffb", "Yves Kerdoncuffc"]


async def test_the_second_to_save_gets_412_and_without_a_version_428(api: httpx.AsyncClient, centre: CentreRef) -> None:
    user = await a_user(centre, "réception")
    made = await put_card(api, centre, user)
    changed = msgspec.json.encode(msgspec.structs.replace(LEA, town="Lille"))
    url = at(centre, f"/{made.id}")

    first = await api.patch(url, content=changed, headers=_json(user, **{"If-Match": '"1"'}))
    second = await api.patch(url, content=changed, headers=_json(user, **{"If-Match": '"1"'}))
    blind = await api.patch(url, content=changed, headers=_json(user))

    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    assert (second.status_code, second.json()["code"]) == (412, "stale_version")
    assert blind.status_code == 428


async def test_what_is_wrong_is_said_by_field(api: httpx.AsyncClient, centre: CentreRef) -> None:
    user = await a_user(centre, "réception")

    answer = await api.post(at(centre), json={"kind": "organisation", "client_type": "x"}, headers=user.headers)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/organisation", "/client_type"]


async def test_the_signal_answers_before_the_card_is_saved_and_says_nothing_more(
    api: httpx.AsyncClient, centre: CentreRef
) -> None:
    user = await a_user(centre, "commercial")
    elsewhere = await a_centre()
    await a_client(
        elsewhere.id, first_name="P", last_name="Quintric", phone="+33 6 98 97 96 95", email="", notes="secret"
    )
    question = {"first_name": "Patrick", "last_name": "Quintric", "phone": "06 98 97 96 95"}

    known = await api.post(at(centre, "/signal"), json=question, headers=user.headers)
    unknown = await api.post(at(centre, "/signal"), json={"last_name": "Personne"}, headers=user.headers)

    assert known.json() == {"centres": 1, "season": None, "year": None, "booking_category": None}
    assert (unknown.status_code, unknown.json()) == (200, None)


async def test_direction_locks_reception_cannot(api: httpx.AsyncClient, centre: CentreRef) -> None:
    reception, direction = await a_user(centre, "réception"), await a_user(centre, "direction")
    made = await put_card(api, centre, reception)
    day = today(centre.time_zone)
    lock = {"reason": "damage", "evidence_day": str(day), "last_day": str(day + timedelta(days=90))}
    url = at(centre, f"/{made.id}/blacklisting")

    refused = await api.post(url, json=lock, headers=reception.headers)
    too_long = await api.post(url, json={**lock, "last_day": str(date(day.year + 4, 1, 1))}, headers=direction.headers)
    closed = await api.post(url, json=lock, headers=direction.headers)
    lifted = await api.delete(url, headers=direction.headers)

    assert (refused.status_code, refused.json()["right"]) == (403, "client.blacklist")
    assert (too_long.status_code, too_long.json()["errors"][0]["pointer"]) == (422, "/last_day")
    assert closed.status_code == 201
    assert {**closed.json()["blacklisting"], **lock, "by": direction.name} == closed.json()["blacklisting"]
    assert (lifted.status_code, lifted.json()["blacklisting"]) == (200, None)


async def test_another_centre_s_card_is_not_found(api: httpx.AsyncClient, centre: CentreRef) -> None:
    made = await put_card(api, centre, await a_user(centre, "direction"))
    other = await a_centre()
    stranger = await a_user(other, "direction")

    for answer in (
        await api.get(at(other, f"/{made.id}"), headers=stranger.headers),
        await api.get(at(centre, f"/{made.id}"), headers=stranger.headers),
        await api.delete(at(other, f"/{made.id}/blacklisting"), headers=stranger.headers),
    ):
        assert answer.status_code == 404
    listed = await api.get(at(other), params={"q": "quere"}, headers=stranger.headers)
    assert listed.json()["items"] == []


async def test_the_code_lists_come_with_the_network_s_labels(api: httpx.AsyncClient, centre: CentreRef) -> None:
    user = await a_user(centre, "réception")

    answer = await api.get(f"/api/v1/centres/{centre.slug}/code-lists", headers=user.headers)

    lists = {entry.name: entry for entry in msgspec.json.decode(answer.content, type=list[CodeList])}
    assert lists["client_type"].values[0].label == "Administration / collectivité"
    assert [value.code for value in lists["booking_type"].categories] == ["individuals", "groups"]
    assert {value.category for value in lists["booking_type"].values} == {"individuals", "groups"}


@pytest.mark.parametrize(("number", "masked"), [("06 52 52 72 72", "06 •• •• •• 72"), ("12", "••"), ("", "")])
def test_a_phone_in_a_list_is_masked(number: str, masked: str) -> None:
    assert masked_phone(number) == masked


@pytest.mark.parametrize(("address", "masked"), [("lea@orange.fr", "l•••@orange.fr"), ("lea", "•••"), ("", "")])
def test_an_address_in_a_list_is_masked(address: str, masked: str) -> None:
    assert masked_email(address) == masked
