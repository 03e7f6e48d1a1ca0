import asyncio
import itertools
from datetime import date, timedelta
from uuid import UUID

import pytest

from infra.actor import Actor, ActorKind, job
from infra.clock import today
from infra.database import Row, fetch, fetch_value, tenant_transaction
from infra.errors import RightMissing
from infra.ids import new_id
from infra.signing import read, read_address
from tenants.clients.blacklisting import ClientBlacklisted, NewBlacklisting, blacklist
from tenants.clients.queries import client
from tenants.enquiries import queries
from tenants.enquiries.correspondence import ADDRESS_PURPOSE, THREAD_PURPOSE
from tenants.enquiries.operations import (
    answer,
    choose_client,
    client_wrote,
    close_enquiry,
    leave_note,
    link_dossier_made,
    mark_read,
    receive_enquiry,
    thread_link,
)
from tenants.enquiries.rules import (
    Counts,
    EnquiryInvalid,
    EnquiryIsDossier,
    EnquiryUnknown,
    EnquiryWithoutEmail,
    State,
    split_name,
)
from tenants.enquiries.senders import candidates
from tests.factories.centres import a_centre
from tests.factories.clients import a_client
from tests.factories.enquiries import SENDER, an_enquiry, enquiry_fields

pytestmark = pytest.mark.usefixtures("pools")

COMMERCIAL = Actor(
    kind=ActorKind.STAFF, name="Anne Le Goff", rights=frozenset({"enquiry.view", "enquiry.answer", "client.edit"})
)
NOBODY = Actor(kind=ActorKind.STAFF, name="Stagiaire")


async def facts_of(centre_id: UUID, enquiry_id: UUID) -> queries.EnquiryFacts:
    async with tenant_transaction(centre_id, read_only=True):
        return await queries.enquiry(centre_id, enquiry_id)


async def mails_of(centre_id: UUID) -> list[Row]:
    async with tenant_transaction(centre_id, read_only=True):
        return await fetch("SELECT * FROM mails WHERE centre_id = $1 ORDER BY created_at, id", centre_id)


async def kinds_told(centre_id: UUID) -> list[str]:
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch("SELECT kind FROM outbox WHERE centre_id = $1 ORDER BY sequence", centre_id)
    return [row["kind"] for row in rows if row["kind"].startswith("enquiries.")]


async def test_an_enquiry_from_the_form_is_there_unread_and_its_sender_knows_what_happens_next() -> None:
    centre = await a_centre(name="Centre de Kerfany")

    made = await an_enquiry(centre.id)

    facts = await facts_of(centre.id, made.id)
    assert (facts.state, facts.unread, facts.counts.pax()) == (State.NEW, True, 52)
    assert await kinds_told(centre.id) == ["enquiries.received"]
    [mail] = await mails_of(centre.id)
    assert mail["recipient"] == "morel@college-ferry.fr"
    assert mail["subject"] == "Votre demande est bien arrivée : Centre de Kerfany"
    assert "du 16 mars 2027 au 19 mars 2027, 52 personnes" in mail["body_text"]
    assert read_address(ADDRESS_PURPOSE, mail["reply_to"].partition("@")[0].removeprefix("fil+")) == made.id


async def test_the_confirmation_speaks_the_sender_s_language() -> None:
    centre = await a_centre(name="Centre de Kerfany")

    for language, subject in (("en", "We have received your request"), ("nl", "We hebben uw aanvraag ontvangen")):
        await an_enquiry(centre.id, language=language)
        assert (await mails_of(centre.id))[-1]["subject"].startswith(subject)


async def test_what_staff_note_at_the_desk_is_confirmed_to_nobody_by_itself() -> None:
    centre = await a_centre()

    made = await an_enquiry(centre.id, origin="phone", actor=COMMERCIAL, email="", message="")

    assert await mails_of(centre.id) == []
    async with tenant_transaction(centre.id, read_only=True):
        assert await queries.messages(centre.id, made.id, notes=True) == []


async def test_the_same_form_sent_twice_is_one_enquiry() -> None:
    centre = await a_centre()

    made = await asyncio.gather(*(an_enquiry(centre.id, submission_key="form-1") for _ in range(5)))

    assert len({one.id for one in made}) == 1
    assert sorted(one.created for one in made) == [False] * 4 + [True]
    assert len(await mails_of(centre.id)) == 1


