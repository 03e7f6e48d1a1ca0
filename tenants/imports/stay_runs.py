"""Runs of imports of stays: begun, followed, and what they made noted, so that they can be looked at and taken back."""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.database import execute_many, tenant_transaction
from infra.ids import new_id
from tenants.imports import runs
from tenants.imports.reading import Source
from tenants.imports.reports import ImportReport
from tenants.imports.running import Importer, Progress, run_import, wanted_rows
from tenants.stays.rules import StayRef

OF_STAYS: Final = "stays:"
"""How the mapping of a run of stays begins."""


class StayImporter(Importer, Protocol):
    """Brings batches of stays in, and notes each under the run."""

    run_id: UUID | None
    """None of a trial."""


async def run_stays(
    centre_id: UUID,
    source: Source,
    importer: StayImporter,
    *,
    mapping: str,
    file_name: str,
    id_column: str | None,
    where: Mapping[str, str] | None,
    dry_run: bool,
    progress: Progress | None,
    actor: Actor,
) -> ImportReport:
    """Bring a file's stays in under a run of their own; a trial has none.

    Raises:
        ColumnUnknown: `where` or `id_column` names a column that the file does not have.
    """
    total = len(wanted_rows(source, id_column=id_column, where=where))
    importer.run_id = None
    if not dry_run:
        async with tenant_transaction(centre_id):
            importer.run_id = await runs.open_run(
                centre_id, mapping=OF_STAYS + mapping, file_name=file_name, rows=total, by=actor.name
            )

    async def keep(so_far: ImportReport) -> None:
        if importer.run_id is not None:
            async with tenant_transaction(centre_id):
                await runs.note_progress(centre_id, importer.run_id, so_far, finished=so_far.rows == total)

    report = await run_import(
        source, importer, id_column=id_column, where=where, dry_run=dry_run, progress=progress, keep=keep
    )
    if not total:
        await keep(report)
    return msgspec.structs.replace(report, run_id=importer.run_id)


async def note_stays(centre_id: UUID, run_id: UUID | None, stays: Sequence[StayRef]) -> None:
    """Note which stays a run made, in the transaction that makes them."""
    if run_id is not None:
        await execute_many(
            "INSERT INTO import_stays (id, centre_id, run_id, stay_id, version) VALUES ($1, $2, $3, $4, $5)",
            [(new_id(), centre_id, run_id, stay.id, stay.version) for stay in stays],
        )
