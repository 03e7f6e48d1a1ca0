import httpx
import pytest

from infra.database import execute, tenant_transaction
from infra.ids import new_id
from infra.mail import queue_mail
from tenants.enquiries.operations import client_wrote
from tests.factories.accounts import a_user
from tests.factories.centres import a_centre
from tests.factories.clients import IMPORTER, a_client
from tests.factories.enquiries import SENDER, an_enquiry

pytestmark = pytest.mark.usefixtures("api")


async def test_a_demande_is_listed_opened_answered_and_closed(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    made = await an_enquiry(centre.id)
    staff = await a_user(centre, "commercial")
    base = f"/api/v1/centres/{centre.slug}/enquiries"

    [line] = (await api.get(base, headers=staff.headers)).json()["items"]
    assert (line["id"], line["state"], line["unread"], line["pax"], line["origin"]) == (
        str(made.id),
        "new",
        True,
        52,
        "form",
    )
    opened = (await api.get(f"{base}/{made.id}", headers=staff.headers)).json()
    assert opened["line"]["unread"] is False
    assert opened["counts"] == {"children": None, "teenagers": 48, "young": None, "adults": 4, "seniors": None}
    noted = await api.post(
        f"{base}/{made.id}/messages", headers=staff.headers, json={"text": "Rappeler.", "note": True}
    )
    assert noted.status_code == 201
    answered = (await api.post(f"{base}/{made.id}/messages", headers=staff.headers, json={"text": "Bonjour."})).json()
    assert [(one["direction"], one["mail_state"]) for one in answered["messages"]] == [
        ("in", None),
        ("note", None),
        ("out", "queued"),
    ]
    assert answered["line"]["state"] == "answered"
    closed = await api.post(f"{base}/{made.id}/closing", headers=staff.headers, json={"reason": "complet"})
    assert closed.json()["line"]["state"] == "closed"
    assert (await api.get(base, headers=staff.headers)).json()["items"] == []
    assert len((await api.get(f"{base}?state=closed", headers=staff.headers)).json()["items"]) == 1


async def test_staff_take_down_a_demande_and_choose_its_card(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    card = await a_client(centre.id, email="morel@college-ferry.fr")
    staff = await a_user(centre, "réception")
    base = f"/api/v1/centres/{centre.slug}/enquiries"

    made = await api.post(
        base,
        headers=staff.headers,
        json={"name": "Mme Morel", "email": "morel@college-ferry.fr", "origin": "phone", "counts": {"adults": 2}},
    )
    assert made.status_code == 201, made.text
    assert made.headers["ETag"] == '"1"'
    [candidate] = made.json()["candidates"]
    assert (candidate["client_id"], candidate["why"]) == (str(card.id), "email")

    chosen = await api.post(f"{base}/{made.json()['id']}/client", headers=staff.headers, json=candidate)
    assert chosen.json()["line"]["client_id"] == str(card.id)
    assert chosen.json()["client_name"] == candidate["name"]

    wrong = await api.post(base, headers=staff.headers, json={"name": "X", "origin": "elsewhere"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/origin")


async def test_a_demande_is_given_to_a_colleague_who_finds_it_among_theirs(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    made, other = [str((await an_enquiry(centre.id)).id) for _ in range(2)]
    anne, bruno = await a_user(centre, name="Anne"), await a_user(centre, "commercial", name="Bruno")
    base = f"/api/v1/centres/{centre.slug}/enquiries"

    offered = (await api.get(f"{base}/assignees", headers=anne.headers)).json()["items"]
    given = await api.post(
        f"{base}/{made}/assignee", headers=anne.headers, json={"account_id": str(bruno.id), "instead_of": None}
    )
    late = await api.post(f"{base}/{made}/assignee", headers=anne.headers, json={"account_id": str(anne.id)})
    wrong = await api.post(f"{base}/{other}/assignee", headers=anne.headers, json={"account_id": made})

    assert offered == [
        {"account_id": str(anne.id), "name": "Anne"},
        {"account_id": str(bruno.id), "name": "Bruno"},
    ]
    assert (given.status_code, given.json()["line"]["assignee"]) == (200, "Bruno")
    assert (late.status_code, late.json()["code"], late.json()["facts"]) == (
        409,
        "enquiry_taken",
        {"assignee": "Bruno"},
    )
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/account_id")
    for who, query, found in (
        (bruno, "me", [made]),
        (anne, "me", []),
        (anne, str(bruno.id), [made]),
        (anne, "nobody", [other]),
        (anne, "", [other, made]),
    ):
        page = (await api.get(f"{base}?assignee={query}", headers=who.headers)).json()
        assert [line["id"] for line in page["items"]] == found, (who.name, query)
    assert (await api.get(f"{base}?assignee=rubbish", headers=anne.headers)).json()["code"] == "assignee_unknown"


async def test_the_inbox_is_paged_by_cursor(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    made = [str((await an_enquiry(centre.id)).id) for _ in range(5)]
    staff = await a_user(centre, "réception")
    base = f"/api/v1/centres/{centre.slug}/enquiries"

    seen: list[str] = []
    cursor: str | None = ""
    for _ in range(3):
        page = (await api.get(f"{base}?limit=2&cursor={cursor}", headers=staff.headers)).json()
        seen += [line["id"] for line in page["items"]]
        cursor = page["next_cursor"]

    assert seen == made[::-1]
    assert cursor is None
    assert (await api.get(f"{base}?cursor=rubbish", headers=staff.headers)).status_code == 422


async def test_an_attachment_is_fetched_to_be_saved_and_only_here(api: httpx.AsyncClient) -> None:
    from tenants.enquiries.conversation import Attached

    centre, other = await a_centre(), await a_centre()
    made = await an_enquiry(centre.id)
    file = Attached(name="liste.pdf", media_type="application/pdf", content=b"%PDF-1.7", size_bytes=8)
    await client_wrote(centre.id, made.id, "Voici.", attachments=[file], actor=SENDER)
    staff, stranger = await a_user(centre, "réception"), await a_user(other, "réception")
    base = f"/api/v1/centres/{centre.slug}/enquiries/{made.id}"

    [attachment] = (await api.get(base, headers=staff.headers)).json()["messages"][-1]["attachments"]
    got = await api.get(f"{base}/attachments/{attachment['id']}", headers=staff.headers)

    assert (got.content, got.headers["Content-Disposition"]) == (b"%PDF-1.7", "attachment")
    assert (await api.get(f"{base}/attachments/{attachment['id']}", headers=stranger.headers)).status_code == 404
    assert (await api.get(f"{base}/attachments/{new_id()}", headers=staff.headers)).status_code == 404


async def test_failed_mails_are_listed_and_retried(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    staff = await a_user(centre, "commercial")
    async with tenant_transaction(centre.id):
        mail_id = await queue_mail(
            key="a",
            subject_kind="enquiry",
            subject_id=new_id(),
            recipient="a@b.fr",
            subject="Bonjour",
            text="Bonjour",
            sender_name="Kerfany",
            actor=IMPORTER,
        )
        await execute("UPDATE mails SET state = 'failed', attempts = 7, error = '550 no' WHERE id = $1", mail_id)
    base = f"/api/v1/centres/{centre.slug}/mails"

    [line] = (await api.get(f"{base}?state=failed", headers=staff.headers)).json()["items"]
    assert (line["id"], line["attempts"], line["error"]) == (str(mail_id), 7, "550 no")
    assert (await api.post(f"{base}/{mail_id}/retry", headers=staff.headers)).status_code == 202
    assert (await api.get(f"{base}?state=failed", headers=staff.headers)).json()["items"] == []
    again = await api.post(f"{base}/{mail_id}/retry", headers=staff.headers)
    assert (again.status_code, again.json()["code"]) == (409, "mail_not_failed")


async def test_the_history_of_a_demande_says_who_did_what(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    made = await an_enquiry(centre.id)
    staff = await a_user(centre, "commercial")
    base = f"/api/v1/centres/{centre.slug}"
    await api.post(f"{base}/enquiries/{made.id}/closing", headers=staff.headers, json={"reason": "complet"})

    newest, oldest = (await api.get(f"{base}/history/{made.id}", headers=staff.headers)).json()["items"]

    assert (newest["action"], newest["actor"]) == ("close", staff.name)
    assert (newest["before"], newest["after"]) == ({"state": "new"}, {"state": "closed", "reason": "complet"})
    assert (oldest["action"], oldest["actor"]) == ("receive", "Mme Morel")


async def test_a_card_has_what_was_written_to_the_client_and_by_them_but_not_what_staff_took_down(
    api: httpx.AsyncClient,
) -> None:
    centre = await a_centre()
    card = await a_client(centre.id)
    staff = await a_user(centre, "commercial")
    base = f"/api/v1/centres/{centre.slug}"
    made = await an_enquiry(centre.id)
    await api.post(f"{base}/enquiries/{made.id}/client", headers=staff.headers, json={"client_id": str(card.id)})
    await api.post(f"{base}/enquiries/{made.id}/messages", headers=staff.headers, json={"text": "Bonjour."})
    await client_wrote(centre.id, made.id, text="\nMerci, et le car ?\nBien à vous", external_id="<a@b>", actor=SENDER)
    taken = {"name": "Mme Morel", "origin": "phone", "message": "Rappelle demain", "client_id": str(card.id)}
    await api.post(f"{base}/enquiries", headers=staff.headers, json=taken)

    mails = (await api.get(f"{base}/clients/{card.id}", headers=staff.headers)).json()["mails"]

    assert [mail["direction"] for mail in mails] == ["in", "out", "out", "in"], "the answer, and that it was received"
    assert mails[0]["subject"] == "Merci, et le car ?"
    assert "Rappelle demain" not in str(mails)