@pytest.mark.parametrize(
    ("over", "pointer", "code"),
    [
        ({"name": " ", "organisation": ""}, "/name", "missing"),
        ({"email": ""}, "/email", "missing"),
        ({"email": "morel"}, "/email", "email_invalid"),
        ({"departure": date(2027, 3, 16)}, "/departure", "not_after_arrival"),
        ({"departure": date(2029, 3, 16)}, "/departure", "too_late"),
        ({"counts": Counts(adults=-1)}, "/counts/adults", "out_of_range"),
        ({"message": "x" * 20_001}, "/message", "too_long"),
        ({"phone": "0" * 201}, "/phone", "too_long"),
    ],
)
async def test_an_enquiry_that_cannot_be_right_names_its_field(
    over: dict[str, object], pointer: str, code: str
) -> None:
    centre = await a_centre()

    with pytest.raises(EnquiryInvalid) as refused:
        await receive_enquiry(centre.id, enquiry_fields(**over), origin="form", actor=SENDER)

    assert [(error.pointer, error.code) for error in refused.value.errors] == [(pointer, code)]
    async with tenant_transaction(centre.id, read_only=True):
        assert await queries.inbox(centre.id) == []
    assert await mails_of(centre.id) == []


async def test_an_answer_goes_out_by_mail_with_the_way_back_and_the_thread_s_page() -> None:
    centre = await a_centre()
    made = await an_enquiry(centre.id)

    await answer(centre.id, made.id, "Bonjour,\r\n\r\nNous avons de la place.", actor=COMMERCIAL)

    mail = (await mails_of(centre.id))[-1]
    link = thread_link(centre.id, made.id)
    assert "Nous avons de la place." in mail["body_text"] and link in mail["body_text"]
    assert read(THREAD_PURPOSE, link.rpartition("/")[2]).subject_id == made.id
    facts = await facts_of(centre.id, made.id)
    assert (facts.state, facts.unread, facts.awaiting_since) == (State.ANSWERED, False, None)
    async with tenant_transaction(centre.id, read_only=True):
        thread = await queries.messages(centre.id, made.id, notes=True)
    assert [(one.direction, one.author, one.mail_state) for one in thread] == [
        ("in", "Mme Morel", None),
        ("out", "Anne Le Goff", "queued"),
    ]


async def test_an_enquiry_without_an_address_cannot_be_answered_but_noted() -> None:
    centre = await a_centre()
    made = await an_enquiry(centre.id, origin="phone", actor=COMMERCIAL, email="")

    with pytest.raises(EnquiryWithoutEmail):
        await answer(centre.id, made.id, "Bonjour", actor=COMMERCIAL)
    await leave_note(centre.id, made.id, "Rappelé à 10 h.", actor=COMMERCIAL)

    async with tenant_transaction(centre.id, read_only=True):
        assert [one.direction for one in await queries.messages(centre.id, made.id, notes=True)] == ["in", "note"]
        assert [one.direction for one in await queries.messages(centre.id, made.id, notes=False)] == ["in"]


async def test_what_the_client_writes_back_is_unread_awaits_an_answer_and_is_taken_once() -> None:
    centre = await a_centre()
    made = await an_enquiry(centre.id)
    await answer(centre.id, made.id, "Bonjour", actor=COMMERCIAL)

    first = await client_wrote(centre.id, made.id, "Merci !", external_id="<1@ferry>", actor=SENDER)
    again = await client_wrote(centre.id, made.id, "Merci !", external_id="<1@ferry>", actor=SENDER)

    assert first is not None and again is None
    facts = await facts_of(centre.id, made.id)
    assert facts.unread and facts.awaiting_since is not None
    assert (await kinds_told(centre.id))[-2:] == ["enquiries.answered", "enquiries.client_wrote"]


async def test_a_closed_enquiry_opens_again_when_the_client_writes() -> None:
    centre = await a_centre()
    made = await an_enquiry(centre.id)
    await close_enquiry(centre.id, made.id, "complet", actor=COMMERCIAL)
    assert (await facts_of(centre.id, made.id)).state is State.CLOSED

    await client_wrote(centre.id, made.id, "Et en juin ?", actor=SENDER)

    assert (await facts_of(centre.id, made.id)).state is State.ANSWERED


