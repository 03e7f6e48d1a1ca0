"""Every change to an enquiry: received, opened, given a card, made a dossier, closed. Its words are in `conversation`."""

from uuid import UUID

import asyncpg
import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch_value, tenant_transaction, violated
from infra.ids import new_id
from infra.outbox import record
from tenants.clients.blacklisting import require_not_blacklisted
from tenants.clients.operations import add_client
from tenants.clients.queries import client_name
from tenants.enquiries import queries
from tenants.enquiries.conversation import STAFF, add_message
from tenants.enquiries.conversation import answer as answer
from tenants.enquiries.conversation import client_wrote as client_wrote
from tenants.enquiries.conversation import leave_note as leave_note
from tenants.enquiries.correspondence import queue_confirmation
from tenants.enquiries.correspondence import thread_link as thread_link
from tenants.enquiries.events import (
    EnquiryBecameDossier,
    EnquiryClientChosen,
    EnquiryClosed,
    EnquiryRead,
    EnquiryReceived,
)
from tenants.enquiries.rules import EnquiryFields, EnquiryIsDossier, State, checked, is_from_outside
from tenants.enquiries.senders import candidates, card_fields, signal_of


class EnquiryRef(msgspec.Struct, frozen=True):
    """An enquiry, and the version it is in."""

    id: UUID
    version: int
    created: bool = True
    """False where the same form had been sent before."""


async def receive_enquiry(centre_id: UUID, fields: EnquiryFields, *, origin: str, actor: Actor) -> EnquiryRef:
    """Take an enquiry; who sent it from outside is told by mail what happens next.

    A locked card keeps nobody from asking: the enquiry shows the lock, and making a dossier of it is refused.

    Args:
        centre_id: who is asked.
        fields: what is asked; with a `submission_key`, the same form sent twice is one enquiry.
        origin: form, embed:<origin>, api, mail, desk, phone, fair.
        actor: the client, or staff who hold `enquiry.answer`.

    Raises:
        RightMissing: the actor is staff and lacks the right.
        EnquiryInvalid: with the fields that are wrong.
        ClientUnknown: `client_id` is no card of the centre.
    """
    if actor.kind in STAFF:
        actor.require("enquiry.answer")
    clean, enquiry_id = checked(fields, origin=origin), new_id()
    try:
        async with tenant_transaction(centre_id):
            if clean.client_id is not None:
                await client_name(centre_id, clean.client_id)
            await _insert(centre_id, enquiry_id, clean, origin=origin)
            if clean.message:
                await add_message(
                    centre_id, enquiry_id, new_id(), "in", author=clean.name or clean.organisation, text=clean.message
                )
            facts = await queries.enquiry(centre_id, enquiry_id)
            await _note_known(centre_id, facts)
            if facts.email and is_from_outside(origin):
                await queue_confirmation(centre_id, facts, actor=actor)
            await audit("enquiry", enquiry_id, "receive", actor=actor, after={"origin": origin})
            await record(EnquiryReceived(subject_id=enquiry_id, version=1), actor=actor)
    except asyncpg.UniqueViolationError as error:
        if violated(error) != "enquiries_centre_id_submission_key_unique":
            raise
        return await _sent_before(centre_id, clean.submission_key)
    return EnquiryRef(enquiry_id, 1)


async def mark_read(centre_id: UUID, enquiry_id: UUID, *, actor: Actor) -> None:
    """Take the unread mark off, in every open terminal; nothing happens where there is none.

    Raises:
        RightMissing: the actor lacks `enquiry.view`.
    """
    actor.require("enquiry.view")
    async with tenant_transaction(centre_id):
        version = await fetch_value(
            "UPDATE enquiries SET unread = false WHERE centre_id = $1 AND id = $2 AND unread RETURNING version",
            centre_id,
            enquiry_id,
        )
        if version is not None:
            await _note_known(centre_id, await queries.enquiry(centre_id, enquiry_id))
            await record(EnquiryRead(subject_id=enquiry_id, version=version), actor=actor)


async def choose_client(centre_id: UUID, enquiry_id: UUID, client_id: UUID | None, *, actor: Actor) -> UUID:
    """Say whose enquiry it is; None keeps the card it has, or opens one from what the enquiry says.

    Returns:
        The card.

    Raises:
        RightMissing: the actor lacks `enquiry.answer`, or `client.edit` where a card is opened.
        EnquiryUnknown: the centre has no such enquiry.
        ClientUnknown: the centre has no such card.
        ClientBlacklisted: a new card was asked for somebody whose e-mail address is on a locked one.
        EnquiryIsDossier: it is a dossier already, of another card.
    """
    actor.require("enquiry.answer")
    async with tenant_transaction(centre_id):
        facts = await queries.enquiry(centre_id, enquiry_id, lock=True)
        if facts.client_id is not None and client_id in (None, facts.client_id):
            return facts.client_id
        if facts.state is State.DOSSIER and facts.client_id is not None:
            raise EnquiryIsDossier()
        if client_id is None:
            for candidate in await candidates(centre_id, facts):
                if candidate.why == "email":
                    await require_not_blacklisted(centre_id, candidate.client_id)
            chosen = (await add_client(centre_id, card_fields(facts), source="enquiry", actor=actor)).id
        else:
            await client_name(centre_id, client_id)
            chosen = client_id
        await execute(
            "UPDATE enquiries SET client_id = $3, version = version + 1 WHERE centre_id = $1 AND id = $2",
            centre_id,
            enquiry_id,
            chosen,
        )
        await _note_known(centre_id, await queries.enquiry(centre_id, enquiry_id))
        await audit(
            "enquiry",
            enquiry_id,
            "choose_client",
            actor=actor,
            before={"client_id": facts.client_id},
            after={"client_id": chosen},
        )
        await record(EnquiryClientChosen(subject_id=enquiry_id, version=facts.version + 1), actor=actor)
        return chosen


