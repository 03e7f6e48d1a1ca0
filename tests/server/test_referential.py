"""The steward's doors: pairs decided and taken back, identities, the detail for a reason; and nothing of it for a centre."""

import asyncio
from datetime import date
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

import httpx
import msgspec
import pytest

from infra.database import execute, fetch_value, network_transaction, system_transaction, tenant_transaction
from infra.ids import new_id
from tenants.referential import pairs
from tenants.stays.presence import mark_present
from tests.factories.accounts import TestUser, a_network_user, a_user
from tests.factories.centres import a_centre
from tests.factories.clients import Over, a_client
from tests.factories.referential import a_pair, a_pass, a_proposal, a_stranger
from tests.factories.stays import DESK, a_confirmed_stay, a_room, beds_of
from tests.server.door import Door

AT = "/api/v1/network/referential"
IN_FRONT = 60.0
"""Bits that put a test's pairs before those of any other."""


class Steward:
    """A steward at the network's desk."""

    def __init__(self, api: httpx.AsyncClient, user: TestUser) -> None:
        self.api, self.user = api, user

    async def ask(self, method: str, path: str, body: object = None, *, status: int = 200) -> httpx.Response:
        """Ask, expecting a status."""
        answer = await self.api.request(method, AT + path, json=body, headers=self.user.headers)
        assert answer.status_code == status, answer.text
        return answer

    async def decide(self, one: UUID, other: UUID, verdict: str, *, status: int = 201) -> str:
        """Say something of a pair, and return the decision, or the refusal's code."""
        body = {"card_id": str(one), "other_card_id": str(other), "verdict": verdict}
        answer = (await self.ask("POST", "/decisions", body, status=status)).json()
        return str(answer["id"] if status == 201 else answer["code"])

    async def cards(self, card: UUID) -> list[str]:
        """Return the cards of an identity."""
        return [each["id"] for each in (await self.ask("GET", f"/cards/{card}/identity")).json()["cards"]]


@pytest.fixture
async def steward(api: httpx.AsyncClient) -> Steward:
    """A steward."""
    return Steward(api, await a_network_user("network_steward"))


async def test_a_pair_is_shown_side_by_side_and_settled_by_one_word(steward: Steward) -> None:
    kerfany, molene = await a_centre(), await a_centre()
    one, other = await a_pair(kerfany.id, molene.id, bits=IN_FRONT)

    queue = (await steward.ask("GET", "/pairs?limit=200")).json()
    pair = next(each for each in queue["pairs"] if {each["one"]["id"], each["other"]["id"]} == {str(one), str(other)})
    made = await steward.decide(one, other, "same")
    after = (await steward.ask("GET", "/pairs?limit=200")).json()

    assert {pair["one"]["centre_name"], pair["other"]["centre_name"]} == {kerfany.name, molene.name}
    assert (pair["fields"], pair["agreed"], pair["gain"]) == (
        {"last": 4.1, "first": -2.6, "phone": 6.0}, ["last_name", "phone"], 1.0,
    )  # fmt: skip
    assert await steward.cards(one) == sorted([str(one), str(other)]) == await steward.cards(other)
    assert (after["waiting"], after["decided_today"]) == (queue["waiting"] - 1, queue["decided_today"] + 1)
    assert after["labels_same"] == queue["labels_same"] + 1
    assert await steward.decide(one, other, "different", status=409) == "pair_decided"
    await steward.ask("DELETE", f"/decisions/{made}", status=204)
    assert await steward.cards(one) == [str(one)]
    assert (await steward.ask("GET", "/pairs?limit=200")).json()["waiting"] == queue["waiting"]
    await steward.ask("DELETE", f"/decisions/{made}", status=404)


