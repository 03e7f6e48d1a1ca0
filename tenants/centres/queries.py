"""Every read of centres."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from infra.database import fetch, fetch_row, fetch_value, system_transaction
from infra.errors import NotFound
from tenants.centres.rules import Centre, CentreRef

_COLUMNS: Final = ", ".join(Centre.__struct_fields__)


class CentreUnknown(NotFound):
    """There is no such centre."""

    code = "centre_unknown"


class CentreLine(msgspec.Struct, frozen=True, kw_only=True):
    """A centre in the network's list: no client, no price."""

    id: UUID
    slug: str
    name: str
    town: str
    state: str
    plan: str
    beds: int
    created_at: datetime


async def by_slug(slug: str) -> CentreRef | None:
    """Return a centre by its slug, or None; opens its own transaction, for doors that know no centre yet."""
    async with system_transaction(read_only=True):
        return await found(slug)


async def found(slug: str) -> CentreRef | None:
    """Return a centre by its slug, in whatever transaction is under way."""
    row = await fetch_row("SELECT id, slug, name, state, time_zone FROM find_centre($1)", slug)
    return None if row is None else CentreRef(**row)


async def centre(centre_id: UUID) -> Centre:
    """Return the centre of the transaction.

    Raises:
        CentreUnknown: there is none of that id here.
    """
    row = await fetch_row(f"SELECT {_COLUMNS} FROM centres WHERE id = $1", centre_id)
    if row is None:
        raise CentreUnknown()
    return Centre(**row)


async def locked_centre(centre_id: UUID) -> Centre:
    """Return the centre of the transaction and hold its row until the end.

    Raises:
        CentreUnknown: there is none of that id here.
    """
    row = await fetch_row(f"SELECT {_COLUMNS} FROM centres WHERE id = $1 FOR UPDATE", centre_id)
    if row is None:
        raise CentreUnknown()
    return Centre(**row)


async def bed_count(centre_id: UUID) -> int:
    """Count a centre's beds, those out of service included."""
    return int(await fetch_value("SELECT count(*) FROM beds WHERE centre_id = $1", centre_id))


async def list_centres() -> list[CentreLine]:
    """Return every centre by name, for the network; called in a `network_transaction`."""
    rows = await fetch(
        """SELECT c.id, c.slug, c.name, c.town, c.state, c.plan, c.created_at,
                  (SELECT count(*) FROM beds b WHERE b.centre_id = c.id) AS beds
           FROM centres c ORDER BY c.slug"""
    )
    return [CentreLine(**row) for row in rows]
