"""Importing services; a service is known by its name."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

from billing.catalogue import queries
from billing.catalogue.operations import NewService, add_service, change_service
from billing.catalogue.rules import Service
from billing.money import Money
from infra.actor import Actor
from infra.database import tenant_transaction
from infra.errors import DomainError, FieldError
from tenants.imports.columns import CellInvalid, chosen_columns
from tenants.imports.reading import read_file
from tenants.imports.reports import ImportReport
from tenants.imports.rooms import refused
from tenants.imports.running import KeyedRow, Outcome, Progress, RowResult, run_import

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("nom", "prestation", "libelle"),
    "product_type": ("type", "type de produit"),
    "unit": ("unite",),
    "price": ("prix", "tarif", "prix ttc"),
    "vat": ("tva", "taux de tva"),
    "accounting_code": ("compte", "code comptable"),
}
_AMOUNT: Final = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))?")


async def import_services(
    centre_id: UUID,
    path: Path,
    *,
    mapping: str = "standard",
    where: Mapping[str, str] | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    actor: Actor,
) -> ImportReport:
    """Bring a file of services and their prices in; one that is there under its name takes the file's price.

    Raises:
        RightMissing: the actor lacks `import.run` or `rate.edit`.
        FileUnreadable: the file is no table.
        ColumnUnknown: no column holds the name.
    """
    actor.require("import.run")
    actor.require("rate.edit")
    source = read_file(path)
    importer = _Services(centre_id, chosen_columns(source.columns, COLUMNS, needed="name"), actor=actor)
    return await run_import(source, importer, id_column=None, where=where, dry_run=dry_run, progress=progress)


class _DryRun(Exception):
    """Takes back what a dry run wrote."""


class _Services:
    """Brings batches of services in."""

    def __init__(self, centre_id: UUID, columns: Mapping[str, str], *, actor: Actor) -> None:
        self._centre_id, self._columns, self._actor = centre_id, columns, actor

    async def bring_in(self, rows: Sequence[KeyedRow], *, dry_run: bool) -> list[RowResult]:
        """Bring in one batch; a dry run does the same and takes it back."""
        results: list[RowResult] = []
        try:
            async with tenant_transaction(self._centre_id):
                known = {service.name: service for service in await queries.services(self._centre_id)}
                results += [await self._bring_in_one(row, known) for row in rows]
                if dry_run:
                    raise _DryRun
        except _DryRun:
            return results
        return results

    async def _bring_in_one(self, row: KeyedRow, known: dict[str, Service]) -> RowResult:
        try:
            new = self._read(row)
            before = known.get(new.name)
            if before is None:
                known[new.name] = await add_service(self._centre_id, new, actor=self._actor)
                return RowResult(outcome=Outcome.NEW)
            if _said(before) == new:
                return RowResult(outcome=Outcome.UNCHANGED)
            known[new.name] = await change_service(self._centre_id, before.id, new, version=None, actor=self._actor)
        except DomainError as error:
            return refused(row, error)
        return RowResult(outcome=Outcome.CHANGED)

    def _read(self, row: KeyedRow) -> NewService:
        cells = {field: row.row.values[column].strip() for field, column in self._columns.items()}
        return NewService(
            name=cells["name"],
            product_type=cells.get("product_type", ""),
            unit=cells.get("unit", ""),
            price=Money(_hundredths(cells.get("price", ""), field="price")),
            vat_basis_points=_hundredths(cells.get("vat", "").rstrip("% \u00a0\u202f"), field="vat"),
            accounting_code=cells.get("accounting_code", "") or "706000",
        )


def _said(service: Service) -> NewService:
    return NewService(
        name=service.name,
        product_type=service.product_type.value,
        unit=service.unit.value,
        price=service.price,
        vat_basis_points=service.vat_basis_points,
        accounting_code=service.accounting_code,
    )


def _hundredths(text: str, *, field: str) -> int:
    """Read « 41,50 », « 41.5 », « 5,5 » or « 20 € » into hundredths.

    Raises:
        CellInvalid: it is no amount.
    """
    bare = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").removesuffix("€")
    read = _AMOUNT.fullmatch(bare)
    if read is None:
        raise CellInvalid(errors=(FieldError(f"/{field}", "not_an_amount", f"« {text} » is no amount"),))
    return int(read[1]) * 100 + int((read[2] or "").ljust(2, "0"))
