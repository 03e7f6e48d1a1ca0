"""Client cards from files: dry run, twice the same as once, the desk's own changes kept."""

import csv
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest

from infra.actor import Actor, ActorKind, job
from infra.audit import history
from infra.clock import today
from infra.database import fetch, fetch_value, tenant_transaction
from infra.errors import RightMissing
from tenants.clients import queries
from tenants.clients.blacklisting import ClientBlacklisted, NewBlacklisting, blacklist, require_not_blacklisted
from tenants.clients.exporting import COLUMNS, exported_clients
from tenants.clients.operations import change_client
from tenants.clients.profiles import Profile
from tenants.clients.rules import ClientFields
from tenants.imports.clients import import_clients
from tenants.imports.reports import ImportReport
from tenants.imports.running import ColumnUnknown

pytestmark = pytest.mark.usefixtures("pools")

HEAD = ("record_id", "centre_id", "first_name", "last_name", "organisation", "email", "phone", "birth_date", "city")
ROWS = [
    (
        "R1",
        "C001",
        "NOÃ‹L",
        "MME LE GOFF",
        "",
        "noel@orange.fr",
        "06 52 52 72 72 / 02 98 39 41 27",
        "01/01/1900",
        "BREST",
    ),
    ("R2", "C001", "", "", "Mairie de Brest", "mairie@brest.fr", "", "", ""),
    ("R3", "C001", "", "", "", "nobody@orange.fr", "", "", ""),
    ("R4", "C002", "Anne", "Kervella", "", "", "", "28/12/1956", ""),
]
IMPORTER = job("import")


def file_of(tmp_path: Path, rows: Sequence[Sequence[str]], head: Sequence[str] = HEAD) -> Path:
    path = tmp_path / "clients.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])
    return path


async def bring_in(
    centre: UUID, path: Path, *, where: dict[str, str] | None = None, dry_run: bool = False
) -> ImportReport:
    return await import_clients(centre, path, where=where, dry_run=dry_run, actor=IMPORTER)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.unchanged, report.refused


async def cards(centre: UUID) -> dict[str, UUID]:
    async with tenant_transaction(centre, read_only=True):
        return {row["foreign_id"]: row["id"] for row in await fetch("SELECT id, foreign_id FROM clients")}


async def fields_of(centre: UUID, client_id: UUID) -> ClientFields:
    async with tenant_transaction(centre, read_only=True):
        return (await queries.client(centre, client_id)).fields


async def test_a_dry_run_says_what_would_be_and_writes_nothing(tmp_path: Path) -> None:
    centre = uuid4()

    report = await bring_in(centre, file_of(tmp_path, ROWS), dry_run=True)

    assert counts(report) == (3, 0, 0, 1)
    assert await cards(centre) == {}


async def test_rows_come_in_clean_and_each_refusal_names_its_line(tmp_path: Path) -> None:
    centre = uuid4()

    report = await bring_in(centre, file_of(tmp_path, ROWS), where={"centre_id": "C001"})

    assert counts(report) == (2, 0, 0, 1)
    assert [(refusal.line, refusal.foreign_id, refusal.field, refusal.code) for refusal in report.refusals] == [
        (4, "R3", "last_name", "required")
    ]
    assert [notice.text for notice in report.notices] == ["first_name: NOÃ‹L → Noël", "birth_date: 01/01/1900 → ∅"]
    assert [notice.mended for notice in report.notices] == [True, False]
    made = await cards(centre)
    noel = await fields_of(centre, made["R1"])
    assert (noel.title, noel.first_name, noel.last_name, noel.town) == ("Mme", "Noël", "Le Goff", "Brest")
    assert [phone.e164 for phone in noel.phones] == ["+33652527272", "+33298394127"]
    assert noel.birth_date is None
    assert (await fields_of(centre, made["R2"])).kind == "organisation"
    async with tenant_transaction(centre, read_only=True):
        assert [entry.action for entry in await history(made["R1"])] == ["import"]


async def test_a_mending_that_was_refused_leaves_the_row_s_writing_this_time_and_when_the_row_changes(
    tmp_path: Path,
) -> None:
    centre = uuid4()
    path = file_of(tmp_path, ROWS[:1])
    report = await import_clients(centre, path, as_written=["NOÃ‹L"], actor=IMPORTER)
    made = await cards(centre)
    changed = file_of(tmp_path, [(*ROWS[0][:4], "", "noel@sfr.fr", *ROWS[0][6:])])

    again = await bring_in(centre, changed)

    noel = await fields_of(centre, made["R1"])
    assert ([notice.mended for notice in report.notices], counts(again)) == ([False], (0, 1, 0, 0))
    assert (noel.first_name, noel.email) == ("NOÃ‹L", "noel@sfr.fr")


async def test_a_row_with_more_cells_than_columns_is_refused_and_the_others_come_in(tmp_path: Path) -> None:
    centre = uuid4()
    path = tmp_path / "clients.csv"
    path.write_text("id;nom;ville\n1;Kervella;Brest\n2;Dupont;Lyon;69001\n3;Le Goff;Auray\n", encoding="utf-8")

    report = await bring_in(centre, path)

    assert counts(report) == (2, 0, 0, 1)
    assert [(refusal.line, refusal.code) for refusal in report.refusals] == [(3, "row_length")]
    assert sorted(await cards(centre)) == ["1", "3"]


async def test_the_same_file_twice_changes_nothing_and_a_longer_one_adds_the_rest(tmp_path: Path) -> None:
    centre = uuid4()
    await bring_in(centre, file_of(tmp_path, ROWS))
    before = await cards(centre)

    again = await bring_in(centre, file_of(tmp_path, ROWS))
    longer = await bring_in(centre, file_of(tmp_path, [*ROWS, ("R5", "C001", "Yves", "Abgrall", "", "", "", "", "")]))

    assert counts(again) == (0, 0, 3, 1)
    assert counts(longer) == (1, 0, 3, 1)
    assert before.items() <= (await cards(centre)).items()


