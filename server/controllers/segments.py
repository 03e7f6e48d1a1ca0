"""Segments: built, counted, kept, dated."""

from uuid import UUID

from litestar import Controller, Response, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from infra.database import tenant_transaction
from server.answers import page_limit, read_cursor, tagged
from server.contract.basics import Page
from server.contract.day_sheet import DocumentLink
from server.contract.segments import (
    SegmentCard,
    SegmentClient,
    SegmentCount,
    SegmentCriterion,
    SegmentExport,
    SegmentFields,
    SegmentLine,
    SegmentQuestion,
)
from server.dependencies import AtDesk, Desk, IfMatch, LoggedIn
from server.pages.list_tables import TABLES, list_answer
from server.pages.segment_files import segment_file, segment_link
from server.views.segments import asked, criteria_view, found_page, segment_card, segment_line, typed_segment
from tenants.clients.filtering import Narrowing
from tenants.segments import operations, queries


class SegmentController(Controller):
    """The segments of one centre: those that are shared, and the caller's own."""

    path = "/api/v1/centres/{centre_slug:str}/segments"
    tags = ("clients",)

    @get("/", opt={"right": "client.view"})
    async def segments(self, desk: AtDesk, session: LoggedIn) -> list[SegmentLine]:
        """List them by name."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            kept = await queries.segments_kept(desk.centre_id, session.account_id)
        return [segment_line(one, session.account_id) for one in kept]

    @get("/criteria", opt={"right": "client.view"})
    async def criteria(self, desk: AtDesk, session: LoggedIn) -> list[SegmentCriterion]:
        """List every criterion, in the caller's language."""
        return criteria_view(session.language)

    @post("/count", opt={"right": "client.view"}, status_code=200)
    async def count(self, desk: AtDesk, data: JSONBody[SegmentQuestion]) -> SegmentCount:
        """Count whom an expression finds, while one builds it."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            among = await queries.asking(desk.centre_id, asked(data.expression))
            return SegmentCount(clients=await queries.count_of(desk.centre_id, among))

    @post("/clients", opt={"right": "client.view"}, status_code=200)
    async def found(
        self,
        desk: AtDesk,
        data: JSONBody[SegmentQuestion],
        *,
        cursor: FromQuery[str | None] = None,
        limit: FromQuery[int | None] = None,
    ) -> Page[SegmentClient]:
        """List whom an expression finds, while one builds it, in French order."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            among = await queries.asking(desk.centre_id, asked(data.expression))
            return await _page(desk, among, cursor, limit)

    @post("/", opt={"right": "client.edit"})
    async def save(self, desk: AtDesk, session: LoggedIn, data: JSONBody[SegmentFields]) -> Response[SegmentCard]:
        """Keep a segment, for oneself unless it is shared."""
        made = await operations.save_segment(desk.centre_id, typed_segment(data), actor=desk.actor)
        return await _answer(desk, made, session.account_id, status=201)

    @get("/{segment_id:uuid}", opt={"right": "client.view"})
    async def segment(self, desk: AtDesk, session: LoggedIn, segment_id: FromPath[UUID]) -> Response[SegmentCard]:
        """Open one: what it asks, how many clients it finds now, its snapshots."""
        return await _answer(desk, segment_id, session.account_id)

    @get("/{segment_id:uuid}/count", opt={"right": "client.view"})
    async def count_kept(self, desk: AtDesk, session: LoggedIn, segment_id: FromPath[UUID]) -> SegmentCount:
        """Count whom one finds now."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            kept = await queries.segment(desk.centre_id, segment_id, session.account_id)
            among = await queries.asking(desk.centre_id, kept.expression)
            return SegmentCount(clients=await queries.count_of(desk.centre_id, among))

    @put("/{segment_id:uuid}", opt={"right": "client.edit"})
    async def change(
        self,
        desk: AtDesk,
        session: LoggedIn,
        segment_id: FromPath[UUID],
        data: JSONBody[SegmentFields],
        if_match: IfMatch,
    ) -> Response[SegmentCard]:
        """Change one, whole."""
        await operations.change_segment(
            desk.centre_id, segment_id, typed_segment(data), version=if_match, actor=desk.actor
        )
        return await _answer(desk, segment_id, session.account_id)

    @delete("/{segment_id:uuid}", opt={"right": "client.edit"})
    async def delete(self, desk: AtDesk, segment_id: FromPath[UUID], if_match: IfMatch) -> None:
        """Delete one, and its snapshots."""
        await operations.delete_segment(desk.centre_id, segment_id, version=if_match, actor=desk.actor)

    @get("/{segment_id:uuid}/clients", opt={"right": "client.view"})
    async def clients(
        self,
        desk: AtDesk,
        session: LoggedIn,
        segment_id: FromPath[UUID],
        *,
        cursor: FromQuery[str | None] = None,
        limit: FromQuery[int | None] = None,
    ) -> Page[SegmentClient]:
        """List whom it finds now, in French order."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            kept = await queries.segment(desk.centre_id, segment_id, session.account_id)
            return await _page(desk, await queries.asking(desk.centre_id, kept.expression), cursor, limit)

    @post("/{segment_id:uuid}/files", opt={"right": "client.export", "files": TABLES}, status_code=200)
    async def file(
        self, desk: AtDesk, session: LoggedIn, segment_id: FromPath[UUID], data: JSONBody[SegmentExport]
    ) -> Response[bytes]:
        """Write the cards of whom it finds now as a file; the segment's trail and the centre's note it."""
        content, name = await segment_file(
            desk.centre_id, segment_id, form=data.format, today=desk.today, language=session.language, actor=desk.actor
        )
        return list_answer(content, data.format, name=name)

    @post("/{segment_id:uuid}/links", opt={"right": "client.export"})
    async def link(
        self, desk: AtDesk, session: LoggedIn, segment_id: FromPath[UUID], data: JSONBody[SegmentExport]
    ) -> DocumentLink:
        """Write them, and make an address that gives the file for a quarter of an hour."""
        return await segment_link(
            desk.centre_id, segment_id, form=data.format, today=desk.today, language=session.language, actor=desk.actor
        )

    @post("/{segment_id:uuid}/snapshots", opt={"right": "client.edit"})
    async def take_snapshot(self, desk: AtDesk, session: LoggedIn, segment_id: FromPath[UUID]) -> Response[SegmentCard]:
        """Keep whom it finds now, dated; clients erased later leave it."""
        await operations.take_snapshot(desk.centre_id, segment_id, actor=desk.actor)
        return await _answer(desk, segment_id, session.account_id, status=201)

    @get("/{segment_id:uuid}/snapshots/{snapshot_id:uuid}/clients", opt={"right": "client.view"})
    async def snapshot_clients(
        self,
        desk: AtDesk,
        session: LoggedIn,
        segment_id: FromPath[UUID],
        snapshot_id: FromPath[UUID],
        *,
        cursor: FromQuery[str | None] = None,
        limit: FromQuery[int | None] = None,
    ) -> Page[SegmentClient]:
        """List whom a snapshot keeps, in French order."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            await queries.segment(desk.centre_id, segment_id, session.account_id)
            shot = await queries.snapshot(desk.centre_id, segment_id, snapshot_id)
            return await _page(desk, queries.kept_in(shot.id), cursor, limit)


async def _page(desk: Desk, among: Narrowing, cursor: str | None, limit: int | None) -> Page[SegmentClient]:
    size = page_limit(limit)
    found = await queries.clients_of(desk.centre_id, among, after=read_cursor(cursor), limit=size + 1)
    return found_page(found, size)


async def _answer(desk: Desk, segment_id: UUID, account_id: UUID, *, status: int = 200) -> Response[SegmentCard]:
    async with tenant_transaction(desk.centre_id, read_only=True):
        card = await segment_card(desk.centre_id, segment_id, account_id)
    return tagged(card, card.version, status=status)