async def test_unanswered_counts_who_waits_for_us() -> None:
    centre = await a_centre()
    first, second, third = [await an_enquiry(centre.id) for _ in range(3)]
    await answer(centre.id, second.id, "Bonjour", actor=COMMERCIAL)
    await close_enquiry(centre.id, third.id, "", actor=COMMERCIAL)

    async with tenant_transaction(centre.id, read_only=True):
        waiting = await queries.unanswered(centre.id)

    assert waiting == queries.Unanswered(1, (await facts_of(centre.id, first.id)).received_at)


async def test_opening_it_takes_the_mark_off_and_tells_the_other_terminals_once() -> None:
    centre = await a_centre()
    made = await an_enquiry(centre.id)

    for _ in range(2):
        await mark_read(centre.id, made.id, actor=COMMERCIAL)

    assert not (await facts_of(centre.id, made.id)).unread
    assert await kinds_told(centre.id) == ["enquiries.received", "enquiries.read"]


async def test_a_new_card_says_what_the_enquiry_said_and_is_opened_once() -> None:
    centre = await a_centre()
    made = await an_enquiry(centre.id)

    chosen = await choose_client(centre.id, made.id, None, actor=COMMERCIAL)

    assert await choose_client(centre.id, made.id, None, actor=COMMERCIAL) == chosen
    async with tenant_transaction(centre.id, read_only=True):
        card = await client(centre.id, chosen)
    assert card.name == "Collège Jules Ferry"
    assert (card.fields.contact_name, card.fields.email) == ("Mme Morel", "morel@college-ferry.fr")
    assert not card.fields.email_consent
    assert card.status == "prospect"


async def test_the_cards_that_may_be_the_sender_s_are_shown_with_the_reason() -> None:
    centre = await a_centre()
    by_email = await a_client(centre.id, email="morel@college-ferry.fr")
    by_phone = await a_client(centre.id, phone="+33 2 98 00 00 00")
    by_name = await a_client(
        centre.id, kind="organisation", organisation="Collège Jules Ferry", first_name="", last_name=""
    )
    by_contact = await a_client(
        centre.id,
        kind="organisation",
        organisation="Chorale des Embruns",
        contact_name="Mme Morel",
        first_name="",
        last_name="",
    )
    await a_client(centre.id)
    made = await an_enquiry(centre.id)

    async with tenant_transaction(centre.id, read_only=True):
        found = await candidates(centre.id, await queries.enquiry(centre.id, made.id))

    assert [(one.client_id, one.why) for one in found] == [
        (by_email.id, "email"),
        (by_phone.id, "phone"),
        (by_name.id, "name"),
        (by_contact.id, "contact"),
    ]


async def test_the_referential_says_at_how_many_other_centres_the_sender_is_known() -> None:
    centre, other = await a_centre(), await a_centre()
    email = "apolline.quemeneur@orange.fr"
    await a_client(other.id, first_name="Apolline", last_name="Quémeneur", email=email)

    made = await an_enquiry(centre.id, name="Apolline Quémeneur", organisation="", email=email, phone="")
    stranger = await an_enquiry(centre.id, name="Ida Personne", organisation="", email="ida@nulle.example", phone="")

    assert (await facts_of(centre.id, made.id)).known == 1
    assert (await facts_of(centre.id, stranger.id)).known == 0
    await choose_client(centre.id, made.id, None, actor=COMMERCIAL)
    assert (await facts_of(centre.id, made.id)).known == 1


async def test_a_locked_card_s_enquiry_is_received_and_shown_as_such_and_no_second_card_is_opened() -> None:
    centre = await a_centre()
    card = await a_client(centre.id, email="morel@college-ferry.fr")
    day = today("Europe/Paris")
    lock = NewBlacklisting(reason="unpaid", evidence_day=day, last_day=day + timedelta(days=30))
    await blacklist(centre.id, card.id, lock, actor=job("test"))

    made = await an_enquiry(centre.id)

    async with tenant_transaction(centre.id, read_only=True):
        [candidate] = await candidates(centre.id, await queries.enquiry(centre.id, made.id))
    assert candidate.blacklisted
    with pytest.raises(ClientBlacklisted):
        await choose_client(centre.id, made.id, None, actor=COMMERCIAL)
    assert (await facts_of(centre.id, made.id)).client_id is None
    await choose_client(centre.id, made.id, card.id, actor=COMMERCIAL)
    assert (await facts_of(centre.id, made.id)).blacklisted


