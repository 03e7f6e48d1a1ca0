"""A list from a file: what cannot be read is named row by row and kept, and twice the same file changes nothing."""

import io
from uuid import UUID, uuid4

import openpyxl
import pytest

from infra.database import tenant_transaction
from tenants.imports.reading import FileUnreadable
from tenants.rooming import queries
from tenants.rooming.rules import Entry
from tenants.rooming.sheets import Imported, import_entries, read_sheet
from tests.factories.groups import DESK, Group, a_group, a_person

pytestmark = pytest.mark.usefixtures("pools")


async def people(centre_id: UUID, group: Group) -> list[Entry]:
    async with tenant_transaction(centre_id, read_only=True):
        return list((await queries.rooming_list(centre_id, group.stay.id)).entries)


async def taken(centre_id: UUID, group: Group, content: bytes) -> Imported:
    return await import_entries(centre_id, group.stay.id, read_sheet(content, "liste.csv"), actor=DESK)


def a_csv(group: Group) -> bytes:
    first, _, last = group.rooms
    return (
        "Nom;Prénom;Sexe;Âge;Rôle;Responsable;Téléphone;Chambre;Régime;Allergies;Tuteur\r\n"
        f"O'Brien;Siobhán;fille;12;élève;;;{first.name};Végétarienne;;M. X\r\n"
        f"Morel;Anne;F;41;enseignante;oui;06 12 34 56 78;{last.name};;arachide;\r\n"
        ";;;;;;;;;;\r\n"
        "Petit;Tom;garçon;douze;élève;;;B99;carnivore;;\r\n"
        ";;F;12;;;;;;;\r\n"
    ).encode("cp1252")


async def test_good_rows_are_taken_and_bad_ones_named_with_nothing_lost() -> None:
    centre_id = uuid4()
    group = await a_group(centre_id)

    report = await taken(centre_id, group, a_csv(group))

    assert (report.added, report.changed, report.unchanged, report.ignored_columns) == (3, 0, 0, ("Tuteur",))
    assert [(error.row, error.field, error.value, error.code) for error in report.errors] == [
        (5, "age", "douze", "unreadable"),
        (5, "room_id", "B99", "unknown"),
        (5, "diet", "carnivore", "unknown"),
        (6, "", "F · 12", "nameless"),
    ]
    siobhan, anne, tom = await people(centre_id, group)
    assert (siobhan.name, siobhan.fields.sex, siobhan.fields.age, siobhan.fields.diet, siobhan.room) == (
        "Siobhán O'Brien", "F", 12, "vegetarian", group.rooms[0].name,
    )  # fmt: skip
    assert (anne.fields.role, anne.fields.responsible, anne.fields.allergies) == ("leader", True, "arachide")
    assert tom.fields.notes == "âge : douze · chambre : B99 · régime : carnivore"
    assert (tom.fields.sex, tom.fields.diet, tom.fields.age, tom.room) == ("M", "standard", None, "")


async def test_the_same_file_twice_changes_nothing_and_a_corrected_one_only_what_it_says() -> None:
    centre_id = uuid4()
    group = await a_group(centre_id)
    await taken(centre_id, group, a_csv(group))
    before = await people(centre_id, group)

    again = await taken(centre_id, group, a_csv(group))
    assert (again.added, again.changed, again.unchanged) == (0, 0, 3)
    assert await people(centre_id, group) == before

    report = await taken(centre_id, group, b"nom,prenom,regime\nPetit,Tom,sans gluten\n")
    assert (report.added, report.changed, report.unchanged, report.errors) == (0, 1, 0, ())
    tom = (await people(centre_id, group))[2]
    assert (tom.fields.diet, tom.fields.sex, tom.fields.notes) == ("gluten_free", "M", before[2].fields.notes)


async def test_two_of_one_name_are_two_people() -> None:
    centre_id = uuid4()
    group = await a_group(centre_id)
    await a_person(centre_id, group.stay.id, "Léa Martin")

    report = await taken(centre_id, group, "Nom;Prénom;Régime\nMartin;Léa;halal\nMartin;Léa;vegan\n".encode())

    assert (report.added, report.changed) == (1, 1)
    assert [entry.fields.diet for entry in await people(centre_id, group)] == ["halal", "vegan"]


async def test_a_full_room_takes_no_more_and_says_so() -> None:
    centre_id = uuid4()
    group = await a_group(centre_id, rooms=(1,))
    name = group.rooms[0].name

    report = await taken(centre_id, group, f"Nom;Prénom;Chambre\nUn;Léa;{name}\nDeux;Zoé;{name}\n".encode())

    assert [(error.row, error.field, error.code) for error in report.errors] == [(3, "room_id", "room_full")]
    assert [(entry.room, entry.fields.notes) for entry in await people(centre_id, group)] == [
        (name, ""), ("", f"chambre : {name}"),
    ]  # fmt: skip


async def test_an_xlsx_is_read_like_a_csv() -> None:
    centre_id = uuid4()
    group = await a_group(centre_id)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Last name", "First name", "Age", "Diet"])
    sheet.append(["Müller", "Jürgen", 13.0, "gluten-free"])
    content = io.BytesIO()
    book.save(content)

    report = await taken(centre_id, group, content.getvalue())

    assert (report.added, report.errors) == (1, ())
    [entry] = await people(centre_id, group)
    assert (entry.name, entry.fields.age, entry.fields.diet) == ("Jürgen Müller", 13, "gluten_free")


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"\x1f\x8b\x08", b"PK\x03\x04 no zip", b"x" * 2_000_001])
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(FileUnreadable):
        read_sheet(content, "../../etc/passwd")
