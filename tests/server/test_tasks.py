"""What waits for a person, through the door: listed, counted on Accueil, said done."""

import httpx

from infra.audit import history
from infra.database import fetch_row, tenant_transaction
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


async def test_a_warning_is_ignored_with_a_reason_and_what_blocks_is_not(api: httpx.AsyncClient) -> None:
    door, stranger = await a_door(api, "réception"), await a_door(api)
    warned, blocked = new_id(), new_id()
    for kind, subject in ((Kind.OPTION_ENDED, warned), (Kind.STAY_LEFT_UNCONFIRMED, blocked)):
        await raise_task(door.centre.id, kind, subject, cause="1", facts={"number": "D1"}, actor=TESTER)
    tasks = {task["subject_id"]: task for task in (await door.ask("GET", "/tasks")).json()["items"]}
    assert (tasks[str(warned)]["level"], tasks[str(blocked)]["level"]) == ("warning", "blocking")
    reason = {"reason": " reporté par téléphone "}

    for subject, refused in ((warned, "  "), (blocked, "je ne veux pas")):
        path = f"/tasks/{tasks[str(subject)]['id']}/ignored"
        status, code = (422, "task_reason_missing") if subject == warned else (403, "task_blocks")
        assert (await door.ask("POST", path, {"reason": refused}, status=status)).json()["code"] == code
    assert (await door.ask("GET", "/desk")).json()["tasks"] == 2

    path = f"/tasks/{tasks[str(warned)]['id']}/ignored"
    await stranger.ask("POST", path, reason, status=404)
    await door.ask("POST", path, reason, status=204)
    await door.ask("POST", path, reason, status=204)
    assert [task["subject_id"] for task in (await door.ask("GET", "/tasks")).json()["items"]] == [str(blocked)]
    async with tenant_transaction(door.centre.id, read_only=True):
        noted = [bytes(entry.after) for entry in await history(warned)]
        row = await fetch_row("SELECT ignored_because, done_by FROM tasks WHERE subject_id = $1", warned)
    assert [b"report\xc3\xa9 par t\xc3\xa9l\xc3\xa9phone" in after for after in noted] == [True]
    assert row is not None
    assert (row["ignored_because"], row["done_by"]) == ("reporté par téléphone", door.user.name)
