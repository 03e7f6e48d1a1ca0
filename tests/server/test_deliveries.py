"""What the workers go on failing at, through the network's door."""

from uuid import UUID

import httpx

from infra.actor import job
from infra.database import execute, fetch_row, fetch_value, network_transaction, relay_transaction, tenant_transaction
from infra.ids import new_id
from infra.inbox import store_event
from infra.outbox import Event, record
from infra.outbox.deliveries import overdue_deliveries
from infra.outbox.failures import FAILED_ATTEMPTS
from tests.factories.accounts import a_network_user, a_user
from tests.factories.centres import a_centre

AT = "/api/v1/network/deliveries"


class Happened(Event, frozen=True, kw_only=True, tag="tests.happened"):
    """Something a test did."""


async def failed_fact(centre_id: UUID, *, attempts: int = FAILED_ATTEMPTS) -> UUID:
    """Record a fact that its consumer failed at so many times."""
    async with tenant_transaction(centre_id):
        await record(Happened(subject_id=new_id()), actor=job("test", request_id="request-7"))
        fact_id: UUID = await fetch_value("SELECT id FROM outbox ORDER BY sequence DESC LIMIT 1")
    async with relay_transaction():
        await execute("UPDATE outbox SET relayed_at = now() WHERE id = $1", fact_id)
        await execute(
            """INSERT INTO outbox_deliveries (event_id, consumer, attempts, next_at, error)
               VALUES ($1, 'mail', $2, now() + interval '1 hour', 'ValueError(''morel@college-ferry.fr'')')""",
            fact_id,
            attempts,
        )
    return fact_id


async def waits(fact_id: UUID) -> tuple[int, bool]:
    async with relay_transaction():
        row = await fetch_row(
            "SELECT attempts, next_at <= now() AS due FROM outbox_deliveries WHERE event_id = $1", fact_id
        )
    assert row is not None
    return row["attempts"], row["due"]


async def test_what_failed_is_listed_without_anybodys_data_and_tried_again(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    steward, admin = await a_network_user("network_steward"), await a_network_user("network_admin")
    fact_id = await failed_fact(centre.id)
    young = await failed_fact(centre.id, attempts=2)

    failed = await api.get(AT, headers=steward.headers)
    retrying = (await api.get(f"{AT}?state=retrying&limit=200", headers=steward.headers)).json()["items"]

    [mine] = [one for one in failed.json()["items"] if one["id"] == str(fact_id)]
    assert (mine["consumer"], mine["kind"], mine["centre"], mine["attempts"], mine["error"], mine["request_id"]) == (
        "mail", "tests.happened", centre.slug, FAILED_ATTEMPTS, "ValueError", "request-7",
    )  # fmt: skip
    assert "morel" not in failed.text
    assert str(young) not in failed.text
    assert str(young) in {one["id"] for one in retrying}

    refused = await api.post(f"{AT}/{fact_id}/mail/retry", headers=steward.headers)
    assert (refused.status_code, await waits(fact_id)) == (403, (FAILED_ATTEMPTS, False))
    assert (await api.post(f"{AT}/{fact_id}/mail/retry", headers=admin.headers)).status_code == 202
    assert await waits(fact_id) == (0, True)
    assert fact_id in {one.event_id for one in await overdue_deliveries()}
    unknown = await api.post(f"{AT}/{fact_id}/links/retry", headers=admin.headers)
    assert unknown.status_code == 404
    async with network_transaction():
        trail = await fetch_value(
            "SELECT actor_name FROM network_audit_entries WHERE subject_id = $1 AND action = 'retry'", fact_id
        )
    assert trail == admin.name


async def test_a_webhook_that_is_not_applied_is_listed_and_tried_again(api: httpx.AsyncClient) -> None:
    admin = await a_network_user("network_admin")
    name = f"evt_{new_id().hex}"
    await store_event("stripe", name, b'{"id": "evt", "type": "refund.created"}')
    async with relay_transaction():
        row_id = await fetch_value(
            """UPDATE inbox SET attempts = 9, error = 'EventTooEarly(''evt'')', next_at = now() + interval '1 hour'
               WHERE event_id = $1 RETURNING id""",
            name,
        )

    listed = (await api.get(f"{AT}?limit=200", headers=admin.headers)).json()["items"]
    retried = await api.post(f"{AT}/{row_id}/inbox:stripe/retry", headers=admin.headers)

    [mine] = [one for one in listed if one["id"] == str(row_id)]
    assert (mine["consumer"], mine["kind"], mine["error"]) == ("inbox:stripe", "refund.created", "EventTooEarly")
    assert retried.status_code == 202
    async with relay_transaction():
        assert await fetch_value("SELECT attempts = 0 AND next_at <= now() FROM inbox WHERE id = $1", row_id)
        await execute("UPDATE inbox SET done_at = now() WHERE id = $1", row_id)


async def test_the_list_is_paged_and_no_centres_staff_see_it(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    ids = [str(await failed_fact(centre.id)) for _ in range(5)]
    admin, director = await a_network_user("network_admin"), await a_user(centre, "direction")

    seen: list[str] = []
    cursor = ""
    while True:
        page = (await api.get(f"{AT}?limit=2{cursor}", headers=admin.headers)).json()
        seen += [one["id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert [one for one in seen if one in ids] == list(reversed(ids))
    assert len(seen) == len(set(seen))
    assert (await api.get(AT, headers=director.headers)).status_code == 404
    assert (await api.get(f"{AT}?cursor=bm9uc2Vuc2U", headers=admin.headers)).status_code == 422
