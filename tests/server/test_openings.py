"""Who else has it open: said to each of them, to nobody else, and to nobody while one is alone."""

from datetime import timedelta

import httpx

from infra.clock import now
from infra.database import execute, fetch_value, tenant_transaction
from infra.ids import new_id
from tests.factories.clients import a_client
from tests.server.door import a_door


async def test_two_at_one_card_learn_of_one_another_and_who_is_alone_makes_no_news(api: httpx.AsyncClient) -> None:
    first, stranger = await a_door(api, "réception"), await a_door(api)
    second = await a_door(api, "commercial", centre=first.centre)
    path = f"/openings/{(await a_client(first.centre.id)).id}"

    async def news() -> int:
        async with tenant_transaction(first.centre.id, read_only=True):
            found = await fetch_value(
                "SELECT count(*) FROM outbox WHERE centre_id = $1 AND kind = 'openings.changed'", first.centre.id
            )
        assert isinstance(found, int)
        return found

    looking, editing = {"editing": False}, {"editing": True}
    assert (await first.ask("PUT", path, looking)).json() == []
    assert (await first.ask("PUT", path, editing)).json() == []
    assert await news() == 0

    assert (await second.ask("PUT", path, looking)).json() == [{"name": first.user.name, "editing": True}]
    assert await news() == 1
    assert (await first.ask("PUT", path, editing)).json() == [{"name": second.user.name, "editing": False}]
    assert await news() == 1
    await second.ask("PUT", path, editing)
    assert await news() == 2

    await stranger.ask("PUT", path, looking, status=404)
    await first.ask("PUT", f"/openings/{new_id()}", looking, status=404)
    await second.ask("DELETE", path, status=204)
    await second.ask("DELETE", path, status=204)
    assert await news() == 3
    assert (await first.ask("PUT", path, looking)).json() == []

    async with tenant_transaction(first.centre.id):
        await execute(
            "UPDATE openings SET seen_at = $2 WHERE centre_id = $1", first.centre.id, now() - timedelta(seconds=61)
        )
    assert (await second.ask("PUT", path, looking)).json() == []


async def test_a_segment_is_open_to_who_may_see_it_alone(api: httpx.AsyncClient) -> None:
    owner = await a_door(api, "direction")
    other = await a_door(api, "direction", centre=owner.centre)
    clients = {"op": "is", "criterion": "client_type", "codes": ["school"]}
    made = (await owner.ask("POST", "/segments", {"name": "Écoles", "expression": clients}, status=201)).json()
    path, looking = f"/openings/{made['id']}", {"editing": False}

    assert (await owner.ask("PUT", path, looking)).json() == []
    await other.ask("PUT", path, looking, status=404)
    shared = {"name": "Écoles", "expression": clients, "shared": True}
    await owner.ask("PUT", f"/segments/{made['id']}", shared, version=made["version"])

    assert (await other.ask("PUT", path, looking)).json() == [{"name": owner.user.name, "editing": False}]
