"""The tables of what is agreed with a client."""

from piccolo.columns import UUID, BigInt, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class ClientDefaults(Table, db=DB, tablename="client_defaults", help_text="What fills a client's new stay or quote."):
    """The « clé outil » of one card."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    client_id = UUID(default=None)
    service_id = UUID(null=True, default=None, help_text="The lodging product.")
    payer_id = UUID(null=True, default=None, help_text="The card that pays, where it is another.")
    payer_note = Text(default=None, help_text="Who pays what, in words.")
    room_type = Text(default=None)
    discount_basis_points = Integer(default=None, help_text="Off the catalogue's prices; 500 is 5 %.")
    commission_basis_points = Integer(default=None, help_text="What the client keeps of the price.")
    rate_id = UUID(null=True, default=None, help_text="A precise rate of the client's.")
    version = BigInt(default=None)


class ClientRateRow(
    Table, db=DB, tablename="client_rates", help_text="A client's own price; it wins over every other."
):
    """One rate."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    client_id = UUID(default=None)
    name = Text(default=None)
    service_id = UUID(default=None)
    room_type = Text(default=None)
    price_minor = BigInt(default=None)
    currency = Text(default=None)
    first_day = Date(null=True, default=None, help_text="First night it is for.")
    last_day = Date(null=True, default=None, help_text="Last night, included.")
    min_nights = Integer(null=True, default=None)
    max_nights = Integer(null=True, default=None)
    promo_allowed = Boolean(default=None, help_text="Promo codes and private sales may come on top.")
    version = BigInt(default=None)
    retired_at = Timestamptz(null=True, default=None)
