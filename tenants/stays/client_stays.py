"""A client's stays, as the card lists them."""

from datetime import date
from uuid import UUID

import msgspec

from infra.database import fetch


class ClientStay(msgspec.Struct, frozen=True, kw_only=True):
    """A stay on a card."""

    id: UUID
    arrival: date
    departure: date
    status: str
    pax: int | None


async def client_stays(centre_id: UUID, client_id: UUID, *, limit: int = 100) -> list[ClientStay]:
    """Return the stays that a client comes for, at this centre, the latest first; inside the caller's transaction."""
    rows = await fetch(
        """SELECT id, arrival, departure, status, coalesce(pax, expected_pax) AS pax FROM stays
           WHERE centre_id = $1 AND client_id = $2 ORDER BY arrival DESC, id DESC LIMIT $3""",
        centre_id,
        client_id,
        limit,
    )
    return [ClientStay(**row) for row in rows]
