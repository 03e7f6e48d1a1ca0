"""Bookings to come, brought in for the centre's own cards."""

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from infra.actor import Actor
from infra.database import fetch, tenant_transaction
from tenants.clients.blacklisting import NewBlacklisting, blacklist
from tenants.clients.queries import centre_today
from tenants.imports.stays import import_stays
from tests.factories.accounts import someone
from tests.factories.centres import a_centre
from tests.factories.clients import a_client
from tests.factories.stays import a_room

pytestmark = pytest.mark.usefixtures("pools")

HEAD = "numéro;client;arrivée;départ;adultes;ados\n"
IMPORTER: Actor = someone("import.run", "client.blacklist", "stay.edit")


async def booked(centre_id: UUID) -> list[tuple[UUID, date, int | None]]:
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch(
            "SELECT client_id, arrival, teenagers FROM stays WHERE centre_id = $1 ORDER BY arrival", centre_id
        )
    return [(row["client_id"], row["arrival"], row["teenagers"]) for row in rows]


async def test_bookings_come_in_by_reference_or_address_and_twice_is_once(tmp_path: Path) -> None:
    centre = await a_centre()
    first = await a_client(centre.id, reference="MOREL7", email="")
    second = await a_client(centre.id, email="anna@schmidt.example")
    file = tmp_path / "bookings.csv"
    file.write_text(f"{HEAD}1;morel7;12/04/2027;15/04/2027;4;48\n2;Anna@Schmidt.example;2027-05-01;2027-05-03;2;\n")

    tried = await import_stays(centre.id, file, mapping="standard", dry_run=True, actor=IMPORTER)
    assert (tried.new, await booked(centre.id)) == (2, [])
    done = await import_stays(centre.id, file, mapping="standard", actor=IMPORTER)
    again = await import_stays(centre.id, file, mapping="standard", actor=IMPORTER)

    assert (done.new, done.refused, again.new, again.unchanged) == (2, 0, 0, 2)
    assert await booked(centre.id) == [(first.id, date(2027, 4, 12), 48), (second.id, date(2027, 5, 1), None)]


async def test_a_closed_padlock_an_unknown_card_and_a_wrong_day_keep_only_their_own_row_out(tmp_path: Path) -> None:
    centre = await a_centre()
    barred = await a_client(centre.id, reference="BARRED", email="")
    welcome = await a_client(centre.id, reference="FINE", email="")
    async with tenant_transaction(centre.id, read_only=True):
        today = await centre_today(centre.id)
    locked = NewBlacklisting(reason="unpaid", evidence_day=today, last_day=today + timedelta(days=90))
    await blacklist(centre.id, barred.id, locked, actor=IMPORTER)
    file = tmp_path / "bookings.csv"
    days = "12/04/2027;15/04/2027;4;48"
    file.write_text(f"{HEAD}1;BARRED;{days}\n2;NOBODY;{days}\n3;FINE;31/02/2027;15/04/2027;4;48\n4;FINE;{days}\n")

    done = await import_stays(centre.id, file, mapping="standard", actor=IMPORTER)

    assert (done.new, done.refused) == (1, 3)
    assert [refusal.code for refusal in done.refusals] == ["client_blacklisted", "client_unknown", "unreadable"]
    assert await booked(centre.id) == [(welcome.id, date(2027, 4, 12), 48)]


async def test_a_booking_takes_the_beds_that_the_file_names_and_each_wrong_name_keeps_its_own_row_out(
    tmp_path: Path,
) -> None:
    centre = await a_centre()
    await a_client(centre.id, reference="FINE", email="")
    private = await a_room(centre.id, name="B 12", beds=2)
    shared = await a_room(centre.id, name="Dortoir Est", beds=4, dormitory=True)
    first, second = shared.beds[0], shared.beds[1]
    head = "numéro;client;arrivée;départ;adultes;chambre;lit\n"
    cells = [
        "b 12;",  # the whole room, however its name is written
        f"Dortoir Est;{first.label}, {second.label}",
        ";",  # the desk gives it one
        "B 12;",  # taken by the first row
        "Dortoir Est;",  # sold by the bed: which?
        "Dortoir Est;L99",
        "Château;",
        f";{first.label}",  # both rooms have a bed of this name
    ]
    rows = [f"{number};FINE;12/04/2027;15/04/2027;2;{cell}\n" for number, cell in enumerate(cells, start=1)]
    file = tmp_path / "bookings.csv"
    file.write_text(head + "".join(rows), encoding="utf-8")

    tried = await import_stays(centre.id, file, mapping="standard", dry_run=True, actor=IMPORTER)
    done = await import_stays(centre.id, file, mapping="standard", actor=IMPORTER)

    assert (tried.new, done.new, done.refused) == (4, 3, 5)
    assert [(refusal.line, refusal.field, refusal.code) for refusal in done.refusals] == [
        (5, "", "bed_taken"),
        (6, "bed", "bed_needed"),
        (7, "bed", "bed_unknown"),
        (8, "room", "room_unknown"),
        (9, "bed", "ambiguous"),
    ]
    async with tenant_transaction(centre.id, read_only=True):
        held = await fetch(
            """SELECT stay.foreign_id, hold.bed_id FROM bed_holds AS hold
               JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = hold.stay_id WHERE hold.centre_id = $1""",
            centre.id,
        )
    assert {(row["foreign_id"], row["bed_id"]) for row in held} == {
        *(("1", bed.id) for bed in private.beds),
        ("2", first.id),
        ("2", second.id),
    }
