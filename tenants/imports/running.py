"""Running an import: batches, each one transaction, idempotent by source and foreign id; progress as it goes."""

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from hashlib import blake2b
from typing import Final, Protocol

import msgspec

from infra.errors import Invalid
from tenants.imports.reading import Source, SourceRow
from tenants.imports.reports import ImportReport, Notice, Refusal

BATCH: Final = 500

Progress = Callable[[int, int], None]
"""Told how many rows are done, of how many."""
Keep = Callable[[ImportReport], Awaitable[None]]


class ColumnUnknown(Invalid):
    """The file has no such column; the message names those it has."""

    code = "column_unknown"


class Outcome(StrEnum):
    """What became of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class KeyedRow(msgspec.Struct, frozen=True):
    """A row and the id by which the next import of it knows it again."""

    row: SourceRow
    foreign_id: str


class RowResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one row, and why."""

    outcome: Outcome
    refusals: tuple[Refusal, ...] = ()
    notices: tuple[Notice, ...] = ()
    linked: bool = False


class Importer(Protocol):
    """What an import of one kind of thing must do."""

    async def bring_in(self, rows: Sequence[KeyedRow], *, dry_run: bool) -> list[RowResult]:
        """Bring in one batch, whole or not at all, and say what became of each row, in order."""
        ...


async def run_import(
    source: Source,
    importer: Importer,
    *,
    id_column: str | None,
    where: Mapping[str, str] | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    keep: Keep | None = None,
) -> ImportReport:
    """Bring in a file's rows; the same file twice changes nothing, a longer one adds only the rest.

    Args:
        source: the file, read.
        importer: what brings a batch in.
        id_column: the column of the source's own ids; where there is none, a row is known by its content and by how
            many rows like it came before (repeats are separate things).
        where: only rows whose columns have these values.
        dry_run: check everything, write nothing.
        progress: told after each batch.
        keep: given, after each batch, the report so far.

    Raises:
        ColumnUnknown: `where` or `id_column` names a column that the file does not have.
    """
    started = time.monotonic()
    keyed = wanted_rows(source, id_column=id_column, where=where)
    report = ImportReport(dry_run=dry_run, rows=0, new=0, changed=0, unchanged=0, refused=0, refusals=[], notices=[])
    for start in range(0, len(keyed), BATCH):
        batch = keyed[start : start + BATCH]
        report = _with(report, await _bring_in(importer, batch, dry_run=dry_run))
        if progress is not None:
            progress(report.rows, len(keyed))
        if keep is not None:
            await keep(report)
    return msgspec.structs.replace(report, seconds=round(time.monotonic() - started, 3))


async def _bring_in(importer: Importer, batch: Sequence[KeyedRow], *, dry_run: bool) -> list[RowResult]:
    """Bring one batch in, but for the rows that have more cells than the file has columns."""
    sound = [each for each in batch if not each.row.spilled]
    brought = iter(await importer.bring_in(sound, dry_run=dry_run) if sound else [])
    return [_refused_as_spilled(each) if each.row.spilled else next(brought) for each in batch]


def _refused_as_spilled(each: KeyedRow) -> RowResult:
    refusal = Refusal(
        line=each.row.number,
        foreign_id=each.foreign_id,
        field="",
        code="row_length",
        message=f"more cells than columns: {', '.join(each.row.spilled)}",
    )
    return RowResult(outcome=Outcome.REFUSED, refusals=(refusal,))


def wanted_rows(source: Source, *, id_column: str | None, where: Mapping[str, str] | None = None) -> list[KeyedRow]:
    """Return the rows that an import looks at, each with the id it is known by.

    Raises:
        ColumnUnknown: `where` or `id_column` names a column that the file does not have.
    """
    for column in (*(where or {}), *([id_column] if id_column else [])):
        if column not in source.columns:
            raise ColumnUnknown(f"no column {column}: there are {', '.join(source.columns)}")
    wanted = [row for row in source.rows if all(row.values[name] == value for name, value in (where or {}).items())]
    return list(keyed_rows(wanted, id_column=id_column))


def _with(report: ImportReport, results: Sequence[RowResult]) -> ImportReport:
    counts = Counter(result.outcome for result in results)
    return msgspec.structs.replace(
        report,
        rows=report.rows + len(results),
        new=report.new + counts[Outcome.NEW],
        changed=report.changed + counts[Outcome.CHANGED],
        unchanged=report.unchanged + counts[Outcome.UNCHANGED],
        refused=report.refused + counts[Outcome.REFUSED],
        refusals=[*report.refusals, *(refusal for result in results for refusal in result.refusals)],
        notices=[*report.notices, *(notice for result in results for notice in result.notices)],
        linked=report.linked + sum(result.linked for result in results),
    )


def keyed_rows(rows: Sequence[SourceRow], *, id_column: str | None) -> Iterator[KeyedRow]:
    """Give each row the id it is known by; a source's id that stands twice is told apart by the content."""
    seen: Counter[str] = Counter()
    for row in rows:
        own = row.values.get(id_column, "").strip() if id_column else ""
        if own and not seen[own]:
            seen[own] += 1
            yield KeyedRow(row, own)
            continue
        content = row_digest(row.values)
        seen[content] += 1
        yield KeyedRow(row, f"{content}:{seen[content]}")


def row_digest(values: Mapping[str, str]) -> str:
    """Hash a row's content, whatever the order of its columns."""
    text = "\x1e".join([f"{name}\x1f{value}" for name, value in sorted(values.items())])
    return blake2b(text.encode(), digest_size=16).hexdigest()
