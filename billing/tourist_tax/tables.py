"""The rates of a centre from a day on, and the exemptions that the desk was told of."""

from piccolo.columns import UUID, BigInt, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class TouristTaxRate(Table, db=DB, tablename="tourist_tax_rates", help_text="What the commune takes from a day on."):
    """A rate."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    first_day = Date(default=None, help_text="In force from this night on, until the next rate's.")
    category = Text(default=None, help_text="As the commune's decision names it: auberge collective, 2 étoiles…")
    per_night_minor = BigInt(null=True, default=None, help_text="Of one person and night; or else a share.")
    share_basis_points = Integer(null=True, default=None, help_text="Of the price of a person's night before tax.")
    ceiling_minor = BigInt(null=True, default=None, help_text="The most that a share may come to.")
    additional_basis_points = Integer(default=None, help_text="The department's addition to the tax: 1000 is 10 %.")
    low_rent_minor = BigInt(default=None, help_text="A person's night under this price is exempt; 0 for none.")
    by_name = Text(default=None)
    set_at = Timestamptz(default=None)


class TouristTaxExemption(
    Table, db=DB, tablename="tourist_tax_exemptions", help_text="People of a stay who are exempt by law."
):
    """An exemption."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    stay_id = UUID(default=None)
    reason = Text(default=None, help_text="seasonal_worker, emergency_housing or low_rent; minors are known by age.")
    people = Integer(default=None, help_text="How many of the adults.")
    by_name = Text(default=None)
    set_at = Timestamptz(default=None)
