"""A group's list: written with holes, sent off complete, by a link that dies with the stay."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import pytest

from infra.audit import history
from infra.database import fetch, tenant_transaction
from infra.errors import StaleVersion
from infra.mail.addresses import RecipientInvalid
from infra.settings import settings
from infra.signing import LinkExpired, LinkInvalid
from tenants.clients.blacklisting import ClientBlacklisted, NewBlacklisting, Reason, blacklist
from tenants.clients.rules import Contact
from tenants.rooming import queries, rules
from tenants.rooming.link import list_by_link, make_rooming_link
from tenants.rooming.operations import propose_rooms, remove_entry, reopen_list, save_entry, submit_list
from tenants.rooming.rules import Entry, EntryFields, EntryInvalid, GroupRoom, ListIncomplete, ListSubmitted, RoomFull
from tenants.stays.operations import cancel_stay
from tenants.stays.presence import mark_departed, mark_present
from tenants.stays.rows import StayUnknown
from tenants.stays.statuses import StayStatusRefuses
from tests.factories.centres import a_centre
from tests.factories.clients import an_organisation
from tests.factories.groups import DESK, a_group, a_person
from tests.factories.stays import a_confirmed_stay

pytestmark = pytest.mark.usefixtures("pools")


async def the_list(centre_id: UUID, stay_id: UUID) -> queries.RoomingList:
    async with tenant_transaction(centre_id, read_only=True):
        return await queries.rooming_list(centre_id, stay_id)


def token_of(url: str) -> str:
    return url.rsplit("/", 1)[1]


async def test_holes_are_allowed_until_the_list_is_sent_off() -> None:
    centre_id = uuid4()
    group = await a_group(centre_id)
    await a_person(centre_id, group.stay.id, "Léa")
    await a_person(centre_id, group.stay.id, "Paul N'Diaye", diet="other")

    with pytest.raises(ListIncomplete) as refused:
        await submit_list(centre_id, group.stay.id, actor=DESK)

    assert [(error.pointer, error.code) for error in refused.value.errors] == [
        ("/rows/1/last_name", "required"),
        ("/rows/2/allergies", "required"),
        ("/responsible", "required"),
    ]
    found = await the_list(centre_id, group.stay.id)
    assert found.submitted_at is None
    assert (found.completeness.expected, found.completeness.rows, found.completeness.complete) == (10, 2, 0)


async def test_a_complete_list_is_sent_off_once_and_then_takes_nobody() -> None:
    centre_id = uuid4()
    group = await a_group(centre_id)
    await a_person(centre_id, group.stay.id, "Anne Morel", responsible=True, phone="06 12 34 56 78")

    await asyncio.gather(*(submit_list(centre_id, group.stay.id, actor=DESK) for _ in range(3)))
    with pytest.raises(ListSubmitted):
        await a_person(centre_id, group.stay.id, "Léa Petit")

    found = await the_list(centre_id, group.stay.id)
    assert (found.submitted_by, [entry.name for entry in found.entries]) == ("tests", ["Anne Morel"])
    assert found.entries[0].fields.role == "leader"
    async with tenant_transaction(centre_id, read_only=True):
        facts = await fetch(
            "SELECT kind FROM outbox WHERE subject_id = $1 AND kind = 'rooming.submitted'", group.stay.id
        )
    assert len(facts) == 1
    await reopen_list(centre_id, group.stay.id, actor=DESK)
    await a_person(centre_id, group.stay.id, "Léa Petit")


async def test_a_room_takes_as_many_as_the_group_has_beds_even_when_two_race() -> None:
    centre_id = uuid4()
    group = await a_group(centre_id, rooms=(2,))
    room = group.rooms[0].id
    await a_person(centre_id, group.stay.id, "Léa Petit", room_id=room)

    outcomes = await asyncio.gather(
        *(a_person(centre_id, group.stay.id, f"Zoé {name}", room_id=room) for name in ("Un", "Deux", "Trois")),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["RoomFull", "RoomFull", "UUID"]
    assert len((await the_list(centre_id, group.stay.id)).entries) == 2
    refused = next(one for one in outcomes if isinstance(one, RoomFull))
    assert refused.facts["beds"] == 2


async def test_a_room_of_another_group_is_no_room_of_this_one() -> None:
    centre_id = uuid4()
    group, other = await a_group(centre_id), await a_group(centre_id)

    with pytest.raises(EntryInvalid) as refused:
        await a_person(centre_id, group.stay.id, "Léa Petit", room_id=other.rooms[0].id)

    assert [error.pointer for error in refused.value.errors] == ["/room_id"]
    # A form that was sent empty is nobody, spaces or not; whoever is only known by a diet is somebody.
    for nobody in (EntryFields(), EntryFields(role="leader", first_name=" ", notes="\0")):
        with pytest.raises(EntryInvalid) as refused:
            await save_entry(centre_id, group.stay.id, nobody, actor=DESK)
        assert [(error.pointer, error.code) for error in refused.value.errors] == [("/last_name", "required")]
    assert (await the_list(centre_id, group.stay.id)).entries == ()
    await save_entry(centre_id, group.stay.id, EntryFields(diet="vegan"), actor=DESK)


async def test_the_second_to_save_a_row_is_told() -> None:
    centre_id = uuid4()
    group = await a_group(centre_id)
    entry_id = await a_person(centre_id, group.stay.id, "Léa Petit")
    await save_entry(
        centre_id, group.stay.id, EntryFields(first_name="Léa", last_name="Petit", diet="vegan"), entry_id=entry_id,
        version=1, actor=DESK,
    )  # fmt: skip

    with pytest.raises(StaleVersion):
        await save_entry(
            centre_id, group.stay.id, EntryFields(first_name="X"), entry_id=entry_id, version=1, actor=DESK
        )

    [entry] = (await the_list(centre_id, group.stay.id)).entries
    assert (entry.name, entry.fields.diet, entry.version) == ("Léa Petit", "vegan", 2)


async def test_the_trail_says_which_fields_changed_and_not_what_somebody_cannot_eat() -> None:
    centre_id = uuid4()
    group = await a_group(centre_id)
    entry_id = await a_person(centre_id, group.stay.id, "Léa Petit", allergies="arachide")
    await remove_entry(centre_id, group.stay.id, entry_id, actor=DESK)

    async with tenant_transaction(centre_id, read_only=True):
        entries = await history(group.stay.id)
    written = " ".join(bytes(entry.after).decode() for entry in entries)
    assert "allergies" in written
    assert "arachide" not in written
    assert "Petit" not in written
    assert entries[0].action == "remove_rooming_entry"


def test_girls_boys_and_leaders_are_apart_and_the_accessible_room_is_kept_for_who_needs_it() -> None:
    rooms = [
        GroupRoom(id=uuid4(), name=name, beds=beds, accessible=name == "P1")
        for name, beds in (("B1", 3), ("B2", 2), ("B3", 2), ("B4", 3), ("P1", 2))
    ]
    by_id = {room.id: room.name for room in rooms}

    def person(name: str, **over: object) -> Entry:
        fields = EntryFields(first_name=name, **over)  # type: ignore[arg-type]
        return Entry(id=uuid4(), version=1, position=1, fields=fields)

    people = [
        person("Lou", sex="F"), person("Max", sex="M"), person("Zoé", sex="F"), person("Tom", sex="M"),
        person("Ana", sex="F"), person("Mme Morel", sex="F", role="leader"), person("M. Roux", sex="M", role="leader"),
        person("Eli", sex="M", access_needs="fauteuil"),
    ]  # fmt: skip

    given = rules.propose(people, rooms)

    slept = {entry.name: by_id[given[entry.id]] for entry in people}
    assert slept == {
        "Lou": "B1", "Zoé": "B1", "Ana": "B1", "Max": "B4", "Tom": "B4", "Mme Morel": "B3", "M. Roux": "B2", "Eli": "P1",
    }  # fmt: skip


async def test_a_proposal_moves_nobody_who_has_a_room_and_can_be_corrected() -> None:
    centre_id = uuid4()
    group = await a_group(centre_id)
    kept = await a_person(centre_id, group.stay.id, "Léa Petit", sex="F", room_id=group.rooms[2].id)
    await a_person(centre_id, group.stay.id, "Tom Roux", sex="M")

    assert await propose_rooms(centre_id, group.stay.id, actor=DESK) == 1

    found = await the_list(centre_id, group.stay.id)
    rooms = {entry.name: entry.fields.room_id for entry in found.entries}
    assert rooms["Léa Petit"] == group.rooms[2].id
    assert rooms["Tom Roux"] in {group.rooms[0].id, group.rooms[1].id}
    assert next(entry.version for entry in found.entries if entry.id == kept) == 1


async def test_the_link_opens_this_group_alone_and_dies_with_the_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    centre_id = uuid4()
    group = await a_group(centre_id)
    made = await make_rooming_link(centre_id, group.stay.id, actor=DESK)
    token = token_of(made.url)

    assert (await list_by_link(token, opening=True)).stay.id == group.stay.id
    assert (await the_list(centre_id, group.stay.id)).opened_at is not None
    with pytest.raises(LinkInvalid):
        await list_by_link(token[:-2] + ("AA" if token[-2:] != "AA" else "BB"))
    await mark_present(centre_id, group.stay.id, actor=DESK)
    assert (await list_by_link(token)).stay.status == "present"
    await mark_departed(centre_id, group.stay.id, actor=DESK)
    with pytest.raises(StayStatusRefuses):
        await list_by_link(token)
    monkeypatch.setenv("HALTE_NOW", "2027-03-16T00:00:01+00:00")
    settings.cache_clear()
    with pytest.raises(LinkExpired):
        await list_by_link(token)
    monkeypatch.undo()
    settings.cache_clear()


async def test_a_cancelled_stay_has_no_list_any_more() -> None:
    centre_id = uuid4()
    group = await a_group(centre_id)
    token = token_of((await make_rooming_link(centre_id, group.stay.id, actor=DESK)).url)
    await cancel_stay(centre_id, group.stay.id, reason="client", actor=DESK)

    with pytest.raises(StayStatusRefuses):
        await list_by_link(token)
    with pytest.raises(StayStatusRefuses):
        await a_person(centre_id, group.stay.id, "Léa Petit")
    assert (await the_list(centre_id, group.stay.id)).entries == ()


async def test_a_blacklisted_card_fills_in_no_list() -> None:
    centre_id = uuid4()
    group = await a_group(centre_id)
    token = token_of((await make_rooming_link(centre_id, group.stay.id, actor=DESK)).url)
    lock = NewBlacklisting(reason=Reason.UNPAID, evidence_day=date(2026, 11, 1), last_day=date(2027, 12, 31))
    await blacklist(centre_id, group.client_id, lock, actor=DESK)

    for way_in in (
        lambda: list_by_link(token),
        lambda: list_by_link(token, opening=True),
        lambda: a_person(centre_id, group.stay.id, "Léa Petit"),
        lambda: submit_list(centre_id, group.stay.id, actor=DESK),
        lambda: make_rooming_link(centre_id, group.stay.id, mail=True, actor=DESK),
    ):
        with pytest.raises(ClientBlacklisted):
            await way_in()

    assert (await the_list(centre_id, group.stay.id)).entries == ()
    async with tenant_transaction(centre_id, read_only=True):
        assert await fetch("SELECT id FROM mails") == []


async def test_the_link_is_mailed_to_who_is_on_site_with_the_group() -> None:
    centre_id = (await a_centre()).id
    client = await an_organisation(
        centre_id, email="compta@ferry.fr",
        contacts=[Contact(name="Mme Morel", email="morel@ferry.fr", roles=["booking"]),
                  Contact(name="M. Roux", email="roux@ferry.fr", roles=["on_site"])],
    )  # fmt: skip
    stay = await a_confirmed_stay(centre_id, client_id=client.id)

    first = await make_rooming_link(centre_id, stay.id, mail=True, actor=DESK)
    second = await make_rooming_link(centre_id, stay.id, mail=True, actor=DESK)

    assert (first.mailed_to, second.url) == ("roux@ferry.fr", first.url)
    async with tenant_transaction(centre_id, read_only=True):
        mails = await fetch("SELECT recipient, subject, body_text FROM mails")
    assert [mail["recipient"] for mail in mails] == ["roux@ferry.fr"]
    assert first.url in mails[0]["body_text"]


async def test_without_an_address_the_link_is_copied_and_not_mailed() -> None:
    centre_id = (await a_centre()).id
    group = await a_group(centre_id, email="")

    with pytest.raises(RecipientInvalid):
        await make_rooming_link(centre_id, group.stay.id, mail=True, actor=DESK)

    assert (await make_rooming_link(centre_id, group.stay.id, actor=DESK)).mailed_to == ""


async def test_another_centre_sees_no_list() -> None:
    centre_id = uuid4()
    group = await a_group(centre_id)
    await a_person(centre_id, group.stay.id, "Léa Petit")

    with pytest.raises(StayUnknown):
        await the_list(uuid4(), group.stay.id)
