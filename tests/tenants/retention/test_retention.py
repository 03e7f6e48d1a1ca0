"""A person's data handed out and erased, in every centre and in the referential; old prospects gone, with a count."""

import io
import zipfile
from datetime import date, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from infra.actor import job
from infra.audit import history
from infra.clock import today
from infra.database import execute, fetch_value, tenant_transaction
from infra.errors import RightMissing
from tenants.clients import queries
from tenants.clients.blacklisting import NewBlacklisting, blacklist
from tenants.clients.following import note_action
from tenants.clients.profiles import Profile
from tenants.clients.queries import ClientUnknown
from tenants.clients.rules import Contact
from tenants.clients.search import search
from tenants.referential.queries import signal
from tenants.retention import persons
from tenants.retention.certifying import certificates
from tenants.retention.erasing import ERASED, ClientStillStays, erase_client
from tenants.retention.handing_out import person_archive
from tenants.retention.operations import (
    end_old_blacklistings,
    erase_old_prospects,
    object_to_referential,
    years_before,
)
from tests.factories.accounts import someone
from tests.factories.centres import a_centre
from tests.factories.clients import a_client
from tests.tenants.clients.test_blacklisting import put_stay

pytestmark = pytest.mark.usefixtures("pools")

STAFF = someone("client.edit", "client.export", "client.erase", "client.blacklist")
NETWORK = someone("person.everywhere")
TODAY = today("Europe/Paris")


def unpacked(content: bytes) -> tuple[list[dict[str, object]], str]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return msgspec.json.decode(file.read("data.json")), file.read("lisez-moi.html").decode()


async def a_person(name: str) -> tuple[UUID, UUID, UUID, UUID]:
    """Make one person's card at two centres, with all that identifies them."""
    mail = f"{uuid4().hex[:10]}@orange.fr"
    phone = f"06 {uuid4().int % 90 + 10} {uuid4().int % 90 + 10} {uuid4().int % 90 + 10} {uuid4().int % 90 + 10}"
    born = date(1930, 1, 1) + timedelta(days=uuid4().int % 25_000)  # nobody else's of a name like this
    centres, cards = [], []
    for _ in range(2):
        centres.append((await a_centre()).id)
        card = await a_client(
            centres[-1], first_name="Solène", last_name=name, email=mail, phone=phone, birth_date=born,
            notes="secret de polichinelle", contacts=[Contact(name="Mère", phone="02 98 00 00 09")],
            profiles=[Profile(network="other", handle=f"Bluesky {name}", given="email")],
        )  # fmt: skip
        cards.append(card.id)
    return centres[0], cards[0], centres[1], cards[1]


async def test_the_archive_says_all_to_people_and_to_machines() -> None:
    ours, card, _theirs, _other = await a_person("O'Brien <b>")
    stay = await put_stay(ours, card, status="departed")
    async with tenant_transaction(ours):
        await execute(
            "UPDATE stays SET booking_category = 'individuals', booking_type = 'families' WHERE id = $1", stay
        )
    await note_action(ours, card, "newsletter", day=TODAY, note="en juin", actor=STAFF)

    [data], page = unpacked(await person_archive(ours, card, actor=STAFF))

    tables = {each["table"]: each["rows"] for each in data["holdings"]}  # type: ignore[attr-defined]
    assert tables["clients"][0]["last_name"] == "O'Brien <b>"
    assert tables["stays"][0]["id"] == str(stay)
    assert (tables["client_actions"][0]["note"], tables["client_contacts"][0]["name"]) == ("en juin", "Mère")
    assert (tables["client_profiles"][0]["handle"], tables["client_profiles"][0]["given"]) == (
        "Bluesky O'Brien <b>",
        "email",
    )
    assert "O&#x27;Brien &lt;b&gt;" in page
    assert "<b>" not in page
    for words in (
        "<th>prénom</th><td>Solène</td>",
        "<th>donné</th><td>par e-mail</td>",
        "<th>note</th><td>en juin</td>",
        f"<td>{TODAY:%d/%m/%Y}</td>",
    ):
        assert words in page
    for said in ("<td>personne</td>", "<td>Familles</td>", "<td>parti</td>", "<td>France</td>", "<td>français</td>"):
        assert said in page
    for for_machines in (
        str(stay),
        str(card),
        "sort_key",
        "booking",
        "families",
        "departed",
        "person<",
        "sort key",
        "T00:",
        "_id",
        "127.0.0.1",
    ):
        assert for_machines not in page
    async with tenant_transaction(ours, read_only=True):
        assert (await history(card))[0].action == "hand_out"


async def test_the_network_hands_out_every_centres_part_and_a_centre_its_own() -> None:
    ours, card, theirs, _other = await a_person("Quintin")

    alone, _page = unpacked(await person_archive(ours, card, actor=STAFF))
    everywhere, _page = unpacked(await persons.person_archive(ours, card, actor=NETWORK))

    assert (len(alone), len(everywhere)) == (1, 2)
    with pytest.raises(ClientUnknown):
        await person_archive(theirs, card, actor=STAFF)
    with pytest.raises(RightMissing):
        await person_archive(ours, card, actor=someone("client.view"))
    for refusal, attempt in (
        (ClientUnknown, persons.person_archive(theirs, card, actor=NETWORK)),
        (RightMissing, persons.person_archive(ours, card, actor=STAFF)),
        (RightMissing, persons.erase_person(ours, card, actor=STAFF)),
    ):
        with pytest.raises(refusal):
            await attempt


