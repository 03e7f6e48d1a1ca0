"""Setting a meal's quantity by hand, and leaving it to be counted again."""

from datetime import date
from uuid import UUID

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch_value, tenant_transaction
from infra.ids import new_id
from infra.outbox import record
from tenants.meals import queries, rules
from tenants.meals.events import MealsChanged


async def set_meal(
    centre_id: UUID, stay_id: UUID, *, day: date, sitting: str, diet: str, people: int | None, actor: Actor
) -> None:
    """Set how many of a stay eat a diet at a sitting; None leaves it to be counted again.

    Raises:
        StayUnknown: the centre has no such stay.
        MealInvalid: no such sitting or diet, or a day outside the stay.
    """
    async with tenant_transaction(centre_id):
        stay = await queries.meal_stay(centre_id, stay_id)
        rules.check_meal(stay, day=day, sitting=sitting, diet=diet, people=people or 0)
        before = await fetch_value(
            """SELECT people FROM meal_quantities
               WHERE centre_id = $1 AND stay_id = $2 AND day = $3 AND sitting = $4 AND diet = $5""",
            centre_id,
            stay_id,
            day,
            sitting,
            diet,
        )
        if before == people:
            return
        if people is None:
            await execute(
                """DELETE FROM meal_quantities
                   WHERE centre_id = $1 AND stay_id = $2 AND day = $3 AND sitting = $4 AND diet = $5""",
                centre_id,
                stay_id,
                day,
                sitting,
                diet,
            )
        else:
            await execute(
                """INSERT INTO meal_quantities (id, centre_id, stay_id, day, sitting, diet, people, set_by, set_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                   ON CONFLICT (centre_id, stay_id, day, sitting, diet)
                   DO UPDATE SET people = excluded.people, set_by = excluded.set_by, set_at = excluded.set_at""",
                new_id(),
                centre_id,
                stay_id,
                day,
                sitting,
                diet,
                people,
                actor.name,
                now(),
            )
        meal = f"{day.isoformat()} {sitting} {diet}"
        await audit("stay", stay_id, "set_meal", actor=actor, before={meal: before}, after={meal: people})
        await record(MealsChanged(subject_id=stay_id), actor=actor)
