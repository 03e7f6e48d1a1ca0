"""Every read of the catalogue."""

from collections.abc import Collection
from uuid import UUID

from billing.catalogue.rules import ProductType, Service, Unit
from billing.money import Money
from infra.database import Row, fetch, fetch_row
from infra.errors import NotFound


class ServiceUnknown(NotFound):
    """This centre's catalogue has no such service."""

    code = "service_unknown"


_COLUMNS = "id, version, name, product_type, unit, price_minor, currency, vat_basis_points, accounting_code, active"


def _service(row: Row) -> Service:
    return Service(
        id=row["id"],
        version=row["version"],
        name=row["name"],
        product_type=ProductType(row["product_type"]),
        unit=Unit(row["unit"]),
        price=Money(row["price_minor"], row["currency"]),
        vat_basis_points=row["vat_basis_points"],
        accounting_code=row["accounting_code"],
        active=row["active"],
    )


async def services(centre_id: UUID) -> list[Service]:
    """Return the whole catalogue, by product type and name; a centre has some dozens."""
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM services WHERE centre_id = $1 ORDER BY product_type, name, id", centre_id
    )
    return [_service(row) for row in rows]


async def service_names(centre_id: UUID, service_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of some services, sold or not any more, by service; asks nothing for none."""
    if not service_ids:
        return {}
    rows = await fetch(
        "SELECT id, name FROM services WHERE centre_id = $1 AND id = ANY($2)", centre_id, list(service_ids)
    )
    return {row["id"]: row["name"] for row in rows}


async def service(centre_id: UUID, service_id: UUID) -> Service:
    """Return one service.

    Raises:
        ServiceUnknown: the centre has none of that id.
    """
    row = await fetch_row(f"SELECT {_COLUMNS} FROM services WHERE centre_id = $1 AND id = $2", centre_id, service_id)
    if row is None:
        raise ServiceUnknown
    return _service(row)