async def test_what_is_not_the_same_is_never_proposed_again_and_later_goes_behind(steward: Steward) -> None:
    one, other = await a_pair((await a_centre()).id, (await a_centre()).id, bits=IN_FRONT)
    third, fourth = await a_pair((await a_centre()).id, (await a_centre()).id, bits=IN_FRONT)

    await steward.decide(third, fourth, "later")
    await steward.decide(one, other, "different")
    await a_proposal(one, other)

    async with network_transaction():
        waiting = await pairs.waiting_pairs(limit=500)
    ids = [{pair.one.id, pair.other.id} for pair in waiting]
    assert {one, other} not in ids
    assert {third, fourth} not in ids[: sum(not pair.postponed for pair in waiting)]


async def test_links_that_would_bring_parted_cards_together_are_refused(steward: Steward) -> None:
    centre = (await a_centre()).id
    one, other, third = [await a_stranger(centre) for _ in range(3)]
    for two in ((one, other), (other, third), (one, third)):
        await a_proposal(*two)
    await steward.decide(one, third, "different")
    await steward.decide(one, other, "same")

    assert await steward.decide(other, third, "same", status=409) == "pair_contradicts"

    assert await steward.cards(third) == [str(third)]
    assert await steward.decide(other, third, "different")


async def test_a_cut_link_and_the_way_back_stand_in_the_identity_s_history(steward: Steward) -> None:
    one, other = await a_pair((await a_centre()).id, (await a_centre()).id)
    await steward.decide(one, other, "same")
    (link,) = (await steward.ask("GET", f"/cards/{one}/identity")).json()["links"]

    cut = (await steward.ask("DELETE", f"/links/{link['id']}")).json()["id"]
    parted = await steward.cards(one)
    await steward.ask("DELETE", f"/links/{link['id']}", status=404)
    await steward.ask("DELETE", f"/decisions/{cut}", status=204)
    history = (await steward.ask("GET", f"/cards/{one}/identity")).json()

    assert parted == [str(one)]
    assert [each["id"] for each in history["cards"]] == sorted([str(one), str(other)])
    first, second = history["links"]
    assert (first["undone_by"], second["undone_by"], second["bits"]) == (steward.user.name, None, first["bits"])
    assert [(each["verdict"], each["undone_by"] is not None) for each in history["decisions"]] == [
        ("same", False), ("different", True),
    ]  # fmt: skip


async def test_a_pass_is_listed_counted_and_taken_back_and_what_a_steward_linked_since_stays(
    api: httpx.AsyncClient, steward: Steward
) -> None:
    admin = Steward(api, await a_network_user("network_admin"))
    one, other = await a_pair((await a_centre()).id, (await a_centre()).id, bits=IN_FRONT)
    third = await a_stranger((await a_centre()).id)
    run_id = await a_pass((one, other))
    await a_proposal(other, third)
    await steward.decide(other, third, "same")
    assert len(await steward.cards(one)) == 3

    listed = (await admin.ask("GET", "/runs")).json()["items"]
    concerned = (await admin.ask("GET", f"/runs/{run_id}/undoing")).json()
    undone = (await admin.ask("DELETE", f"/runs/{run_id}")).json()
    again = (await steward.ask("DELETE", f"/runs/{run_id}")).json()
    after = (await steward.ask("GET", "/runs")).json()["items"]

    seen = next(run for run in listed if run["id"] == str(run_id))
    assert (seen["state"], seen["links"], seen["standing"], concerned) == ("complete", 1, 1, {"links": 1, "cards": 2})
    assert (undone, again) == ({"cut": 1, "left": 0}, {"cut": 0, "left": 0})
    seen = next(run for run in after if run["id"] == str(run_id))
    assert (seen["state"], seen["standing"], seen["undone_by"]) == ("undone", 0, admin.user.name)
    assert (await steward.cards(one), await steward.cards(other)) == ([str(one)], sorted([str(other), str(third)]))
    queue = (await steward.ask("GET", "/pairs?limit=200")).json()["pairs"]
    assert {str(one), str(other)} in [{pair["one"]["id"], pair["other"]["id"]} for pair in queue]
    await steward.ask("DELETE", f"/runs/{new_id()}", status=404)
    await steward.ask("GET", f"/runs/{new_id()}/undoing", status=404)


