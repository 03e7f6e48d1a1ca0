"""What holds for every call: keys, accounts, idempotency, errors, lists, shapes."""

import threading

import httpx
import pytest
import stripe

from tests.infra.services.payments.simulator import KEY, Simulator, open_session


@pytest.mark.parametrize("key", ["sk_live_51Nfffffffffffffffff", "pk_test_51Nfffffffffffff", "n'importe quoi"])
def test_only_secret_test_keys_open(simulator: Simulator, key: str) -> None:
    answer = httpx.get(f"{simulator.url}/v1/events", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert key not in answer.text


def test_the_sdk_says_that_a_live_key_is_refused(simulator: Simulator) -> None:
    with pytest.raises(stripe.AuthenticationError, match="Live keys are refused"):
        open_session(simulator.client("sk_live_51Nfffffffffffffffff"))


def test_each_account_is_a_world_of_its_own(simulator: Simulator) -> None:
    annecy, nice = simulator.client(), simulator.client(account=f"{simulator.account}_nice")
    session = open_session(annecy, key="cle")
    for stranger in (nice, simulator.platform(), simulator.platform("sk_test_another_network")):
        with pytest.raises(stripe.InvalidRequestError, match=r"No such checkout\.session") as refused:
            stranger.v1.checkout.sessions.retrieve(session.id)
        assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
        assert stranger.v1.checkout.sessions.list().data == []
    assert open_session(nice, key="cle").id != session.id
    with pytest.raises(stripe.PermissionError):
        open_session(simulator.client(account="centre no 3"))


def test_an_account_tells_its_name(simulator: Simulator) -> None:
    platform = simulator.platform()
    made = platform.v1.accounts.create(params={"country": "FR", "business_profile": {"name": "Centre de Nîmes"}})
    found = platform.v1.accounts.retrieve(made.id)
    assert found.business_profile is not None and found.business_profile.name == "Centre de Nîmes"
    assert found.charges_enabled
    assert platform.v1.accounts.retrieve_current().id != made.id


def test_the_same_key_and_body_get_the_same_answer(simulator: Simulator) -> None:
    client = simulator.client()
    first, second = open_session(client, key="cle-1"), open_session(client, key="cle-1")
    assert first.id == second.id
    assert first.last_response is not None and second.last_response is not None
    assert "idempotent-replayed" not in first.last_response.headers
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_the_same_key_with_another_body_or_address_is_refused(simulator: Simulator) -> None:
    client = simulator.client()
    open_session(client, key="cle-1")
    with pytest.raises(stripe.IdempotencyError):
        open_session(client, key="cle-1", cents=9_999)
    with pytest.raises(stripe.IdempotencyError):
        client.v1.refunds.create(params={"payment_intent": "pi_x"}, options={"idempotency_key": "cle-1"})
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_a_key_is_forgotten_when_the_parameters_were_wrong(simulator: Simulator) -> None:
    client = simulator.client()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create(params={"amount": 5}, options={"idempotency_key": "cle-2"})
    assert "payment_intent or charge" in str(refused.value)
    assert open_session(client, key="cle-2").status == "open"


def test_two_calls_at_once_under_one_key_are_one(simulator: Simulator) -> None:
    simulator.control(delay_ms=400)
    outcomes: list[str] = []

    def call() -> None:
        try:
            outcomes.append(open_session(simulator.client(), key="cle-3").id)
        except stripe.StripeError as refused:
            outcomes.append(f"{refused.http_status} {refused.code}")

    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(outcome.startswith("cs_test_") for outcome in outcomes) == 1
    assert sum(outcome.startswith("409") for outcome in outcomes) == 1
    assert len(simulator.client().v1.checkout.sessions.list().data) == 1


@pytest.mark.parametrize(
    ("body", "param", "code"),
    [
        ({"mode": "payment"}, "line_items", "parameter_missing"),
        ({"mode": "payment", "surprise": "1"}, "surprise", "parameter_unknown"),
        (
            {"mode": "payment", "success_url": "https://x.fr", "line_items[0][quantity]": "2"},
            "line_items[0]",
            None,
        ),
        (
            {
                "mode": "payment",
                "success_url": "nulle part",
                "line_items[0][quantity]": "1",
                "line_items[0][price]": "price_none",
            },
            "success_url",
            "url_invalid",
        ),
        (
            {
                "mode": "payment",
                "success_url": "https://x.fr",
                "line_items[0][quantity]": "1",
                "line_items[0][price]": "price_none",
            },
            "line_items[0][price]",
            "resource_missing",
        ),
    ],
)
def test_a_wrong_parameter_is_named(simulator: Simulator, body: dict[str, str], param: str, code: str | None) -> None:
    answer = httpx.post(f"{simulator.url}/v1/checkout/sessions", data=body, headers={"Authorization": f"Bearer {KEY}"})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["type"], error.get("param"), error.get("code")) == ("invalid_request_error", param, code)


@pytest.mark.parametrize("metadata", [{"k": "x" * 501}, {"k" * 41: "x"}, {f"k{n}": "x" for n in range(51)}])
def test_metadata_has_its_limits(simulator: Simulator, metadata: dict[str, str]) -> None:
    simulator.press(open_session(simulator.client()), "pay")
    charge = simulator.client().v1.charges.list().data[0].id
    with pytest.raises(stripe.InvalidRequestError, match=r"[Mm]etadata"):
        simulator.client().v1.refunds.create(params={"charge": charge, "metadata": metadata})
    assert simulator.client().v1.refunds.list().data == []


def test_lists_are_read_page_by_page_newest_first(simulator: Simulator) -> None:
    client = simulator.client()
    opened = [open_session(client, cents=100 + number).id for number in range(7)]
    listed = [session.id for session in client.v1.checkout.sessions.list(params={"limit": 3}).auto_paging_iter()]
    assert listed == opened[::-1]
    page = client.v1.checkout.sessions.list(params={"limit": 3, "ending_before": opened[0]})
    assert [session.id for session in page.data] == [opened[3], opened[2], opened[1]]
    assert page.has_more
    later = client.v1.checkout.sessions.list(params={"created": {"gt": page.data[0].created + 3600}})
    assert later.data == []


def test_events_are_listed_by_type_and_time(simulator: Simulator) -> None:
    client = simulator.client()
    session = open_session(client)
    simulator.press(session, "pay")
    wanted = ["checkout.session.completed", "charge.*"]
    events = client.v1.events.list(params={"types": wanted}).data
    assert [event.type for event in events] == ["checkout.session.completed", "charge.succeeded"]
    assert events[0].data.object["id"] == session.id
    assert client.v1.events.retrieve(events[0].id).type == "checkout.session.completed"
    assert client.v1.events.list(params={"type": "charge.refunded"}).data == []


async def test_the_asynchronous_sdk_is_served_too(simulator: Simulator) -> None:
    transport = stripe.HTTPXClient()
    client = stripe.StripeClient(
        KEY, stripe_account=simulator.account, base_addresses={"api": simulator.url}, http_client=transport
    )
    assert (await client.v1.events.list_async()).data == []
    assert (await client.v1.accounts.retrieve_async(simulator.account)).id == simulator.account
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.charges.retrieve_async("ch_none")
    await transport.close_async()  # type: ignore[no-untyped-call]
