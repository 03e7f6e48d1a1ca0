"""Quantities of meals that somebody set by hand."""

from piccolo.columns import UUID, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class MealQuantity(
    Table, db=DB, tablename="meal_quantities", help_text="A quantity set by hand: kept whatever the group's size."
):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    stay_id = UUID(default=None)
    day = Date(default=None)
    sitting = Text(default=None, help_text="breakfast, lunch, picnic or dinner.")
    diet = Text(default=None, help_text="As on the rooming list.")
    people = Integer(default=None)
    set_by = Text(default=None)
    set_at = Timestamptz(default=None)
