"""The dashboard of the cards: what is filled, what may be used, what became of duplicates; down to the cards."""

from uuid import UUID

import httpx

from infra.clock import now
from infra.database import execute, tenant_transaction
from tenants.referential import reviewing
from tenants.referential.review_rules import Verdict
from tests.factories.accounts import a_network_user, actor_of
from tests.factories.clients import a_client, an_organisation
from tests.factories.referential import a_proposal, a_stranger
from tests.server.door import a_door


async def test_a_centre_sees_what_its_cards_lack_and_which(api: httpx.AsyncClient) -> None:
    door, other = await a_door(api), await a_door(api)
    usable = await a_client(door.centre.id, phone="06 71 00 00 01", language="nl")
    relay = await a_client(door.centre.id, email="abc.1@guest.booking.com", town="", postal_code="")
    await an_organisation(door.centre.id, email="")
    await a_client(other.centre.id)

    seen = (await door.ask("GET", "/card-quality")).json()
    lacking = (await door.ask("GET", "/card-quality/cards?lacking=usable_email")).json()["items"]
    phones = (await door.ask("GET", "/card-quality/cards?lacking=mobile")).json()["items"]

    assert (seen["whole"]["cards"], seen["whole"]["filled"]["email"], seen["whole"]["filled"]["usable_email"]) == (
        3,
        2,
        1,
    )
    assert (seen["whole"]["filled"]["mobile"], seen["whole"]["filled"]["town"]) == (1, 2)
    assert {each["name"]: each["cards"] for each in seen["languages"]} == {"fr": 2, "nl": 1}
    assert sum(each["cards"] for each in seen["months"]) == 3 == sum(each["cards"] for each in seen["sources"])
    assert {each["id"] for each in lacking} >= {str(relay.id)} and str(usable.id) not in {
        each["id"] for each in lacking
    }
    assert len(phones) == 2
    await door.ask("GET", "/card-quality/cards?lacking=notes", status=422)
    table = (await door.ask("GET", "/card-quality/table")).text.splitlines()
    assert table[0].startswith("\ufeffby;name;cards;first_name") and table[1].startswith(";;3;")


async def test_duplicates_are_counted_for_the_centre_and_for_the_network(api: httpx.AsyncClient) -> None:
    door, other = await a_door(api), await a_door(api)
    steward = await actor_of(await a_network_user("network_steward"))
    cards = [await a_stranger(centre) for centre in (door.centre.id, other.centre.id, other.centre.id, other.centre.id)]

    async def pair(one: UUID, two: UUID, verdict: Verdict | None) -> UUID | None:
        await a_proposal(one, two)
        return await reviewing.decide(one, two, verdict, actor=steward) if verdict else None

    await pair(cards[0], cards[1], Verdict.SAME)
    await pair(cards[1], cards[2], Verdict.DIFFERENT)
    await pair(cards[2], cards[3], None)

    ours = (await door.ask("GET", "/card-quality")).json()["duplicates"]
    theirs = (await other.ask("GET", "/card-quality")).json()["duplicates"]
    admin = await a_network_user()
    network = (await api.get("/api/v1/network/card-quality", headers=admin.headers)).json()
    one = await api.get(f"/api/v1/network/card-quality?centre={other.centre.slug}", headers=admin.headers)

    assert ours == {"linked": 1, "waiting": 0, "decided": 1, "undone": 0, "name": ""}
    assert theirs == {"linked": 1, "waiting": 1, "decided": 2, "undone": 0, "name": ""}
    assert network["duplicates"]["decided"] >= 2
    assert {each["name"]: each["cards"] for each in network["centres"]}[other.centre.slug] == 3
    assert one.json()["whole"]["cards"] == 3
    assert (await api.get("/api/v1/network/card-quality?centre=nulle-part", headers=admin.headers)).status_code == 404
    table = f"/api/v1/network/card-quality/table?centre={other.centre.slug}"
    narrowed = (await api.get(table, headers=admin.headers)).text.splitlines()
    assert narrowed[1].split(";")[2] == str(one.json()["whole"]["cards"])
    assert [line for line in narrowed if line.startswith("centre;") and other.centre.slug not in line] == []


