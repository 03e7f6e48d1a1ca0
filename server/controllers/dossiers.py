"""Dossiers: the columns, the lines, the quotes."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, delete, get, patch, post, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from billing.dossiers import lists, operations
from billing.dossiers.commission import set_commission
from billing.dossiers.progress import enquiry_of
from billing.dossiers.treating import set_archived, set_treated
from billing.quotes.operations import QuoteSending as Sending
from billing.quotes.operations import send_quote
from billing.quotes.queries import pdf
from infra.database import tenant_transaction
from server.answers import page_limit, page_of, read_cursor, tagged
from server.contract.basics import Page
from server.contract.dossiers import (
    Archived,
    Commission,
    DossierCard,
    DossierColumn,
    DossierView,
    FirstLine,
    LineChange,
    NewLine,
    QuoteSending,
    Treated,
)
from server.contract.enquiries import NewMessage
from server.dependencies import AtDesk, Desk, IfMatch
from server.filters import OfClients
from server.views.dossiers import card_view, dossier_view, line_change, money, new_line
from server.views.stays import within
from tenants.enquiries.operations import answer, leave_note

TOP_LEVEL = frozenset({"/arrival", "/departure", "/client_id"})


class DossierController(Controller):
    """What was said, sold and offered."""

    path = "/api/v1/centres/{centre_slug:str}"
    tags = ("dossiers",)

    @get("/dossiers", opt={"right": "dossier.view"})
    async def dossiers(
        self,
        desk: AtDesk,
        *,
        of_clients: OfClients,
        dossier_state: Annotated[str | None, QueryParameter(name="state")] = None,
        q: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
        limit: FromQuery[int | None] = None,
    ) -> Page[DossierCard]:
        """List dossiers, newest first; without `state` all but the archived."""
        size, after = page_limit(limit), read_cursor(cursor)
        async with tenant_transaction(desk.centre_id, read_only=True):
            cards = await lists.dossiers(
                desk.centre_id,
                state=dossier_state or "",
                text=q or "",
                of=of_clients,
                after=after[1] if after else None,
                limit=size + 1,
            )
        last = cards[size - 1] if len(cards) > size else None
        shown = [card_view(card) for card in cards]
        return page_of(shown, limit=size, cursor=(last.number, last.id) if last else None)

    @get("/dossiers/columns", opt={"right": "dossier.view"})
    async def columns(self, desk: AtDesk, of_clients: OfClients) -> list[DossierColumn]:
        """Count and sum the seven columns."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await lists.columns(desk.centre_id, of=of_clients)
        return [DossierColumn(state=one.state, count=one.count, total=money(one.total)) for one in found]

    @post("/enquiries/{enquiry_id:uuid}/services", opt={"right": "dossier.edit"})
    async def promote(
        self, desk: AtDesk, enquiry_id: FromPath[UUID], data: JSONBody[FirstLine]
    ) -> Response[DossierView]:
        """Put the first service on a demande: it becomes a dossier."""
        with within("/line", but=TOP_LEVEL):
            made = await operations.promote(
                desk.centre_id,
                enquiry_id,
                new_line(data.line),
                client_id=data.client_id,
                arrival=data.arrival,
                departure=data.departure,
                actor=desk.actor,
            )
        return await shown(desk, made.id, status=201)

    @post("/stays/{stay_id:uuid}/services", opt={"right": "dossier.edit"})
    async def begin(self, desk: AtDesk, stay_id: FromPath[UUID], data: JSONBody[NewLine]) -> Response[DossierView]:
        """Put the first service on a stay that began without a demande: it gets its dossier."""
        made = await operations.open_dossier(desk.centre_id, stay_id, new_line(data), actor=desk.actor)
        return await shown(desk, made.id, status=201)

    @get("/dossiers/{dossier_id:uuid}", opt={"right": "dossier.view"})
    async def one(self, desk: AtDesk, dossier_id: FromPath[UUID]) -> Response[DossierView]:
        """Open a dossier."""
        return await shown(desk, dossier_id)

    @post("/dossiers/{dossier_id:uuid}/lines", opt={"right": "dossier.edit"})
    async def add_line(
        self, desk: AtDesk, dossier_id: FromPath[UUID], data: JSONBody[NewLine]
    ) -> Response[DossierView]:
        """Add a service, or a « divers » line."""
        await operations.add_line(desk.centre_id, dossier_id, new_line(data), actor=desk.actor)
        return await shown(desk, dossier_id, status=201)

    @patch("/dossiers/{dossier_id:uuid}/lines/{line_id:uuid}", opt={"right": "dossier.edit"})
    async def change_line(
        self,
        desk: AtDesk,
        dossier_id: FromPath[UUID],
        line_id: FromPath[UUID],
        data: JSONBody[LineChange],
        if_match: IfMatch,
    ) -> Response[DossierView]:
        """Change a line's label, quantity or price; If-Match is the dossier's."""
        change = line_change(data)
        await operations.change_line(desk.centre_id, dossier_id, line_id, change, version=if_match, actor=desk.actor)
        return await shown(desk, dossier_id)

    @delete("/dossiers/{dossier_id:uuid}/lines/{line_id:uuid}", opt={"right": "dossier.edit"}, status_code=200)
    async def remove_line(
        self, desk: AtDesk, dossier_id: FromPath[UUID], line_id: FromPath[UUID], if_match: IfMatch
    ) -> Response[DossierView]:
        """Take a line off; the dossier stays a dossier. If-Match is the dossier's."""
        await operations.remove_line(desk.centre_id, dossier_id, line_id, version=if_match, actor=desk.actor)
        return await shown(desk, dossier_id)

    @post("/dossiers/{dossier_id:uuid}/quotes", opt={"right": "quote.send"})
    async def send_quote(
        self, desk: AtDesk, dossier_id: FromPath[UUID], data: JSONBody[QuoteSending]
    ) -> Response[DossierView]:
        """Send the lines as they stand as a new version."""
        sending = Sending(
            detail=data.detail, valid_until=data.valid_until, option_until=data.option_until, message=data.message
        )
        await send_quote(desk.centre_id, dossier_id, sending, actor=desk.actor)
        return await shown(desk, dossier_id, status=201)

    @get(
        "/dossiers/{dossier_id:uuid}/quotes/{quote_id:uuid}/pdf",
        opt={"right": "dossier.view"},
        media_type="application/pdf",
    )
    async def quote_pdf(self, desk: AtDesk, dossier_id: FromPath[UUID], quote_id: FromPath[UUID]) -> Response[bytes]:
        """Fetch a version's PDF, as it was sent."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            content = await pdf(desk.centre_id, dossier_id, quote_id)
        headers = {"Content-Disposition": f'inline; filename="devis-{quote_id}.pdf"'}
        return Response(content, media_type="application/pdf", headers=headers)

    @put("/dossiers/{dossier_id:uuid}/treated", opt={"right": "dossier.edit"})
    async def treat(
        self, desk: AtDesk, dossier_id: FromPath[UUID], data: JSONBody[Treated], if_match: IfMatch
    ) -> Response[DossierView]:
        """Tick or untick « Traité »."""
        await set_treated(desk.centre_id, dossier_id, data.treated, version=if_match, actor=desk.actor)
        return await shown(desk, dossier_id)

    @put("/dossiers/{dossier_id:uuid}/commission", opt={"right": "dossier.edit"})
    async def commission(
        self, desk: AtDesk, dossier_id: FromPath[UUID], data: JSONBody[Commission], if_match: IfMatch
    ) -> Response[DossierView]:
        """Say what the client keeps of this dossier's price; If-Match is the dossier's."""
        await set_commission(desk.centre_id, dossier_id, data.share_basis_points, version=if_match, actor=desk.actor)
        return await shown(desk, dossier_id)

    @put("/dossiers/{dossier_id:uuid}/archived", opt={"right": "dossier.edit"})
    async def archive(
        self, desk: AtDesk, dossier_id: FromPath[UUID], data: JSONBody[Archived], if_match: IfMatch
    ) -> Response[DossierView]:
        """Put the dossier away, or take it out again."""
        await set_archived(desk.centre_id, dossier_id, data.archived, version=if_match, actor=desk.actor)
        return await shown(desk, dossier_id)

    @post("/dossiers/{dossier_id:uuid}/messages", opt={"right": "enquiry.answer"})
    async def write(
        self, desk: AtDesk, dossier_id: FromPath[UUID], data: JSONBody[NewMessage]
    ) -> Response[DossierView]:
        """Answer the client in the dossier's thread, or leave a note that stays inside."""
        async with tenant_transaction(desk.centre_id):
            enquiry_id = await enquiry_of(desk.centre_id, dossier_id)
            say = leave_note if data.note else answer
            await say(desk.centre_id, enquiry_id, data.text, actor=desk.actor)
        return await shown(desk, dossier_id, status=201)


async def shown(desk: Desk, dossier_id: UUID, *, status: int = 200) -> Response[DossierView]:
    """Answer with a dossier, whole."""
    async with tenant_transaction(desk.centre_id, read_only=True):
        view = await dossier_view(desk.centre_id, desk.slug, dossier_id)
    return tagged(view, view.version, status=status)
