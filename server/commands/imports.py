"""`halte import`: rooms, services, client cards and stays, from files."""

from collections.abc import Awaitable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Annotated, Protocol, cast
from uuid import UUID

import cyclopts
import msgspec

from infra.actor import Actor
from infra.database import tenant_transaction
from infra.errors import FieldError, Invalid
from infra.settings import settings
from server.commands.desk import DONE, REFUSED, at_desk, centre_named, progress_shown, say
from tenants.centres.rules import require_open
from tenants.imports import runs as import_runs
from tenants.imports.reports import ImportReport, write_report
from tenants.imports.running import Progress
from tenants.imports.undoing import undo_import

app = cyclopts.App(
    name="halte import", version_flags=[], help="Bring rooms, services, client cards and stays in, from files."
)

Switch = Annotated[bool, cyclopts.Parameter(negative="")]
Json = Annotated[bool, cyclopts.Parameter(name="--json", negative="")]


class WhereInvalid(Invalid):
    """A condition is column=value."""

    code = "where_invalid"


class Import(Protocol):
    """What brings a file in."""

    def __call__(
        self,
        centre_id: UUID,
        path: Path,
        *,
        mapping: str,
        where: Mapping[str, str] | None,
        dry_run: bool,
        progress: Progress | None,
        actor: Actor,
    ) -> Awaitable[ImportReport]:
        """Bring it in and say what became of each row."""
        ...


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line asks for."""

    file: Path
    centre: str
    where: tuple[str, ...]
    mapping: str
    dry_run: bool
    report: Path | None
    as_json: bool


@app.command
async def clients(
    file: Path,
    *,
    centre: str,
    where: tuple[str, ...] = (),
    mapping: str = "standard",
    dry_run: Switch = False,
    report: Path | None = None,
    json: Json = False,
) -> int:
    """Bring client cards in: cleaned, matched with the other centres' by the referential; twice is the same as once.

    Args:
        file: CSV (any usual encoding and separator), .csv.gz or XLSX; the first line names the columns.
        centre: the centre's slug.
        where: only rows with this value, as column=value; repeat for more.
        mapping: which columns fill which fields: a name, or a TOML file.
        dry_run: check everything, write nothing.
        report: where to write one line for each row refused or mended; in var/imports unless said.
        json: print the counts as JSON.
    """
    order = Order(file=file, centre=centre, where=where, mapping=mapping, dry_run=dry_run, report=report, as_json=json)
    return await _run("tenants.imports.clients:import_clients", order)


@app.command
async def stays(
    file: Path,
    *,
    centre: str,
    where: tuple[str, ...] = (),
    mapping: str = "hotel_bookings",
    dry_run: Switch = False,
    report: Path | None = None,
    json: Json = False,
) -> int:
    """Bring stays in; twice is the same as once.

    Args:
        file: CSV (any usual encoding and separator), .csv.gz or XLSX; the first line names the columns.
        centre: the centre's slug.
        where: only rows with this value, as column=value; repeat for more.
        mapping: hotel_bookings; or standard, bookings to come for the centre's cards: the columns client, arrival, departure,
            children, teenagers, young, adults, seniors, room, bed, id, or their French names.
        dry_run: check everything, write nothing.
        report: where to write one line for each row refused; in var/imports unless said.
        json: print the counts as JSON.
    """
    order = Order(file=file, centre=centre, where=where, mapping=mapping, dry_run=dry_run, report=report, as_json=json)
    return await _run("tenants.imports.stays:import_stays", order)


@app.command
async def rooms(
    file: Path, *, centre: str, dry_run: Switch = False, report: Path | None = None, json: Json = False
) -> int:
    """Bring rooms and their beds in; a room is known by its name.

    Args:
        file: CSV or XLSX with the columns name, beds, building, floor, room_type, dormitory, accessible.
        centre: the centre's slug.
        dry_run: check everything, write nothing.
        report: where to write one line for each row refused; in var/imports unless said.
        json: print the counts as JSON.
    """
    order = Order(file=file, centre=centre, where=(), mapping="standard", dry_run=dry_run, report=report, as_json=json)
    return await _run("tenants.imports.rooms:import_rooms", order)


@app.command
async def services(
    file: Path, *, centre: str, dry_run: Switch = False, report: Path | None = None, json: Json = False
) -> int:
    """Bring services and their prices in; a service is known by its name, and takes the file's price.

    Args:
        file: CSV or XLSX with the columns name, product_type, unit, price (41,50), vat (10), accounting_code.
        centre: the centre's slug.
        dry_run: check everything, write nothing.
        report: where to write one line for each row refused; in var/imports unless said.
        json: print the counts as JSON.
    """
    order = Order(file=file, centre=centre, where=(), mapping="standard", dry_run=dry_run, report=report, as_json=json)
    return await _run("billing.catalogue.importing:import_services", order)


@app.command
async def runs(*, centre: str, json: Json = False) -> int:
    """List the files of cards and stays that were brought in, the newest first, each with the id that undoes it.

    Args:
        centre: the centre's slug.
        json: print them as JSON.
    """
    async with at_desk():
        place = await centre_named(centre)
        async with tenant_transaction(place.id, read_only=True):
            found = await import_runs.runs(place.id)
    lines = [
        f"{run.id}  {run.started_at:%Y-%m-%d %H:%M}  {run.file_name} ({run.mapping}): {run.new} new, {run.changed} changed,"
        f" {run.refused} refused{'' if run.finished_at else '; stopped at ' + str(run.done) + ' of ' + str(run.row_count)}"
        f"{'; undone' if run.undone_at else ''}"
        for run in found
    ]
    say(
        "\n".join(lines) or "no file was brought in",
        {"runs": [msgspec.to_builtins(run) for run in found]},
        as_json=json,
    )
    return DONE


@app.command
async def undo(run: UUID, *, centre: str, json: Json = False) -> int:
    """Take an import of cards or stays back: what nobody touched since goes, or is as before; the rest stays and is listed.

    Args:
        run: the import, as `halte import runs` names it.
        centre: the centre's slug.
        json: print what was done as JSON.
    """
    async with at_desk() as actor:
        place = await centre_named(centre)
        require_open(place)
        undone = await undo_import(place.id, run, actor=actor)
    kept = [f"  kept, {each.why}: {each.reference} {each.name}" for each in undone.kept]
    head = f"{undone.removed} removed, {undone.restored} as before, {len(undone.kept)} kept"
    facts = {
        "removed": undone.removed,
        "restored": undone.restored,
        "kept": [msgspec.to_builtins(each) for each in undone.kept],
    }
    say("\n".join([head, *kept]), facts, as_json=json)
    return REFUSED if undone.kept else DONE


async def _run(body: str, order: Order) -> int:
    module, _, name = body.partition(":")
    bring_in = cast(Import, getattr(import_module(module), name))
    async with at_desk() as actor:
        place = await centre_named(order.centre)
        require_open(place)
        outcome = await bring_in(
            place.id,
            order.file,
            mapping=order.mapping,
            where=dict(map(_condition, order.where)),
            dry_run=order.dry_run,
            progress=None if order.as_json else progress_shown(),
            actor=actor,
        )
    written = None
    if outcome.refusals or outcome.notices:
        written = order.report or settings().var / "imports" / f"{order.centre}-{order.file.name}.report.csv"
        written.parent.mkdir(parents=True, exist_ok=True)
        write_report(written, outcome.refusals, outcome.notices)
    say(_sentence(outcome, written), _counts(outcome, written), as_json=order.as_json)
    return REFUSED if outcome.refused else DONE


def _condition(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not equals:
        raise WhereInvalid(errors=(FieldError("/where", "invalid", text),))
    return column, value


def _sentence(outcome: ImportReport, written: Path | None) -> str:
    head = "dry run, nothing written: " if outcome.dry_run else ""
    counts = f"{outcome.new} new, {outcome.changed} changed, {outcome.unchanged} unchanged, {outcome.refused} refused"
    lines = [
        f"{head}{outcome.rows} rows in {outcome.seconds:.1f} s: {counts}; {outcome.linked} known at another centre",
        *(f"  refused, {code}: {count}" for code, count in outcome.by_reason().items()),
    ]
    if written is not None:
        lines.append(f"  row by row: {written}")
    if outcome.run_id is not None:
        lines.append(f"  to take it back: halte import undo {outcome.run_id} --centre …")
    return "\n".join(lines)


def _counts(outcome: ImportReport, written: Path | None) -> dict[str, object]:
    return {
        "dry_run": outcome.dry_run,
        "rows": outcome.rows,
        "new": outcome.new,
        "changed": outcome.changed,
        "unchanged": outcome.unchanged,
        "refused": outcome.refused,
        "linked": outcome.linked,
        "seconds": outcome.seconds,
        "reasons": outcome.by_reason(),
        "refusals": outcome.refusals,
        "report": str(written) if written else None,
        "run": str(outcome.run_id) if outcome.run_id else None,
    }
