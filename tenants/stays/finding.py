"""Finding stays by whose they are. Called inside a transaction."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

import msgspec

from infra.database import fetch
from tenants.clients.filtering import ClientFilter, of_client


class FoundStay(msgspec.Struct, frozen=True, kw_only=True):
    """A stay in a list of answers; `pax` counted, else expected."""

    id: UUID
    name: str
    arrival: date
    departure: date
    status: str
    pax: int | None


async def stays_of_clients(centre_id: UUID, client_ids: Sequence[UUID], *, today: date, limit: int) -> list[FoundStay]:
    """Return the stays of some cards: those that are not over by their arrival, then the last ones; the fallen last."""
    if not client_ids:
        return []
    rows = await fetch(
        """SELECT stay.id, client.name, stay.arrival, stay.departure, stay.status,
                  coalesce(stay.pax, stay.expected_pax) AS pax
           FROM stays AS stay JOIN clients AS client ON client.centre_id = $1 AND client.id = stay.client_id
           WHERE stay.centre_id = $1 AND stay.client_id = ANY($2)
           ORDER BY stay.status IN ('cancelled', 'no_show'), stay.departure < $3,
                    CASE WHEN stay.departure < $3 THEN $3 - stay.departure ELSE stay.arrival - $3 END, stay.id
           LIMIT $4""",
        centre_id,
        list(client_ids),
        today,
        limit,
    )
    return [FoundStay(**row) for row in rows]


async def those_of(centre_id: UUID, stay_ids: Sequence[UUID], of: ClientFilter) -> set[UUID]:
    """Return which of these stays are of the clients that are wanted; a stay of nobody is of none."""
    arguments: list[object] = [centre_id, list(stay_ids)]
    rows = await fetch(
        f"""SELECT stay.id FROM stays AS stay WHERE stay.centre_id = $1 AND stay.id = ANY($2::uuid[])
            AND {of_client(of, arguments, "stay.client_id")}""",
        *arguments,
    )
    return {row["id"] for row in rows}


async def client_names_of_stays(centre_id: UUID, stay_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return whose some stays are, by stay; those of nobody are left out."""
    rows = await fetch(
        """SELECT stay.id, client.name FROM stays AS stay
           JOIN clients AS client ON client.centre_id = $1 AND client.id = stay.client_id
           WHERE stay.centre_id = $1 AND stay.id = ANY($2)""",
        centre_id,
        list(stay_ids),
    )
    return {row["id"]: row["name"] for row in rows}
