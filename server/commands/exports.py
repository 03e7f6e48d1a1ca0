"""`halte export`: a centre's data, to files."""

import csv
from contextlib import aclosing
from pathlib import Path
from typing import Annotated
from uuid import UUID

import cyclopts
from openpyxl import Workbook

import billing.segments.of_money  # noqa: F401 - importing it registers its criteria
from infra.database import tenant_transaction
from infra.documents import writable
from infra.errors import Invalid
from server.commands.desk import DONE, at_desk, centre_named, say
from tenants.clients.exporting import COLUMNS, exported_clients
from tenants.clients.filtering import ClientFilter, Narrowing
from tenants.imports.reports import guarded
from tenants.referential.cleaning.text import fold
from tenants.segments.queries import asking, segment_named

app = cyclopts.App(name="halte export", version_flags=[], help="Write a centre's data to files.")

Json = Annotated[bool, cyclopts.Parameter(name="--json", negative="")]


class FormatUnknown(Invalid):
    """The name of the file says its format: .csv or .xlsx."""

    code = "format_unknown"


@app.command
async def clients(
    *,
    centre: str,
    out: Path,
    marketing_code: tuple[str, ...] = (),
    segmentation: str = "",
    origin: str = "",
    client_type: str = "",
    colour: str = "",
    segment: str = "",
    json: Json = False,
) -> int:
    """Write the client cards, in French order; the export is logged in the centre's history.

    Args:
        centre: the centre's slug.
        out: the file to write, .csv (UTF-8, semicolons, as spreadsheets open it) or .xlsx.
        marketing_code: only the cards with this code of the centre's; given again, one of them is enough.
        segmentation: only the cards of this segmentation of the centre's.
        origin: only those of this origin.
        client_type: only those of this type of the network's list.
        colour: only those shown in this colour, #rrggbb.
        segment: only those that this segment of the centre finds today; it must be shared.
        json: print the count as JSON.
    """
    if out.suffix not in (".csv", ".xlsx"):
        raise FormatUnknown(f"{out.name}: .csv or .xlsx")
    wanted = ClientFilter(
        marketing_codes=marketing_code,
        segmentation=segmentation,
        origin=origin,
        client_type=client_type,
        colour=colour,
    )
    async with at_desk() as actor:
        place = await centre_named(centre)
        among = await _found_by(place.id, segment) if segment else None
        async with aclosing(exported_clients(place.id, of=wanted, among=among, actor=actor)) as cards:
            rows = [[guarded(writable(cell)) for cell in row] async for row in cards]
    # Written whole under another name first: what stands there is never half an export.
    unfinished = out.with_name(f".{out.name}.unfinished")
    if out.suffix == ".csv":
        with unfinished.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(COLUMNS)
            writer.writerows(rows)
    else:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("clients")
        sheet.append(list(COLUMNS))
        for row in rows:
            sheet.append(row)
        book.save(unfinished)
    unfinished.chmod(0o600)
    unfinished.replace(out)
    say(f"{len(rows)} cards written to {out}", {"cards": len(rows), "file": str(out)}, as_json=json)
    return DONE


async def _found_by(centre_id: UUID, name: str) -> Narrowing:
    async with tenant_transaction(centre_id, read_only=True):
        kept = await segment_named(centre_id, fold(name))
        return await asking(centre_id, kept.expression)
