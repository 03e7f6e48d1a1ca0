"""Cards by the hundred: what imports bring, in one transaction, with one fact and an audit entry each."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit_many
from infra.database import execute, fetch, tenant_transaction
from infra.ids import new_id
from infra.outbox import Event, record
from tenants.clients import storing
from tenants.clients.rules import ClientFields, clean, compared
from tenants.clients.storing import NewCard
from tenants.referential.operations import on_clients_saved


class ClientsImported(Event, frozen=True, kw_only=True, tag="clients.imported"):
    """A batch of cards came in; the subject is the batch."""

    cards: int


class ImportUndone(Event, frozen=True, kw_only=True, tag="clients.import_undone"):
    """A batch of imported cards was taken back; the subject is the batch."""

    cards: int


async def add_cards(centre_id: UUID, cards: Sequence[NewCard], *, actor: Actor, match: bool = True) -> None:
    """Make many cards. They are clean and checked already, and their foreign ids new.

    Args:
        centre_id: whose cards.
        cards: each with an id of its own; those without a reference are given one.
        actor: holds `import.run`.
        match: False for cards of nobody, which the referential has no use for.

    Raises:
        RightMissing: the actor lacks `import.run`.
    """
    actor.require("import.run")
    async with tenant_transaction(centre_id):
        complete = [_with_reference(new) for new in cards]
        await storing.insert_cards(centre_id, complete)
        if match:
            await on_clients_saved(centre_id, {new.id: compared(new.card.fields) for new in complete})
        told: dict[UUID, dict[str, object]] = {new.id: {"source": new.source, "id": new.foreign_id} for new in complete}
        await audit_many("client", told, "import", actor=actor)
        await record(ClientsImported(subject_id=new_id(), cards=len(complete)), actor=actor)


async def become_clients(centre_id: UUID, client_ids: Iterable[UUID]) -> int:
    """Make clients of the prospects among these cards, which a sold stay does; return how many there were."""
    async with tenant_transaction(centre_id):
        return await execute(
            """UPDATE clients SET status = 'client', version = version + 1
               WHERE centre_id = $1 AND status = 'prospect' AND id = ANY ($2)""",
            centre_id,
            sorted(set(client_ids)),
        )


def anonymous_card(name: str, *, source: str, foreign_id: str | None = None, country: str = "") -> NewCard:
    """Make the card of somebody unknown, for a stay that came in without a name; `name` is what lists show."""
    fields = ClientFields(last_name=name, country=country)
    return NewCard(id=new_id(), card=clean(fields), source=source, foreign_id=foreign_id, consent=None)


def _with_reference(new: NewCard) -> NewCard:
    if new.card.fields.reference:
        return new
    fields = msgspec.structs.replace(new.card.fields, reference=storing.reference_of(new.id))
    return msgspec.structs.replace(new, card=msgspec.structs.replace(new.card, fields=fields))


class ImportedCard(msgspec.Struct, frozen=True):
    """A card that an earlier import made, and the row it was made from."""

    id: UUID
    source_row: dict[str, str]


async def imported_cards(centre_id: UUID, source: str, foreign_ids: Sequence[str]) -> dict[str, ImportedCard]:
    """Return the cards that a source's rows made, by the source's ids. Called inside a transaction."""
    rows = await fetch(
        "SELECT foreign_id, id, source_row FROM clients WHERE centre_id = $1 AND source = $2 AND foreign_id = ANY($3)",
        centre_id,
        source,
        list(foreign_ids),
    )
    return {
        row["foreign_id"]: ImportedCard(row["id"], msgspec.json.decode(row["source_row"] or "{}", type=dict[str, str]))
        for row in rows
    }


async def remember_row(centre_id: UUID, client_id: UUID, values: Mapping[str, str]) -> None:
    """Keep the row that a card was last brought up to date from."""
    await execute(
        "UPDATE clients SET source_row = $3 WHERE centre_id = $1 AND id = $2",
        centre_id,
        client_id,
        msgspec.json.encode(values).decode(),
    )


async def remove_cards(centre_id: UUID, card_ids: Sequence[UUID]) -> None:
    """Remove cards that nothing names, whole. Called inside a transaction that holds their rows."""
    for table in storing.BESIDE:
        await execute(f"DELETE FROM {table} WHERE centre_id = $1 AND client_id = ANY ($2)", centre_id, list(card_ids))
    await execute("DELETE FROM clients WHERE centre_id = $1 AND id = ANY ($2)", centre_id, list(card_ids))
