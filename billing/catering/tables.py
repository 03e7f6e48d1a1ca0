"""The meals of services whose name does not say them."""

from piccolo.columns import UUID, Array, Text
from piccolo.table import Table

from infra.database import DB


class ServiceSittings(
    Table, db=DB, tablename="service_sittings", help_text="Which meals one unit of a service includes; set by hand."
):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    service_id = UUID(default=None)
    sittings = Array(
        base_column=Text(), default=None, help_text="Among breakfast, lunch, picnic and dinner; may be none."
    )
