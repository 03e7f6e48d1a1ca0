"""`halte export clients`, as an administrator runs it."""

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook

from server.commands.desk import DONE, at_desk
from server.commands.exports import clients
from tenants.segments.expressions import Asked
from tenants.segments.operations import SegmentFields, save_segment
from tenants.segments.queries import SegmentUnknown
from tests.factories.centres import a_centre
from tests.factories.clients import IMPORTER, a_client, an_organisation

pytestmark = pytest.mark.usefixtures("servers")


async def test_a_segment_says_which_clients_the_file_holds_and_an_unknown_one_makes_no_file(tmp_path: Path) -> None:
    async with at_desk():
        centre = await a_centre()
        await a_client(centre.id)
        await an_organisation(centre.id, town="Brest")
        schools = Asked(criterion="client_type", codes=["school"])
        await save_segment(
            centre.id, SegmentFields(name="Écoles d'ici", shared=True, expression=schools), actor=IMPORTER
        )
    out, none = tmp_path / "ecoles.csv", tmp_path / "none.csv"

    assert await clients(centre=centre.slug, out=out, segment="écoles d'ici") == DONE
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert [row["town"] for row in csv.DictReader(file, delimiter=";")] == ["Brest"]
    with pytest.raises(SegmentUnknown):
        await clients(centre=centre.slug, out=none, segment="clubs")
    assert not none.exists()


async def test_a_sign_that_no_spreadsheet_holds_is_left_out_of_a_card(tmp_path: Path) -> None:
    async with at_desk():
        centre = await a_centre()
        await an_organisation(centre.id, town="Brest\x01")
    out = tmp_path / "cards.xlsx"

    assert await clients(centre=centre.slug, out=out) == DONE
    titles, card = load_workbook(out)["clients"].iter_rows(values_only=True)
    assert dict(zip(titles, card, strict=True))["town"] == "Brest"
