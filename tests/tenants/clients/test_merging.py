"""Two cards become one and are given back: nothing that named the second is lost on the way."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import pytest

from infra.audit import history
from infra.database import Busy, fetch_value, tenant_transaction
from infra.errors import RightMissing, StaleVersion
from tenants.clients import queries
from tenants.clients.blacklisting import NewBlacklisting, blacklist
from tenants.clients.following import client_actions, note_action
from tenants.clients.merging import (
    MergeInvalid,
    MergeLocked,
    MergeUnknown,
    merge_clients,
    merged_fields,
    preview_merge,
    undo_merge,
)
from tenants.clients.operations import change_client
from tenants.clients.queries import ClientUnknown
from tenants.clients.rules import ClientFields, Contact, Phone
from tenants.clients.search import search
from tenants.stays.client_stays import client_stays
from tests.factories.accounts import someone
from tests.factories.centres import a_centre
from tests.factories.clients import a_client
from tests.tenants.clients.test_blacklisting import TODAY, put_stay

pytestmark = pytest.mark.usefixtures("pools")

STAFF = someone("client.merge", "client.edit", "client.blacklist")


def test_the_first_card_speaks_first_and_nothing_of_the_second_is_lost() -> None:
    kept = ClientFields(
        last_name="Morel", first_name="A.", email="a@orange.fr", email_consent=False, notes="préfère le B1",
        phones=[Phone(number="06 11 22 33 44", e164="+33611223344", mobile=True)], first_contact=date(2020, 1, 2),
    )  # fmt: skip
    merged = ClientFields(
        last_name="Morel", first_name="Anne", town="Brest", email_consent=True, notes="arrive tard",
        phones=[Phone(number="+33 6 11 22 33 44", e164="+33611223344"), Phone(number="02 98 00 00 01", e164="+33298000001")],
        contacts=[Contact(name="Luc")], first_contact=date(2019, 5, 6), marketing_codes=["mer"],
    )  # fmt: skip

    one = merged_fields(kept, merged)

    assert (one.first_name, one.town, one.email_consent) == ("A.", "Brest", False)
    assert one.notes == "préfère le B1\narrive tard"
    assert [phone.number for phone in one.phones] == ["06 11 22 33 44", "02 98 00 00 01"]
    assert (one.contacts, one.first_contact, one.marketing_codes) == ([Contact(name="Luc")], date(2019, 5, 6), ["mer"])


async def two_cards() -> tuple[UUID, UUID, UUID, UUID]:
    """Make a centre with two cards of one client, and a stay of the second."""
    centre = (await a_centre()).id
    kept = await a_client(centre, last_name="Kerbrat", first_name="Yann", town="")
    merged = await a_client(centre, last_name="Kerbrat", first_name="Y", town="Brest", notes="allergique")
    stay = await put_stay(centre, merged.id, status="confirmed")
    await note_action(centre, merged.id, "newsletter", day=TODAY, note="", actor=STAFF)
    return centre, kept.id, merged.id, stay


async def test_a_merge_moves_everything_and_leaves_one_card_to_find() -> None:
    centre, kept, merged, stay = await two_cards()
    async with tenant_transaction(centre, read_only=True):
        plan = await preview_merge(centre, kept, merged)

    await merge_clients(centre, kept, merged, version=plan.kept.version, actor=STAFF)

    assert plan.moves == {"stays": 1, "client_actions": 1}
    async with tenant_transaction(centre, read_only=True):
        card = await queries.client(centre, kept)
        assert (card.fields.town, card.fields.notes) == ("Brest", "allergique")
        assert [each.id for each in await client_stays(centre, kept)] == [stay]
        assert [each.action for each in await client_actions(centre, kept)] == ["newsletter"]
        assert [line.id for line in (await search(centre, "kerbrat")).items] == [kept]
        assert (await history(kept))[0].action == "merge"
        with pytest.raises(ClientUnknown):
            await queries.client(centre, merged)


async def test_an_undone_merge_gives_back_both_cards_as_they_were_and_what_came_since_stays() -> None:
    centre, kept, merged, stay = await two_cards()
    async with tenant_transaction(centre, read_only=True):
        before = [(await queries.client(centre, each)).fields for each in (kept, merged)]
    merge = await merge_clients(centre, kept, merged, version=None, actor=STAFF)
    later = await put_stay(centre, kept, status="tentative")

    assert await undo_merge(centre, merge, actor=STAFF) == merged
    with pytest.raises(MergeUnknown):
        await undo_merge(centre, merge, actor=STAFF)

    async with tenant_transaction(centre, read_only=True):
        assert [(await queries.client(centre, each)).fields for each in (kept, merged)] == before
        assert [each.id for each in await client_stays(centre, merged)] == [stay]
        assert [each.id for each in await client_stays(centre, kept)] == [later]
        assert {line.id for line in (await search(centre, "kerbrat")).items} == {kept, merged}


async def test_a_card_changed_since_keeps_its_change_when_the_merge_is_undone() -> None:
    centre, kept, merged, _stay = await two_cards()
    merge = await merge_clients(centre, kept, merged, version=None, actor=STAFF)
    async with tenant_transaction(centre, read_only=True):
        now = await queries.client(centre, kept)
    changed = ClientFields(last_name="Kerbrat", first_name="Yann", reference=now.fields.reference, town="Nantes")
    await change_client(centre, kept, changed, version=now.version, actor=STAFF)

    await undo_merge(centre, merge, actor=STAFF)

    async with tenant_transaction(centre, read_only=True):
        assert (await queries.client(centre, kept)).fields.town == "Nantes"
        assert (await queries.client(centre, merged)).fields.town == "Brest"


async def test_what_cannot_be_merged_is_refused_and_both_cards_stay() -> None:
    centre, kept, merged, _stay = await two_cards()
    body = await a_client(centre, kind="organisation", organisation="Club", last_name="")
    locked, stranger = await a_client(centre), await a_client((await a_centre()).id)
    lock = NewBlacklisting(reason="damage", evidence_day=TODAY, last_day=TODAY)
    await blacklist(centre, locked.id, lock, actor=STAFF)

    for refusal, attempt in (
        (MergeInvalid, merge_clients(centre, kept, kept, version=None, actor=STAFF)),
        (MergeInvalid, merge_clients(centre, kept, body.id, version=None, actor=STAFF)),
        (MergeLocked, merge_clients(centre, kept, locked.id, version=None, actor=STAFF)),
        (ClientUnknown, merge_clients(centre, kept, stranger.id, version=None, actor=STAFF)),
        (ClientUnknown, merge_clients(centre, kept, uuid4(), version=None, actor=STAFF)),
        (StaleVersion, merge_clients(centre, kept, merged, version=99, actor=STAFF)),
        (RightMissing, merge_clients(centre, kept, merged, version=None, actor=someone("client.edit"))),
    ):
        with pytest.raises(refusal):
            await attempt

    async with tenant_transaction(centre, read_only=True):
        assert (await queries.client(centre, kept)).version == 1
        assert await fetch_value("SELECT count(*) FROM client_merges WHERE centre_id = $1", centre) == 0


async def test_two_who_merge_the_same_cards_both_ways_make_one_card_once() -> None:
    centre, kept, merged, stay = await two_cards()

    done = await asyncio.gather(
        merge_clients(centre, kept, merged, version=None, actor=STAFF),
        merge_clients(centre, merged, kept, version=None, actor=STAFF),
        return_exceptions=True,
    )

    assert sum(isinstance(each, UUID) for each in done) == 1
    assert all(isinstance(each, UUID | ClientUnknown | Busy) for each in done)
    async with tenant_transaction(centre, read_only=True):
        [only] = [line.id for line in (await search(centre, "kerbrat")).items]
        assert [each.id for each in await client_stays(centre, only)] == [stay]
