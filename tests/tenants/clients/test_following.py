"""The follow-up, the consents, and who of a card receives which mail."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from infra.audit import history
from infra.clock import today
from infra.database import tenant_transaction
from tenants.clients import queries
from tenants.clients.following import ActionInvalid, ActionUnknown, client_actions, note_action, remove_action
from tenants.clients.operations import add_client, change_client
from tenants.clients.queries import ClientUnknown
from tenants.clients.recipients import recipient, recipient_of
from tenants.clients.rules import ClientFields, ClientInvalid, Consent, Contact, Phone
from tenants.clients.storing import CAMPAIGNS
from tenants.code_lists.local import add_local_value
from tests.factories.accounts import someone
from tests.factories.clients import a_client

pytestmark = pytest.mark.usefixtures("pools")

STAFF = someone("client.edit", "code_list.edit")
TODAY = today("Europe/Paris")


async def actions_of(centre: UUID, client: UUID) -> list[tuple[str, str, str]]:
    async with tenant_transaction(centre, read_only=True):
        return [(each.action, each.note, each.by_name) for each in await client_actions(centre, client)]


async def test_actions_are_dated_and_signed_the_latest_first() -> None:
    centre = uuid4()
    client = await a_client(centre)
    own = await add_local_value(centre, "follow_up_action", "Visite du centre", network_code="other", actor=STAFF)

    await note_action(centre, client.id, own.code, day=TODAY, note="avec l'intendante", actor=STAFF)
    await note_action(centre, client.id, "brochure_sent", day=TODAY - timedelta(days=3), note="", actor=STAFF)

    assert await actions_of(centre, client.id) == [
        ("visite_du_centre", "avec l'intendante", "Camille Test"), ("brochure_sent", "", "Camille Test"),
    ]  # fmt: skip


async def test_an_action_to_come_or_of_no_list_is_refused_and_none_is_noted() -> None:
    centre = uuid4()
    client = await a_client(centre)

    with pytest.raises(ActionInvalid) as refused:
        await note_action(centre, client.id, "x", day=TODAY + timedelta(days=1), note="", actor=STAFF)
    with pytest.raises(ClientUnknown):
        await note_action(uuid4(), client.id, "newsletter", day=TODAY, note="", actor=STAFF)

    assert [error.pointer for error in refused.value.errors] == ["/action", "/day"]
    assert await actions_of(centre, client.id) == []


async def test_an_action_noted_by_mistake_goes_and_the_history_keeps_it() -> None:
    centre = uuid4()
    client = await a_client(centre)
    made = await note_action(centre, client.id, "newsletter", day=TODAY, note="", actor=STAFF)

    await remove_action(centre, client.id, made.id, actor=STAFF)
    with pytest.raises(ActionUnknown):
        await remove_action(centre, client.id, made.id, actor=STAFF)

    assert await actions_of(centre, client.id) == []
    async with tenant_transaction(centre, read_only=True):
        assert [entry.action for entry in await history(client.id)][:2] == ["remove_action", "note_action"]


async def test_consents_keep_their_day_place_and_words_each_on_its_own() -> None:
    centre = uuid4()
    fields = ClientFields(last_name="Accord", email="a@orange.fr", email_consent=True)
    made = await add_client(
        centre, fields, consent=Consent(source="contact_form", text="Oui, écrivez-moi."), actor=STAFF
    )
    both = ClientFields(last_name="Accord", email="a@orange.fr", email_consent=True, sms_consent=True)

    await change_client(centre, made.id, both, version=None, actor=STAFF)
    async with tenant_transaction(centre, read_only=True):
        given = (await queries.client(centre, made.id)).consents
    await change_client(centre, made.id, fields, version=None, actor=STAFF)
    async with tenant_transaction(centre, read_only=True):
        left = (await queries.client(centre, made.id)).consents

    assert [(consent.kind, consent.source, consent.text) for consent in given] == [
        ("email", "contact_form", "Oui, écrivez-moi."), ("sms", "desk", CAMPAIGNS["sms"]),
    ]  # fmt: skip
    assert [consent.kind for consent in left] == ["email"]


@pytest.mark.parametrize(("channel", "detail", "fine"), [
    ("trade_fair", "", False), ("trade_fair", "SETT", True), ("brochure", "", True), ("other", " ", False),
])  # fmt: skip
async def test_the_detail_is_asked_where_the_list_asks_it(channel: str, detail: str, *, fine: bool) -> None:
    fields = ClientFields(last_name="A", discovery_channel=channel, discovery_detail=detail)

    if fine:
        await add_client(uuid4(), fields, actor=STAFF)
    else:
        with pytest.raises(ClientInvalid) as refused:
            await add_client(uuid4(), fields, actor=STAFF)
        assert [(error.pointer, error.code) for error in refused.value.errors] == [("/discovery_detail", "required")]


async def test_the_desks_mark_counts_where_the_plan_of_numbers_cannot_say() -> None:
    centre = uuid4()
    fields = ClientFields(
        last_name="A",
        phones=[Phone(number="02 98 39 41 27", mobile=True), Phone(number="poste 12", mobile=True)],
    )

    made = await add_client(centre, fields, actor=STAFF)

    async with tenant_transaction(centre, read_only=True):
        phones = (await queries.client(centre, made.id)).fields.phones
    assert [(phone.number, phone.mobile) for phone in phones] == [("02 98 39 41 27", False), ("poste 12", True)]


MOREL = Contact(name="Mme Morel", email="morel@ferry.example", roles=["booking", "contract"])
INTENDANCE = Contact(name="Intendance", email="intendance@ferry.example", roles=["invoice"])
DRIVER = Contact(name="M. Bus", roles=["on_site"])


@pytest.mark.parametrize(("role", "card_email", "address"), [
    ("booking", "ecole@ferry.example", "morel@ferry.example"),
    ("contract", "ecole@ferry.example", "morel@ferry.example"),
    ("invoice", "ecole@ferry.example", "intendance@ferry.example"),
    ("on_site", "ecole@ferry.example", "ecole@ferry.example"),
    ("on_site", "", "morel@ferry.example"),
])  # fmt: skip
def test_the_roles_choose_who_receives_which_mail(role: str, card_email: str, address: str) -> None:
    assert recipient([MOREL, INTENDANCE, DRIVER], role, card_email=card_email) == address


async def test_a_card_without_contacts_receives_its_own_mails() -> None:
    centre = uuid4()
    client = await a_client(centre, email="seul@orange.fr")

    async with tenant_transaction(centre, read_only=True):
        assert await recipient_of(centre, client.id, "invoice") == "seul@orange.fr"
