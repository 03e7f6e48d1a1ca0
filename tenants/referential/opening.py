"""Reading another centre's detail through the referential: for a reason, into the trail of the centre whose data it was."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit_network
from infra.clock import now
from infra.database import execute, fetch, network_transaction, system_transaction
from infra.errors import FieldError, Invalid, Refused
from infra.ids import new_id
from tenants.referential.review_rules import CardUnknown
from tenants.referential.rules import CentreDetail, seasons_of

RIGHT: Final = "referential.view_detail"
OPENED: Final = "referential_detail"
REVIEWED: Final = "referential_review"
LONGEST_REASON: Final = 200


class ReasonMissing(Invalid):
    """Another centre's detail is opened for a reason, which that centre reads."""

    code = "reason_missing"


class ClientObjects(Refused):
    """The client objected to the network's referential: nothing is shown."""

    code = "client_objects"


async def open_detail(card_id: UUID, *, reason: str, actor: Actor) -> list[CentreDetail]:
    """Say at which centres, and in which seasons, the client behind a card stayed; each of those centres sees who asked.

    Raises:
        RightMissing: the actor lacks `referential.view_detail`.
        ReasonMissing: no reason, or one of more than 200 characters.
        CardUnknown: the referential has no such card.
        ClientObjects: the client objected.
    """
    actor.require(RIGHT)
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST_REASON:
        raise ReasonMissing(errors=(FieldError("/reason", "required" if not said else "too_long", said[:20]),))
    async with network_transaction():
        members = await fetch(
            """SELECT theirs.card_id, theirs.objected_at FROM identity_cards mine
               JOIN identity_cards theirs ON theirs.identity_id = mine.identity_id WHERE mine.card_id = $1""",
            card_id,
        )
    if not members:
        raise CardUnknown()
    if any(row["objected_at"] for row in members):
        raise ClientObjects()
    card_ids = [row["card_id"] for row in members]
    await note_readings(card_ids, OPENED, actor=actor, reason=said)
    async with network_transaction():
        return await _detail(card_ids)


async def note_readings(card_ids: Sequence[UUID], action: str, *, actor: Actor, reason: str = "") -> None:
    """Write into each card's own centre's trail that the network read it, and into the network's; one with a `reason`
    each time, else once a day for one reader.
    """
    reader = {
        "kind": actor.kind,
        "name": actor.name,
        "account": actor.account_id,
        "address": actor.address,
        "request": actor.request_id,
    }
    readings = [
        {"id": new_id(), "card": card_id, "action": action, "after": {"reason": reason}, "each": bool(reason)}
        for card_id in card_ids
    ]
    if not readings:
        return
    async with system_transaction():
        packed = (msgspec.json.encode(each).decode() for each in (readings, reader))
        await execute("SELECT referential_note_reading($1, $2, $3)", *packed, now())
        if reason:
            after: dict[str, object] = {"cards": list(card_ids), "reason": reason}
            await audit_network("client", card_ids[0], action, actor=actor, after=after)


async def _detail(card_ids: Sequence[UUID]) -> list[CentreDetail]:
    rows = await fetch(
        """SELECT c.name AS centre_name, k.stayed_elsewhere AS declared,
               ARRAY(SELECT s.arrival FROM stays s WHERE s.centre_id = k.centre_id AND s.client_id = k.id
                   AND s.status IN ('present', 'departed') ORDER BY s.arrival DESC, s.id) AS arrivals
           FROM clients k JOIN centres c ON c.id = k.centre_id
           JOIN identity_cards i ON i.centre_id = k.centre_id AND i.card_id = k.id
           WHERE k.id = ANY ($1) ORDER BY c.name, k.id""",
        list(card_ids),
    )
    with_stays = {row["centre_name"] for row in rows if row["arrivals"]}
    return [
        CentreDetail(
            centre_name=row["centre_name"],
            seasons=seasons_of(row["arrivals"]),
            declared_elsewhere=row["declared"],
            detected_elsewhere=bool(with_stays - {row["centre_name"]}),
        )
        for row in rows
    ]
