"""Every change to the catalogue."""

from uuid import UUID

import msgspec

from billing.catalogue import queries
from billing.catalogue.events import ServiceAdded, ServiceChanged
from billing.catalogue.rules import ProductType, Service, Unit
from billing.money import Money
from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, tenant_transaction
from infra.errors import FieldError, Invalid, StaleVersion
from infra.ids import new_id
from infra.outbox import record


class ServiceInvalid(Invalid):
    """The service cannot be sold as described."""

    code = "service_invalid"


class NewService(msgspec.Struct, frozen=True, kw_only=True):
    """A service to add; `price` is that of one unit, tax included."""

    name: str
    product_type: str
    unit: str
    price: Money
    vat_basis_points: int
    accounting_code: str = "706000"
    active: bool = True


def _checked(new: NewService) -> tuple[ProductType, Unit]:
    errors = []
    if not new.name.strip():
        errors.append(FieldError("/name", "required", "Le nom manque"))
    if new.product_type not in list(ProductType):
        errors.append(FieldError("/product_type", "unknown", "Type de prestation inconnu"))
    if new.unit not in list(Unit):
        errors.append(FieldError("/unit", "unknown", "Unité inconnue"))
    if not 0 <= new.vat_basis_points <= 10_000:
        errors.append(FieldError("/vat_basis_points", "out_of_range", "Taux de TVA entre 0 et 100 %"))
    if not new.accounting_code.isalnum():
        errors.append(FieldError("/accounting_code", "invalid", "Code comptable : chiffres et lettres"))
    if new.price.currency != "EUR":
        errors.append(FieldError("/price/currency", "unknown", "Seul l'euro est accepté"))
    if errors:
        raise ServiceInvalid(errors=tuple(errors))
    return ProductType(new.product_type), Unit(new.unit)


async def add_service(centre_id: UUID, new: NewService, *, actor: Actor) -> Service:
    """Add a service to the catalogue.

    Raises:
        ServiceInvalid: a field cannot be right; each is named.
    """
    actor.require("rate.edit")
    product_type, unit = _checked(new)
    made = Service(
        id=new_id(),
        version=1,
        name=new.name.strip(),
        product_type=product_type,
        unit=unit,
        price=new.price,
        vat_basis_points=new.vat_basis_points,
        accounting_code=new.accounting_code,
        active=new.active,
    )
    async with tenant_transaction(centre_id):
        await execute(
            """INSERT INTO services (id, centre_id, version, name, product_type, unit, price_minor, currency,
                   vat_basis_points, accounting_code, active, created_at)
               VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11)""",
            made.id,
            centre_id,
            made.name,
            made.product_type,
            made.unit,
            made.price.minor,
            made.price.currency,
            made.vat_basis_points,
            made.accounting_code,
            made.active,
            now(),
        )
        await audit("service", made.id, "add", actor=actor, after=made)
        await record(ServiceAdded(subject_id=made.id, version=1), actor=actor)
    return made


async def change_service(
    centre_id: UUID, service_id: UUID, new: NewService, *, version: int | None, actor: Actor
) -> Service:
    """Change a service; lines already on a dossier keep what they were sold at.

    Raises:
        ServiceUnknown: the centre has none of that id.
        ServiceInvalid: a field cannot be right; each is named.
        StaleVersion: somebody saved it since `version`.
    """
    actor.require("rate.edit")
    product_type, unit = _checked(new)
    async with tenant_transaction(centre_id):
        before = await queries.service(centre_id, service_id)
        changed = await execute(
            """UPDATE services SET version = version + 1, name = $3, product_type = $4, unit = $5, price_minor = $6,
                   currency = $7, vat_basis_points = $8, accounting_code = $9, active = $10
               WHERE centre_id = $1 AND id = $2 AND version = coalesce($11, version)""",
            centre_id,
            service_id,
            new.name.strip(),
            product_type,
            unit,
            new.price.minor,
            new.price.currency,
            new.vat_basis_points,
            new.accounting_code,
            new.active,
            version,
        )
        if not changed:
            raise StaleVersion
        after = await queries.service(centre_id, service_id)
        await audit("service", service_id, "change", actor=actor, before=before, after=after)
        await record(ServiceChanged(subject_id=service_id, version=after.version), actor=actor)
    return after
