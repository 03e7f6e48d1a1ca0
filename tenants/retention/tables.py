"""The certificates' table."""

from piccolo.columns import UUID, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class RetentionCertificate(
    Table, db=DB, tablename="retention_certificates", help_text="How much was destroyed because its time was over."
):
    """One certificate; it names nobody."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    what = Text(default=None, help_text="prospects, blacklistings, persons or reviews.")
    until_day = Date(default=None, help_text="All whose time ended before this day.")
    entries = Integer(default=None)
    destroyed_at = Timestamptz(default=None)
