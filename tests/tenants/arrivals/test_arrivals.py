"""Pre-check-in, guests, the police form that only the police read, and the tablet."""

import os
from datetime import date, timedelta
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from infra.audit import history
from infra.database import execute, fetch, fetch_value, network_transaction, police_transaction, tenant_transaction
from infra.errors import RightMissing
from infra.ids import new_id
from infra.signing import LinkInvalid
from tenants.arrivals import queries, rules
from tenants.arrivals.guests import AdultUnknown, AlreadySigned, FormNotFilled, save_guest, sign_police_form
from tenants.arrivals.operations import complete_pre_check_in, make_pre_check_in_link, pre_check_in
from tenants.arrivals.police import PoliceFormUnknown, destroy_police_forms, destroy_police_forms_of, police_form
from tenants.arrivals.queries import GuestUnknown
from tenants.arrivals.rules import GuestFields, PoliceFormFields
from tenants.arrivals.sealing import SealBroken, open_sealed, seal
from tenants.arrivals.tablet import TABLETS, TabletNotPaired, TabletUnknown, turns
from tenants.stays import queries as stays
from tenants.stays.operations import cancel_stay
from tenants.stays.rows import StayUnknown
from tenants.stays.statuses import StayStatusRefuses
from tests.factories.accounts import someone
from tests.factories.centres import a_centre
from tests.factories.clients import a_client
from tests.factories.stays import ARRIVAL, DESK, a_confirmed_stay, a_stay

pytestmark = pytest.mark.usefixtures("pools")

DRAWN = "M10 20L30 40Q50 60 70 80"
ANNA = GuestFields(
    surname="Schmidt",
    first_names="Anna Maria",
    country="DE",
    birth_date=date(1980, 2, 29),
    birth_place="Köln",
    home="Domplatz 1, 50667 Köln, DE",
    mobile="+49 170 1234567",
    email="anna@schmidt.example",
)
LEA = GuestFields(surname="Morel", first_names="Léa", country="FR")


async def test_only_who_is_not_french_needs_a_form() -> None:
    centre_id = uuid4()
    stay = await a_confirmed_stay(centre_id)

    french = await save_guest(centre_id, stay.id, LEA, actor=DESK)
    german = await save_guest(centre_id, stay.id, ANNA, actor=DESK)

    assert (french.police_form, german.police_form) == ("not_needed", "filled")
    async with tenant_transaction(centre_id, read_only=True):
        missing = (await queries.guests_missing(centre_id, [stay.id]))[stay.id]
    assert (missing.expected, missing.known, missing.unknown, missing.unsigned) == (4, 2, 2, 1)
    async with police_transaction(centre_id):
        assert await fetch_value("SELECT count(*) FROM police_forms") == 1


async def test_a_signed_form_is_whole_sealed_and_shown_by_right_and_logged() -> None:
    centre_id = uuid4()
    stay = await a_confirmed_stay(centre_id)
    guest = await save_guest(centre_id, stay.id, ANNA, actor=DESK)
    await sign_police_form(centre_id, guest.id, DRAWN, actor=DESK)

    with pytest.raises(RightMissing):
        await police_form(centre_id, guest.id, actor=someone("stay.view", "arrival.check_in"))
    shown = await police_form(centre_id, guest.id, actor=someone("police.view"))

    assert shown.form == PoliceFormFields(
        surname="Schmidt",
        first_names="Anna Maria",
        birth_date=date(1980, 2, 29),
        birth_place="Köln",
        nationality="DE",
        home="Domplatz 1, 50667 Köln, DE",
        mobile="+49 170 1234567",
        email="anna@schmidt.example",
        arrival=ARRIVAL,
        departure=ARRIVAL + timedelta(days=3),
    )
    assert shown.signature == DRAWN.encode()
    async with tenant_transaction(centre_id, read_only=True):
        trail = [(entry.action, entry.actor_name) for entry in await history(stay.id)]
        logged = msgspec.json.encode(await history(stay.id)).decode()
    assert trail[0] == ("view_police_form", "Camille Test")
    assert [action for action, _ in trail].count("view_police_form") == 1
    assert "Schmidt" not in logged and "Köln" not in logged


