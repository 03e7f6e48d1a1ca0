"""The catalogue's table."""

from piccolo.columns import UUID, BigInt, Boolean, Integer, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class Service(Table, db=DB, tablename="services", help_text="What a centre can sell, at one simple rate for now."):
    """One service."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    version = BigInt(default=None)
    name = Text(default=None, help_text="As printed on a quote.")
    product_type = Text(default=None, help_text="lodging, meal, room_hire, activity, package, option or miscellaneous.")
    unit = Text(default=None, help_text="person, night, person_night, group, hour or piece.")
    price_minor = BigInt(default=None, help_text="Of one unit, tax included.")
    currency = Text(default=None, help_text="ISO 4217.")
    vat_basis_points = Integer(default=None, help_text="1000 is 10 %.")
    accounting_code = Text(default=None, help_text="Of the French chart of accounts (PCG).")
    active = Boolean(default=None, help_text="Offered on new lines.")
    created_at = Timestamptz(default=None)
