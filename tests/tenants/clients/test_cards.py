"""Cards: made, changed, kept apart, their history told."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from infra.actor import Actor, ActorKind, job
from infra.audit import history
from infra.clock import now, today
from infra.database import fetch_row, fetch_value, tenant_transaction
from infra.errors import RightMissing, StaleVersion
from tenants.clients import queries
from tenants.clients.bulk import become_clients
from tenants.clients.mendings import MendingUnknown, refuse_mending
from tenants.clients.operations import ReferenceTaken, add_client, become_client, change_client
from tenants.clients.queries import ClientUnknown
from tenants.clients.rules import ClientFields, ClientInvalid, Consent, Contact, Phone
from tests.factories.clients import IMPORTER, a_client, an_organisation, client_fields

pytestmark = pytest.mark.usefixtures("pools")

READER = Actor(kind=ActorKind.STAFF, name="Lou", rights=frozenset({"client.view"}))


async def test_a_card_is_cleaned_and_what_was_mended_is_listed() -> None:
    centre = uuid4()
    made = await a_client(centre, first_name="LÃ©onard ", phone="06.52.52.72.72", email=" Leo@Orange.FR", country="fr")

    async with tenant_transaction(centre, read_only=True):
        card = await queries.client(centre, made.id)

    assert card.fields.first_name == "Léonard"
    assert card.fields.phones == [Phone(number="06.52.52.72.72", e164="+33652527272", mobile=True)]
    assert (card.fields.email, card.email_quality, card.fields.country) == ("leo@orange.fr", "valid", "FR")
    assert card.mended == ["first_name: LÃ©onard → Léonard"]
    assert card.status == "prospect"
    assert len(card.fields.reference) == 9


async def test_a_mending_that_is_refused_stays_refused_and_the_others_stay_listed() -> None:
    centre = uuid4()
    made = await a_client(
        centre, first_name="LÃ©onard", town="ChÃ¢teau", notes="PrÃ©venir\nla garde", contacts=[Contact(name="ZoÃ©")]
    )
    card = await card_of(centre, made.id)
    assert card.mended == [
        "first_name: LÃ©onard → Léonard", "town: ChÃ¢teau → Château", "notes: PrÃ©venir\nla garde → Prévenir\nla garde",
        "contacts: ZoÃ© → Zoé",
    ]  # fmt: skip

    for line in (card.mended[0], card.mended[2], card.mended[3]):
        await refuse_mending(centre, made.id, line, version=None, actor=IMPORTER)
    refused = await card_of(centre, made.id)
    fields = msgspec.structs.replace(refused.fields, email="leo@orange.fr")
    await change_client(centre, made.id, fields, version=refused.version, actor=IMPORTER)
    with pytest.raises(MendingUnknown):
        await refuse_mending(centre, made.id, card.mended[0], version=None, actor=IMPORTER)
    with pytest.raises(StaleVersion):
        await refuse_mending(centre, made.id, card.mended[1], version=1, actor=IMPORTER)
    with pytest.raises(RightMissing):
        await refuse_mending(centre, made.id, card.mended[1], version=None, actor=READER)

    after = await card_of(centre, made.id)
    assert (after.fields.first_name, after.fields.town, after.fields.notes) == (
        "LÃ©onard",
        "Château",
        "PrÃ©venir\nla garde",
    )
    assert ([contact.name for contact in after.fields.contacts], after.fields.email) == (["ZoÃ©"], "leo@orange.fr")
    assert (after.mended, after.version) == (["town: ChÃ¢teau → Château"], 5)


async def card_of(centre: UUID, client_id: UUID) -> queries.Client:
    async with tenant_transaction(centre, read_only=True):
        return await queries.client(centre, client_id)


async def test_a_phone_in_the_e_mail_s_field_is_put_right() -> None:
    centre = uuid4()
    made = await a_client(centre, email="06 52 52 72 72")

    async with tenant_transaction(centre, read_only=True):
        card = await queries.client(centre, made.id)

    assert (card.fields.email, card.email_quality) == ("", "empty")
    assert [phone.e164 for phone in card.fields.phones] == ["+33652527272"]


async def test_consent_keeps_its_day_its_source_and_its_words() -> None:
    centre = uuid4()
    made = await add_client(
        centre,
        client_fields(email_consent=True),
        source="contact_form",
        consent=Consent(source="contact_form", text="Oui, écrivez-moi."),
        actor=IMPORTER,
    )
    columns = "SELECT email_consent_at, email_consent_source, email_consent_text FROM clients WHERE centre_id = $1 AND id = $2"

    async with tenant_transaction(centre, read_only=True):
        given = await fetch_row(columns, centre, made.id)
        card = await queries.client(centre, made.id)
    withdrawn_fields = client_fields(reference=card.fields.reference)
    await change_client(centre, made.id, withdrawn_fields, version=1, actor=IMPORTER)
    async with tenant_transaction(centre, read_only=True):
        withdrawn = await fetch_row(columns, centre, made.id)

    assert given is not None
    assert now() - given["email_consent_at"] < timedelta(minutes=1)
    assert (given["email_consent_source"], given["email_consent_text"]) == ("contact_form", "Oui, écrivez-moi.")
    assert withdrawn is not None
    assert list(withdrawn.values()) == [None, "", ""]


async def test_a_prospect_becomes_a_client_once() -> None:
    centre = uuid4()
    made = await a_client(centre)

    assert [await become_client(centre, made.id, actor=job("stays")) for _ in range(2)] == [True, False]
    async with tenant_transaction(centre, read_only=True):
        assert (await queries.client(centre, made.id)).status == "client"
        assert [entry.action for entry in await history(made.id)] == ["become_client", "add"]


@pytest.mark.parametrize(
    ("fields", "pointers"),
    [
        (ClientFields(), ["/last_name"]),
        (ClientFields(kind="organisation"), ["/organisation"]),
        (ClientFields(kind="thing"), ["/kind"]),
        (ClientFields(last_name="A", client_type="nobles", country="France", language="français", colour="rouge"),
         ["/client_type", "/country", "/language", "/colour"]),
        (ClientFields(last_name="A", birth_date=today("Europe/Paris") + timedelta(days=2)), ["/birth_date"]),
        (ClientFields(last_name="A" * 201), ["/last_name"]),
        (ClientFields(last_name="A", contacts=[Contact(name="B", roles=["king"])]), ["/contacts/0/roles"]),
    ],
)  # fmt: skip
async def test_a_card_that_cannot_be_right_names_every_field_and_is_not_made(
    fields: ClientFields, pointers: list[str]
) -> None:
    centre = uuid4()

    with pytest.raises(ClientInvalid) as refused:
        await add_client(centre, fields, actor=IMPORTER)

    assert [error.pointer for error in refused.value.errors] == pointers
    async with tenant_transaction(centre, read_only=True):
        assert await fetch_value("SELECT count(*) FROM clients WHERE centre_id = $1", centre) == 0


async def test_an_organisation_keeps_its_contacts_and_their_roles() -> None:
    centre = uuid4()
    morel = Contact(name="Mme Morel", email="morel@ac-rennes.fr", phone="02 98 39 41 27", roles=["booking", "contract"])
    made = await an_organisation(centre, contacts=[morel, Contact(name=" ")])

    async with tenant_transaction(centre, read_only=True):
        assert (await queries.client(centre, made.id)).fields.contacts == [morel]


async def test_the_second_to_save_is_told_and_nothing_is_overwritten() -> None:
    centre = uuid4()
    made = await a_client(centre, town="Brest")
    await change_client(centre, made.id, client_fields(town="Lille"), version=1, actor=IMPORTER)

    with pytest.raises(StaleVersion):
        await change_client(centre, made.id, client_fields(town="Nantes"), version=1, actor=IMPORTER)

    async with tenant_transaction(centre, read_only=True):
        card = await queries.client(centre, made.id)
        last = (await history(made.id))[0]
    assert (card.fields.town, card.version) == ("Lille", 2)
    assert b'"Brest"' in bytes(last.before)
    assert b'"Lille"' in bytes(last.after)


async def test_of_ten_who_save_one_version_at_once_one_succeeds() -> None:
    centre = uuid4()
    made = await a_client(centre)

    async def save(number: int) -> bool:
        try:
            await change_client(centre, made.id, client_fields(town=f"Ville {number}"), version=1, actor=IMPORTER)
        except StaleVersion:
            return False
        return True

    saved = await asyncio.gather(*(save(number) for number in range(10)))

    assert sum(saved) == 1


async def test_saving_what_a_card_already_says_changes_nothing() -> None:
    centre = uuid4()
    made = await a_client(centre)
    async with tenant_transaction(centre, read_only=True):
        card = await queries.client(centre, made.id)

    again = await change_client(centre, made.id, card.fields, version=1, actor=IMPORTER)

    assert again == made


async def test_a_reference_is_one_card_s() -> None:
    centre = uuid4()
    await a_client(centre, reference="C-12")
    await a_client(uuid4(), reference="C-12")

    with pytest.raises(ReferenceTaken):
        await a_client(centre, reference="C-12")


async def test_without_the_right_no_card_is_made_or_changed() -> None:
    centre = uuid4()
    made = await a_client(centre)

    with pytest.raises(RightMissing):
        await a_client(centre, actor=READER)
    with pytest.raises(RightMissing):
        await change_client(centre, made.id, client_fields(), version=1, actor=READER)


async def test_another_centre_s_card_is_not_there() -> None:
    made = await a_client(uuid4())
    stranger = uuid4()

    with pytest.raises(ClientUnknown):
        await change_client(stranger, made.id, client_fields(), version=None, actor=IMPORTER)
    async with tenant_transaction(stranger, read_only=True):
        with pytest.raises(ClientUnknown):
            await queries.client(stranger, made.id)
        assert await fetch_value("SELECT count(*) FROM client_words") == 0


async def test_sold_stays_that_come_in_bulk_make_clients_of_prospects_only() -> None:
    centre, other = uuid4(), uuid4()
    prospect, known, stranger = await a_client(centre), await a_client(centre), await a_client(other)
    await become_client(centre, known.id, actor=job("stays"))

    made = await become_clients(centre, [prospect.id, prospect.id, known.id, stranger.id])

    assert made == 1
    async with tenant_transaction(centre, read_only=True):
        assert (await queries.client(centre, prospect.id)).status == "client"
    async with tenant_transaction(other, read_only=True):
        assert (await queries.client(other, stranger.id)).status == "prospect"
