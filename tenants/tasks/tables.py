"""The table of tasks."""

from piccolo.columns import JSONB, UUID, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class Task(Table, db=DB, tablename="tasks", help_text="Something that waits for a person, until it is done."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    kind = Text(default=None, help_text="What is to be done; the code that a screen has words for.")
    subject_kind = Text(default=None, help_text="What it is about: dossier, mail.")
    subject_id = UUID(default=None)
    cause = Text(default=None, help_text="What raised it: the same cause raises it once, also after it was done.")
    facts = JSONB(default=None, help_text="What its words name: numbers and codes, never people.")
    raised_at = Timestamptz(default=None)
    done_at = Timestamptz(null=True, default=None)
    done_by = Text(null=True, default=None, help_text="Who did it, or the job that saw its cause gone.")
    ignored_because = Text(null=True, default=None, help_text="The reason of who let it be.")
