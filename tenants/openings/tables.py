"""The table of what is open."""

from piccolo.columns import UUID, Boolean, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class OpeningRow(Table, db=DB, tablename="openings", help_text="A card, stay or dossier that somebody has open now."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    subject_id = UUID(default=None)
    account_id = UUID(default=None, help_text="Who; twice on two screens is once.")
    name = Text(default=None)
    editing = Boolean(default=None, help_text="They are changing it, not only looking.")
    opened_at = Timestamptz(default=None)
    seen_at = Timestamptz(default=None, help_text="When their terminal last said so; it goes on saying it.")
