"""What waits for a person, through the door: listed, counted on Accueil, said done."""

import httpx

from infra.ids import new_id
from tenants.tasks.operations import raise_task
from tenants.tasks.rules import Kind
from tests.factories.dossiers import TESTER
from tests.server.door import a_door


async def test_what_waits_is_counted_on_accueil_paged_and_done(api: httpx.AsyncClient) -> None:
    door, stranger = await a_door(api, "réception"), await a_door(api)
    subjects = [new_id() for _ in range(7)]
    for number, subject in enumerate(subjects):
        cause, facts = str(number), {"number": f"D{number}"}
        await raise_task(door.centre.id, Kind.OPTION_ENDED, subject, cause=cause, facts=facts, actor=TESTER)

    desk = (await door.ask("GET", "/desk")).json()
    first = (await door.ask("GET", "/tasks?limit=4")).json()
    rest = (await door.ask("GET", f"/tasks?limit=4&cursor={first['next_cursor']}")).json()

    assert (desk["tasks"], [task["facts"]["number"] for task in desk["newest_tasks"]]) == (
        7,
        ["D6", "D5", "D4", "D3", "D2"],
    )
    assert [task["subject_id"] for task in first["items"] + rest["items"]] == [str(one) for one in reversed(subjects)]
    assert rest["next_cursor"] is None
    task = first["items"][0]
    await stranger.ask("POST", f"/tasks/{task['id']}/done", status=404)
    await door.ask("POST", f"/tasks/{task['id']}/done", status=204)
    await door.ask("POST", f"/tasks/{new_id()}/done", status=404)
    assert (await door.ask("GET", "/desk")).json()["tasks"] == 6
    assert (await stranger.ask("GET", "/tasks")).json()["items"] == []
    entry = (await door.ask("GET", f"/history/{task['subject_id']}")).json()["items"][0]
    assert (entry["action"], entry["actor"]) == ("finish_task", door.user.name)