async def test_a_row_that_changed_leaves_what_the_desk_wrote(tmp_path: Path) -> None:
    centre = uuid4()
    await bring_in(centre, file_of(tmp_path, ROWS))
    client_id = (await cards(centre))["R4"]
    typed = msgspec.structs.replace(await fields_of(centre, client_id), notes="préfère le calme", first_name="Anna")
    await change_client(centre, client_id, typed, version=1, actor=IMPORTER)
    moved = [*ROWS[:3], ("R4", "C002", "Anne", "Kervella", "", "anne.k@orange.fr", "", "28/12/1956", "LORIENT")]

    report = await bring_in(centre, file_of(tmp_path, moved))
    again = await bring_in(centre, file_of(tmp_path, moved))

    fields = await fields_of(centre, client_id)
    assert counts(report) == (0, 1, 2, 1)
    assert counts(again) == (0, 0, 3, 1)
    assert (fields.first_name, fields.notes, fields.email, fields.town) == (
        "Anna", "préfère le calme", "anne.k@orange.fr", "Lorient",
    )  # fmt: skip


async def test_handles_come_in_with_the_file_as_their_source_and_leave_what_the_desk_noted(tmp_path: Path) -> None:
    centre = uuid4()
    head = ("record_id", "nom", "Instagram", "Twitter", "Site web")

    def row(instagram: str, *others: str) -> Path:
        return file_of(tmp_path, [("R1", "Kervella", instagram, *others)], head)

    first = await bring_in(centre, row("@Anne.K ; https://instagram.com/annek", "oui non", "https://annek.example/"))
    client_id = (await cards(centre))["R1"]
    brought = await fields_of(centre, client_id)
    noted = [*brought.profiles, Profile(network="x", handle="annek", given="email")]
    await change_client(centre, client_id, msgspec.structs.replace(brought, profiles=noted), version=1, actor=IMPORTER)
    changed = await bring_in(centre, row("anne.k", "", "www.annek.example"))

    day = today("Europe/Paris")
    handles = [("instagram", "anne.k"), ("instagram", "annek"), ("website", "annek.example")]
    assert (counts(first), [notice.text for notice in first.notices]) == ((1, 0, 0, 0), ["x: oui non → ∅"])
    assert brought.profiles == [
        Profile(network=network, handle=handle, given="import", detail="clients.csv", day=day, by_name=IMPORTER.name)
        for network, handle in handles
    ]
    kept = (await fields_of(centre, client_id)).profiles
    assert counts(changed) == (0, 1, 0, 0)
    assert [(each.handle, each.given) for each in kept] == [
        ("anne.k", "import"), ("annek", "email"), ("www.annek.example", "import"),
    ]  # fmt: skip
    columns = [column async for column in exported_clients(centre, actor=IMPORTER)]
    told = dict(zip(COLUMNS, columns[0], strict=True))
    assert [told[name] for name in ("instagram", "x", "website", "other")] == [
        "anne.k",
        "annek",
        "www.annek.example",
        "",
    ]


async def test_rows_without_ids_come_in_once_each(tmp_path: Path) -> None:
    centre = uuid4()
    rows = [("Anne", "Kervella"), ("Anne", "Kervella"), ("Yves", "Abgrall")]

    first = await bring_in(centre, file_of(tmp_path, rows, ("prénom", "nom")))
    again = await bring_in(centre, file_of(tmp_path, [*rows, rows[0]], ("prénom", "nom")))

    assert (counts(first), counts(again)) == ((3, 0, 0, 0), (1, 0, 3, 0))


async def test_a_card_known_at_another_centre_is_counted(tmp_path: Path) -> None:
    await bring_in(
        uuid4(), file_of(tmp_path, [("a", "", "Gwenola", "Zeller", "", "g.zeller@orange.fr", "06 77 88 99 11", "", "")])
    )

    report = await bring_in(
        uuid4(), file_of(tmp_path, [("b", "", "GWENOLA", "ZELLER", "", "g.zeller@orange.fr", "0033677889911", "", "")])
    )

    assert report.linked == 1


async def test_an_import_never_opens_a_padlock(tmp_path: Path) -> None:
    centre = uuid4()
    await bring_in(centre, file_of(tmp_path, ROWS))
    client_id, day = (await cards(centre))["R4"], today("Europe/Paris")
    lock = NewBlacklisting(reason="damage", evidence_day=day, last_day=day + timedelta(days=30))
    await blacklist(centre, client_id, lock, actor=IMPORTER)

    await bring_in(centre, file_of(tmp_path, [("R4", "C002", "Anne", "Kervella", "", "", "", "", "NANTES")]))

    assert (await fields_of(centre, client_id)).town == "Nantes"
    with pytest.raises(ClientBlacklisted):
        await require_not_blacklisted(centre, client_id)


async def test_what_cannot_be_read_is_refused_whole(tmp_path: Path) -> None:
    centre = uuid4()

    with pytest.raises(ColumnUnknown, match="centre_id"):
        await bring_in(centre, file_of(tmp_path, [("x",)], ("nom",)), where={"centre_id": "C001"})
    with pytest.raises(ColumnUnknown, match="name"):
        await bring_in(centre, file_of(tmp_path, [("x",)], ("colour",)))
    with pytest.raises(RightMissing):
        await import_clients(centre, file_of(tmp_path, ROWS), actor=Actor(kind=ActorKind.STAFF, name="Lou"))

    async with tenant_transaction(centre, read_only=True):
        assert await fetch_value("SELECT count(*) FROM clients") == 0
