"""The mappings that a centre keeps for its sources: which column of their files fills which field of a card."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch, fetch_row, tenant_transaction
from infra.errors import FieldError, Invalid
from infra.ids import new_id
from tenants.imports.mappings import ColumnMapping, MappingUnknown, choose_columns, fields, fitted

LONGEST: Final = 200
STANDARD: Final = "standard"


class MappingInvalid(Invalid):
    """A mapping has a name of its own, and fills fields that there are."""

    code = "mapping_invalid"


class KeptMapping(msgspec.Struct, frozen=True, kw_only=True):
    """A source's columns, as the centre set them."""

    name: str
    columns: dict[str, str]
    """Field → column."""
    changed_at: datetime
    changed_by: str


async def kept_mappings(centre_id: UUID) -> list[KeptMapping]:
    """Return the centre's mappings by name; inside a transaction."""
    rows = await fetch(
        "SELECT name, columns, changed_at, changed_by FROM import_mappings WHERE centre_id = $1 ORDER BY name",
        centre_id,
    )
    return [msgspec.convert({**row, "columns": msgspec.json.decode(row["columns"])}, KeptMapping) for row in rows]


async def kept_or_named(centre_id: UUID, name: str, columns: Sequence[str]) -> ColumnMapping:
    """Fit the centre's own mapping of a name, else a packaged one or a file's, to a file's columns.

    Raises:
        MappingUnknown: there is none.
    """
    async with tenant_transaction(centre_id, read_only=True):
        row = await fetch_row("SELECT columns FROM import_mappings WHERE centre_id = $1 AND name = $2", centre_id, name)
    if row is None:
        return choose_columns(name, tuple(columns))
    kept = msgspec.json.decode(row["columns"], type=dict[str, str])
    return fitted(name, {field: [column] for field, column in kept.items()}, columns)


async def proposed_mapping(centre_id: UUID, name: str, columns: Sequence[str]) -> ColumnMapping:
    """Fit the mapping of a name as `kept_or_named` does; for a source that has none yet, the usual names."""
    try:
        return await kept_or_named(centre_id, name, columns)
    except MappingUnknown:
        return await kept_or_named(centre_id, STANDARD, columns)


async def keep_mapping(centre_id: UUID, name: str, columns: Mapping[str, str], *, actor: Actor) -> None:
    """Keep a source's mapping, in place of what it was.

    Raises:
        RightMissing: the actor lacks `import.run`.
        MappingInvalid: no name or that of a packaged one, a field that there is not, or no field that names anybody.
    """
    actor.require("import.run")
    chosen = {field: column for field, column in columns.items() if column}
    wrong = [FieldError(f"/columns/{field}", "unknown", field) for field in chosen if field not in fields()]
    if not name.strip() or len(name) > LONGEST or name == STANDARD or "/" in name or name.endswith(".toml"):
        wrong.append(FieldError("/name", "required", "the source's own name"))
    if not {"last_name", "first_name", "organisation"} & chosen.keys():
        wrong.append(FieldError("/columns/last_name", "required", "a column that names somebody"))
    if wrong:
        raise MappingInvalid(errors=tuple(wrong))
    async with tenant_transaction(centre_id):
        mapping_id = new_id()
        await execute(
            """INSERT INTO import_mappings (id, centre_id, name, columns, changed_at, changed_by)
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (centre_id, name)
               DO UPDATE SET columns = EXCLUDED.columns, changed_at = EXCLUDED.changed_at, changed_by = EXCLUDED.changed_by""",
            mapping_id,
            centre_id,
            name.strip(),
            msgspec.json.encode(chosen).decode(),
            now(),
            actor.name,
        )
        await audit("import_mapping", mapping_id, "keep", actor=actor, after={"name": name.strip(), "columns": chosen})
