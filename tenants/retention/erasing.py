"""A person erased: their card says nobody, what accounting must keep names the card and no one, the trail says who did what.

Offers and payments keep their amounts; an accepted offer keeps the name that was sold to, as an accounting piece must.
"""

from datetime import date
from typing import Final
from uuid import UUID

from infra.actor import Actor
from infra.audit import audit
from infra.database import execute, fetch, fetch_value, tenant_transaction
from infra.errors import Refused
from infra.outbox import record
from tenants.clients import queries, storing
from tenants.clients.events import ClientErased
from tenants.clients.rules import ClientFields, Kind, clean

ERASED: Final = "Fiche effacée"


class ClientStillStays(Refused):
    """Un séjour est en cours ou à venir : la fiche sert encore."""

    code = "client_still_stays"


async def erase_client(centre_id: UUID, client_id: UUID, *, actor: Actor) -> None:
    """Erase a client from one centre and from the referential; a second time changes nothing.

    Raises:
        RightMissing: the actor lacks `client.erase`.
        ClientUnknown: the centre has no such card.
        ClientStillStays: they are here, or to come.
    """
    actor.require("client.erase")
    async with tenant_transaction(centre_id):
        await erase_card(centre_id, client_id, actor=actor)


async def require_gone(centre_id: UUID, client_id: UUID) -> None:
    """Let only a card through whose client is neither here nor to come; inside the caller's transaction.

    Raises:
        ClientStillStays: they are.
    """
    today = await queries.centre_today(centre_id)
    if await fetch_value(
        """SELECT EXISTS (SELECT FROM stays WHERE centre_id = $1 AND (client_id = $2 OR payer_id = $2)
               AND departure >= $3 AND status IN ('option', 'confirmed', 'present'))""",
        centre_id,
        client_id,
        today,
    ):
        raise ClientStillStays()


async def erase_card(centre_id: UUID, client_id: UUID, *, actor: Actor) -> bool:
    """Erase a card that the actor may erase, in the caller's transaction; say whether there was somebody to erase.

    Raises:
        ClientUnknown, ClientStillStays: as `erase_client`.
    """
    card = await queries.client(centre_id, client_id, lock=True)
    if card.anonymised:
        return False
    await require_gone(centre_id, client_id)
    stays = [
        row["id"]
        for row in await fetch("SELECT id FROM stays WHERE centre_id = $1 AND client_id = $2", centre_id, client_id)
    ]
    enquiries = [
        row["id"]
        for row in await fetch("SELECT id FROM enquiries WHERE centre_id = $1 AND client_id = $2", centre_id, client_id)
    ]
    await _empty_card(centre_id, client_id, card)
    await _empty_enquiries(centre_id, enquiries)
    await _empty_stays(centre_id, stays)
    await _empty_mails(centre_id, [client_id, *stays, *enquiries])
    await _empty_texts(centre_id, client_id)
    await execute("SELECT referential_forget($1)", client_id)
    await execute("SELECT forget_in_trail($1)", [client_id, *stays, *enquiries])
    await audit("client", client_id, "erase", actor=actor)
    await record(ClientErased(subject_id=client_id, version=card.version + 1), actor=actor)
    return True


