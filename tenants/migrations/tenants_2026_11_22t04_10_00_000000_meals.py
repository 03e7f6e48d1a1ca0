"""Meals whose quantity somebody set by hand; all others are counted anew from what was sold and who comes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-22T04:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "meals set by hand"

SQL = [
    tenant_table(
        "meal_quantities",
        """
        stay_id uuid NOT NULL,
        day date NOT NULL,
        sitting text NOT NULL,
        diet text NOT NULL,
        people integer NOT NULL,
        set_by text NOT NULL,
        set_at timestamptz NOT NULL,
        CONSTRAINT meal_quantities_stay_id_day_sitting_diet_unique UNIQUE (centre_id, stay_id, day, sitting, diet),
        CONSTRAINT meal_quantities_sitting_check CHECK (sitting IN ('breakfast', 'lunch', 'picnic', 'dinner')),
        CONSTRAINT meal_quantities_diet_check CHECK (diet IN ('standard', 'vegetarian', 'vegan', 'no_pork', 'halal',
            'kosher', 'gluten_free', 'lactose_free', 'other')),
        CONSTRAINT meal_quantities_people_check CHECK (people BETWEEN 0 AND 10000)
        """,
    ),
    reference("meal_quantities", "stay_id", "stays"),
]


async def forwards() -> MigrationManager:
    """Make the table."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
