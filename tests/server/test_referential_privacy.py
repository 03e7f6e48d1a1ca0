"""A card's life at another centre: read by every route, in every fact, trail and log of ours, there is nothing but the signal.

All that the other centre holds of the client, and its own name, has one syllable in it that nothing else has.
"""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from litestar import Litestar

from infra.database import fetch, fetch_value, tenant_transaction
from tenants.centres.rules import CentreRef
from tenants.clients.following import note_action
from tenants.clients.operations import add_client, change_client
from tenants.clients.profiles import Profile
from tenants.clients.rules import Contact
from tenants.satisfaction.public_reviews import PublicReview, keep_review
from tenants.stays.presence import mark_present
from tests.architecture.catalogue import TENANT, TENANT_BY_ID
from tests.factories.accounts import TestUser, a_user
from tests.factories.centres import a_centre
from tests.factories.clients import IMPORTER, a_client, client_fields
from tests.factories.dossiers import a_dossier, a_sent_quote
from tests.factories.enquiries import an_enquiry
from tests.factories.stays import DESK, a_confirmed_stay, a_room, beds_of
from tests.server.openapi_walk import operations, sample
from tests.server.test_routes import CENTRE, routes
from tests.server.world import filled, things_of

PHONE = "06 71 72 73 74"
SECRET = "zwyx"
ASKED = ("", "?q=Trevidic", f"?q={SECRET}")
UNHEARD = ("/events",)
"""What never ends: the stream tells of the outbox's rows, which are read below."""


