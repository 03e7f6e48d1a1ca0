"""Bringing files of client cards in at the desk; what is longer goes by `halte import`."""

from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody

from infra.database import tenant_transaction
from infra.errors import FieldError, Invalid
from server.contract.basics import Page
from server.contract.imports import (
    FileColumn,
    ImportAsked,
    ImportFile,
    ImportOutcome,
    ImportPreview,
    ImportRun,
    ImportUndone,
    KeptMapping,
    PreviewAsked,
    RowNoticed,
    RowNotTaken,
    RowRefused,
    SourceMapping,
)
from server.dependencies import AtDesk
from tenants.imports import runs
from tenants.imports.clients import import_table
from tenants.imports.kept_mappings import keep_mapping, kept_mappings, proposed_mapping
from tenants.imports.mappings import fields
from tenants.imports.reading import Source, read_content
from tenants.imports.reports import ImportReport
from tenants.imports.undoing import undo_import

MOST_ROWS: Final = 5_000
SHOWN: Final = 200
SAMPLES: Final = 3


class FileTooLong(Invalid):
    """A file of more than 5,000 rows comes in by the command `halte import clients`."""

    code = "file_too_long"


class ImportController(Controller):
    """Files of client cards."""

    path = "/api/v1/centres/{centre_slug:str}/imports"
    tags = ("imports",)

    @get("/", opt={"right": "import.run"})
    async def runs(self, desk: AtDesk) -> Page[ImportRun]:
        """List the files that came in, the newest first."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await runs.runs(desk.centre_id)
        return Page(items=[msgspec.convert(run, ImportRun, from_attributes=True) for run in found])

    @post("/preview", opt={"right": "import.run"}, status_code=200)
    async def preview(self, desk: AtDesk, data: JSONBody[PreviewAsked]) -> ImportPreview:
        """Look into a file: its columns with their first values, and which field each would fill."""
        source = _read(data.file)
        mapping = await proposed_mapping(desk.centre_id, data.mapping, source.columns)
        first = source.rows[:SAMPLES]
        return ImportPreview(
            columns=[FileColumn(name=name, samples=[row.values[name] for row in first]) for name in source.columns],
            fields=list(fields()),
            mapping=dict(mapping.columns),
            rows=len(source.rows),
        )

    @post("/", opt={"right": "import.run"}, status_code=200)
    async def bring_in(self, desk: AtDesk, data: JSONBody[ImportAsked]) -> ImportOutcome:
        """Bring a file in, or try it: the same file twice is the same as once."""
        report = await import_table(
            desk.centre_id,
            _read(data.file),
            file_name=data.file.name,
            mapping=data.mapping,
            dry_run=data.dry_run,
            as_written=data.as_written,
            actor=desk.actor,
        )
        return outcome(report)

    @get("/{run_id:uuid}/refusals", opt={"right": "import.run"})
    async def refusals(self, desk: AtDesk, run_id: FromPath[UUID]) -> Page[RowNotTaken]:
        """List the rows that an import refused, the first two hundred."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await runs.refused_rows(desk.centre_id, run_id)
        return Page(items=[msgspec.convert(each, RowNotTaken, from_attributes=True) for each in found])

    @delete("/{run_id:uuid}", opt={"right": "import.run"}, status_code=200)
    async def undo(self, desk: AtDesk, run_id: FromPath[UUID]) -> ImportUndone:
        """Take an import back: what nobody touched since goes; the rest stays and is listed."""
        undone = await undo_import(desk.centre_id, run_id, actor=desk.actor)
        return msgspec.convert(undone, ImportUndone, from_attributes=True)

    @get("/mappings", opt={"right": "import.run"})
    async def mappings(self, desk: AtDesk) -> Page[KeptMapping]:
        """List the mappings that the centre keeps."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await kept_mappings(desk.centre_id)
        return Page(items=[msgspec.convert(each, KeptMapping, from_attributes=True) for each in found])

    @put("/mappings/{name:str}", opt={"right": "import.run"}, status_code=204)
    async def keep(self, desk: AtDesk, name: FromPath[str], data: JSONBody[SourceMapping]) -> None:
        """Keep a source's mapping, in place of what it was."""
        await keep_mapping(desk.centre_id, name, data.columns, actor=desk.actor)


def _read(file: ImportFile) -> Source:
    source = read_content(file.content, Path(file.name or "file"))
    if len(source.rows) > MOST_ROWS:
        raise FileTooLong(errors=(FieldError("/file", "too_long", str(len(source.rows))),))
    return source


def outcome(report: ImportReport) -> ImportOutcome:
    """Put a report on the wire."""
    return ImportOutcome(
        dry_run=report.dry_run,
        rows=report.rows,
        new=report.new,
        changed=report.changed,
        unchanged=report.unchanged,
        refused=report.refused,
        linked=report.linked,
        mended=sum(notice.mended for notice in report.notices),
        notices=[RowNoticed(line=each.line, text=each.text, mended=each.mended) for each in report.notices[:SHOWN]],
        refusals=[
            RowRefused(line=each.line, field=each.field, code=each.code, message=each.message)
            for each in report.refusals[:SHOWN]
        ],
        run_id=report.run_id,
    )
