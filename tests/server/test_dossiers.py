"""From a demande to a paid dossier through the API, and Stripe's webhook at its door."""

import time
from collections.abc import Iterator

import httpx
import msgspec
import pytest
import stripe

from billing.quotes.acceptance import accept_quote
from infra import settings as settings_module
from infra.database import fetch_value, relay_transaction
from infra.ids import new_id
from tests.factories.accounts import a_user
from tests.factories.centres import a_centre
from tests.factories.clients import an_organisation
from tests.factories.dossiers import a_dossier, a_service, an_accepted_dossier, token_of
from tests.factories.enquiries import an_enquiry
from tests.factories.stays import a_stay

pytestmark = pytest.mark.usefixtures("api")

EUROS_280 = {"minor": 28_000, "currency": "EUR"}


async def test_a_stay_taken_without_a_demande_gets_its_dossier_by_its_first_service_and_only_one(
    api: httpx.AsyncClient,
) -> None:
    centre = await a_centre()
    staff = await a_user(centre, "commercial")
    client = await an_organisation(centre.id)
    stay = await a_stay(centre.id, client_id=client.id)
    path = f"/api/v1/centres/{centre.slug}/stays/{stay.id}/services"
    line = {"label": "Car", "unit_price": EUROS_280, "vat_basis_points": 1000, "quantity": 1}

    begun = await api.post(path, headers=staff.headers, json=line)
    again = await api.post(path, headers=staff.headers, json=line)

    assert (begun.status_code, begun.json()["state"], begun.json()["total"]) == (201, "new", EUROS_280)
    assert (begun.json()["stay"]["id"], begun.json()["client_id"]) == (str(stay.id), str(client.id))
    assert (again.status_code, again.json()["code"]) == (409, "stay_has_dossier")


