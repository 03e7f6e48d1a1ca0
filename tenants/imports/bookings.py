"""Importing bookings to come, each for a card that the centre has: what a centre brings from the desk it had before."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from infra.actor import Actor
from infra.clock import today as today_in
from infra.database import fetch, tenant_transaction
from infra.errors import DomainError, FieldError, Invalid
from tenants.centres.queries import centre
from tenants.imports.columns import chosen_columns, whole_number
from tenants.imports.named_beds import NamedBeds
from tenants.imports.reading import Source
from tenants.imports.reports import ImportReport
from tenants.imports.rooms import refused
from tenants.imports.running import KeyedRow, Outcome, Progress, RowResult
from tenants.imports.stay_runs import note_stays, run_stays
from tenants.referential.cleaning.dates import read_day
from tenants.rooms.queries import rooms
from tenants.stays.bulk import imported
from tenants.stays.operations import create_stay
from tenants.stays.rules import HeadCounts, NewStayFields

SOURCE: Final = "import:standard"
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "client": ("reference client", "email", "e-mail", "courriel"),
    "arrival": ("arrivee", "date d'arrivee"),
    "departure": ("depart", "date de depart"),
    "children": ("enfants",),
    "teenagers": ("ados", "adolescents"),
    "young": ("jeunes",),
    "adults": ("adultes",),
    "seniors": ("aines", "seniors"),
    "room": ("chambre", "chambres"),
    "bed": ("lit", "lits"),
    "id": ("numero", "reference"),
}
BANDS: Final = ("children", "teenagers", "young", "adults", "seniors")


class BookingUnreadable(Invalid):
    """A row names no card of the centre, or no day."""

    code = "booking_unreadable"


async def import_bookings(
    centre_id: UUID,
    source: Source,
    *,
    file_name: str,
    where: Mapping[str, str] | None,
    dry_run: bool,
    progress: Progress | None,
    actor: Actor,
) -> ImportReport:
    """Bring bookings in as tentative stays, with the beds that the file names; the desk gives beds to the others.

    Each passes what a booking at the desk passes: a card whose padlock is closed takes none, a bed that is taken is not
    taken twice. The same file twice changes nothing; a trial does not know what its own rows take from one another.

    Raises:
        RightMissing: the actor lacks `import.run`.
        ColumnUnknown: no column names the client.
    """
    actor.require("import.run")
    columns = chosen_columns(source.columns, COLUMNS, needed="client")
    async with tenant_transaction(centre_id, read_only=True):
        day = today_in((await centre(centre_id)).time_zone)
        known = await imported(centre_id, SOURCE)
        beds = NamedBeds(await rooms(centre_id))
    importer = _Bookings(centre_id, columns, known=known, beds=beds, today=day, actor=actor)
    return await run_stays(
        centre_id,
        source,
        importer,
        mapping="standard",
        file_name=file_name,
        id_column=columns.get("id"),
        where=where,
        dry_run=dry_run,
        progress=progress,
        actor=actor,
    )


class _Bookings:
    """Brings batches of bookings in."""

    def __init__(
        self,
        centre_id: UUID,
        columns: Mapping[str, str],
        *,
        known: set[str],
        beds: NamedBeds,
        today: date,
        actor: Actor,
    ) -> None:
        self._centre_id, self._columns, self._known, self._today = centre_id, columns, known, today
        self._beds, self._actor = beds, actor
        self.run_id: UUID | None = None

    async def bring_in(self, rows: Sequence[KeyedRow], *, dry_run: bool) -> list[RowResult]:
        """Bring in one batch, each row by itself: one that is refused keeps no other out."""
        return [await self._one(row, dry_run=dry_run) for row in rows]

    async def _one(self, row: KeyedRow, *, dry_run: bool) -> RowResult:
        if row.foreign_id in self._known:
            return RowResult(outcome=Outcome.UNCHANGED)
        try:
            async with tenant_transaction(self._centre_id):
                made = await create_stay(self._centre_id, await self._read(row), actor=self._actor)
                await note_stays(self._centre_id, self.run_id, [made])
                if dry_run:
                    raise _OnlyTried
        except _OnlyTried:
            pass
        except DomainError as error:
            return refused(row, error)
        return RowResult(outcome=Outcome.NEW)

    async def _read(self, row: KeyedRow) -> NewStayFields:
        cells = {field: row.row.values[column].strip() for field, column in self._columns.items()}
        arrival, departure = (read_day(cells.get(name, ""), today=self._today) for name in ("arrival", "departure"))
        if arrival is None or departure is None:
            missing = "arrival" if arrival is None else "departure"
            raise BookingUnreadable(errors=(FieldError(f"/{missing}", "unreadable", cells.get(missing, "")),))
        counts = {band: whole_number(cells[band], field=band) for band in BANDS if cells.get(band)}
        return NewStayFields(
            client_id=await self._client(cells["client"]),
            arrival=arrival,
            departure=departure,
            counts=HeadCounts(**counts),
            bed_ids=self._beds.read(room=cells.get("room", ""), bed=cells.get("bed", "")),
            source=SOURCE,
            foreign_id=row.foreign_id,
        )

    async def _client(self, named: str) -> UUID:
        """Find a card by its reference, else by an address that is no other card's."""
        found = await fetch(
            """SELECT id FROM clients WHERE centre_id = $1 AND $2 <> '' AND (reference = upper($2) OR email = lower($2))
               ORDER BY (reference = upper($2)) DESC, id LIMIT 2""",
            self._centre_id,
            named,
        )
        if len(found) != 1:
            code = "client_unknown" if not found else "client_ambiguous"
            raise BookingUnreadable(errors=(FieldError("/client", code, named),))
        client_id: UUID = found[0]["id"]
        return client_id


class _OnlyTried(Exception):
    """A dry run: all was checked, nothing is to stay."""