async def test_the_best_view_takes_the_fullest_of_each_with_its_origin(steward: Steward) -> None:
    centre = (await a_centre()).id
    bare: Over = {"email": "", "postal_code": "", "town": ""}
    one = await a_client(centre, bare, first_name="P", last_name="Martin", phone="+33 6 52 52 72 73")
    other = await a_client(
        centre, bare, first_name="Patrick", last_name="M.", phone="06 52 52 72 73", birth_date=date(1956, 12, 28)
    )

    best = (await steward.ask("GET", f"/cards/{one.id}/identity")).json()["best"]

    assert {(each["field"], each["value"], each["card_id"]) for each in best} == {
        ("last_name", "Martin", str(one.id)),
        ("first_name", "Patrick", str(other.id)),
        ("birth_date", "1956-12-28", str(other.id)),
        ("phones", "+33652527273", str(other.id)),
    }  # fmt: skip


async def test_the_detail_opens_for_a_reason_that_the_other_centre_reads(
    api: httpx.AsyncClient, steward: Steward
) -> None:
    kerfany, molene = await a_centre(), await a_centre()
    one, other = await a_pair(kerfany.id, molene.id)
    await steward.decide(one, other, "same")
    room = await a_room(molene.id, beds=4)
    stay = await a_confirmed_stay(molene.id, client_id=other, bed_ids=beds_of(room), arrival=date(2024, 4, 2))
    await mark_present(molene.id, stay.id, actor=DESK)
    asked = f"/cards/{one}/detail"

    await steward.ask("POST", asked, {"reason": "  "}, status=422)
    found = (await steward.ask("POST", asked, {"reason": "litige sur une arrhe"})).json()["items"]
    admin = await a_network_user("network_admin")
    refused = await api.post(AT + asked, json={"reason": "par curiosité"}, headers=admin.headers)

    assert [(each["centre_name"], each["seasons"]) for each in found if each["seasons"]] == [
        (molene.name, [{"season": "spring", "year": 2024, "stays": 1}])
    ]
    assert refused.json()["right"] == "referential.view_detail"
    door = Door(api, molene, await a_user(molene))
    trail = (await door.ask("GET", f"/history/{other}")).json()["items"]
    assert [(each["actor"], each["after"]["reason"]) for each in trail if each["action"] == "referential_detail"] == [
        (steward.user.name, "litige sur une arrhe")
    ]


async def test_who_objects_is_no_pair_no_signal_and_no_detail_also_after_a_split(
    api: httpx.AsyncClient, steward: Steward
) -> None:
    kerfany, molene = await a_centre(), await a_centre()
    one, other = await a_pair(kerfany.id, molene.id)
    made = await steward.decide(one, other, "same")
    desk, there = Door(api, kerfany, await a_user(kerfany, "direction")), Door(api, molene, await a_user(molene))
    assert (await there.ask("GET", f"/clients/{other}")).json()["signal"]["centres"] == 1

    await desk.ask("POST", f"/clients/{one}/objection")

    assert (await there.ask("GET", f"/clients/{other}")).json()["signal"] is None
    answer = await steward.ask("POST", f"/cards/{other}/detail", {"reason": "litige"}, status=403)
    assert answer.json()["code"] == "client_objects"
    await steward.ask("DELETE", f"/decisions/{made}", status=204)
    async with network_transaction():
        assert {one, other} not in [{pair.one.id, pair.other.id} for pair in await pairs.waiting_pairs(limit=500)]
    assert (await steward.ask("GET", f"/cards/{one}/identity")).json()["objected"] is True
    assert (await steward.ask("GET", f"/cards/{other}/identity")).json()["objected"] is False


