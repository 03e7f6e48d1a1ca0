"""Who of the staff sees to a demande."""

import asyncio

import pytest

from infra.database import fetch, fetch_row, tenant_transaction
from infra.errors import RightMissing
from infra.ids import new_id
from tenants.accounts.operations import add_role
from tenants.accounts.users import change_user
from tenants.enquiries import queries
from tenants.enquiries.assigning import AssigneeUnknown, EnquiryTaken, assign_enquiry, assignees
from tenants.enquiries.operations import close_enquiry, leave_note
from tenants.enquiries.rules import EnquiryUnknown
from tests.factories.accounts import a_user, actor_of, someone
from tests.factories.centres import NETWORK, a_centre
from tests.factories.enquiries import an_enquiry

pytestmark = pytest.mark.usefixtures("pools")


async def test_a_demande_is_taken_given_on_and_put_back_and_all_of_it_is_told() -> None:
    centre = await a_centre()
    anne, bruno = await a_user(centre, "commercial", name="Anne"), await a_user(centre, name="Bruno")
    actor = await actor_of(anne, centre)
    made, other = await an_enquiry(centre.id), await an_enquiry(centre.id)

    await assign_enquiry(centre.id, made.id, anne.id, instead_of=None, actor=actor)
    await leave_note(centre.id, made.id, "Rappeler.", actor=actor)
    await assign_enquiry(centre.id, made.id, anne.id, instead_of=None, actor=actor)
    await assign_enquiry(centre.id, made.id, bruno.id, instead_of=anne.id, actor=actor)

    async with tenant_transaction(centre.id, read_only=True):
        facts = await queries.enquiry(centre.id, made.id)
        lists = [
            [one.id for one in await queries.inbox(centre.id, seen_to_by=who)]
            for who in (anne.id, bruno.id, queries.Nobody.NOBODY, None)
        ]
    await assign_enquiry(centre.id, made.id, None, instead_of=bruno.id, actor=actor)
    async with tenant_transaction(centre.id, read_only=True):
        free = await queries.enquiry(centre.id, made.id)
        trail = await fetch(
            "SELECT before, after FROM audit_entries WHERE centre_id = $1 AND action = 'assign' ORDER BY at", centre.id
        )
        told = await fetch_row("SELECT count(*) AS count FROM outbox WHERE kind = 'enquiries.assigned'")
    assert (facts.assignee_id, facts.assignee, facts.version) == (bruno.id, "Bruno", 4)
    assert lists == [[], [made.id], [other.id], [other.id, made.id]]
    assert (free.assignee_id, free.assignee, free.version) == (None, "", 5)
    assert [f"{row['before']} {row['after']}" for row in trail] == [
        '{"assignee": ""} {"assignee": "Anne"}',
        '{"assignee": "Anne"} {"assignee": "Bruno"}',
        '{"assignee": "Bruno"} {"assignee": ""}',
    ]
    assert told is not None and told["count"] == 3


async def test_of_two_who_take_it_at_once_one_has_it_and_the_other_is_told_who() -> None:
    centre = await a_centre()
    people = [await a_user(centre, name=name) for name in ("Anne", "Bruno", "Chloé", "Denis")]
    actors = [await actor_of(one, centre) for one in people]
    made = await an_enquiry(centre.id)

    ends = await asyncio.gather(
        *(
            assign_enquiry(centre.id, made.id, one.id, instead_of=None, actor=actor)
            for one, actor in zip(people, actors, strict=True)
        ),
        return_exceptions=True,
    )

    async with tenant_transaction(centre.id, read_only=True):
        facts = await queries.enquiry(centre.id, made.id)
    winner = ends.index(None)
    refusals = [end for end in ends if end is not None]
    assert facts.assignee_id == people[winner].id
    assert [type(end) for end in refusals] == [EnquiryTaken] * 3
    assert {end.facts["assignee"] for end in refusals if isinstance(end, EnquiryTaken)} == {people[winner].name}
    assert facts.version == 2


async def test_only_who_works_here_and_answers_demandes_is_offered_or_given_one() -> None:
    centre, elsewhere = await a_centre(), await a_centre()
    anne, gone = await a_user(centre, "commercial", name="Anne"), await a_user(centre, name="Parti")
    counts, stranger = await a_user(centre, "comptabilité"), await a_user(elsewhere)
    await add_role(centre.id, "saisonnier", {"enquiry.view", "enquiry.answer"}, actor=NETWORK)
    helper = await a_user(centre, "saisonnier", name="Élise d'été")
    actor, made = await actor_of(anne, centre), await an_enquiry(centre.id)
    await assign_enquiry(centre.id, made.id, gone.id, instead_of=None, actor=actor)
    await change_user(centre.id, gone.id, state="disabled", actor=NETWORK)

    for wrong in (counts.id, stranger.id, new_id()):
        with pytest.raises(AssigneeUnknown):
            await assign_enquiry(centre.id, made.id, wrong, instead_of=gone.id, actor=actor)
    with pytest.raises(RightMissing):
        await assign_enquiry(centre.id, made.id, anne.id, instead_of=gone.id, actor=someone("enquiry.view"))
    with pytest.raises(EnquiryUnknown):
        await assign_enquiry(
            elsewhere.id, made.id, stranger.id, instead_of=None, actor=await actor_of(stranger, elsewhere)
        )

    async with tenant_transaction(centre.id, read_only=True):
        offered = await assignees(centre.id)
        facts = await queries.enquiry(centre.id, made.id)
    assert [(one.account_id, one.name) for one in offered] == [(anne.id, "Anne"), (helper.id, "Élise d'été")]
    assert (facts.assignee_id, facts.assignee, facts.version) == (gone.id, "Parti", 2)

    await close_enquiry(centre.id, made.id, "full", actor=actor)
    async with tenant_transaction(centre.id, read_only=True):
        assert await queries.inbox(centre.id, seen_to_by=gone.id) == []
