"""A POST repeated with its key makes one thing, whatever died in between."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from infra.database import execute, fetch_value, system_transaction, tenant_transaction
from infra.idempotency import KeyInFlight, KeyReused, OutcomeUnknown, decide
from tenants.centres.rules import CentreRef
from tests.factories.accounts import a_user
from tests.factories.centres import a_centre

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
ROOM = {"name": "A1", "beds": 2}


async def rooms(centre: CentreRef) -> int:
    async with tenant_transaction(centre.id, read_only=True):
        return int(await fetch_value("SELECT count(*) FROM rooms WHERE centre_id = $1", centre.id))


async def test_the_second_answer_is_the_first_one(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    user = await a_user(centre, "direction")
    url, headers = f"/api/v1/centres/{centre.slug}/rooms", {**user.headers, "Idempotency-Key": "k1"}

    first = await api.post(url, headers=headers, json=ROOM)
    second = await api.post(url, headers=headers, json=ROOM)

    assert first.status_code == 201
    assert (second.status_code, second.content) == (201, first.content)
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert await rooms(centre) == 1


async def test_a_refusal_is_replayed_too(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    user = await a_user(centre, "direction")
    url, headers = f"/api/v1/centres/{centre.slug}/rooms", {**user.headers, "Idempotency-Key": "k1"}

    first = await api.post(url, headers=headers, json={"name": "", "beds": 0})
    second = await api.post(url, headers=headers, json={"name": "", "beds": 0})

    assert first.status_code == 422
    assert second.content == first.content
    assert await rooms(centre) == 0


async def test_another_body_under_the_same_key_is_refused(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    user = await a_user(centre, "direction")
    url, headers = f"/api/v1/centres/{centre.slug}/rooms", {**user.headers, "Idempotency-Key": "k1"}
    await api.post(url, headers=headers, json=ROOM)

    other = await api.post(url, headers=headers, json={"name": "A2", "beds": 4})

    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await rooms(centre) == 1


async def test_one_users_key_is_nothing_to_another(api: httpx.AsyncClient) -> None:
    ours, theirs = await a_centre(), await a_centre()
    for centre in (ours, theirs):
        user = await a_user(centre, "direction")
        headers = {**user.headers, "Idempotency-Key": "same"}
        made = await api.post(f"/api/v1/centres/{centre.slug}/rooms", headers=headers, json=ROOM)
        assert made.status_code == 201

    assert (await rooms(ours), await rooms(theirs)) == (1, 1)


async def test_twenty_at_once_make_one(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    user = await a_user(centre, "direction")
    url, headers = f"/api/v1/centres/{centre.slug}/rooms", {**user.headers, "Idempotency-Key": "k1"}

    answers = await asyncio.gather(*(api.post(url, headers=headers, json=ROOM) for _ in range(20)))

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert [answer.status_code for answer in answers].count(201) >= 1
    assert await rooms(centre) == 1


async def test_an_answer_lost_between_commit_and_keeping_is_said_and_not_repeated(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    user = await a_user(centre, "direction")
    url, headers = f"/api/v1/centres/{centre.slug}/rooms", {**user.headers, "Idempotency-Key": "k1"}
    await api.post(url, headers=headers, json=ROOM)
    async with system_transaction():
        # As if the process had died after its COMMIT: marked done in that transaction, no answer kept.
        marked = await fetch_value("SELECT done_at IS NOT NULL FROM idempotency_keys WHERE key = 'k1' AND status = 201")
        await execute(
            """UPDATE idempotency_keys SET status = NULL, headers = NULL, body = NULL,
                   done_at = done_at - interval '1 minute' WHERE key = 'k1'"""
        )

    again = await api.post(url, headers=headers, json=ROOM)

    assert marked is True
    assert (again.status_code, again.json()["code"]) == (409, "idempotency_outcome_unknown")
    assert await rooms(centre) == 1


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_a_key_has_1_to_255_characters(api: httpx.AsyncClient, key: str) -> None:
    centre = await a_centre()
    user = await a_user(centre, "direction")
    headers = {**user.headers, "Idempotency-Key": key}

    answer = await api.post(f"/api/v1/centres/{centre.slug}/rooms", headers=headers, json=ROOM)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_invalid")
    assert await rooms(centre) == 0


def test_an_abandoned_request_may_run_again_after_a_minute() -> None:
    late = AT + timedelta(seconds=61)
    assert decide(same_body=True, status=None, done_at=None, created_at=AT, at=late) is False
    assert decide(same_body=True, status=201, done_at=AT, created_at=AT, at=AT) is True
    with pytest.raises(KeyInFlight):
        decide(same_body=True, status=None, done_at=None, created_at=AT, at=AT + timedelta(seconds=59))
    with pytest.raises(OutcomeUnknown):
        decide(same_body=True, status=None, done_at=AT, created_at=AT, at=late)
    with pytest.raises(KeyReused):
        decide(same_body=False, status=201, done_at=AT, created_at=AT, at=AT)
