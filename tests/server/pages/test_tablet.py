"""The tablet and the page by link: what is missing only, once, and nobody sees what another answered."""

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from infra.clock import today
from infra.database import fetch, tenant_transaction
from infra.signing import sign
from server.pages.sealing import sealing_key
from tenants.arrivals import queries
from tenants.arrivals.guests import save_guest
from tenants.arrivals.operations import make_pre_check_in_link
from tenants.arrivals.police import police_form
from tenants.arrivals.rules import GuestFields
from tenants.arrivals.tablet import TABLETS
from tenants.clients.queries import client
from tenants.stays.queries import stay as stay_of
from tests.factories.accounts import someone
from tests.factories.centres import a_centre
from tests.factories.clients import a_client
from tests.factories.stays import DESK, a_confirmed_stay
from tests.server.pages.forms import HTML, hidden_fields
from tests.server.pages.scenes import GERMAN, path_of

DRAWN = "M10 20L30 40L50 20"
ANSWERS = {
    "surname": "Müller",
    "first_names": "Jörg",
    "country": "DE",
    "birth_date": "31051990",
    "birth_place": "Köln",
    "home": "Hauptstraße 1, Köln",
    "mobile": "+49 151 23456789",
    "email": "",
    "signature": DRAWN,
}


class Desk:
    """A centre whose tablet is paired, and a stay that arrives today."""

    def __init__(self, api: httpx.AsyncClient) -> None:
        self.api = api

    async def open(self) -> "Desk":
        day = today("Europe/Paris")
        self.centre = await a_centre()
        self.client = await a_client(self.centre.id, first_name="Anneke", last_name="de Vries", email="", phone="")
        self.stay = await a_confirmed_stay(self.centre.id, client_id=self.client.id, arrival=day)
        self.tablet = await TABLETS.pair(self.centre.id, "Accueil", actor=DESK)
        entered = await self.api.get(f"/t/{self.centre.slug}/{self.tablet.token}", headers=HTML)
        assert entered.status_code == 303, entered.text
        assert self.tablet.token not in entered.headers["location"]
        self.path = entered.headers["location"]
        page = await self.api.get(self.path, headers=HTML)
        assert page.status_code == 200, page.text
        self.token = page.text.split('data-form-token="')[1].split('"')[0]
        return self

    async def send(self, area: str = "guests", **over: str) -> httpx.Response:
        form = {**ANSWERS, "stay_id": str(self.stay.id), "once": str(uuid4()), **over}
        return await self.api.post(f"{self.path}/{area}", data=form, headers={"X-Halte-Form": self.token})

    async def turns(self) -> list[dict[str, object]]:
        answer = await self.api.get(f"{self.path}/turns")
        assert answer.headers["cache-control"] == "no-store"
        found: list[dict[str, object]] = answer.json()
        return found

    async def guests(self) -> list[queries.Guest]:
        async with tenant_transaction(self.centre.id, read_only=True):
            return await queries.guests(self.centre.id, self.stay.id)


