"""A group's rooming list and its people."""

from piccolo.columns import UUID, BigInt, Boolean, Integer, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class RoomingList(Table, db=DB, tablename="rooming_lists", help_text="How far a stay's rooming list is."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    stay_id = UUID(default=None)
    opened_at = Timestamptz(null=True, default=None, help_text="When the leader's link was first opened.")
    submitted_at = Timestamptz(null=True, default=None, help_text="Complete, and said to be; empty while it is filled.")
    submitted_by = Text(default=None)
    version = BigInt(default=None)
    created_at = Timestamptz(default=None)


class RoomingEntry(
    Table, db=DB, tablename="rooming_entries", help_text="Somebody of a group; destroyed a month after the stay."
):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    stay_id = UUID(default=None)
    position = Integer(default=None, help_text="In the order they were written down.")
    last_name = Text(default=None)
    first_name = Text(default=None)
    role = Text(default=None, help_text="participant or leader.")
    sex = Text(default=None, help_text="F, M, or empty: only to keep rooms apart.")
    age = Integer(null=True, default=None)
    responsible = Boolean(default=None, help_text="Answers for the group on site.")
    phone = Text(default=None, help_text="Of who is responsible.")
    room_id = UUID(null=True, default=None, help_text="Where they sleep, among the stay's rooms.")
    bed_id = UUID(null=True, default=None, help_text="Which of the room's beds, where somebody said it.")
    diet = Text(default=None, help_text="standard, vegetarian, vegan, no_pork, halal, kosher, gluten_free, …")
    allergies = Text(default=None, help_text="Health data: for the kitchen, and for no longer than needed.")
    access_needs = Text(default=None)
    notes = Text(default=None, help_text="What an import could not read stands here: nothing is lost.")
    version = BigInt(default=None)
    created_at = Timestamptz(default=None)
