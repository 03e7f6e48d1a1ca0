"""One person in every centre, for the network: all their data in one archive, or all of it gone.

A person is named by a card of one centre; whoever the referential holds for the same person goes with it. Each centre's
trail says that the network did it, and the network's trail says for how many centres.
"""

from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit_network
from infra.database import fetch, fetch_value, system_transaction, tenant_transaction
from tenants.clients.queries import ClientUnknown, centre_today
from tenants.retention.certifying import certify
from tenants.retention.erasing import erase_card, require_gone
from tenants.retention.handing_out import archive, handed

RIGHT = "person.everywhere"


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a person's card in one centre; `certificate` is None where it was erased before."""

    centre_id: UUID
    certificate: UUID | None


async def card_named(centre_id: UUID, reference: str) -> UUID:
    """Return a centre's card by its reference or its id.

    Raises:
        ClientUnknown: the centre has none.
    """
    async with tenant_transaction(centre_id, read_only=True):
        found = await fetch_value(
            "SELECT id FROM clients WHERE centre_id = $1 AND (reference = $2 OR id::text = $2)", centre_id, reference
        )
    if found is None:
        raise ClientUnknown()
    return UUID(str(found))


async def cards_of_person(centre_id: UUID, client_id: UUID) -> list[tuple[UUID, UUID]]:
    """Return (centre, card) of every card of the person behind one, by the referential; that one first, known to it or not.

    Raises:
        ClientUnknown: the centre has no such card.
    """
    async with tenant_transaction(centre_id, read_only=True):
        if not await fetch_value("SELECT true FROM clients WHERE centre_id = $1 AND id = $2", centre_id, client_id):
            raise ClientUnknown()
    async with system_transaction(read_only=True):
        rows = await fetch("SELECT centre_id, card_id FROM referential_cards_of($1)", client_id)
    others = {(row["centre_id"], row["card_id"]) for row in rows} - {(centre_id, client_id)}
    return [(centre_id, client_id), *sorted(others)]


async def person_archive(centre_id: UUID, client_id: UUID, *, actor: Actor) -> bytes:
    """Return what every centre holds of the person behind a card, as one ZIP.

    Raises:
        RightMissing: the actor lacks `person.everywhere`.
        ClientUnknown: the centre has no such card.
    """
    actor.require(RIGHT)
    cards = await cards_of_person(centre_id, client_id)
    content = await archive([await handed(*card, actor=actor) for card in cards])
    await _note(client_id, "hand_out", len(cards), actor=actor)
    return content


async def erase_person(centre_id: UUID, client_id: UUID, *, actor: Actor) -> list[Erased]:
    """Erase the person behind a card from every centre and from the referential; a second time changes nothing.

    Nothing is erased anywhere while they are in one of the centres, or to come. A kill in the middle leaves whole
    centres to do: the card that named the person goes last, so that asking again does the rest.

    Raises:
        RightMissing: the actor lacks `person.everywhere`.
        ClientUnknown: the centre has no such card.
        ClientStillStays: at one of them they are here, or to come.
    """
    actor.require(RIGHT)
    cards = await cards_of_person(centre_id, client_id)
    for card in cards:
        async with tenant_transaction(card[0], read_only=True):
            await require_gone(*card)
    erased = []
    for card_centre, card_id in [*cards[1:], cards[0]]:
        async with tenant_transaction(card_centre):
            done = await erase_card(card_centre, card_id, actor=actor)
            day = await centre_today(card_centre)
            certificate = await certify(card_centre, "persons", day, int(done), actor=actor)
        erased.append(Erased(centre_id=card_centre, certificate=certificate))
    await _note(client_id, "erase", len(cards), actor=actor)
    return erased


async def _note(client_id: UUID, action: str, centres: int, *, actor: Actor) -> None:
    after: dict[str, object] = {"centres": centres}
    async with system_transaction():
        await audit_network("person", client_id, action, actor=actor, after=after)
