"""The tables of the terms of sale, as the migrations make them."""

from piccolo.columns import JSONB, UUID, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class SaleTermsRow(
    Table, db=DB, tablename="sale_terms", help_text="A version of a centre's terms of sale; never changed."
):
    """One version."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    number = Integer(default=None, help_text="From 1 on, as they were published.")
    texts = JSONB(default=None, help_text="Plain text by language; French always.")
    published_at = Timestamptz(default=None)
    published_by = Text(default=None)
    from_day = Date(
        null=True, default=None, help_text="The first day it is in force; empty for those in force since published."
    )
