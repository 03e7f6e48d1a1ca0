"""Rooms and services come in from files: checked first, row by row, and twice is once."""

from pathlib import Path

import pytest

from billing.catalogue.importing import import_services
from billing.catalogue.queries import services
from billing.money import Money
from infra.actor import Actor, job
from infra.database import tenant_transaction
from infra.errors import RightMissing
from tenants.centres.rules import CentreRef
from tenants.imports.rooms import import_rooms
from tenants.rooms.queries import rooms
from tests.factories.accounts import someone
from tests.factories.centres import a_centre

pytestmark = pytest.mark.usefixtures("pools")

IMPORTER: Actor = job("tests")
ROOMS = """nom;lits;bâtiment;étage;type;dortoir;pmr
B1;6;Le Phare;1er;ados;;
D4;8;Le Phare;2e;dortoir;oui;non
P1;deux;;;;;
P2;2;;;;peut-être;
;4;;;;;
"""
SERVICES = """nom;type;unité;prix;tva;compte
Pension complète ado;lodging;person_night;41,50;10;706100
Visite de la criée;activity;person;6;20 %;
Petit pain;meal;person;1,5;5,5;
Sans prix;meal;person;;10;
Sans nature;lunch;person;4;10;
"""


def written(folder: Path, name: str, text: str, *, encoding: str = "utf-8") -> Path:
    file = folder / name
    file.write_bytes(text.encode(encoding))
    return file


async def names(centre: CentreRef) -> list[tuple[str, int, bool]]:
    async with tenant_transaction(centre.id, read_only=True):
        return [(room.name, len(room.beds), room.dormitory) for room in await rooms(centre.id)]


async def prices(centre: CentreRef) -> dict[str, tuple[Money, int]]:
    async with tenant_transaction(centre.id, read_only=True):
        return {each.name: (each.price, each.vat_basis_points) for each in await services(centre.id)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
async def test_rooms_come_in_and_the_wrong_rows_are_named(tmp_path: Path, encoding: str) -> None:
    centre = await a_centre()
    file = written(tmp_path, "rooms.csv", ROOMS, encoding=encoding)

    report = await import_rooms(centre.id, file, actor=IMPORTER)

    assert (report.new, report.refused) == (2, 3)
    assert [(refusal.line, refusal.field) for refusal in report.refusals] == [
        (4, "beds"),
        (5, "dormitory"),
        (6, "name"),
    ]
    assert await names(centre) == [("B1", 6, False), ("D4", 8, True)]


async def test_the_same_rooms_twice_change_nothing_and_other_beds_are_refused(tmp_path: Path) -> None:
    centre = await a_centre()
    await import_rooms(centre.id, written(tmp_path, "a.csv", "name,beds\nB1,6\n"), actor=IMPORTER)

    again = await import_rooms(centre.id, written(tmp_path, "a.csv", "name,beds\nB1,6\n"), actor=IMPORTER)
    other = await import_rooms(centre.id, written(tmp_path, "b.csv", "name,beds\nB1,4\n"), actor=IMPORTER)

    assert (again.new, again.unchanged) == (0, 1)
    assert [(refusal.line, refusal.code) for refusal in other.refusals] == [(2, "room_differs")]
    assert await names(centre) == [("B1", 6, False)]


async def test_services_come_in_with_their_prices(tmp_path: Path) -> None:
    centre = await a_centre()

    report = await import_services(centre.id, written(tmp_path, "s.csv", SERVICES), actor=IMPORTER)

    assert (report.new, report.refused) == (3, 2)
    assert [(refusal.line, refusal.field) for refusal in report.refusals] == [(5, "price"), (6, "product_type")]
    assert await prices(centre) == {
        "Pension complète ado": (Money(4_150), 1000),
        "Visite de la criée": (Money(600), 2000),
        "Petit pain": (Money(150), 550),
    }


async def test_a_new_price_list_changes_the_prices(tmp_path: Path) -> None:
    centre = await a_centre()
    head = "name,product_type,unit,price,vat\n"
    await import_services(centre.id, written(tmp_path, "a.csv", head + "Repas,meal,person,12.00,10\n"), actor=IMPORTER)

    report = await import_services(
        centre.id, written(tmp_path, "b.csv", head + "Repas,meal,person,12.50,10\n"), actor=IMPORTER
    )

    assert (report.new, report.changed) == (0, 1)
    assert await prices(centre) == {"Repas": (Money(1_250), 1000)}


async def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    centre = await a_centre()

    of_rooms = await import_rooms(centre.id, written(tmp_path, "r.csv", ROOMS), dry_run=True, actor=IMPORTER)
    of_services = await import_services(centre.id, written(tmp_path, "s.csv", SERVICES), dry_run=True, actor=IMPORTER)

    assert (of_rooms.new, of_rooms.refused, of_services.new, of_services.refused) == (2, 3, 3, 2)
    assert await names(centre) == []
    assert await prices(centre) == {}


async def test_who_may_not_import_imports_nothing(tmp_path: Path) -> None:
    centre = await a_centre()
    with pytest.raises(RightMissing):
        await import_rooms(centre.id, written(tmp_path, "r.csv", ROOMS), actor=someone("stay.view"))

    assert await names(centre) == []
