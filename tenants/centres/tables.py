"""The centres themselves."""

from piccolo.columns import UUID, Array, BigInt, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class CentreRow(Table, tablename="centres", db=DB, help_text="A tenant; its policy is its own id."):
    id = UUID(primary_key=True, default=None)
    slug = Text(default=None, unique=True, help_text="In its public addresses; never changes.")
    name = Text(default=None)
    legal_name = Text(default=None)
    siret = Text(default=None, help_text="14 digits, or empty.")
    vat_number = Text(default=None, help_text="Empty where it charges no VAT.")
    street = Text(default=None)
    postal_code = Text(default=None)
    town = Text(default=None)
    country = Text(default=None, help_text="ISO 3166 alpha-2.")
    phone = Text(default=None)
    email = Text(default=None, help_text="Where clients write, and what mails are sent from.")
    time_zone = Text(default=None, help_text="IANA name; says what « today » is.")
    languages = Array(base_column=Text(), default=None, help_text="Of its pages, its own first.")
    colour = Text(default=None, help_text="#rrggbb, of its pages and mails.")
    sender_name = Text(default=None, help_text="Before the address of its mails.")
    acm_number = Text(default=None, help_text="Registration for accueils collectifs de mineurs.")
    safety_commission_day = Date(null=True, default=None)
    capacity_minors = Integer(null=True, default=None)
    plan = Text(default=None)
    stripe_account = Text(null=True, default=None, help_text="Its Stripe Connect account.")
    iban = Text(default=None, help_text="Where transfers go, without spaces; may be empty.")
    bic = Text(default=None)
    deposit_basis_points = Integer(default=None, help_text="Of a quote's total.")
    deposit_nature = Text(default=None, help_text="acompte or arrhes: they differ in law.")
    option_days = Integer(default=None, help_text="How long an option holds unless said.")
    embed_origins = Array(base_column=Text(), default=None, help_text="Sites that may embed its contact form.")
    state = Text(default=None, help_text="provisioned, active, suspended or closed.")
    version = BigInt(default=None)
    created_at = Timestamptz(default=None)
