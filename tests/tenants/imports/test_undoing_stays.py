"""An import of stays taken back: who was not touched frees beds and nights and may come again, the rest is told."""

from pathlib import Path
from uuid import UUID

import pytest

from infra.database import execute, fetch, fetch_value, tenant_transaction
from infra.errors import RightMissing
from tenants.arrivals.survey import send_survey
from tenants.imports import runs
from tenants.imports.runs import ImportUnknown
from tenants.imports.stays import import_stays
from tenants.imports.undoing import undo_import
from tenants.stays.operations import confirm_stay
from tenants.stays.queries import stay as stay_of
from tests.factories.accounts import someone
from tests.factories.centres import a_centre
from tests.factories.clients import a_client
from tests.factories.stays import DESK, a_room
from tests.tenants.imports.test_bookings import HEAD, IMPORTER
from tests.tenants.imports.test_stays import written

pytestmark = pytest.mark.usefixtures("pools")


async def stays(centre_id: UUID) -> dict[str, tuple[UUID, str]]:
    """Return the stays by the reference of their card, less a cancelled one where another took its place."""
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch(
            """SELECT client.reference, stay.id, stay.status FROM stays AS stay
               JOIN clients AS client ON client.centre_id = $1 AND client.id = stay.client_id
               WHERE stay.centre_id = $1 ORDER BY stay.status = 'cancelled' DESC, stay.id""",
            centre_id,
        )
    return {row["reference"]: (row["id"], row["status"]) for row in rows}


async def count(centre_id: UUID, table: str) -> int:
    async with tenant_transaction(centre_id, read_only=True):
        return int(await fetch_value(f"SELECT count(*) FROM {table} WHERE centre_id = $1", centre_id))


async def test_bookings_nobody_touched_are_taken_back_and_may_come_in_again(tmp_path: Path) -> None:
    centre = await a_centre()
    for reference in ("FREE", "MOVED", "ASKED"):
        await a_client(centre.id, reference=reference)
    file = tmp_path / "bookings.csv"
    days = "12/04/2027;15/04/2027;4;"
    file.write_text(f"{HEAD}1;FREE;{days}\n2;MOVED;{days}\n3;ASKED;{days}\n")
    done = await import_stays(centre.id, file, mapping="standard", actor=IMPORTER)
    assert done.run_id is not None
    found = await stays(centre.id)
    await confirm_stay(centre.id, found["MOVED"][0], reason="", actor=DESK)
    await send_survey(centre.id, found["ASKED"][0], mail=False, actor=DESK)

    with pytest.raises(RightMissing):
        await undo_import(centre.id, done.run_id, actor=someone("client.edit"))
    assert await stays(centre.id) == {**found, "MOVED": (found["MOVED"][0], "confirmed")}
    undone = await undo_import(centre.id, done.run_id, actor=IMPORTER)

    assert (undone.removed, undone.restored) == (1, 0)
    assert sorted((each.reference, each.why) for each in undone.kept) == [
        ("12/04/27-15/04/27", "changed"), ("12/04/27-15/04/27", "used"),
    ]  # fmt: skip
    assert {reference: status for reference, (_id, status) in (await stays(centre.id)).items()} == {
        "FREE": "cancelled", "MOVED": "confirmed", "ASKED": "tentative",
    }  # fmt: skip
    async with tenant_transaction(centre.id, read_only=True):
        (run,) = await runs.runs(centre.id)
    assert (run.mapping, run.new, run.undone_by) == ("stays:standard", 3, IMPORTER.name)
    again = await import_stays(centre.id, file, mapping="standard", actor=IMPORTER)
    assert (again.new, again.unchanged) == (1, 2)
    assert (await stays(centre.id))["FREE"][1] == "tentative"


async def test_past_stays_give_their_beds_and_nights_back(tmp_path: Path) -> None:
    centre = await a_centre()
    await a_room(centre.id, beds=12, dormitory=True)
    file = written(tmp_path / "stays.csv", {}, {"adults": "1"}, {"reservation_status": "Canceled"})
    done = await import_stays(centre.id, file, actor=IMPORTER)
    assert (done.new, done.refusals) == (3, []) and done.run_id is not None
    assert await count(centre.id, "bed_holds") > 0

    undone = [await undo_import(centre.id, done.run_id, actor=IMPORTER) for _ in range(2)]

    assert [(each.removed, each.kept) for each in undone] == [(3, []), (0, [])]
    assert await count(centre.id, "bed_holds") == 0
    async with tenant_transaction(centre.id, read_only=True):
        nights = await fetch_value(
            "SELECT sum(present) + sum(billed) FROM person_nights WHERE centre_id = $1", centre.id
        )
        statuses = await fetch("SELECT DISTINCT status, foreign_id FROM stays WHERE centre_id = $1", centre.id)
    assert int(nights) == 0
    assert [(row["status"], row["foreign_id"]) for row in statuses] == [("cancelled", None)]
    assert (await import_stays(centre.id, file, actor=IMPORTER)).new == 3


async def test_a_dry_run_leaves_no_run_and_another_centre_takes_nothing_back(tmp_path: Path) -> None:
    centre, other = await a_centre(), await a_centre()
    await a_client(centre.id, reference="FREE")
    file = tmp_path / "bookings.csv"
    file.write_text(f"{HEAD}1;FREE;12/04/2027;15/04/2027;4;\n")
    tried = await import_stays(centre.id, file, mapping="standard", dry_run=True, actor=IMPORTER)
    assert (tried.run_id, await count(centre.id, "import_runs")) == (None, 0)
    done = await import_stays(centre.id, file, mapping="standard", actor=IMPORTER)
    assert done.run_id is not None

    with pytest.raises(ImportUnknown):
        await undo_import(other.id, done.run_id, actor=IMPORTER)
    stay_id = (await stays(centre.id))["FREE"][0]
    async with tenant_transaction(centre.id):
        assert (await stay_of(centre.id, stay_id)).status == "tentative"
        await execute("DELETE FROM import_stays WHERE centre_id = $1", centre.id)
    assert (await undo_import(centre.id, done.run_id, actor=IMPORTER)).removed == 0
