"""Importing client cards."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.database import fetch_value, plan_anew, tenant_transaction
from infra.errors import DomainError, StaleVersion
from infra.ids import new_id
from tenants.clients import bulk, queries
from tenants.clients.operations import change_client
from tenants.clients.profiles import brought, read_columns
from tenants.clients.rules import CleanCard, ClientFields, Kind, Lists, Phone, check, clean
from tenants.clients.storing import NewCard
from tenants.code_lists.queries import values as list_values
from tenants.code_lists.rules import Value
from tenants.imports import runs
from tenants.imports.kept_mappings import kept_or_named
from tenants.imports.mappings import ColumnMapping
from tenants.imports.reading import Source, read_file
from tenants.imports.reports import ImportReport, Notice, Refusal
from tenants.imports.running import (
    ColumnUnknown,
    KeyedRow,
    Outcome,
    Progress,
    RowResult,
    run_import,
    wanted_rows,
)
from tenants.imports.runs import Item
from tenants.referential.cleaning.dates import is_possible_birth, read_day
from tenants.referential.cleaning.names import name_case, split_title
from tenants.referential.cleaning.phones import split_numbers
from tenants.referential.cleaning.places import read_country, read_postal_code
from tenants.referential.cleaning.text import fold, mend, tidy


async def import_clients(
    centre_id: UUID,
    path: Path,
    *,
    mapping: str = "standard",
    where: Mapping[str, str] | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    as_written: Collection[str] = (),
    actor: Actor,
) -> ImportReport:
    """Bring a file of client cards in: cleaned, matched, idempotent by mapping and the source's id.

    A row that changed since it was last brought in changes, on its card, only what it changed: what the desk wrote
    since then stays. A padlock is never touched. Values among `as_written` look broken and are right: they are not mended.

    Raises:
        RightMissing: the actor lacks `import.run`.
        FileUnreadable: the file is no table.
        MappingUnknown: there is no such mapping.
        ColumnUnknown: no column holds a name, or `where` names one that the file does not have.
    """
    actor.require("import.run")
    return await import_table(
        centre_id,
        read_file(path),
        file_name=path.name,
        mapping=mapping,
        where=where,
        dry_run=dry_run,
        progress=progress,
        as_written=as_written,
        actor=actor,
    )


async def import_table(
    centre_id: UUID,
    source: Source,
    *,
    file_name: str,
    mapping: str = "standard",
    where: Mapping[str, str] | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    known_as: str = "",
    as_written: Collection[str] = (),
    actor: Actor,
) -> ImportReport:
    """Bring in client cards that were read already, as `import_clients` does; the run can be looked at and undone.

    `known_as` is the source by which the rows are known again, where it is not the mapping.

    Raises:
        As `import_clients`, `FileUnreadable` aside.
    """
    actor.require("import.run")
    columns = await kept_or_named(centre_id, mapping, source.columns)
    if not {"last_name", "first_name", "organisation"} & columns.columns.keys():
        raise ColumnUnknown(f"no column of « {mapping} » holds a name: there are {', '.join(source.columns)}")
    async with tenant_transaction(centre_id, read_only=True):
        today = await queries.centre_today(centre_id)
        client_types = await list_values("client_type")
    id_column = columns.columns.get("id")
    run_id: UUID | None = None
    total = len(wanted_rows(source, id_column=id_column, where=where))
    if not dry_run:
        async with tenant_transaction(centre_id):
            run_id = await runs.open_run(
                centre_id,
                mapping=columns.name,
                file_name=file_name,
                rows=total,
                by=actor.name,
                source=known_as or None,
            )

    async def keep(so_far: ImportReport) -> None:
        if run_id is not None:
            async with tenant_transaction(centre_id):
                await runs.note_progress(centre_id, run_id, so_far, finished=so_far.rows == total)

    importer = _Cards(
        centre_id,
        columns,
        known_as=known_as or f"import:{columns.name}",
        file_name=file_name,
        today=today,
        client_types=client_types,
        as_written=as_written,
        run_id=run_id,
        actor=actor,
    )
    report = await run_import(
        source, importer, id_column=id_column, where=where, dry_run=dry_run, progress=progress, keep=keep
    )
    if not total:
        await keep(report)
    return msgspec.structs.replace(report, run_id=run_id)


_LISTED: Final = frozenset(ClientFields.__struct_fields__) - {"client_type", "birth_date", "country", "language"}
"""Fields of a row that stand on the card as text."""


class _Cards:
    """Brings batches of cards in."""

    def __init__(
        self,
        centre_id: UUID,
        mapping: ColumnMapping,
        *,
        known_as: str,
        file_name: str,
        today: date,
        client_types: Sequence[Value],
        as_written: Collection[str],
        run_id: UUID | None,
        actor: Actor,
    ) -> None:
        self._as_written = frozenset(tidy(value, lines=True) for value in as_written)
        self._run_id = run_id
        self._centre_id, self._mapping, self._today, self._actor = centre_id, mapping, today, actor
        self._source, self._file_name = known_as, file_name
        self._type_codes = frozenset(value.code for value in client_types)
        self._types = {fold(value.label): value.code for value in client_types} | {c: c for c in self._type_codes}

    async def bring_in(self, rows: Sequence[KeyedRow], *, dry_run: bool) -> list[RowResult]:
        """Bring in one batch."""
        async with tenant_transaction(self._centre_id):
            await plan_anew()
            known = await bulk.imported_cards(self._centre_id, self._source, [row.foreign_id for row in rows])
            results: list[RowResult] = []
            new: dict[int, NewCard] = {}
            for index, row in enumerate(rows):
                before = known.get(row.foreign_id)
                if before is not None and before.source_row == row.row.values:
                    results.append(RowResult(outcome=Outcome.UNCHANGED))
                    continue
                card, notices, refusals = self._read(row)
                if refusals:
                    results.append(RowResult(outcome=Outcome.REFUSED, refusals=refusals))
                elif before is None:
                    new[index] = self._new(row, card)
                    results.append(RowResult(outcome=Outcome.NEW, notices=notices))
                else:
                    results.append(await self._change(row, before, card, notices, dry_run=dry_run))
            if new and not dry_run:
                await bulk.add_cards(self._centre_id, list(new.values()), actor=self._actor)
                await self._note([Item(card_id=made.id, version=1) for made in new.values()])
                for index, made in new.items():
                    elsewhere = await self._is_known_elsewhere(made.id)
                    results[index] = msgspec.structs.replace(results[index], linked=elsewhere)
            return results

    async def _is_known_elsewhere(self, client_id: UUID) -> bool:
        return bool(await fetch_value("SELECT centres > 0 FROM referential_signal_of($1)", client_id))

    def _new(self, row: KeyedRow, card: CleanCard) -> NewCard:
        return NewCard(
            id=new_id(),
            card=card,
            source=self._source,
            foreign_id=row.foreign_id,
            consent=None,
            source_row=row.row.values,
        )

    async def _change(
        self, row: KeyedRow, before: bulk.ImportedCard, card: CleanCard, notices: tuple[Notice, ...], *, dry_run: bool
    ) -> RowResult:
        if not dry_run:
            former = clean(self._fields(before.source_row)[0], as_written=self._as_written).fields
            card_before = await queries.client(self._centre_id, before.id)
            current = card_before.fields
            changes = {
                name: getattr(card.fields, name)
                for name in ClientFields.__struct_fields__
                if getattr(card.fields, name) != getattr(former, name)
            }
            if "profiles" in changes:
                wanted = card.fields.profiles
                changes["profiles"] = brought(current.profiles, former=former.profiles, wanted=wanted)
            try:
                changed = await change_client(
                    self._centre_id,
                    before.id,
                    msgspec.structs.replace(current, **changes),
                    version=None,
                    as_written=card.as_written,
                    actor=self._actor,
                )
            except (DomainError, StaleVersion) as error:
                return RowResult(outcome=Outcome.REFUSED, refusals=(_refusal(row, "", error.code, error.detail),))
            await bulk.remember_row(self._centre_id, before.id, row.row.values)
            if changed.version != card_before.version:
                item = Item(card_id=before.id, version=changed.version, before=current, row_before=before.source_row)
                await self._note([item])
        return RowResult(outcome=Outcome.CHANGED, notices=notices)

    async def _note(self, items: Sequence[Item]) -> None:
        if self._run_id is not None:
            await runs.note_items(self._centre_id, self._run_id, items)

    def _read(self, row: KeyedRow) -> tuple[CleanCard, tuple[Notice, ...], tuple[Refusal, ...]]:
        fields, mended, remarks = self._fields(row.row.values)
        card = clean(fields, as_written=self._as_written)
        lines = [f"{field}: {before} → {getattr(card.fields, field)}" for field, before in mended.items()]
        card = msgspec.structs.replace(card, mended=lines, written={**card.written, **mended})
        notices = tuple(
            Notice(line=row.row.number, foreign_id=row.foreign_id, text=text, mended=text in lines)
            for text in (*lines, *remarks)
        )
        try:
            check(card.fields, lists=Lists(client_types=self._type_codes), today=self._today)
        except DomainError as error:
            refusals = tuple(_refusal(row, wrong.pointer[1:], wrong.code, wrong.message) for wrong in error.errors)
            return card, (), refusals
        return card, notices, ()

    def _fields(self, values: Mapping[str, str]) -> tuple[ClientFields, dict[str, str], list[str]]:
        """Read a row's fields, and say which were mended (field → as it came) and what was set aside."""
        given = {field: self._mapping.value(values, field) for field in self._mapping.columns}
        right = {field for field, text in given.items() if tidy(text, lines=True) in self._as_written}
        whole = {field: text if field in right else mend(text) for field, text in given.items()}
        mended = {
            field: tidy(given[field], lines=True)
            for field, text in whole.items()
            if text != given[field] and field in _LISTED
        }
        remarks: list[str] = []

        def value(field: str) -> str:
            return whole.get(field, "")

        def cased(field: str, text: str) -> str:
            return text if field in right else name_case(text)

        title, last_name = split_title(value("last_name"))
        first_name, organisation = value("first_name"), value("organisation")
        # Old systems repeat the organisation as the last name, or put it there alone.
        if organisation and not first_name and fold(last_name) in ("", fold(organisation)):
            last_name = ""
        is_organisation = bool(organisation) and not (first_name or last_name)
        country = read_country(value("country"))
        if value("country") and not country:
            remarks.append(f"country: {value('country')} → ?")
        postal_code = value("postal_code")
        if country in ("FR", "") and postal_code.isdigit() and len(postal_code) == 4:
            postal_code = read_postal_code(postal_code, country)
        profiles, not_read = read_columns(whole, detail=self._file_name, day=self._today, by_name=self._actor.name)
        remarks += not_read
        numbers = [*split_numbers(value("phone")), *split_numbers(value("mobile"))]
        fields = ClientFields(
            kind=Kind.ORGANISATION if is_organisation else Kind.PERSON,
            title=value("title") or title,
            first_name=cased("first_name", first_name),
            last_name=cased("last_name", last_name),
            organisation=organisation,
            contact_name=value("contact_name"),
            client_type=self._types.get(fold(value("client_type")), ""),
            email=value("email"),
            phones=[Phone(number=number) for number in numbers],
            street=value("street"),
            postal_code=postal_code,
            town=cased("town", value("town")),
            country=country or "FR",
            birth_date=self._birth_date(value("birth_date"), remarks),
            language=value("language").lower() or "fr",
            notes=value("notes"),
            profiles=profiles,
        )
        return fields, mended, remarks

    def _birth_date(self, written: str, remarks: list[str]) -> date | None:
        if not written:
            return None
        day = read_day(written, today=self._today)
        if day is None or not is_possible_birth(day, today=self._today):
            remarks.append(f"birth_date: {written} → ∅")
            return None
        return day


def _refusal(row: KeyedRow, field: str, code: str, message: str) -> Refusal:
    return Refusal(line=row.row.number, foreign_id=row.foreign_id, field=field, code=code, message=message)