async def test_a_demande_becomes_a_dossier_is_offered_accepted_paid_and_treated(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    enquiry = await an_enquiry(centre.id)
    staff = await a_user(centre, "direction")
    base = f"/api/v1/centres/{centre.slug}"
    board = await api.post(
        f"{base}/services",
        headers=staff.headers,
        json={
            "name": "Pension complète ado",
            "product_type": "lodging",
            "unit": "person_night",
            "price": {"minor": 4_150, "currency": "EUR"},
            "vat_basis_points": 1000,
        },
    )
    assert board.status_code == 201
    listed = (await api.get(f"{base}/services", headers=staff.headers)).json()
    assert [service["name"] for service in listed["items"]] == ["Pension complète ado"]

    promoted = await api.post(
        f"{base}/enquiries/{enquiry.id}/services",
        headers=staff.headers,
        json={"line": {"service_id": board.json()["id"]}},
    )
    assert promoted.status_code == 201
    dossier = promoted.json()
    at = f"{base}/dossiers/{dossier['id']}"
    assert (dossier["state"], dossier["total"]["minor"]) == ("new", 52 * 3 * 4_150)
    assert dossier["stay"]["fields"]["counts"]["teenagers"] == 48
    assert dossier["stay"]["dossier_number"] == dossier["number"]
    again = await api.post(
        f"{base}/enquiries/{enquiry.id}/services", headers=staff.headers, json={"line": {"service_id": str(new_id())}}
    )
    assert (again.status_code, again.json()["code"]) == (409, "enquiry_already_dossier")

    added = await api.post(
        f"{at}/lines", headers=staff.headers, json={"label": "Divers : car", "unit_price": EUROS_280}
    )
    line_id = added.json()["lines"][1]["id"]
    missing = await api.patch(f"{at}/lines/{line_id}", headers=staff.headers, json={"quantity": 2})
    stale = await api.patch(f"{at}/lines/{line_id}", headers={**staff.headers, "If-Match": '"1"'}, json={"quantity": 2})
    changed = await api.patch(
        f"{at}/lines/{line_id}",
        headers={**staff.headers, "If-Match": added.headers["ETag"]},
        json={"unit_price": {"minor": 25_000, "currency": "EUR"}},
    )
    assert (missing.status_code, stale.status_code, changed.status_code) == (428, 412, 200)
    assert changed.json()["total"]["minor"] == 647_400 + 25_000

    sent = (await api.post(f"{at}/quotes", headers=staff.headers, json={"detail": "detailed"})).json()
    assert (sent["state"], sent["quotes"][0]["state"]) == ("in_progress", "sent")
    assert sent["messages"][-1]["mail_state"] == "queued"
    pdf = await api.get(sent["quotes"][0]["pdf_path"], headers=staff.headers)
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    no_link = await api.post(f"{at}/payment-links", headers=staff.headers, json={"part": "deposit"})
    assert (no_link.status_code, no_link.json()["code"]) == (409, "quote_not_accepted")

    await accept_quote(token_of(sent["quotes"][0]["page_url"]), name="Mme Morel", terms="cgv", address="192.0.2.7")
    link = await api.post(f"{at}/payment-links", headers=staff.headers, json={"part": "deposit"})
    assert link.status_code == 201
    assert link.json()["mailed_to"] == "morel@college-ferry.fr"
    total = sent["total"]["minor"]
    paid = await api.post(
        f"{at}/payments",
        headers=staff.headers,
        json={"means": "public_transfer", "amount": {"minor": total, "currency": "EUR"}, "reference": "mandat 12"},
    )
    assert (paid.status_code, paid.json()["state"], paid.json()["due"]["minor"]) == (201, "paid", 0)
    assert paid.json()["stay"]["status"] == "confirmed"
    treated = await api.put(
        f"{at}/treated", headers={**staff.headers, "If-Match": paid.headers["ETag"]}, json={"treated": True}
    )
    assert (treated.status_code, treated.json()["state"]) == (200, "processed")
    columns = (await api.get(f"{base}/dossiers/columns", headers=staff.headers)).json()
    assert [(one["state"], one["count"]) for one in columns if one["count"]] == [("processed", 1)]
    refunded = await api.post(
        f"{base}/payments/{paid.json()['payments'][0]['id']}/refunds",
        headers=staff.headers,
        json={"amount": EUROS_280, "reason": "geste"},
    )
    assert (refunded.status_code, refunded.json()["state"]) == (201, "deposit_paid")
    assert refunded.json()["payments"][0]["state"] == "partly_refunded"


async def test_what_was_wrong_with_a_line_is_said_where_it_stands(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    staff = await a_user(centre, "commercial")
    enquiry = await an_enquiry(centre.id, arrival=None, departure=None)
    client = await an_organisation(centre.id)
    path = f"/api/v1/centres/{centre.slug}/enquiries/{enquiry.id}/services"
    line = {"label": "Car", "unit_price": EUROS_280}

    no_dates = await api.post(path, headers=staff.headers, json={"line": line})
    no_price = await api.post(
        path,
        headers=staff.headers,
        json={
            "line": {"label": "Car"},
            "client_id": str(client.id),
            "arrival": "2027-03-16",
            "departure": "2027-03-19",
        },
    )

    assert (no_dates.status_code, [error["pointer"] for error in no_dates.json()["errors"]]) == (
        422,
        ["/arrival", "/departure"],
    )
    assert (no_price.status_code, [error["pointer"] for error in no_price.json()["errors"]]) == (
        422,
        ["/line/unit_price"],
    )
    listed = await api.get(f"/api/v1/centres/{centre.slug}/dossiers", headers=staff.headers)
    assert listed.json() == {"items": [], "next_cursor": None}


async def test_the_list_goes_page_by_page(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    staff = await a_user(centre, "réception")
    made = [str((await a_dossier(centre.id)).id) for _ in range(5)]
    base = f"/api/v1/centres/{centre.slug}/dossiers?limit=2"

    seen: list[str] = []
    cursor = ""
    while True:
        page = (await api.get(f"{base}&cursor={cursor}", headers=staff.headers)).json()
        seen += [card["id"] for card in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == made[::-1]


async def test_another_centre_and_a_smaller_role_get_nothing(api: httpx.AsyncClient) -> None:
    ours, theirs = await a_centre(), await a_centre()
    made, _, _ = await an_accepted_dossier(ours.id)
    service = await a_service(ours.id)
    stranger, desk = await a_user(theirs, "direction"), await a_user(ours, "réception")
    foreign = f"/api/v1/centres/{theirs.slug}/dossiers/{made.id}"
    money = {"means": "cash", "amount": EUROS_280}

    answers = [
        await api.get(foreign, headers=stranger.headers),
        await api.post(f"{foreign}/lines", headers=stranger.headers, json={"service_id": str(service.id)}),
        await api.post(f"{foreign}/quotes", headers=stranger.headers, json={}),
        await api.post(f"{foreign}/payments", headers=stranger.headers, json=money),
        await api.post(f"{foreign}/payment-links", headers=stranger.headers, json={"part": "deposit"}),
    ]
    refused = await api.post(
        f"/api/v1/centres/{ours.slug}/dossiers/{made.id}/payments", headers=desk.headers, json=money
    )

    assert [answer.status_code for answer in answers] == [404] * 5
    assert (refused.status_code, refused.json()["right"]) == (403, "payment.record")


SECRET = "whsec_only_for_tests"


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HALTE_STRIPE_WEBHOOK_SECRET", SECRET)
    settings_module.settings.cache_clear()
    yield
    monkeypatch.undo()
    settings_module.settings.cache_clear()


def body_of(event_id: str) -> bytes:
    return msgspec.json.encode({"id": event_id, "object": "event", "type": "payout.paid", "data": {"object": {}}})


def signature(body: bytes, *, secret: str = SECRET, age_seconds: int = 0) -> dict[str, str]:
    stamp = int(time.time()) - age_seconds
    made = stripe.WebhookSignature._compute_signature(f"{stamp}.{body.decode()}", secret)
    return {"Stripe-Signature": f"t={stamp},v1={made}"}


async def in_inbox(event_id: str) -> int:
    async with relay_transaction():
        count: int = await fetch_value("SELECT count(*) FROM inbox WHERE event_id = $1", event_id)
    return count


@pytest.mark.usefixtures("signed")
async def test_a_webhook_is_stored_once_and_answered(api: httpx.AsyncClient) -> None:
    event_id = f"evt_{new_id().hex}"
    body = body_of(event_id)

    answers = [await api.post("/webhooks/stripe", content=body, headers=signature(body)) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert await in_inbox(event_id) == 1


@pytest.mark.usefixtures("signed")
async def test_what_stripe_did_not_sign_is_not_stored(api: httpx.AsyncClient) -> None:
    event_id = f"evt_{new_id().hex}"
    body = body_of(event_id)

    answers = [
        await api.post("/webhooks/stripe", content=body),
        await api.post("/webhooks/stripe", content=body, headers=signature(body, secret="whsec_other")),
        await api.post("/webhooks/stripe", content=body, headers=signature(body, age_seconds=400)),
        await api.post("/webhooks/stripe", content=body + b" ", headers=signature(body)),
        await api.post("/webhooks/stripe", content=body, headers=signature(body, secret="")),
    ]

    assert [answer.status_code for answer in answers] == [400] * 5
    assert await in_inbox(event_id) == 0


async def test_without_a_secret_there_is_no_such_route(api: httpx.AsyncClient) -> None:
    event_id = f"evt_{new_id().hex}"
    body = body_of(event_id)

    answer = await api.post("/webhooks/stripe", content=body, headers=signature(body, secret=""))

    assert answer.status_code == 404
    assert await in_inbox(event_id) == 0