async def test_duplicates_are_told_by_month_source_and_centre_down_to_the_centre_s_own_cards(
    api: httpx.AsyncClient,
) -> None:
    door, other = await a_door(api), await a_door(api)
    steward = await actor_of(await a_network_user("network_steward"))
    ours = [await a_stranger(door.centre.id) for _ in range(5)]
    theirs = [await a_stranger(other.centre.id) for _ in range(2)]
    async with tenant_transaction(door.centre.id):
        await execute("UPDATE clients SET source = 'import:alt' WHERE id = $1", ours[0])
    decided = []
    for one, two, verdict in (
        (ours[0], ours[1], Verdict.SAME),  # within the centre, of two sources
        (ours[2], theirs[0], Verdict.SAME),
        (ours[3], theirs[1], Verdict.DIFFERENT),
        (ours[3], ours[4], None),
    ):
        await a_proposal(one, two)
        if verdict:
            decided.append(await reviewing.decide(one, two, verdict, actor=steward))

    seen = (await door.ask("GET", "/card-quality")).json()
    alone = (await door.ask("GET", "/card-quality?source=import:alt")).json()
    listed = (await door.ask("GET", "/card-quality/duplicates")).json()["items"]
    month = seen["duplicate_months"][-1]["name"]

    figures = {"linked": 2, "waiting": 1, "decided": 3, "undone": 0}
    assert seen["duplicates"] == {**figures, "name": ""}
    assert seen["duplicate_months"] == [{**figures, "name": month}]
    by_source = {each.pop("name"): each for each in seen["duplicate_sources"]}
    assert by_source["import:alt"] == {"linked": 1, "waiting": 0, "decided": 1, "undone": 0}
    assert set(by_source) == {"import:alt", "desk"}
    assert by_source["desk"] == figures
    assert seen["duplicate_centres"] == []
    assert (alone["duplicates"]["linked"], alone["duplicates"]["decided"]) == (1, 1)
    found = {(each["id"], each["what"]) for each in listed}
    # Of a pair with the other centre's card only the link that stands; what a steward refused or waits is not told.
    assert found == {
        *((str(card), "linked") for card in ours[:3]),
        *((str(card), "decided") for card in ours[:2]),
        *((str(card), "waiting") for card in ours[3:]),
    }
    earlier = (await door.ask("GET", "/card-quality/duplicates?month=2020-02-01")).json()["items"]
    assert earlier == []
    table = (await door.ask("GET", "/card-quality/table")).text.splitlines()
    assert f"duplicates month;{month};2;1;3;0" in table and "duplicates source;import:alt;1;0;1;0" in table

    admin = await a_network_user()
    theirs_alone = await api.get(f"/api/v1/network/card-quality?centre={other.centre.slug}", headers=admin.headers)
    assert theirs_alone.json()["duplicate_centres"] == [
        {"name": other.centre.slug, "linked": 1, "waiting": 0, "decided": 2, "undone": 0}
    ]

    await reviewing.take_back(decided[0], actor=steward)

    after = (await door.ask("GET", "/card-quality")).json()["duplicates"]
    assert after == {"linked": 1, "waiting": 2, "decided": 2, "undone": 1, "name": ""}


async def test_who_objects_stands_behind_no_figure_of_duplicates(api: httpx.AsyncClient) -> None:
    door, other = await a_door(api), await a_door(api)
    steward = await actor_of(await a_network_user("network_steward"))
    here, there = await a_stranger(door.centre.id), await a_stranger(other.centre.id)
    await a_proposal(here, there)
    await reviewing.decide(here, there, Verdict.SAME, actor=steward)
    before = (await door.ask("GET", "/card-quality/duplicates")).json()["items"]

    async with tenant_transaction(other.centre.id):
        await execute("SELECT referential_object($1, $2)", there, now())

    assert [each["id"] for each in before] == [str(here)]
    assert (await door.ask("GET", "/card-quality/duplicates")).json()["items"] == []
