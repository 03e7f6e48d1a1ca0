"""Saying which meals a service includes, where its name does not."""

from collections.abc import Sequence
from uuid import UUID

from billing.catalogue.queries import ServiceUnknown
from billing.catering.events import ServiceMealsSet
from infra.actor import Actor
from infra.audit import audit
from infra.database import execute, fetch_row, tenant_transaction
from infra.errors import FieldError
from infra.ids import new_id
from infra.outbox import record
from tenants.meals.rules import SITTINGS, MealInvalid


async def set_service_meals(centre_id: UUID, service_id: UUID, sittings: Sequence[str] | None, *, actor: Actor) -> None:
    """Say which meals one unit of a service includes; None leaves it to its name.

    Raises:
        ServiceUnknown: the centre has no such service.
        MealInvalid: no such sitting.
    """
    if sittings is not None and not set(sittings) <= set(SITTINGS):
        raise MealInvalid(errors=(FieldError("/sittings", "unknown", f"among {', '.join(SITTINGS)}"),))
    async with tenant_transaction(centre_id):
        row = await fetch_row(
            """SELECT service.id, said.sittings FROM services AS service
               LEFT JOIN service_sittings AS said ON said.centre_id = $1 AND said.service_id = service.id
               WHERE service.centre_id = $1 AND service.id = $2 FOR UPDATE OF service""",
            centre_id,
            service_id,
        )
        if row is None:
            raise ServiceUnknown()
        ordered = None if sittings is None else [sitting for sitting in SITTINGS if sitting in sittings]
        if row["sittings"] == ordered:
            return
        await execute("DELETE FROM service_sittings WHERE centre_id = $1 AND service_id = $2", centre_id, service_id)
        if ordered is not None:
            await execute(
                "INSERT INTO service_sittings (id, centre_id, service_id, sittings) VALUES ($1, $2, $3, $4)",
                new_id(),
                centre_id,
                service_id,
                ordered,
            )
        await audit(
            "service", service_id, "set_meals", actor=actor,
            before={"sittings": row["sittings"]}, after={"sittings": ordered},
        )  # fmt: skip
        await record(ServiceMealsSet(subject_id=service_id), actor=actor)
