"""The ledger of person-nights: written by stays and their changes, reversed, never edited."""

from piccolo.columns import UUID, Array, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class PersonNightRow(
    Table, db=DB, tablename="person_nights", help_text="People alike of one stay on one night; negative where reversed."
):
    """An entry of the ledger."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    stay_id = UUID(default=None, help_text="What the night is analysed by (types, purpose, client) is read from it.")
    night = Date(default=None, help_text="The evening's date.")
    arrival = Date(default=None, help_text="The stay's: a first night is one of this date.")
    band = Text(default=None, help_text="children, teenagers, young, adults or seniors.")
    nationality = Text(default=None, help_text="ISO 3166 alpha-2; empty where unknown.")
    residence = Text(default=None, help_text="The same, as INSEE asks.")
    bed_ids = Array(base_column=UUID(), default=None, help_text="Where they sleep, as far as it is known.")
    present = Integer(default=None, help_text="People who sleep here, or will: negative takes back.")
    billed = Integer(default=None, help_text="People sold: moved by a commercial act only.")
    recorded_at = Timestamptz(default=None)
