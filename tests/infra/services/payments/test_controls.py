"""The simulator misbehaves as it is told, and comes back after a kill."""

import time
from pathlib import Path

import httpx
import msgspec
import pytest
import stripe

from tests.infra.services.payments.endpoint import Endpoint
from tests.infra.services.payments.simulator import Simulator, open_session

PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]


def test_the_next_calls_fail_then_all_is_well(simulator: Simulator) -> None:
    assert simulator.control(fail_next=2)["fail_next"] == 2
    for _ in range(2):
        with pytest.raises(stripe.APIError) as failed:
            open_session(simulator.client(), key="cle")
        assert failed.value.http_status == 500
    assert simulator.client().v1.checkout.sessions.list().data == []
    assert open_session(simulator.client(), key="cle").status == "open"


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, stripe.RateLimitError), (402, stripe.CardError), (503, stripe.APIError), (401, stripe.AuthenticationError)],
)
def test_a_failure_has_the_asked_status(simulator: Simulator, status: int, error: type[stripe.StripeError]) -> None:
    simulator.control(fail_next=1, fail_status=status)
    with pytest.raises(error) as failed:
        open_session(simulator.client())
    assert failed.value.http_status == status


def test_an_answer_lost_on_the_way_is_found_again_under_its_key(simulator: Simulator) -> None:
    simulator.control(fail_next=1, fail_after=True)
    with pytest.raises(stripe.APIError):
        open_session(simulator.client(), key="cle")
    made = simulator.client().v1.checkout.sessions.list().data
    assert len(made) == 1
    assert open_session(simulator.client(), key="cle").id == made[0].id


def test_the_sdk_tries_again_by_itself(simulator: Simulator) -> None:
    simulator.control(fail_next=1)
    assert open_session(simulator.client(retries=2)).status == "open"


def test_calls_wait_as_long_as_asked(simulator: Simulator) -> None:
    simulator.control(delay_ms=300)
    before = time.monotonic()
    simulator.client().v1.events.list()
    assert time.monotonic() - before >= 0.3


def test_webhooks_are_repeated(simulator: Simulator, endpoint: Endpoint) -> None:
    simulator.control(repeat=3)
    simulator.press(open_session(simulator.client()), "pay")
    arrived = endpoint.wait_for(12)
    assert sorted(arrived) == sorted(PAID * 3)
    assert len({event.id for event in endpoint.events}) == 4


def test_webhooks_arrive_in_reverse(simulator: Simulator, endpoint: Endpoint) -> None:
    simulator.control(reorder=True, repeat=2, hold_ms=300)
    simulator.press(open_session(simulator.client()), "pay")
    assert endpoint.wait_for(8) == PAID[::-1] * 2


def test_held_webhooks_go_when_the_control_is_put_back(simulator: Simulator, endpoint: Endpoint) -> None:
    simulator.control(reorder="shuffle", hold_ms=60_000)
    simulator.press(open_session(simulator.client()), "pay")
    time.sleep(0.3)
    assert endpoint.events == []
    assert simulator.control(reset=True)["reorder"] is False
    assert endpoint.wait_for(4) == PAID


@pytest.mark.parametrize("wrong", [{"repeat": -1}, {"delay_ms": -5}, {"reorder": "sideways"}, {"fail": 1}, [1]])
def test_a_senseless_control_is_refused_and_changes_nothing(simulator: Simulator, wrong: object) -> None:
    before = httpx.get(f"{simulator.url}/_control").json()
    answer = httpx.post(f"{simulator.url}/_control", json=wrong)
    assert answer.status_code == 400 and answer.json()["error"]
    assert httpx.get(f"{simulator.url}/_control").json() == before


def test_a_refused_webhook_is_sent_again_signed_anew(simulator: Simulator, endpoint: Endpoint) -> None:
    endpoint.refusals_left = 3
    session = open_session(simulator.client())
    simulator.client().v1.checkout.sessions.expire(session.id)
    assert endpoint.wait_for(4) == ["checkout.session.expired"] * 4
    sent = wait_until_delivered(simulator)
    assert [attempt.status for attempt in sent.attempts] == [500, 500, 500, 200]
    assert (sent.object, sent.pending) == (session.id, 0)
    times = [attempt.at for attempt in sent.attempts]
    assert times[2] - times[1] > (times[1] - times[0]) * 1.3


def test_nothing_is_lost_at_a_kill(simulator: Simulator, endpoint: Endpoint) -> None:
    simulator.control(reorder=True, hold_ms=60_000)
    session = open_session(simulator.client(), key="cle")
    simulator.press(session, "pay")
    simulator.kill()
    simulator.start()
    assert endpoint.events == []
    assert open_session(simulator.client(), key="cle").id == session.id
    assert simulator.client().v1.checkout.sessions.retrieve(session.id).status == "complete"
    simulator.control(reorder=False)
    assert endpoint.wait_for(4) == PAID


def test_open_sessions_follow_the_simulator_to_another_port(
    tmp_path: Path, simulator: Simulator, endpoint: Endpoint
) -> None:
    moving = Simulator(tmp_path, webhook_url=endpoint.url)
    moving.account = simulator.account
    moving.start()
    session = open_session(moving.client())
    moving.kill()
    moving.move()
    moving.start()
    found = moving.client().v1.checkout.sessions.retrieve(session.id)
    assert found.url == f"{moving.url}/c/pay/{session.id}"
    assert httpx.get(found.url).status_code == 200
    moving.kill()


class Attempt(msgspec.Struct):
    status: int
    at: float


class Sent(msgspec.Struct):
    object: str
    account: str | None
    pending: int
    attempts: list[Attempt]


def wait_until_delivered(simulator: Simulator) -> Sent:
    """Return the only event of the test's account once nothing of it is to be sent any more."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        everything = msgspec.json.decode(httpx.get(f"{simulator.url}/_events").content, type=list[Sent])
        sent = [event for event in everything if event.account == simulator.account]
        if sent and not any(event.pending for event in sent):
            assert len(sent) == 1
            return sent[0]
        time.sleep(0.05)
    raise AssertionError("webhooks are still pending")