async def test_an_objection_is_taken_back_at_the_client_s_wish_and_both_stand_in_the_trail_and_the_archive(
    api: httpx.AsyncClient, steward: Steward
) -> None:
    kerfany, molene = await a_centre(), await a_centre()
    one, other = await a_pair(kerfany.id, molene.id, bits=IN_FRONT)
    await steward.decide(one, other, "same")
    desk, there = Door(api, kerfany, await a_user(kerfany, "direction")), Door(api, molene, await a_user(molene))
    back = f"/clients/{one}/objection/taking-back"
    assert (await desk.ask("POST", back, {"wish": "par lettre"}, status=409)).json()["code"] == "no_objection"
    noted = (await desk.ask("POST", f"/clients/{one}/objection")).json()
    assert (noted["signal"], noted["objected_at"] is not None) == (None, True)
    assert (await there.ask("GET", f"/clients/{other}")).json()["objected_at"] is None

    for wrong in ("", " \n", "x" * 201):
        assert (await desk.ask("POST", back, {"wish": wrong}, status=422)).json()["code"] == "wish_missing"
    for card in (one, other):
        elsewhere = f"/clients/{card}/objection/taking-back"
        assert (await there.ask("POST", elsewhere, {"wish": "par lettre"}, status=409)).json()["code"] == "no_objection"
    assert (await there.ask("GET", f"/clients/{other}")).json()["signal"] is None
    shown = (await desk.ask("POST", back, {"wish": "par lettre,\n le 3 mars"})).json()

    assert (shown["objected_at"], shown["signal"]["centres"]) == (None, 1)
    assert (await there.ask("GET", f"/clients/{other}")).json()["signal"]["centres"] == 1
    assert (await steward.ask("GET", f"/cards/{one}/identity")).json()["objected"] is False
    said = "take_back_objection: par lettre, le 3 mars"
    trail = [each["action"] for each in (await desk.ask("GET", f"/history/{one}")).json()["items"]]
    assert [action for action in trail if "object" in action] == [said, "object"]
    archive = ZipFile(BytesIO((await desk.ask("GET", f"/clients/{one}/personal-data")).content)).read("data.json")
    (held,) = msgspec.json.decode(archive)
    acts = [row["action"] for each in held["holdings"] if each["table"] == "audit_entries" for row in each["rows"]]
    assert {said, "object"} <= set(acts)


async def test_an_objection_made_while_another_centre_takes_one_back_is_never_lost(
    api: httpx.AsyncClient, steward: Steward
) -> None:
    kerfany, molene = await a_centre(), await a_centre()
    one, other = await a_pair(kerfany.id, molene.id, bits=IN_FRONT)
    await steward.decide(one, other, "same")
    here, there = Door(api, kerfany, await a_user(kerfany)), Door(api, molene, await a_user(molene))
    at_one, at_other = f"/clients/{one}/objection", f"/clients/{other}/objection"
    wish = {"wish": "au comptoir"}

    for _ in range(5):
        await here.ask("POST", at_one)
        await asyncio.gather(here.ask("POST", f"{at_one}/taking-back", wish), there.ask("POST", at_other))
        assert (await here.ask("GET", f"/clients/{one}")).json()["signal"] is None
        await there.ask("POST", f"{at_other}/taking-back", wish)
        assert (await here.ask("GET", f"/clients/{one}")).json()["signal"]["centres"] == 1


async def test_only_the_network_decides(steward: Steward) -> None:
    one, other = await a_pair((await a_centre()).id, (await a_centre()).id)

    with pytest.raises(Exception, match="only for the network"):
        async with tenant_transaction(new_id()):
            await execute("SELECT referential_take($1, $2)", one, other)

    async with system_transaction(read_only=True):
        assert await fetch_value("SELECT count(*) FROM referential_link_of($1)", one) == 0


async def test_cards_are_found_by_reference_address_or_phone(steward: Steward) -> None:
    card = await a_client(
        (await a_centre()).id, reference="TROUVE7", email="trouve.moi@orange.fr", phone="06 77 88 99 01"
    )

    for named in ("trouve7", "Trouve.Moi@orange.fr", "0677889901"):
        found = (await steward.ask("GET", f"/cards?q={named}")).json()["items"]
        assert [each["id"] for each in found] == [str(card.id)], named
    assert (await steward.ask("GET", "/cards?q=")).json()["items"] == []
