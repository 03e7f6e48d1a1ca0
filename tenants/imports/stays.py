"""Importing stays: each with a card of nobody, and beds for those whose people came."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.database import plan_anew, tenant_transaction
from infra.errors import NotFound
from infra.ids import new_id
from tenants.clients.bulk import add_cards, anonymous_card
from tenants.imports.bookings import import_bookings
from tenants.imports.hotel_bookings import COLUMNS, Booking, Wrong, read_booking
from tenants.imports.reading import Source, read_file
from tenants.imports.reports import ImportReport, Refusal
from tenants.imports.running import (
    ColumnUnknown,
    KeyedRow,
    Outcome,
    Progress,
    RowResult,
    keyed_rows,
)
from tenants.imports.stay_runs import note_stays, run_stays
from tenants.rooms.allotment import GivenBed, Wish, allot
from tenants.rooms.queries import rooms
from tenants.stays.bulk import BulkStay, add_stays, imported, taken_beds
from tenants.stays.rules import StayRef

MAPPINGS: Final = ("hotel_bookings", "standard")

CAME: Final = "departed"
"""Who came had beds; a cancelled booking and a no-show hold none."""


class MappingUnknown(NotFound):
    """Stays come in from one of the known sources."""

    code = "mapping_unknown"


async def import_stays(
    centre_id: UUID,
    path: Path,
    *,
    mapping: str = "hotel_bookings",
    where: Mapping[str, str] | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    actor: Actor,
) -> ImportReport:
    """Bring a file of stays in: past ones of a known source, or bookings to come for the centre's cards (`standard`). Rows are known by their content and by how many like them came before.

    Beds are given in the order of arrival, in the rooms whose building names the row's hotel, or where they are full
    (or none does) in any other; a row that finds no bed at all is refused. The same file twice changes nothing, a longer one adds only the rest.

    Raises:
        RightMissing: the actor lacks `import.run`.
        MappingUnknown: `mapping` is no source of stays.
        FileUnreadable, ColumnUnknown: the file is no table, or lacks a column.
        BedTaken: the desk sold a bed meanwhile; what came in stays, and the next run goes on.
    """
    actor.require("import.run")
    if mapping not in MAPPINGS:
        raise MappingUnknown(f"{mapping}: one of {', '.join(MAPPINGS)}")
    source = read_file(path)
    if mapping == "standard":
        return await import_bookings(
            centre_id, source, file_name=path.name, where=where, dry_run=dry_run, progress=progress, actor=actor
        )
    missing = [name for name in COLUMNS if name not in source.columns]
    if missing:
        raise ColumnUnknown(f"no column {', '.join(missing)}")
    importer = _Stays(centre_id, source=f"import:{mapping}", actor=actor)
    await importer.prepare(source, where or {})
    return await run_stays(
        centre_id,
        source,
        importer,
        mapping=mapping,
        file_name=path.name,
        id_column=None,
        where=where,
        dry_run=dry_run,
        progress=progress,
        actor=actor,
    )


class _Stays:
    """Brings batches of stays in; who gets which bed is settled before the first."""

    def __init__(self, centre_id: UUID, *, source: str, actor: Actor) -> None:
        self._centre_id, self._source, self._actor = centre_id, source, actor
        self.run_id: UUID | None = None
        self._known: set[str] = set()
        self._read: dict[str, Booking | tuple[Wrong, ...]] = {}
        self._beds: dict[str, tuple[GivenBed, ...]] = {}

    async def prepare(self, source: Source, where: Mapping[str, str]) -> None:
        """Read every row that is new and give beds to those whose people came."""
        wanted = [row for row in source.rows if all(row.values.get(name) == value for name, value in where.items())]
        async with tenant_transaction(self._centre_id, read_only=True):
            self._known = await imported(self._centre_id, self._source)
            self._read = {
                keyed.foreign_id: read_booking(keyed.row.values)
                for keyed in keyed_rows(wanted, id_column=None)
                if keyed.foreign_id not in self._known
            }
            wishes = [
                Wish(key, booking.hotel, booking.fields.arrival, booking.fields.departure, booking.sleepers)
                for key, booking in self._read.items()
                if isinstance(booking, Booking) and booking.status == CAME
            ]
            if wishes:
                first, last = min(one.arrival for one in wishes), max(one.departure for one in wishes)
                taken = await taken_beds(self._centre_id, first, last)
                self._beds = allot(await rooms(self._centre_id), taken, wishes)

    async def bring_in(self, rows: Sequence[KeyedRow], *, dry_run: bool) -> list[RowResult]:
        """Bring in one batch."""
        results: list[RowResult] = []
        new: list[tuple[str, Booking]] = []
        for row in rows:
            if row.foreign_id in self._known:
                results.append(RowResult(outcome=Outcome.UNCHANGED))
                continue
            booking = self._read[row.foreign_id]
            if not isinstance(booking, Booking):
                results.append(
                    RowResult(outcome=Outcome.REFUSED, refusals=tuple(_refusal(row, one) for one in booking))
                )
            elif booking.status == CAME and row.foreign_id not in self._beds:
                full = Wrong("hotel", "no_bed", f"no bed for {booking.sleepers} from {booking.fields.arrival}")
                results.append(RowResult(outcome=Outcome.REFUSED, refusals=(_refusal(row, full),)))
            else:
                new.append((row.foreign_id, booking))
                results.append(RowResult(outcome=Outcome.NEW))
        if new and not dry_run:
            await self._write(new)
        return results

    async def _write(self, new: Sequence[tuple[str, Booking]]) -> None:
        async with tenant_transaction(self._centre_id):
            await plan_anew()
            cards = [
                msgspec.structs.replace(
                    anonymous_card(
                        f"{booking.hotel} {key.replace(':', '-')[:6]}",
                        source=self._source,
                        foreign_id=key,
                        country=booking.country,
                    ),
                    status="prospect" if booking.status == "cancelled" else "client",
                )
                for key, booking in new
            ]
            await add_cards(self._centre_id, cards, actor=self._actor, match=False)
            stays = [
                BulkStay(
                    id=new_id(),
                    fields=msgspec.structs.replace(booking.fields, client_id=card.id),
                    status=booking.status,
                    cancellation_reason="other" if booking.status == "cancelled" else None,
                    cancelled_at=booking.cancelled_at,
                    source=self._source,
                    foreign_id=key,
                    beds=self._beds.get(key, ()),
                )
                for (key, booking), card in zip(new, cards, strict=True)
            ]
            await add_stays(self._centre_id, stays, actor=self._actor)
            await note_stays(self._centre_id, self.run_id, [StayRef(id=stay.id, version=1) for stay in stays])


def _refusal(row: KeyedRow, wrong: Wrong) -> Refusal:
    return Refusal(
        line=row.row.number, foreign_id=row.foreign_id, field=wrong.field, code=wrong.code, message=wrong.message
    )
