"""The tables of imports, as the migrations make them."""

from piccolo.columns import JSONB, UUID, BigInt, Integer, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class ImportRun(Table, db=DB, tablename="import_runs", help_text="A file of client cards brought in, or begun."):
    """One run."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    mapping = Text(default=None, help_text="The source, by the name of its mapping.")
    file_name = Text(default=None)
    row_count = Integer(default=None)
    done = Integer(default=None, help_text="Rows that were looked at; fewer than row_count where it was stopped.")
    new = Integer(default=None)
    changed = Integer(default=None)
    unchanged = Integer(default=None)
    refused = Integer(default=None)
    linked = Integer(default=None, help_text="New cards that the referential knows from another centre.")
    started_at = Timestamptz(default=None)
    started_by = Text(default=None)
    finished_at = Timestamptz(null=True, default=None)
    undone_at = Timestamptz(null=True, default=None)
    undone_by = Text(null=True, default=None)
    source = Text(null=True, default=None, help_text="The connection that handed it over; none for a file of the desk.")
    refusals = JSONB(
        null=True, default=None, help_text="The first rows refused: line, field and code, no value of them."
    )


class ImportItem(Table, db=DB, tablename="import_items", help_text="A card that a run made or changed, until undone."):
    """One card of a run."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    run_id = UUID(default=None)
    card_id = UUID(default=None)
    version = BigInt(default=None, help_text="The card's after the run: another one says that somebody touched it.")
    before = JSONB(null=True, default=None, help_text="The card's fields before a change; null where the run made it.")
    row_before = JSONB(null=True, default=None, help_text="The source's row before a change.")


class ImportStay(Table, db=DB, tablename="import_stays", help_text="A stay that a run made, until taken back."):
    """One stay of a run."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    run_id = UUID(default=None)
    stay_id = UUID(default=None)
    version = BigInt(default=None, help_text="The stay's after the run: another one says that somebody touched it.")


class ImportMapping(Table, db=DB, tablename="import_mappings", help_text="Which column fills which field, by source."):
    """One mapping."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    name = Text(default=None)
    columns = JSONB(default=None, help_text="Field → column.")
    changed_at = Timestamptz(default=None)
    changed_by = Text(default=None)
