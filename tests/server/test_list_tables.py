"""What one sees in a list, taken away as a file: at once, or by an address that ends."""

import csv
import io
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import msgspec
from openpyxl import load_workbook

from infra import signing
from infra.audit import history
from infra.clock import now, today
from infra.database import tenant_transaction
from infra.ids import new_id
from tests.factories.accounts import a_user
from tests.factories.centres import a_centre

TABLE = {
    "title": "Dossiers · soldés",
    "format": "csv",
    "columns": [{"title": "client"}, {"title": "reste", "right": True}],
    "rows": [["=HYPERLINK(1)", "1250"], ["Chorale Voix-Là", "-3,50"]],
}


async def test_signs_that_no_file_can_hold_are_left_out_of_it(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    user = await a_user(centre)
    odd = "A\x01\x1f\ufffe\uffff'"
    table = {"title": odd, "columns": [{"title": odd}], "rows": [[odd]]}

    for form in ("xlsx", "csv"):
        given = await api.post(
            f"/api/v1/centres/{centre.slug}/lists/files", headers=user.headers, json={**table, "format": form}
        )
        assert given.status_code == 200, given.text
        if form == "csv":
            assert given.content.decode("utf-8-sig") == "A'\r\nA'\r\n"
        else:
            sheet = load_workbook(io.BytesIO(given.content)).active
            assert sheet is not None
            assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["A'"], ["A'"]]


async def test_a_list_is_a_file_of_the_rows_that_were_seen_and_the_trail_says_so(api: httpx.AsyncClient) -> None:
    centre, elsewhere = await a_centre(), await a_centre()
    user, stranger = await a_user(centre), await a_user(elsewhere)
    base = f"/api/v1/centres/{centre.slug}/lists"
    day = today("Europe/Paris").isoformat()

    given = await api.post(f"{base}/files", headers=user.headers, json=TABLE)
    assert given.status_code == 200
    assert given.headers["content-disposition"] == f'attachment; filename="dossiers-soldes-{day}.csv"'
    assert list(csv.reader(io.StringIO(given.content.decode("utf-8-sig")), delimiter=";")) == [
        ["client", "reste"],
        ["'=HYPERLINK(1)", "1250"],
        ["Chorale Voix-Là", "'-3,50"],
    ]

    link = await api.post(f"{base}/links", headers=user.headers, json={**TABLE, "format": "xlsx"})
    assert (link.status_code, link.json()["name"]) == (201, f"dossiers-soldes-{day}.xlsx")
    opened = await api.get(urlsplit(link.json()["url"]).path, follow_redirects=True)
    assert (opened.status_code, opened.headers["cache-control"]) == (200, "no-store")
    sheet = load_workbook(io.BytesIO(opened.content)).active
    assert sheet is not None
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["client", "reste"],
        ["=HYPERLINK(1)", 1250],
        ["Chorale Voix-Là", -3.5],
    ]
    assert sheet["A2"].data_type == "s"

    async with tenant_transaction(centre.id, read_only=True):
        taken = [entry for entry in await history(centre.id) if entry.action == "export"]
    noted = [msgspec.json.decode(entry.after) for entry in taken]
    assert sorted(noted, key=lambda one: one["form"]) == [
        {"what": "Dossiers · soldés", "form": form, "rows": 2} for form in ("csv", "xlsx")
    ]

    expires_at = now() + timedelta(minutes=5)
    forged = signing.sign("list", elsewhere.id, new_id(), expires_at=expires_at, word="csv")
    assert (await api.get(f"/l/{forged}/x.csv")).status_code == 410
    assert (await api.post(f"{base}/files", headers=stranger.headers, json=TABLE)).status_code == 404


async def test_what_is_no_table_is_refused_and_noted_nowhere(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    user = await a_user(centre)
    for wrong, pointer in (
        ({"format": "pdf"}, "/format"),
        ({"rows": [["seul"]]}, "/rows"),
        ({"columns": [], "rows": []}, "/columns"),
    ):
        answer = await api.post(
            f"/api/v1/centres/{centre.slug}/lists/links", headers=user.headers, json={**TABLE, **wrong}
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "list_invalid")
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    async with tenant_transaction(centre.id, read_only=True):
        assert [entry for entry in await history(centre.id) if entry.action == "export"] == []
