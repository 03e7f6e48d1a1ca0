"""A card's life at another centre: read by every route, in every fact, trail and log of ours, there is nothing but the signal."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date

import httpx
import pytest
from litestar import Litestar

from infra.database import fetch, tenant_transaction
from tenants.clients.rules import Contact
from tenants.stays.presence import mark_present
from tests.factories.accounts import a_user
from tests.factories.centres import a_centre
from tests.factories.clients import a_client
from tests.factories.enquiries import an_enquiry
from tests.factories.stays import DESK, a_confirmed_stay, a_room, beds_of
from tests.server.test_routes import CENTRE, routes
from tests.server.world import filled, things_of

PHONE = "06 71 72 73 74"
SECRETS = ("zwyxadresse", "zwyxville", "zwyxnote", "zwyxhabitude", "zwyxcontact", "zwyx.prive", "ZWYXREF", "zwyxsejour")


def told(answer: httpx.Response) -> Iterator[str]:
    """Yield what an answer says, archives opened."""
    if answer.content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            yield from (archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    else:
        yield answer.text
    yield str(answer.headers)


async def test_of_a_card_elsewhere_nothing_is_found_but_the_signal(
    app: Litestar, api: httpx.AsyncClient, capfd: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = await a_centre(), await a_centre(name="Centre Zwyxlà")
    director = await a_user(ours, "direction")
    room = await a_room(theirs.id, beds=4)
    there = await a_client(
        theirs.id, first_name="Awena", last_name="Trevidic", phone=PHONE, email="zwyx.prive@orange.fr", street="1 zwyxadresse",
        postal_code="", town="zwyxville", notes="zwyxnote", reference="ZWYXREF",
        contacts=[Contact(name="zwyxcontact", email="", phone="", roles=[])],
    )  # fmt: skip
    stay = await a_confirmed_stay(
        theirs.id, client_id=there.id, bed_ids=beds_of(room), arrival=date(2024, 4, 15), notes="zwyxsejour"
    )
    await mark_present(theirs.id, stay.id, actor=DESK)
    here = await a_client(
        ours.id, first_name="Awena", last_name="Trevidic", phone=PHONE, email="", postal_code="", town=""
    )
    await an_enquiry(ours.id, client_id=here.id)
    ids = {**await things_of(ours), "client_id": here.id, "subject_id": here.id}
    capfd.readouterr()

    found, seen = [], 0
    for method, path, _handler in routes(app):
        if method != "GET" or not path.startswith(CENTRE) or path.endswith("/events"):
            continue
        plain = path.replace(":uuid}", "}").replace(":str}", "}").replace(":int}", "}").replace(":path}", "}")
        for client_id in (here.id, there.id):
            url = filled(plain, ours, {**ids, "client_id": client_id, "subject_id": client_id})
            for query in ("", "?q=Trevidic", "?q=zwyx"):
                answer = await api.get(url + query, headers=director.headers)
                assert answer.status_code < 500, f"{url}: {answer.text[:200]}"
                seen += answer.status_code == 200
                found += [f"{path}: {secret}" for text in told(answer) for secret in SECRETS if secret in text]
    typed = {"first_name": "Awena", "last_name": "Trevidic", "phone": PHONE}
    asked = await api.post(f"{CENTRE}{ours.slug}/clients/signal", json=typed, headers=director.headers)
    assert asked.json()["centres"] == 1
    found += [f"signal: {secret}" for secret in SECRETS if secret in asked.text]
    async with tenant_transaction(ours.id, read_only=True):
        for table in ("outbox", "audit_entries", "clients", "enquiries", "mails", "tasks"):
            rows = await fetch(f"SELECT to_jsonb(t)::text AS said FROM {table} t WHERE centre_id = $1", ours.id)
            found += [f"{table}: {secret}" for row in rows for secret in SECRETS if secret in row["said"]]
    logged = "".join(capfd.readouterr())
    found += [f"log: {secret}" for secret in SECRETS if secret in logged]

    assert found == []
    assert seen > 60, "the walk walked"
    signal = (await api.get(f"{CENTRE}{ours.slug}/clients/{here.id}", headers=director.headers)).json()["signal"]
    assert signal == {"centres": 1, "season": "spring", "year": 2024, "booking_category": None}
