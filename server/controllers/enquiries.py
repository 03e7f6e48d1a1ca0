"""Demandes: the inbox, the thread, whose it is."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from billing.dossiers.queries import dossiers_of_enquiries
from infra.actor import Actor
from infra.database import tenant_transaction
from infra.errors import FieldError
from infra.files import file
from server.answers import CursorInvalid, page_limit, page_of, read_cursor, tagged
from server.contract.basics import Page
from server.contract.clients import Signal
from server.contract.enquiries import (
    Assignee,
    Assignment,
    Attachment,
    Candidate,
    ClientChoice,
    Enquiry,
    EnquiryLine,
    Message,
    NewEnquiry,
    NewMessage,
)
from server.contract.stays import HeadCounts, Reason
from server.dependencies import AtDesk, Desk
from server.filters import OfClients
from tenants.clients.queries import client_name
from tenants.enquiries import operations, queries
from tenants.enquiries.assigning import AssigneeUnknown, assign_enquiry, assignees
from tenants.enquiries.rules import Counts, EnquiryFields
from tenants.enquiries.senders import candidates, signal_of


class EnquiryController(Controller):
    """What people ask, and the conversation that follows."""

    path = "/api/v1/centres/{centre_slug:str}/enquiries"
    tags = ("enquiries",)

    @get("/", opt={"right": "enquiry.view"})
    async def inbox(
        self,
        desk: AtDesk,
        *,
        of_clients: OfClients,
        enquiry_state: Annotated[str | None, QueryParameter(name="state")] = None,
        assignee: Annotated[str, QueryParameter(description="me, nobody, or an account's id.")] = "",
        cursor: FromQuery[str | None] = None,
        limit: FromQuery[int | None] = None,
    ) -> Page[EnquiryLine]:
        """List demandes, newest first; without `state` all but the closed ones."""
        size, after = page_limit(limit), _after(cursor)
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await queries.inbox(
                desk.centre_id,
                state=enquiry_state,
                seen_to_by=_seen_to_by(assignee, desk.actor),
                of=of_clients,
                after=after,
                limit=size + 1,
            )
            dossiers = await dossiers_of_enquiries(desk.centre_id, [facts.id for facts in found])
        last = found[size - 1] if len(found) > size else None
        return page_of(
            [line_shown(facts, dossiers.get(facts.id)) for facts in found],
            limit=size,
            cursor=(last.received_at.isoformat(), last.id) if last else None,
        )

    @post("/", opt={"right": "enquiry.answer"})
    async def receive(self, desk: AtDesk, data: JSONBody[NewEnquiry]) -> Response[Enquiry]:
        """Take down a demande: by phone, at the desk, at a fair, or from a partner's program."""
        fields = EnquiryFields(
            name=data.name,
            email=data.email,
            organisation=data.organisation,
            phone=data.phone,
            arrival=data.arrival,
            departure=data.departure,
            counts=Counts(**{band: getattr(data.counts, band) for band in Counts.__struct_fields__}),
            kind=data.kind,
            message=data.message,
            language=data.language,
            client_id=data.client_id,
        )
        made = await operations.receive_enquiry(desk.centre_id, fields, origin=data.origin, actor=desk.actor)
        return await shown(desk, made.id, status=201)

    @get("/assignees", opt={"right": "enquiry.view"})
    async def assignees(self, desk: AtDesk) -> Page[Assignee]:
        """List who of the staff may see to demandes, by name."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await assignees(desk.centre_id)
        return Page(items=[Assignee(account_id=one.account_id, name=one.name) for one in found])

    @get("/{enquiry_id:uuid}", opt={"right": "enquiry.view"})
    async def one(self, desk: AtDesk, enquiry_id: FromPath[UUID]) -> Response[Enquiry]:
        """Open a demande with its thread; its unread mark goes out."""
        await operations.mark_read(desk.centre_id, enquiry_id, actor=desk.actor)
        return await shown(desk, enquiry_id)

    @post("/{enquiry_id:uuid}/messages", opt={"right": "enquiry.answer"})
    async def write(self, desk: AtDesk, enquiry_id: FromPath[UUID], data: JSONBody[NewMessage]) -> Response[Enquiry]:
        """Answer by mail, or leave a note that stays inside."""
        say = operations.leave_note if data.note else operations.answer
        await say(desk.centre_id, enquiry_id, data.text, actor=desk.actor)
        return await shown(desk, enquiry_id, status=201)

    @post("/{enquiry_id:uuid}/client", opt={"right": "enquiry.answer"}, status_code=200)
    async def choose_client(
        self, desk: AtDesk, enquiry_id: FromPath[UUID], data: JSONBody[ClientChoice]
    ) -> Response[Enquiry]:
        """Say whose card it is; no card named opens one from what the demande says."""
        await operations.choose_client(desk.centre_id, enquiry_id, data.client_id, actor=desk.actor)
        return await shown(desk, enquiry_id)

    @post("/{enquiry_id:uuid}/assignee", opt={"right": "enquiry.answer"}, status_code=200)
    async def assign(self, desk: AtDesk, enquiry_id: FromPath[UUID], data: JSONBody[Assignment]) -> Response[Enquiry]:
        """Say who sees to it; who took it since it was read is told."""
        await assign_enquiry(desk.centre_id, enquiry_id, data.account_id, instead_of=data.instead_of, actor=desk.actor)
        return await shown(desk, enquiry_id)

    @post("/{enquiry_id:uuid}/closing", opt={"right": "enquiry.answer"}, status_code=200)
    async def close(self, desk: AtDesk, enquiry_id: FromPath[UUID], data: JSONBody[Reason]) -> Response[Enquiry]:
        """Put a demande away; the client's next word opens it again."""
        await operations.close_enquiry(desk.centre_id, enquiry_id, data.reason, actor=desk.actor)
        return await shown(desk, enquiry_id)

    @get("/{enquiry_id:uuid}/attachments/{attachment_id:uuid}", opt={"right": "enquiry.view"}, media_type="*/*")
    async def attachment(
        self, desk: AtDesk, enquiry_id: FromPath[UUID], attachment_id: FromPath[UUID]
    ) -> Response[bytes]:
        """Fetch what a client's mail carried, to be saved, never shown in place."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            kept = await file(await queries.attached_file(desk.centre_id, enquiry_id, attachment_id))
        return Response(
            kept.content,
            media_type=kept.media_type,
            headers={"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"},
        )


async def shown(desk: Desk, enquiry_id: UUID, *, status: int = 200) -> Response[Enquiry]:
    """Answer with a demande, whole."""
    async with tenant_transaction(desk.centre_id, read_only=True):
        facts = await queries.enquiry(desk.centre_id, enquiry_id)
        thread = await queries.messages(desk.centre_id, enquiry_id, notes=True)
        dossiers = await dossiers_of_enquiries(desk.centre_id, [enquiry_id])
        name = None if facts.client_id is None else await client_name(desk.centre_id, facts.client_id)
        found = [] if facts.client_id is not None else await candidates(desk.centre_id, facts)
        known = await signal_of(desk.centre_id, facts)
    body = Enquiry(
        id=facts.id,
        version=facts.version,
        line=line_shown(facts, dossiers.get(facts.id)),
        kind=facts.kind,
        counts=HeadCounts(**{band: getattr(facts.counts, band) for band in Counts.__struct_fields__}),
        message=facts.message,
        language=facts.language,
        messages=[message_shown(message) for message in thread],
        signal=None
        if known is None
        else Signal(
            centres=known.centres, season=known.season, year=known.year, booking_category=known.booking_category
        ),
        client_name=name,
        candidates=[
            Candidate(client_id=one.client_id, name=one.name, why=one.why, blacklisted=one.blacklisted) for one in found
        ],
    )
    return tagged(body, facts.version, status=status)


def line_shown(facts: queries.EnquiryFacts, dossier_id: UUID | None) -> EnquiryLine:
    """Return a demande as a line of the inbox."""
    return EnquiryLine(
        id=facts.id,
        version=facts.version,
        received_at=facts.received_at,
        name=facts.name,
        organisation=facts.organisation,
        email=facts.email,
        phone=facts.phone,
        arrival=facts.arrival,
        departure=facts.departure,
        pax=facts.counts.pax(),
        origin=facts.origin,
        state=facts.state,
        unread=facts.unread,
        client_id=facts.client_id,
        dossier_id=dossier_id,
        known=facts.known,
        blacklisted=facts.blacklisted,
        assignee_id=facts.assignee_id,
        assignee=facts.assignee,
    )


def message_shown(message: queries.MessageFacts) -> Message:
    """Return a message of the thread."""
    return Message(
        id=message.id,
        at=message.at,
        direction=message.direction,
        author=message.author,
        text=message.text,
        mail_state=message.mail_state,
        attachments=[
            Attachment(
                id=one.id, name=one.name, media_type=one.media_type, size_bytes=one.size_bytes, refused=one.refused
            )
            for one in message.attachments
        ],
    )


def _seen_to_by(asked: str, actor: Actor) -> UUID | queries.Nobody | None:
    """Read whose demandes are asked for: an account's, one's own, those of nobody in particular; all of them unasked."""
    if not asked:
        return None
    if asked == queries.Nobody.NOBODY.value:
        return queries.Nobody.NOBODY
    try:
        who = actor.account_id if asked == "me" else UUID(asked)
    except ValueError:
        who = None
    if who is None:
        raise AssigneeUnknown(errors=(FieldError("?assignee", "unknown", "me, nobody, or an account's id"),))
    return who


def _after(cursor: str | None) -> tuple[datetime, UUID] | None:
    read = read_cursor(cursor)
    if read is None:
        return None
    try:
        return datetime.fromisoformat(read[0]), read[1]
    except ValueError as error:
        raise CursorInvalid(errors=(FieldError("?cursor", "cursor_invalid", "not a cursor"),)) from error