async def _empty_card(centre_id: UUID, client_id: UUID, card: queries.Client) -> None:
    fields = ClientFields(
        kind=card.fields.kind,
        last_name=ERASED if card.fields.kind == Kind.PERSON else "",
        organisation=ERASED if card.fields.kind == Kind.ORGANISATION else "",
        client_type=card.fields.client_type,
        country=card.fields.country,
        reference=card.fields.reference,
        segmentation=card.fields.segmentation,
        origin=card.fields.origin,
        discovery_channel=card.fields.discovery_channel,
    )
    await storing.update_card(centre_id, client_id, clean(fields), consents={})
    await execute(
        """UPDATE clients SET anonymised = true, written = '{}', mended = '{}', source_row = NULL, foreign_id = NULL
           WHERE centre_id = $1 AND id = $2""",
        centre_id,
        client_id,
    )
    await execute("DELETE FROM import_items WHERE centre_id = $1 AND card_id = $2", centre_id, client_id)
    await execute(
        "UPDATE public_reviews SET author = '', comment = '', url = '' WHERE centre_id = $1 AND client_id = $2",
        centre_id,
        client_id,
    )
    await execute("DELETE FROM client_actions WHERE centre_id = $1 AND client_id = $2", centre_id, client_id)
    await execute("DELETE FROM segment_snapshot_clients WHERE centre_id = $1 AND client_id = $2", centre_id, client_id)
    await execute(
        """UPDATE client_merges SET merged_row = '{}', merged_fields = '{}', kept_fields = '{}', removed = '{}'
           WHERE centre_id = $1 AND (kept_id = $2 OR merged_id = $2)""",
        centre_id,
        client_id,
    )


async def _empty_enquiries(centre_id: UUID, enquiries: list[UUID]) -> None:
    await execute(
        """UPDATE enquiries SET name = $3, organisation = '', email = '', phone = '', message = ''
           WHERE centre_id = $1 AND id = ANY ($2)""",
        centre_id,
        enquiries,
        ERASED,
    )
    await execute("SELECT forget_in_threads($1)", enquiries)


async def _empty_stays(centre_id: UUID, stays: list[UUID]) -> None:
    await execute(
        """UPDATE stays SET notes = '', contacts = NULL, payer_note = NULL WHERE centre_id = $1 AND id = ANY ($2)""",
        centre_id,
        stays,
    )
    await execute(
        "UPDATE satisfaction_answers SET comment = '' WHERE centre_id = $1 AND stay_id = ANY ($2)", centre_id, stays
    )
    await execute(
        "UPDATE guests SET surname = $3, first_names = '' WHERE centre_id = $1 AND stay_id = ANY ($2)",
        centre_id,
        stays,
        ERASED,
    )


async def _empty_mails(centre_id: UUID, subjects: list[UUID]) -> None:
    await execute(
        """UPDATE mails SET recipient = '', subject = '', body_text = '', body_html = '', reply_to = ''
           WHERE centre_id = $1 AND subject_id = ANY ($2) AND state <> 'queued'""",
        centre_id,
        subjects,
    )


async def _empty_texts(centre_id: UUID, client_id: UUID) -> None:
    """Empty what was written to their phone; that a phone refuses more stays, or it would be written to again."""
    await execute(
        """UPDATE text_messages SET recipient = '', body = '',
               state = CASE WHEN state = 'queued' THEN 'failed' ELSE state END,
               reason = CASE WHEN state = 'queued' THEN 'client_erased' ELSE reason END
           WHERE centre_id = $1 AND client_id = $2""",
        centre_id,
        client_id,
    )


async def last_contact_before(centre_id: UUID, day: date) -> list[UUID]:
    """Return the prospects whose last sign of life was before a day; inside the caller's transaction.

    A sign of life is what came from them: an enquiry, a message, a stay asked for; making the card counts as one.
    """
    rows = await fetch(
        """SELECT c.id FROM clients c WHERE c.centre_id = $1 AND c.status = 'prospect' AND NOT c.anonymised
               AND c.created_at < $2 AND coalesce(c.first_contact < $2, true)
               AND NOT EXISTS (SELECT FROM stays s WHERE s.centre_id = $1 AND (s.client_id = c.id OR s.payer_id = c.id)
                   AND (s.created_at >= $2 OR s.departure >= $2))
               AND NOT EXISTS (SELECT FROM enquiries e LEFT JOIN enquiry_messages m
                       ON m.centre_id = $1 AND m.enquiry_id = e.id AND m.direction = 'in'
                   WHERE e.centre_id = $1 AND e.client_id = c.id AND (e.received_at >= $2 OR m.at >= $2))
           ORDER BY c.id""",
        centre_id,
        day,
    )
    return [row["id"] for row in rows]
