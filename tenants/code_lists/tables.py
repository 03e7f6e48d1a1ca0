"""The tables of the code lists: the network's values and their names by date, a centre's own."""

from piccolo.columns import UUID, BigInt, Boolean, Date, Integer, SmallInt, Text, Varchar
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
    by_network = Boolean(default=None, help_text="Added by the network between releases: loading a release leaves it.")
    first_day = Date(null=True, default=None, help_text="Offered from this day; empty for always.")
    last_day = Date(null=True, default=None, help_text="Offered until this day; empty while it is.")
    split_from = Text(null=True, default=None, help_text="The code it was split from: old years compare under that.")


class CodeListLabel(Table, db=DB, tablename="code_list_labels", help_text="What a value is called from a day on."):
    """One renaming."""

    list = Text(primary_key=True, default=None)
    category = Text(default=None)
    code = Text(default=None)
    from_day = Date(default=None)
    label = Text(default=None)


class LocalValue(Table, db=DB, tablename="local_values", help_text="A value that a centre made for itself."):
    """One value of one centre."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    list = Text(default=None, help_text="segmentation, origin, follow_up_action or marketing_code.")
    code = Text(default=None, help_text="Stable; what is stored on cards.")
    label = Text(default=None)
    network_code = Text(default=None, help_text="What it counts as across the network; empty for marketing codes.")
    position = SmallInt(default=None)
    retired_on = Date(null=True, default=None, help_text="No longer offered from this day; what holds it keeps it.")
    version = BigInt(default=None)


class ClientTypeColour(Table, db=DB, tablename="client_type_colours", help_text="A centre's colour of a client type."):
    """One colour."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    client_type = Text(default=None)
    colour = Text(default=None, help_text="#rrggbb, in small letters.")