def told(answer: httpx.Response) -> Iterator[str]:
    """Yield what an answer says, archives opened; what was asked is not told back by itself."""
    if answer.content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            yield from (archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    else:
        yield answer.text
    yield str(answer.headers)


def betrays(answer: httpx.Response) -> bool:
    """Say whether an answer tells anything of the other centre's."""
    return any(SECRET in text.replace(f"q={SECRET}", "").lower() for text in told(answer))


async def a_life_elsewhere() -> tuple[CentreRef, dict[str, UUID]]:
    """Make another centre with a client's card and all that hangs on it; return it, and its things by name."""
    theirs = await a_centre(name="Centre Zwyxlà", town="Zwyxbourg", email="accueil@zwyx.example")
    things = await things_of(theirs)
    room = await a_room(theirs.id, beds=4, name="Zwyx 1")
    fields = client_fields(
        first_name="Awena", last_name="Trevidic", phone=PHONE, email="zwyx.prive@orange.fr", street="1 zwyxadresse",
        postal_code="", town="zwyxville", notes="zwyxnote", reference="ZWYXREF",
        contacts=[Contact(name="zwyxcontact", email="", phone="", roles=[])],
        profiles=[Profile(network="instagram", handle="zwyxprofil")],
    )  # fmt: skip
    fields = msgspec.structs.replace(
        fields, habits="zwyxhabitude", special_requests="zwyxdemande", further_information="zwyxinfo", colour="#123456"
    )
    card = await add_client(theirs.id, fields, actor=IMPORTER)
    fields = msgspec.structs.replace(fields, notes="zwyxnote relue")
    await change_client(theirs.id, card.id, fields, version=None, actor=IMPORTER)
    await note_action(theirs.id, card.id, "brochure_sent", day=date(2024, 4, 1), note="zwyxsuivi", actor=DESK)
    review = PublicReview(
        id=uuid4(),
        site="Google",
        author="zwyxauteur",
        day=date(2024, 5, 2),
        score_tenths=45,
        comment="zwyxavis",
        url="",
    )
    await keep_review(theirs.id, "zwyxcle", review)
    stay = await a_confirmed_stay(
        theirs.id, client_id=card.id, bed_ids=beds_of(room), arrival=date(2024, 4, 15), notes="zwyxsejour"
    )
    await mark_present(theirs.id, stay.id, actor=DESK)
    enquiry = await an_enquiry(theirs.id, client_id=card.id, message="zwyxmessage", name="Awena zwyxnom")
    dossier = await a_dossier(theirs.id, client_id=card.id)
    quote = await a_sent_quote(theirs.id, dossier.id)
    things |= {
        "client_id": card.id, "subject_id": card.id, "review_id": review.id, "stay_id": stay.id, "room_id": room.id, "bed_id": room.beds[0].id,
        "enquiry_id": enquiry.id, "dossier_id": dossier.id, "quote_id": quote.id,
    }  # fmt: skip
    return theirs, things


async def test_of_a_card_elsewhere_nothing_is_found_but_the_signal(
    app: Litestar, api: httpx.AsyncClient, described: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    ours, (_theirs, theirs) = await a_centre(), await a_life_elsewhere()
    director = await a_user(ours, "direction")
    here = await a_client(
        ours.id, first_name="Awena", last_name="Trevidic", phone=PHONE, email="", postal_code="", town=""
    )
    await an_enquiry(ours.id, client_id=here.id)
    own = {**await things_of(ours), "client_id": here.id, "subject_id": here.id}
    capfd.readouterr()

    found, seen = await _read_everything(app, api, ours, director, own, theirs)
    typed = {"first_name": "Awena", "last_name": "Trevidic", "phone": PHONE}
    asked = await api.post(f"{CENTRE}{ours.slug}/clients/signal", json=typed, headers=director.headers)
    signal = (await api.get(f"{CENTRE}{ours.slug}/clients/{here.id}", headers=director.headers)).json()["signal"]
    found += await _do_everything(api, described, ours, director, theirs)
    async with tenant_transaction(ours.id, read_only=True):
        for table in sorted(TENANT | TENANT_BY_ID):
            if not await fetch_value("SELECT has_table_privilege($1, 'SELECT')", table):
                continue  # the police forms, which the application's role cannot read at all
            rows = await fetch(f"SELECT to_jsonb(t)::text AS said FROM {table} t")
            found += [f"{table}: {row['said'][:200]}" for row in rows if SECRET in row["said"].lower()]
    logged = "".join(capfd.readouterr()).lower().replace(f"q={SECRET}", "")
    found += [f"log: {line}" for line in logged.splitlines() if SECRET in line]

    assert found == []
    assert seen > 60, "the walk walked"
    assert (asked.json()["centres"], betrays(asked)) == (1, False)
    assert signal == {"centres": 1, "season": "spring", "year": 2024, "booking_category": None}


async def _read_everything(  # noqa: PLR0917 - whose door, whose things
    app: Litestar,
    api: httpx.AsyncClient,
    ours: CentreRef,
    director: TestUser,
    own: Mapping[str, UUID],
    theirs: Mapping[str, UUID],
) -> tuple[list[str], int]:
    """Read every address there is, public pages and the network's too, of our things and of theirs."""
    found, seen = [], 0
    for method, path, _handler in routes(app):
        if method != "GET" or path.endswith(UNHEARD):
            continue
        for kind in (":uuid}", ":str}", ":int}", ":path}"):
            path = path.replace(kind, "}")  # noqa: PLW2901 - as the description writes it
        every = [{**own}, {**own, "client_id": theirs["client_id"], "subject_id": theirs["client_id"]}, {**theirs}]
        for url in dict.fromkeys(filled(path.replace("{slug}", ours.slug), ours, ids) for ids in every):
            for query in ASKED if path.startswith(CENTRE) else ("",):
                answer = await api.get(url + query, headers=director.headers)
                assert answer.status_code < 500, f"{url}: {answer.text[:200]}"
                seen += answer.status_code == 200
                found += [f"GET {path}{query}"] if betrays(answer) else []
    return found, seen


async def _do_everything(
    api: httpx.AsyncClient,
    described: dict[str, Any],
    ours: CentreRef,
    director: TestUser,
    theirs: Mapping[str, UUID],
) -> list[str]:
    """Do all that can be done, to their things and with their things."""
    found = []
    for operation in operations(described):
        if operation.method == "GET" or not operation.path.startswith(CENTRE):
            continue
        body = sample(described, operation.body, theirs) if operation.body else None
        answer = await api.request(
            operation.method,
            filled(operation.path, ours, {**theirs}),
            content=json.dumps(body) if body is not None else None,
            headers={**director.headers, "If-Match": '"1"', "Content-Type": "application/json"},
        )
        assert answer.status_code not in (401, 500), f"{operation}: {answer.text[:200]}"
        found += [str(operation)] if betrays(answer) else []
    return found