async def test_the_application_writes_forms_and_cannot_read_them() -> None:
    centre_id = uuid4()
    stay = await a_confirmed_stay(centre_id)
    guest = await save_guest(centre_id, stay.id, ANNA, actor=DESK)
    await sign_police_form(centre_id, guest.id, DRAWN, actor=DESK)

    for table in ("police_forms", "police_signatures"):
        for sql in (f"SELECT sealed FROM {table}", f"DELETE FROM {table}", f"UPDATE {table} SET sealed = sealed"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with tenant_transaction(centre_id):
                    await execute(sql)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with network_transaction():
                await fetch(f"SELECT id FROM {table}")
        async with police_transaction(centre_id):
            for row in await fetch(f"SELECT sealed FROM {table}"):
                assert b"Schmidt" not in row["sealed"] and b"M10" not in row["sealed"]
        async with police_transaction(uuid4()):
            assert await fetch_value(f"SELECT count(*) FROM {table}") == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with police_transaction(centre_id):
                await fetch("SELECT id FROM clients")


async def test_no_part_of_a_form_stands_in_clear_anywhere() -> None:
    centre_id = uuid4()
    stay = await a_confirmed_stay(centre_id)
    guest = await save_guest(centre_id, stay.id, ANNA, actor=DESK)
    await sign_police_form(centre_id, guest.id, DRAWN, actor=DESK)

    owner = await asyncpg.connect(os.environ["DATABASE_BACKUP_URL"])
    try:
        for table in ("guests", "guest_links", "stays", "audit_entries", "outbox", "police_forms", "police_signatures"):
            dumped = str(await owner.fetch(f"SELECT t::text FROM {table} t WHERE centre_id = $1", centre_id))
            assert "Domplatz" not in dumped and "1980-02-29" not in dumped and "170 1234567" not in dumped
    finally:
        await owner.close()


def test_a_sealed_value_opens_for_its_own_guest_and_kind_only() -> None:
    centre_id, guest_id = new_id(), new_id()
    sealed = seal("form", centre_id, guest_id, b"secret")

    assert open_sealed("form", centre_id, guest_id, sealed) == b"secret"
    assert seal("form", centre_id, guest_id, b"secret") != sealed
    for what, centre, guest, content in (
        ("signature", centre_id, guest_id, sealed),
        ("form", new_id(), guest_id, sealed),
        ("form", centre_id, new_id(), sealed),
        ("form", centre_id, guest_id, sealed[:-1] + bytes([sealed[-1] ^ 1])),
        ("form", centre_id, guest_id, b"\x02" + sealed[1:]),
    ):
        with pytest.raises(SealBroken):
            open_sealed(what, centre, guest, content)


async def test_a_signed_form_does_not_change_any_more() -> None:
    centre_id = uuid4()
    stay = await a_confirmed_stay(centre_id)
    guest = await save_guest(centre_id, stay.id, ANNA, actor=DESK)
    await sign_police_form(centre_id, guest.id, DRAWN, actor=DESK)

    with pytest.raises(AlreadySigned):
        await sign_police_form(centre_id, guest.id, DRAWN, actor=DESK)
    with pytest.raises(AlreadySigned):
        await save_guest(centre_id, stay.id, LEA, guest_id=guest.id, actor=DESK)


async def test_a_correction_before_the_signature_is_what_counts() -> None:
    centre_id = uuid4()
    stay = await a_confirmed_stay(centre_id)
    guest = await save_guest(centre_id, stay.id, ANNA, actor=DESK)
    mended = msgspec.structs.replace(ANNA, birth_place="Bonn")

    await save_guest(centre_id, stay.id, mended, guest_id=guest.id, version=1, actor=DESK)

    assert (await police_form(centre_id, guest.id, actor=DESK)).form.birth_place == "Bonn"


async def test_a_child_stands_on_the_accompanying_adults_form() -> None:
    centre_id = uuid4()
    stay, other = await a_confirmed_stay(centre_id), await a_confirmed_stay(centre_id)
    adult = await save_guest(centre_id, stay.id, ANNA, actor=DESK)
    child = msgspec.structs.replace(
        ANNA, first_names="Max", birth_date=date(2015, 5, 5), mobile="", email="", adult_id=adult.id
    )

    with pytest.raises(AdultUnknown):
        await save_guest(centre_id, other.id, child, actor=DESK)
    with pytest.raises(rules.GuestInvalid):
        await save_guest(centre_id, stay.id, msgspec.structs.replace(child, birth_date=date(2012, 3, 10)), actor=DESK)
    await save_guest(centre_id, stay.id, child, actor=DESK)
    await sign_police_form(centre_id, adult.id, DRAWN, actor=DESK)

    async with tenant_transaction(centre_id, read_only=True):
        assert [guest.police_form for guest in await queries.guests(centre_id, stay.id)] == ["signed", "signed"]


async def test_who_is_french_has_nothing_to_sign() -> None:
    centre_id = uuid4()
    stay = await a_confirmed_stay(centre_id)
    guest = await save_guest(centre_id, stay.id, LEA, actor=DESK)

    with pytest.raises(FormNotFilled):
        await sign_police_form(centre_id, guest.id, DRAWN, actor=DESK)
    with pytest.raises(PoliceFormUnknown):
        await police_form(centre_id, guest.id, actor=DESK)
    with pytest.raises(GuestUnknown):
        await sign_police_form(uuid4(), guest.id, DRAWN, actor=DESK)


@pytest.mark.parametrize(
    ("over", "wrong"),
    [
        ({"surname": " "}, ["/surname"]),
        ({"country": ""}, ["/country"]),
        ({"country": "de"}, ["/country", "/birth_date", "/birth_place", "/home"]),
        ({"birth_date": None}, ["/birth_date"]),
        ({"birth_date": date(2040, 1, 1)}, ["/birth_date"]),
        ({"birth_place": "", "home": ""}, ["/birth_place", "/home"]),
        ({"mobile": "", "email": ""}, ["/mobile"]),
        ({"mobile": "", "email": "anna@"}, ["/email"]),
        ({"mobile": "zéro six"}, ["/mobile"]),
        ({"home": "x" * 501}, ["/home"]),
    ],
)
def test_a_form_has_no_holes(over: dict[str, object], wrong: list[str]) -> None:
    if over == {"country": "de"}:
        over = {"country": "de", "birth_date": None, "birth_place": "", "home": ""}
    with pytest.raises(rules.GuestInvalid) as refused:
        rules.check_guest(msgspec.structs.replace(ANNA, **over), arrival=ARRIVAL)
    assert [error.pointer for error in refused.value.errors] == wrong


@pytest.mark.parametrize(
    ("drawn", "good"),
    [
        (DRAWN, True),
        ("data:image/png;base64,iVBORw0KGgo=", True),
        ("", False),
        ("M10 20", False),
        ("L10 20", False),
        ("M10 20L<script>", False),
        ("data:image/png;base64,AAAA", False),
        ("data:image/png;base64,%%%%", False),
        ("data:image/svg+xml;base64,AAAA", False),
        ("M1 1" + "L2 2" * 20_000, False),
    ],
)
def test_a_signature_is_a_stroke_of_a_finger(drawn: str, good: bool) -> None:
    if good:
        assert rules.check_signature(drawn)
        return
    with pytest.raises(rules.SignatureInvalid):
        rules.check_signature(drawn)


@pytest.mark.parametrize(
    ("arrival", "last"),
    [
        (date(2027, 3, 10), date(2027, 9, 10)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 8, 30), date(2027, 2, 28)),
        (date(2027, 12, 31), date(2028, 6, 30)),
        (date(2027, 1, 1), date(2027, 7, 1)),
    ],
)
def test_six_months_are_six_months(arrival: date, last: date) -> None:
    assert rules.destroy_after(arrival) == last


