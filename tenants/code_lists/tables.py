"""The code lists' table."""

from piccolo.columns import Boolean, Integer, SmallInt, Varchar
from piccolo.table import Table

from infra.database import DB


class CodeListValue(Table, db=DB, tablename="code_list_values", help_text="One value of a network list."):
    """One value."""

    list = Varchar(length=None, default=None, primary_key=True, help_text="The list it belongs to.")
    category = Varchar(length=None, default=None, help_text="Its category in a cascade; `*` for a category itself.")
    code = Varchar(length=None, default=None, help_text="Stable; what is stored on cards and stays.")
    label = Varchar(length=None, default=None, help_text="French, as the network prints it.")
    position = SmallInt(default=None, help_text="Order within the list.")
    detail = Varchar(length=None, default=None, help_text="Label of the text it asks for; empty for none.")
    first_age = Integer(null=True, default=None, help_text="Age bands: first year, included.")
    last_age = Integer(null=True, default=None, help_text="Age bands: last year, included.")
    active = Boolean(default=None, help_text="False for a value no longer offered; what holds it keeps it.")
