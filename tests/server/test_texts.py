"""Texts at the doors: set up without showing a secret, reported by who shows the token, listed for the desk."""

import httpx
import msgspec

from infra.actor import job
from infra.clock import now
from infra.database import fetch_value, relay_transaction
from tenants.clients.operations import add_client
from tenants.text_messages.operations import queue_text
from tests.factories.clients import client_fields
from tests.server.door import a_door

TOKEN = "un-jeton-de-vingt-signes.ou-plus"
WANTED = {
    "sender": "Kerfany", "part_price_ten_thousandths": 500, "monthly_cap": {"minor": 1500, "currency": "EUR"}, "key": "xkeysib-secret",
    "report_token": TOKEN,
}  # fmt: skip


async def test_a_centre_sets_texts_up_and_is_never_shown_its_secrets(api: httpx.AsyncClient) -> None:
    door, other = await a_door(api), await a_door(api)

    before = (await door.ask("GET", "/text-settings")).json()
    changed = await door.ask("PUT", "/text-settings", WANTED, version=0)
    await door.ask("PUT", "/text-settings", WANTED, version=0, status=412)
    wrong = {**WANTED, "monthly_cap": {"minor": 1, "currency": "USD"}}
    await door.ask("PUT", "/text-settings", wrong, version=1, status=422)
    after = (await door.ask("GET", "/text-settings")).json()

    assert (before["sender"], before["has_key"], before["monthly_cap"]["minor"]) == ("", False, 2000)
    assert after == {
        "sender": "Kerfany", "part_price_ten_thousandths": 500, "monthly_cap": {"minor": 1500, "currency": "EUR"},
        "spent": {"minor": 0, "currency": "EUR"}, "has_key": True, "has_report_token": True, "version": 1,
        "report_url": f"http://127.0.0.1:8000/webhooks/texts/{door.centre.slug}",
    }  # fmt: skip
    assert "secret" not in changed.text and TOKEN not in changed.text
    assert (await other.ask("GET", "/text-settings")).json()["sender"] == ""


async def test_a_text_is_listed_and_a_report_is_stored_once_and_only_with_the_token(api: httpx.AsyncClient) -> None:
    door, other = await a_door(api), await a_door(api)
    await door.ask("PUT", "/text-settings", WANTED, version=0)
    fields = msgspec.structs.replace(client_fields(phone="06 52 52 72 72", last_name="L'Hostis"), sms_consent=True)
    client = await add_client(door.centre.id, fields, actor=job("tests"))
    text = await queue_text(
        door.centre.id, client.id, key="one", subject_kind="client", subject_id=client.id, text="Bonjour", expires_at=now(),
        actor=job("tests"),
    )  # fmt: skip

    (line,) = (await door.ask("GET", "/texts")).json()["items"]
    assert (line["id"], line["client_name"], line["recipient"], line["state"]) == (
        str(text),
        "Camille L'Hostis",
        "33 •• •• •• 72",
        "queued",
    )
    assert (await other.ask("GET", "/texts")).json()["items"] == []
    path = f"/webhooks/texts/{door.centre.slug}"
    body = msgspec.json.encode({"msg_status": "delivered", "to": "33652527272", "messageId": 1, "tag": str(text)})
    proved = {"Authorization": f"Bearer {TOKEN}"}
    answers = [
        (await api.post(each, content=content, headers=headers)).status_code
        for each, content, headers in (
            (path, body, proved), (path, body, proved), (path, b"{}", proved), (path, body, {"Authorization": "Bearer x"}), (path, body, {}),
            (f"/webhooks/texts/{other.centre.slug}", body, proved), (path, b"x" * 1_000_001, proved),
        )
    ]  # fmt: skip
    assert answers == [200, 200, 200, 400, 400, 404, 400]
    async with relay_transaction():
        stored = await fetch_value(
            "SELECT count(*) FROM inbox WHERE source = 'texts' AND event_id LIKE $1", f"{door.centre.id}:%"
        )
    assert stored == 1