async def test_forms_are_destroyed_after_six_months_with_a_certificate_that_counts_them() -> None:
    centre = await a_centre()
    stay = await a_confirmed_stay(centre.id)
    first = await save_guest(centre.id, stay.id, ANNA, actor=DESK)
    await save_guest(centre.id, stay.id, ANNA, actor=DESK)
    await sign_police_form(centre.id, first.id, DRAWN, actor=DESK)
    last = rules.destroy_after(ARRIVAL)

    assert await destroy_police_forms_of(centre.id, last) is None
    certificates = await destroy_police_forms(last + timedelta(days=1))
    assert await destroy_police_forms_of(centre.id, last + timedelta(days=1)) is None

    [mine] = [one for one in certificates if one.centre_id == centre.id]
    assert (mine.forms, mine.signatures) == (2, 1)
    with pytest.raises(PoliceFormUnknown):
        await police_form(centre.id, first.id, actor=DESK)
    async with tenant_transaction(centre.id, read_only=True):
        rows = await fetch("SELECT id, forms, signatures FROM destruction_certificates WHERE centre_id = $1", centre.id)
        assert [(row["id"], row["forms"], row["signatures"]) for row in rows] == [(mine.id, 2, 1)]
        facts = await fetch_value(
            "SELECT count(*) FROM outbox WHERE kind = 'arrivals.police_forms_destroyed' AND subject_id = $1", mine.id
        )
    assert facts == 1


async def test_the_link_opens_its_own_stay_and_asks_only_what_is_missing() -> None:
    centre_id = uuid4()
    known = await a_client(centre_id, phone="06 12 34 56 78", last_name="Complet")
    vague = await a_client(centre_id, email="", last_name="Vague")
    complete = await a_confirmed_stay(centre_id, client_id=known.id, arrival_time="17:00")
    bare = await a_confirmed_stay(centre_id, client_id=vague.id)
    links = [await make_pre_check_in_link(centre_id, stay.id, actor=DESK) for stay in (complete, bare)]

    pages = [await pre_check_in(link.url.rpartition("/i/")[2]) for link in links]

    assert [page.stay_id for page in pages] == [complete.id, bare.id]
    assert [(page.asks_arrival_time, page.asks_email, page.asks_phone) for page in pages] == [
        (False, False, False), (True, True, True),
    ]  # fmt: skip
    with pytest.raises(LinkInvalid):
        await pre_check_in(links[0].url.rpartition("/i/")[2][:-2] + "xx")