async def traces(centre: UUID, needle: str) -> int:
    """Count the rows of a centre, in the tables a person is written in, that still say something."""
    found = 0
    async with tenant_transaction(centre, read_only=True):
        for table in (
            "clients",
            "client_phones",
            "client_contacts",
            "client_profiles",
            "client_words",
            "client_actions",
            "audit_entries",
            "mails",
        ):
            found += await fetch_value(
                f"SELECT count(*) FROM {table} AS t WHERE centre_id = $1 AND to_jsonb(t)::text ILIKE $2",
                centre,
                f"%{needle}%",
            )
    return found


async def test_an_erased_person_leaves_no_trace_in_any_centre_nor_in_the_referential() -> None:
    name = f"Quemeneur{uuid4().hex[:6]}"
    ours, card, theirs, other = await a_person(name)
    stay = await put_stay(ours, card, status="departed")
    async with tenant_transaction(theirs):
        known = await fetch_value("SELECT count(*) FROM referential_of($1)", [other])
    before = await traces(ours, name)

    erased = await persons.erase_person(ours, card, actor=NETWORK)
    again = await persons.erase_person(ours, card, actor=NETWORK)
    await erase_client(ours, card, actor=STAFF)

    assert {one.centre_id for one in erased} == {ours, theirs}
    assert None not in {one.certificate for one in erased}
    assert [one.certificate for one in again] == [None]
    assert (known, before > 0) == (2, True)
    for centre, client in ((ours, card), (theirs, other)):
        assert await traces(centre, name) == 0
        async with tenant_transaction(centre):
            gone = await queries.client(centre, client)
            assert (gone.name, gone.anonymised, gone.fields.email, gone.fields.phones) == (ERASED, True, "", [])
            assert (await search(centre, name)).items == []
            assert await fetch_value("SELECT count(*) FROM referential_of($1)", [client]) == 0
            assert (await history(client))[0].action == "erase"
            assert await certificates(centre) == [("persons", TODAY, 1)]
    async with tenant_transaction(ours, read_only=True):
        assert await fetch_value("SELECT client_id FROM stays WHERE centre_id = $1 AND id = $2", ours, stay) == card


async def test_who_is_to_come_somewhere_is_erased_nowhere() -> None:
    ours, card, theirs, other = await a_person("Quelven")
    await put_stay(theirs, other, status="confirmed")

    with pytest.raises(ClientStillStays):
        await persons.erase_person(ours, card, actor=NETWORK)

    for centre, client in ((ours, card), (theirs, other)):
        async with tenant_transaction(centre, read_only=True):
            assert (await queries.client(centre, client)).fields.last_name == "Quelven"
            assert await certificates(centre) == []


async def test_who_is_to_come_is_not_erased() -> None:
    centre = (await a_centre()).id
    card = await a_client(centre, last_name="Bientôt")
    await put_stay(centre, card.id, status="confirmed")

    with pytest.raises(ClientStillStays):
        await erase_client(centre, card.id, actor=STAFF)
    with pytest.raises(RightMissing):
        await erase_client(centre, card.id, actor=someone("client.edit"))

    async with tenant_transaction(centre, read_only=True):
        assert (await queries.client(centre, card.id)).fields.last_name == "Bientôt"


async def aged(centre: UUID, client: UUID, years: int, days: int = 0) -> None:
    async with tenant_transaction(centre):
        await execute(
            "UPDATE clients SET created_at = $3::date - make_interval(days => $4) WHERE centre_id = $1 AND id = $2",
            centre, client, years_before(TODAY, years), days,
        )  # fmt: skip


async def test_prospects_go_three_years_after_their_last_contact_and_are_counted() -> None:
    centre = (await a_centre()).id
    old, young, client, back = [(await a_client(centre)).id for _ in range(4)]
    await aged(centre, old, 3, days=1)
    await aged(centre, young, 2)
    await aged(centre, client, 5)
    await aged(centre, back, 5)
    async with tenant_transaction(centre):
        await execute("UPDATE clients SET status = 'client' WHERE centre_id = $1 AND id = $2", centre, client)
    await put_stay(centre, back, status="tentative")

    counts = [await erase_old_prospects(centre, TODAY, actor=job("retention")) for _ in range(2)]

    assert counts == [1, 0]
    async with tenant_transaction(centre, read_only=True):
        gone = {each for each in (old, young, client, back) if (await queries.client(centre, each)).anonymised}
        assert await certificates(centre) == [("prospects", years_before(TODAY, 3), 1)]
    assert gone == {old}


async def test_ended_padlocks_are_counted() -> None:
    centre = (await a_centre()).id
    card = await a_client(centre)
    lock = NewBlacklisting(reason="damage", evidence_day=TODAY, last_day=TODAY)
    await blacklist(centre, card.id, lock, actor=STAFF)

    counts = [
        await end_old_blacklistings(centre, TODAY + timedelta(days=days), actor=job("blacklist")) for days in (0, 1, 2)
    ]

    assert counts == [0, 1, 0]
    async with tenant_transaction(centre, read_only=True):
        assert await certificates(centre) == [("blacklistings", TODAY + timedelta(days=1), 1)]


async def test_who_objects_is_recognised_nowhere() -> None:
    ours, card, theirs, other = await a_person(f"Salou{uuid4().hex[:5]}")
    await put_stay(ours, card, status="departed")
    async with tenant_transaction(theirs, read_only=True):
        before = await signal(theirs, other)

    assert await object_to_referential(ours, card, actor=STAFF)

    assert before is not None
    for centre, client in ((theirs, other), (ours, card)):
        async with tenant_transaction(centre, read_only=True):
            found = await signal(centre, client)
        assert found is None or found.centres == 0


def test_three_years_before_a_29_february_is_the_28th() -> None:
    assert years_before(date(2028, 2, 29), 3) == date(2025, 2, 28)