async def test_it_becomes_a_dossier_once_and_says_whether_it_was_answered() -> None:
    centre = await a_centre()
    fresh, answered = await an_enquiry(centre.id), await an_enquiry(centre.id)
    await answer(centre.id, answered.id, "Bonjour", actor=COMMERCIAL)

    assert not await link_dossier_made(centre.id, fresh.id, actor=COMMERCIAL)
    assert await link_dossier_made(centre.id, answered.id, actor=COMMERCIAL)

    for refused in (
        link_dossier_made(centre.id, fresh.id, actor=COMMERCIAL),
        close_enquiry(centre.id, fresh.id, "", actor=COMMERCIAL),
    ):
        with pytest.raises(EnquiryIsDossier):
            await refused
    await answer(centre.id, fresh.id, "Bonjour", actor=COMMERCIAL)
    assert (await facts_of(centre.id, fresh.id)).state is State.DOSSIER


async def test_the_inbox_pages_from_the_newest_and_leaves_closed_ones_out() -> None:
    centre = await a_centre()
    made = [(await an_enquiry(centre.id)).id for _ in range(5)]
    await close_enquiry(centre.id, made[2], "", actor=COMMERCIAL)

    async with tenant_transaction(centre.id, read_only=True):
        first = await queries.inbox(centre.id, limit=3)
        rest = await queries.inbox(centre.id, after=(first[-1].received_at, first[-1].id), limit=3)
        closed = await queries.inbox(centre.id, state="closed")

    assert [one.id for one in itertools.chain(first, rest)] == [made[4], made[3], made[1], made[0]]
    assert [one.id for one in closed] == [made[2]]


async def test_without_the_right_nothing_is_said_and_nothing_changes() -> None:
    centre = await a_centre()
    made = await an_enquiry(centre.id)
    before = await facts_of(centre.id, made.id)

    for refused in (
        answer(centre.id, made.id, "Bonjour", actor=NOBODY),
        leave_note(centre.id, made.id, "Bonjour", actor=NOBODY),
        choose_client(centre.id, made.id, None, actor=NOBODY),
        close_enquiry(centre.id, made.id, "", actor=NOBODY),
        mark_read(centre.id, made.id, actor=NOBODY),
        receive_enquiry(centre.id, enquiry_fields(), origin="desk", actor=NOBODY),
    ):
        with pytest.raises(RightMissing):
            await refused

    assert await facts_of(centre.id, made.id) == before
    assert len(await mails_of(centre.id)) == 1


async def test_another_centre_finds_nothing() -> None:
    centre, other = await a_centre(), await a_centre()
    made = await an_enquiry(centre.id)
    before = await facts_of(centre.id, made.id)

    for refused in (
        answer(other.id, made.id, "Bonjour", actor=COMMERCIAL),
        client_wrote(other.id, made.id, "Bonjour", actor=SENDER),
        choose_client(other.id, made.id, None, actor=COMMERCIAL),
        close_enquiry(other.id, made.id, "", actor=COMMERCIAL),
        facts_of(other.id, made.id),
    ):
        with pytest.raises(EnquiryUnknown):
            await refused

    assert await facts_of(centre.id, made.id) == before
    async with tenant_transaction(other.id, read_only=True):
        assert await queries.inbox(other.id) == []
        assert await fetch_value("SELECT count(*) FROM enquiry_messages") == 0
    assert await queries.centre_of(made.id) == centre.id
    assert await queries.centre_of(new_id()) is None


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Camille Morel", "Camille", "Morel"),
        ("MOREL Camille", "Camille", "MOREL"),
        ("Jean-Marc de La Tour", "Jean-Marc", "de La Tour"),
        ("Morel", "", "Morel"),
    ],
)
async def test_one_field_of_a_name_becomes_two(name: str, first: str, last: str) -> None:
    assert split_name(name) == (first, last)
