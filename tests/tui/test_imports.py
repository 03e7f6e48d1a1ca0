"""Bringing a file in at the desk: columns, trial, import, and back."""

from collections.abc import Callable

import msgspec

from server.contract.basics import Page
from server.contract.imports import (
    CardKept,
    FileColumn,
    ImportAsked,
    ImportOutcome,
    ImportPreview,
    ImportRun,
    ImportUndone,
    RowNoticed,
    RowRefused,
    SourceMapping,
)
from tests.tui import seeds
from tests.tui.conftest import go, opened, settled, shown, until
from tests.tui.desk_server import Desk
from tui.app import HalteApp
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.dialogs.show import Show
from tui.dialogs.tick import Tick
from tui.screens.imports import ImportsScreen

MakeApp = Callable[[], HalteApp]
RUN = ImportRun(
    id=seeds.uuid(81, 1), mapping="alt", file_name="alt.csv", row_count=12, done=12, new=10, changed=1, unchanged=0,
    refused=1, linked=2, started_at=seeds.at(20, 9), started_by="M. Le Goff", finished_at=seeds.at(20, 9),
)  # fmt: skip
OUTCOME = ImportOutcome(
    dry_run=True, rows=12, new=10, changed=1, unchanged=0, refused=1, linked=2, mended=3,
    refusals=[RowRefused(line=7, field="last_name", code="required", message="")],
    notices=[
        RowNoticed(line=3, text="town: ChÃ¢teau → Château", mended=True), RowNoticed(line=4, text="birth_date: 1/1/1900 → ∅", mended=False),
        RowNoticed(line=5, text="last_name: DÃ©s → Dés", mended=True), RowNoticed(line=6, text="town: ChÃ¢teau → Château", mended=True),
    ],
)  # fmt: skip
PREVIEW = ImportPreview(
    columns=[FileColumn(name="Nachname", samples=["Öhlendorf"]), FileColumn(name="Wer", samples=["Greta"])],
    fields=["first_name", "last_name"], mapping={"first_name": "Wer", "last_name": "Nachname"}, rows=12,
)  # fmt: skip


async def test_cells_are_mapped_tried_brought_in_and_taken_back(desk: Desk, an_app: MakeApp) -> None:
    place = msgspec.structs.replace(seeds.ME.places[0], rights=[*seeds.ME.places[0].rights, "import.run"])
    desk.me = msgspec.structs.replace(seeds.ME, places=[place])
    desk.answers["GET /imports"] = Page(items=[RUN])
    desk.answers["POST /imports/preview"] = PREVIEW
    desk.answers["POST /imports"] = OUTCOME
    desk.answers["PUT /mappings/alt"] = SourceMapping(columns={})
    kept = CardKept(card_id=seeds.uuid(82, 1), name="Greta Öhlendorf", reference="7Q2", why="used")
    desk.answers[f"DELETE /imports/{RUN.id}"] = ImportUndone(removed=9, restored=1, kept=[kept])
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "i")
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(app.screen, ImportsScreen) and "alt.csv" in shown(app), "the files")
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, Ask), "the question")
        await settled(pilot)
        await pilot.press(*"alt", "ctrl+s")
        await until(pilot, lambda: "Quelle colonne" in shown(app), "the columns")
        assert "Wer (Greta)" in shown(app)
        await settled(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Show), "what is refused")
        assert "7" in shown(app) and "laissé de côté : 1/1/1900" in shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Tick), "what is mended")
        assert "✓ ville : ChÃ¢teau → Château (×2)" in shown(app)
        await settled(pilot)
        await pilot.press("down", "enter", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and "nouvelles : 10" in shown(app), "the trial")
        assert "réparées : 2" in " ".join(shown(app).split())
        await pilot.press("o")
        await until(pilot, lambda: len(desk.sent("POST /api/v1/centres/kerfany/imports")) == 2, "trial and import")
        await until(pilot, lambda: isinstance(app.screen, ImportsScreen), "the files again")
        await settled(pilot)
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, Confirm), "sure?")
        await pilot.press("o")
        await until(pilot, lambda: "utilisée : séjour" in shown(app), "what stays")
    sent = [
        msgspec.json.decode(each.body, type=ImportAsked) for each in desk.sent("POST /api/v1/centres/kerfany/imports")
    ]
    assert [(each.mapping, each.dry_run, each.as_written) for each in sent] == [
        ("alt", True, []), ("alt", False, ["DÃ©s"]),
    ]  # fmt: skip
    (mapping,) = desk.sent("PUT /api/v1/centres/kerfany/imports/mappings/alt")
    assert msgspec.json.decode(mapping.body, type=SourceMapping).columns == PREVIEW.mapping