async def test_the_link_dies_with_the_stay() -> None:
    centre_id = uuid4()
    stay = await a_stay(centre_id)
    link = await make_pre_check_in_link(centre_id, stay.id, actor=DESK)
    await cancel_stay(centre_id, stay.id, reason="dates", actor=DESK)

    with pytest.raises(StayStatusRefuses):
        await pre_check_in(link.url.rpartition("/i/")[2])
    with pytest.raises(StayStatusRefuses):
        await save_guest(centre_id, stay.id, LEA, actor=DESK)
    with pytest.raises(StayUnknown):
        await make_pre_check_in_link(uuid4(), stay.id, actor=DESK)


async def test_completing_the_pre_check_in_tells_the_desk_when_they_come() -> None:
    centre_id = uuid4()
    stay = await a_confirmed_stay(centre_id)
    await make_pre_check_in_link(centre_id, stay.id, actor=DESK)
    async with tenant_transaction(centre_id, read_only=True):
        assert (await queries.guests_missing(centre_id, [stay.id]))[stay.id].pre_check_in

    with pytest.raises(rules.GuestInvalid):
        await complete_pre_check_in(centre_id, stay.id, arrival_time="25:00", actor=DESK)
    await complete_pre_check_in(centre_id, stay.id, arrival_time="17:30", actor=DESK)

    async with tenant_transaction(centre_id, read_only=True):
        assert not (await queries.guests_missing(centre_id, [stay.id]))[stay.id].pre_check_in
        assert (await stays.stay(centre_id, stay.id)).fields.arrival_time == "17:30"


async def test_the_shared_tablet_shows_whose_turn_it_is_and_no_answer() -> None:
    centre_id = uuid4()
    client = await a_client(centre_id, last_name="Voix")
    stay = await a_confirmed_stay(centre_id, client_id=client.id)
    guest = await save_guest(centre_id, stay.id, ANNA, actor=DESK)
    paired = await TABLETS.pair(centre_id, "Accueil", actor=DESK)

    shown = await turns(centre_id, paired.token, today=ARRIVAL)

    assert [(turn.stay_id, turn.unknown, turn.to_sign) for turn in shown] == [
        (stay.id, 3, ((guest.id, "Anna S."),)),
    ]  # fmt: skip
    assert "Schmidt" not in repr(shown) and "Köln" not in repr(shown)
    await sign_police_form(centre_id, guest.id, DRAWN, actor=DESK)
    assert [turn.to_sign for turn in await turns(centre_id, paired.token, today=ARRIVAL)] == [()]
    assert await turns(centre_id, paired.token, today=ARRIVAL + timedelta(days=1)) == []


async def test_a_tablet_is_known_by_its_own_token_in_its_own_centre_until_it_is_unpaired() -> None:
    centre_id = uuid4()
    paired = await TABLETS.pair(centre_id, "Accueil", actor=DESK)
    async with tenant_transaction(centre_id, read_only=True):
        stored = str(await fetch("SELECT * FROM tablets WHERE centre_id = $1", centre_id))
    assert paired.token not in stored

    for centre, token in ((centre_id, "x" * 43), (uuid4(), paired.token), (centre_id, "")):
        with pytest.raises(TabletUnknown):
            await turns(centre, token, today=ARRIVAL)
    await TABLETS.unpair(centre_id, paired.id, actor=DESK)
    with pytest.raises(TabletUnknown):
        await turns(centre_id, paired.token, today=ARRIVAL)
    with pytest.raises(TabletNotPaired):
        await TABLETS.unpair(centre_id, paired.id, actor=DESK)


async def seen_guests(centre_id: UUID, stay_id: UUID) -> int:
    """Count the guests that a centre sees of a stay."""
    async with tenant_transaction(centre_id, read_only=True):
        return len(await queries.guests(centre_id, stay_id))


async def test_another_centre_sees_no_guest() -> None:
    centre_id = uuid4()
    stay = await a_confirmed_stay(centre_id)
    await save_guest(centre_id, stay.id, LEA, actor=DESK)

    assert (await seen_guests(centre_id, stay.id), await seen_guests(uuid4(), stay.id)) == (1, 0)
    with pytest.raises(StayUnknown):
        await save_guest(uuid4(), stay.id, LEA, actor=DESK)