async def link_dossier_made(centre_id: UUID, enquiry_id: UUID, *, actor: Actor) -> bool:
    """Note that a first service made it a dossier; return whether anybody of ours had answered before.

    Raises:
        EnquiryUnknown: the centre has no such enquiry.
        EnquiryIsDossier: it was one already.
    """
    async with tenant_transaction(centre_id):
        facts = await queries.enquiry(centre_id, enquiry_id, lock=True)
        if facts.state is State.DOSSIER:
            raise EnquiryIsDossier()
        await _move(centre_id, enquiry_id, State.DOSSIER)
        await audit(
            "enquiry",
            enquiry_id,
            "make_dossier",
            actor=actor,
            before={"state": facts.state},
            after={"state": State.DOSSIER},
        )
        await record(EnquiryBecameDossier(subject_id=enquiry_id, version=facts.version + 1), actor=actor)
        return bool(
            await fetch_value(
                "SELECT EXISTS (SELECT FROM enquiry_messages WHERE centre_id = $1 AND enquiry_id = $2 AND direction = 'out')",
                centre_id,
                enquiry_id,
            )
        )


async def close_enquiry(centre_id: UUID, enquiry_id: UUID, reason: str, *, actor: Actor) -> None:
    """Put an enquiry away without a dossier; closing a closed one changes nothing, and a client's word opens it again.

    Raises:
        RightMissing: the actor lacks `enquiry.answer`.
        EnquiryUnknown: the centre has no such enquiry.
        EnquiryIsDossier: it is a dossier.
    """
    actor.require("enquiry.answer")
    async with tenant_transaction(centre_id):
        facts = await queries.enquiry(centre_id, enquiry_id, lock=True)
        if facts.state is State.DOSSIER:
            raise EnquiryIsDossier()
        if facts.state is State.CLOSED:
            return
        await _move(centre_id, enquiry_id, State.CLOSED, reason=reason.strip()[:500])
        await audit(
            "enquiry",
            enquiry_id,
            "close",
            actor=actor,
            before={"state": facts.state},
            after={"state": State.CLOSED, "reason": reason.strip()[:500]},
        )
        await record(EnquiryClosed(subject_id=enquiry_id, version=facts.version + 1), actor=actor)


async def _insert(centre_id: UUID, enquiry_id: UUID, fields: EnquiryFields, *, origin: str) -> None:
    instant = now()
    await execute(
        """INSERT INTO enquiries (id, centre_id, received_at, name, organisation, email, phone, arrival, departure,
               children, teenagers, young, adults, seniors, kind, message, language, consent, origin, submission_key,
               state, unread, awaiting_since, client_id, known, closing_reason, version)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
               'new', true, $3, $21, 0, '', 1)""",
        enquiry_id,
        centre_id,
        instant,
        fields.name,
        fields.organisation,
        fields.email,
        fields.phone,
        fields.arrival,
        fields.departure,
        fields.counts.children,
        fields.counts.teenagers,
        fields.counts.young,
        fields.counts.adults,
        fields.counts.seniors,
        fields.kind,
        fields.message,
        fields.language,
        fields.consent,
        origin[:200],
        fields.submission_key,
        fields.client_id,
    )


async def _note_known(centre_id: UUID, facts: queries.EnquiryFacts) -> None:
    """Keep beside the enquiry at how many other centres the sender is known, for the list of all."""
    signal = await signal_of(centre_id, facts)
    known = 0 if signal is None else signal.centres
    if known != facts.known:
        await execute("UPDATE enquiries SET known = $3 WHERE centre_id = $1 AND id = $2", centre_id, facts.id, known)


async def _sent_before(centre_id: UUID, submission_key: str | None) -> EnquiryRef:
    async with tenant_transaction(centre_id, read_only=True):
        known = await fetch_value(
            "SELECT id FROM enquiries WHERE centre_id = $1 AND submission_key = $2", centre_id, submission_key
        )
        return EnquiryRef(known, (await queries.enquiry(centre_id, known)).version, created=False)


async def _move(centre_id: UUID, enquiry_id: UUID, state: State, *, reason: str = "") -> None:
    await execute(
        """UPDATE enquiries SET state = $3, closing_reason = $4, unread = false, awaiting_since = NULL,
               version = version + 1 WHERE centre_id = $1 AND id = $2""",
        centre_id,
        enquiry_id,
        state,
        reason,
    )
