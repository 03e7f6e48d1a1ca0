"""Files as old systems write them."""

import gzip
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from tenants.imports.encodings import decode
from tenants.imports.mappings import MappingUnknown, choose_columns
from tenants.imports.reading import FileUnreadable, SourceRow, read_file
from tenants.imports.reports import guarded
from tenants.imports.running import keyed_rows

TABLE = "Nom;Prénom\nLe Goff;Maël\n;\nDupont;Zoé\n"


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode(),
        TABLE.encode("utf-8-sig"),
        TABLE.encode("utf-16"),
        TABLE.encode("cp1252"),
        TABLE.replace(";", ",").encode(),
        TABLE.replace(";", "\t").replace("\n", "\r\n").encode(),
        gzip.compress(TABLE.encode(), mtime=0),
        TABLE.encode("utf-16-le"),
        TABLE.encode("utf-16-be"),
        TABLE.encode("cp850"),
        TABLE.encode("mac_roman"),
        TABLE.replace("\n", "\r").encode("mac_roman"),
        TABLE.replace(";", "|").encode(),
    ],
)
def test_any_usual_encoding_and_separator_is_read(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clients.csv"
    path.write_bytes(content)

    source = read_file(path)

    assert source.columns == ("Nom", "Prénom")
    assert source.rows == (
        SourceRow(2, {"Nom": "Le Goff", "Prénom": "Maël"}),
        SourceRow(4, {"Nom": "Dupont", "Prénom": "Zoé"}),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "cp1252", "cp850", "mac_roman", "latin-1"])
def test_names_of_half_europe_are_told_by_how_they_look(encoding: str) -> None:
    names = "Élodie Bézier\nHélène Lefèvre\nÇelik Noël\nFRANÇOIS GARÇON\nJürgen Müßig\nÅsa Sjöström\nÀ côté du marché\nMARÍA NÚÑEZ\n"

    assert decode(names.encode(encoding)) == names
    assert decode("Åsa Öberg".encode("cp1252")) == "Åsa Öberg"
    assert decode("Tarif : 12 € – l’été".encode("cp1252")) == "Tarif : 12 € – l’été"


def test_excel_s_word_on_the_separator_twin_columns_and_spilled_cells_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text("sep=;\nNom;Nom;Ville\nLe Goff;Gouez;Brest;;\nDupont;;Paris;75;x\n", encoding="utf-8")

    source = read_file(path)

    assert source.columns == ("Nom", "Nom (2)", "Ville")
    assert source.rows == (
        SourceRow(3, {"Nom": "Le Goff", "Nom (2)": "Gouez", "Ville": "Brest"}),
        SourceRow(4, {"Nom": "Dupont", "Nom (2)": "", "Ville": "Paris"}, ("75", "x")),
    )


def test_a_sheet_is_read_with_its_days_and_numbers(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["nom", "naissance", "cp"])
    sheet.append(["Le Goff", date(1956, 12, 28), 6950.0])
    sheet.append([None, None, None])
    path = tmp_path / "clients.xlsx"
    book.save(path)

    (row,) = read_file(path).rows

    assert row.values == {"nom": "Le Goff", "naissance": "1956-12-28", "cp": "6950"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\x89PNG\x00\x00",
        b"PK\x03\x04broken",
        b"\x1f\x8bbroken",
        b"\xff\xfea",
        b"\xd0\xcf\x11\xe0\xa1\xb1",
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clients.csv"
    path.write_bytes(content)

    with pytest.raises(FileUnreadable):
        read_file(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        read_file(tmp_path / "none.csv")


def test_columns_are_known_by_their_usual_names() -> None:
    mapping = choose_columns("standard", ("N° client", "NOM", "Prénom", "E-Mail", "Code Postal", "Inconnue"))

    assert mapping.columns == {"last_name": "NOM", "first_name": "Prénom", "email": "E-Mail", "postal_code": "Code Postal",
                               "id": "N° client"}  # fmt: skip
    with pytest.raises(MappingUnknown, match="standard"):
        choose_columns("nobody's", ("a",))


def test_rows_without_an_id_are_known_by_content_and_count() -> None:
    rows = [SourceRow(number, {"a": value}) for number, value in enumerate("xyx", start=2)]

    keys = [row.foreign_id for row in keyed_rows(rows, id_column=None)]
    again = [row.foreign_id for row in keyed_rows([*rows, SourceRow(9, {"a": "x"})], id_column=None)]

    assert len(set(again)) == 4
    assert again[:3] == keys


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "-2+3", "+cmd|' /C calc'!A0"])
def test_a_spreadsheet_runs_nothing_of_ours(cell: str) -> None:
    assert guarded(cell) == "'" + cell
    assert guarded("+33652527272") == "+33652527272"