async def test_a_guest_is_written_down_and_signs_once_however_often_it_is_sent(api: httpx.AsyncClient) -> None:
    desk = await Desk(api).open()
    assert [(turn["name"], turn["unknown"]) for turn in await desk.turns()] == [("Anneke D.", 4)]
    once = str(uuid4())
    answers = await asyncio.gather(*(desk.send(once=once) for _ in range(3)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert (await desk.send(once=once)).json() == {"taken": True, "errors": {}}
    (guest,) = await desk.guests()
    assert (guest.surname, guest.police_form) == ("Müller", "signed")
    form = await police_form(desk.centre.id, guest.id, actor=someone("police.view"))
    assert (form.form.birth_date.isoformat(), form.form.home, form.signature) == (
        "1990-05-31",
        "Hauptstraße 1, Köln",
        DRAWN.encode(),
    )
    listed = await api.get(f"{desk.path}/turns")
    screen = await api.get(desk.path, headers=HTML)
    for page in (listed.text, screen.text):
        assert "Müller" not in page and "Hauptstraße" not in page and "151" not in page.replace("\u202f", "")


async def test_a_french_guest_is_asked_no_more_than_a_name(api: httpx.AsyncClient) -> None:
    desk = await Desk(api).open()
    assert (await desk.send(country="FR", birth_date="nonsense", signature="")).status_code == 200
    (guest,) = await desk.guests()
    assert guest.police_form == "not_needed"
    async with tenant_transaction(desk.centre.id, read_only=True):
        trail = str(
            [dict(row) for row in await fetch("SELECT * FROM audit_entries WHERE centre_id = $1", desk.centre.id)]
        )
    assert "Hauptstraße" not in trail


async def test_what_is_missing_is_said_in_the_guests_language_and_nothing_is_kept(api: httpx.AsyncClient) -> None:
    desk = await Desk(api).open()
    form = {"stay_id": str(desk.stay.id), "once": "1", "country": "DE", "birth_date": "gestern"}
    answer = await api.post(f"{desk.path}/guests?lang=de", data=form, headers={"X-Halte-Form": desk.token})
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert errors["surname"] == "Geben Sie den Nachnamen an."
    assert errors["birth_date"] == "Dieses Datum ist nicht lesbar."
    assert set(errors) == {"surname", "first_names", "birth_date", "birth_place", "home", "mobile", "signature"}
    unsigned = await desk.send(signature="M10 20")
    assert list(unsigned.json()["errors"]) == ["signature"]
    assert await desk.guests() == []


async def test_who_filled_the_form_beforehand_only_signs(api: httpx.AsyncClient) -> None:
    desk = await Desk(api).open()
    known = await save_guest(desk.centre.id, desk.stay.id, GERMAN, actor=DESK)
    (turn,) = await desk.turns()
    assert turn["to_sign"] == [{"id": str(known.id), "name": "Anna S."}]
    assert (await desk.send("signatures", guest_id=str(known.id), signature="")).status_code == 422
    assert (await desk.send("signatures", guest_id=str(known.id))).status_code == 200
    assert [guest.police_form for guest in await desk.guests()] == ["signed"]


async def test_a_persons_card_is_completed_with_what_was_missing_and_no_more(api: httpx.AsyncClient) -> None:
    desk = await Desk(api).open()
    assert [(turn["asks_email"], turn["asks_phone"]) for turn in await desk.turns()] == [(True, True)]
    wrong = await desk.send(country="FR", contact_email="anneke@", contact_phone="12")
    assert set(wrong.json()["errors"]) == {"contact_email", "contact_phone"}
    assert await desk.guests() == []
    given = {"contact_email": "anneke@example.nl", "contact_phone": "+31 6 12345678"}
    assert (await desk.send(country="FR", **given)).status_code == 200
    assert [(turn["asks_email"], turn["asks_phone"]) for turn in await desk.turns()] == [(False, False)]
    await desk.send(country="FR", first_names="Eva", contact_email="other@example.nl")
    async with tenant_transaction(desk.centre.id, read_only=True):
        assert (await client(desk.centre.id, desk.client.id)).fields.email == "anneke@example.nl"


async def test_the_tablet_reaches_its_own_list_and_nothing_else(api: httpx.AsyncClient) -> None:
    desk = await Desk(api).open()
    tomorrow = await a_confirmed_stay(desk.centre.id, arrival=today("Europe/Paris") + timedelta(days=1))
    assert (await desk.send(stay_id=str(tomorrow.id))).status_code == 404
    assert (await desk.send(stay_id="x")).status_code == 404
    assert (await desk.send("signatures", guest_id=str(uuid4()))).status_code == 404
    forged = await api.post(f"{desk.path}/guests", data={**ANSWERS, "stay_id": str(desk.stay.id)})
    assert forged.status_code == 422
    other = await a_centre()
    foreign = await api.get(f"/t/{other.slug}/{desk.tablet.token}", headers=HTML)
    assert (foreign.status_code, "pas reliée" in foreign.text) == (403, True)
    await TABLETS.unpair(desk.centre.id, desk.tablet.id, actor=DESK)
    assert (await desk.send()).status_code == 403
    assert (await api.get(f"{desk.path}/turns")).status_code == 403
    api.cookies.clear()
    assert (await api.get(desk.path, headers=HTML)).status_code == 404
    assert await desk.guests() == []


async def test_the_page_by_link_asks_what_is_missing_and_shows_no_answer(api: httpx.AsyncClient) -> None:
    desk = await Desk(api).open()
    link = await make_pre_check_in_link(desk.centre.id, desk.stay.id, actor=DESK)
    entered = await api.get(path_of(link.url), headers=HTML)
    path = entered.headers["location"]
    page = await api.get(path, headers=HTML)
    for name in ("arrival_time", "contact_email", "contact_phone", "surname", "country"):
        assert f'name="{name}"' in page.text
    form = hidden_fields(page.text)
    wrong = {**form, "contact_email": "anneke@", "contact_phone": "12", "arrival_time": "17:30"}
    refused = await api.post(f"{path}/contact", data=wrong, headers=HTML)
    assert refused.status_code == 422
    assert 'id="contact_email-problem"' in refused.text and 'id="contact_phone-problem"' in refused.text
    assert 'value="anneke@"' in refused.text
    right = {**form, "contact_email": "anneke@example.nl", "contact_phone": "+31 6 12345678", "arrival_time": "17:30"}
    assert (await api.post(f"{path}/contact", data=right, headers=HTML)).status_code == 303
    async with tenant_transaction(desk.centre.id, read_only=True):
        card = await client(desk.centre.id, desk.client.id)
        assert (card.fields.email, [phone.e164 for phone in card.fields.phones]) == (
            "anneke@example.nl",
            ["+31612345678"],
        )
        assert (await stay_of(desk.centre.id, desk.stay.id)).fields.arrival_time == "17:30"
    after = await api.get(path, headers=HTML)
    assert 'name="contact_email"' not in after.text and 'name="arrival_time"' not in after.text

    answers = await asyncio.gather(
        *(api.post(f"{path}/guests", data={**form, **ANSWERS}, headers=HTML) for _ in range(3))
    )
    assert [answer.status_code for answer in answers] == [303] * 3
    (guest,) = await desk.guests()
    assert guest.police_form == "signed"
    shown = (await api.get(path, headers=HTML)).text
    assert "Jörg M." in shown and "Müller" not in shown and "Hauptstraße" not in shown
    typed = {**ANSWERS, "signature": "", "typed_name": "Eva Müller", "typed_agreed": "yes", "first_names": "Eva"}
    again = hidden_fields(shown)
    assert (await api.post(f"{path}/guests", data={**again, **typed}, headers=HTML)).status_code == 303
    later = hidden_fields((await api.get(path, headers=HTML)).text)
    unsigned = {**ANSWERS, "signature": "", "first_names": "Ida"}
    sent = await api.post(f"{path}/guests", data={**later, **unsigned}, headers=HTML)
    assert "said=unsigned" in sent.headers["location"]
    assert [guest.police_form for guest in await desk.guests()] == ["signed", "signed", "filled"]


async def test_a_link_of_a_stay_that_is_over_or_forged_opens_nothing(api: httpx.AsyncClient) -> None:
    from tenants.stays.operations import cancel_stay

    desk = await Desk(api).open()
    link = await make_pre_check_in_link(desk.centre.id, desk.stay.id, actor=DESK)
    path = (await api.get(path_of(link.url), headers=HTML)).headers["location"]
    form = hidden_fields((await api.get(path, headers=HTML)).text)
    await cancel_stay(desk.centre.id, desk.stay.id, reason="client", actor=DESK)
    for answer in (
        await api.get(path, headers=HTML),
        await api.get(path_of(link.url), headers=HTML),
        await api.post(f"{path}/guests", data={**form, **ANSWERS}, headers=HTML),
    ):
        assert "plus attendu" in answer.text
    assert (await api.get(f"/i/{sign('thread', desk.centre.id, desk.stay.id)}", headers=HTML)).status_code == 404
    assert await desk.guests() == []


async def test_a_child_stands_on_an_adults_form(api: httpx.AsyncClient) -> None:
    desk = await Desk(api).open()
    adult = await save_guest(desk.centre.id, desk.stay.id, GERMAN, actor=DESK)
    link = await make_pre_check_in_link(desk.centre.id, desk.stay.id, actor=DESK)
    path = (await api.get(path_of(link.url), headers=HTML)).headers["location"]
    page = await api.get(f"{path}?lang=de", headers=HTML)
    assert "Anna S." in page.text and "Staatsangehörigkeit" in page.text
    child = {
        **ANSWERS,
        "adult_id": str(adult.id),
        "birth_date": f"31/05/{today('Europe/Paris').year - 8}",
        "signature": "",
    }
    assert (
        await api.post(f"{path}/guests", data={**hidden_fields(page.text), **child}, headers=HTML)
    ).status_code == 303
    grown = {**child, "birth_date": "31/05/1990"}
    later = hidden_fields((await api.get(path, headers=HTML)).text)
    refused = await api.post(f"{path}/guests", data={**later, **grown}, headers=HTML)
    assert "À partir de quinze ans" in refused.text
    foreign = await a_confirmed_stay(desk.centre.id, arrival=today("Europe/Paris"))
    stranger = await save_guest(
        desk.centre.id, foreign.id, GuestFields(surname="X", first_names="Y", country="FR"), actor=DESK
    )
    assert (
        await api.post(f"{path}/guests", data={**later, **child, "adult_id": str(stranger.id)}, headers=HTML)
    ).status_code == 404


async def test_a_child_at_the_desk_stands_under_the_signature_of_their_adult_whichever_came_first(
    api: httpx.AsyncClient,
) -> None:
    desk = await Desk(api).open()
    adult = await save_guest(desk.centre.id, desk.stay.id, GERMAN, actor=DESK)
    await save_guest(
        desk.centre.id, desk.stay.id, GuestFields(surname="Petit", first_names="Zoé", country="FR"), actor=DESK
    )
    (turn,) = await desk.turns()
    assert turn["adults"] == [{"id": str(adult.id), "name": "Anna S."}]
    child = {
        "first_names": "Lena",
        "adult_id": str(adult.id),
        "birth_date": f"31/05/{today('Europe/Paris').year - 8}",
        "mobile": "",
        "signature": "",
    }
    assert (await desk.send(**child)).json() == {"taken": True, "errors": {}}
    assert (await desk.send("signatures", guest_id=str(adult.id))).status_code == 200
    assert (await desk.send(**child | {"first_names": "Paul"})).status_code == 200
    assert [(guest.first_names, guest.police_form) for guest in await desk.guests()] == [
        ("Anna", "signed"),
        ("Zoé", "not_needed"),
        ("Lena", "signed"),
        ("Paul", "signed"),
    ]


async def test_a_sealed_answer_is_opened_for_its_own_page_only(api: httpx.AsyncClient) -> None:
    desk = await Desk(api).open()
    theirs = await Desk(api).open()
    fields = urlencode({**ANSWERS, "stay_id": str(desk.stay.id), "once": "1"})
    sealed = seal(fields, path=desk.path)
    changed = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    refused = [
        await api.post(
            f"{page.path}/guests",
            data={"sealed": one},
            headers={"X-Halte-Form": page.token, "Accept": "application/json"},
        )
        for page, one in ((theirs, sealed), (desk, changed), (desk, "nonsense"), (desk, ""), (desk, "é"))
    ]
    assert [answer.status_code for answer in refused] == [422] * 5
    assert {answer.json()["code"] for answer in refused} == {"form_expired"}
    assert await desk.guests() == []
    for _ in range(2):
        taken = await api.post(f"{desk.path}/guests", data={"sealed": sealed}, headers={"X-Halte-Form": desk.token})
        assert (taken.status_code, taken.json()) == (200, {"taken": True, "errors": {}})
    assert [guest.surname for guest in await desk.guests()] == ["Müller"]


def seal(answer: str, *, path: str) -> str:
    """Do what `sealing.js` does."""
    point = urlsafe_b64decode(sealing_key())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    own = ec.generate_private_key(ec.SECP256R1())
    shared = own.exchange(ec.ECDH(), theirs)
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"halte tablet: an answer").derive(shared)
    sealed = AESGCM(key).encrypt(bytes(12), answer.encode(), path.encode())
    raw = own.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(raw + bytes(12) + sealed).decode()
