"""Segments: the criteria, what is kept, whom it finds."""

from uuid import UUID

from server.contract.basics import Page
from server.contract.day_sheet import DocumentLink
from server.contract.segments import (
    SegmentCard,
    SegmentClient,
    SegmentCount,
    SegmentCriterion,
    SegmentExport,
    SegmentExpression,
    SegmentFields,
    SegmentLine,
    SegmentQuestion,
)
from tui.client.calls import PAGE, Calls


class SegmentCalls(Calls):
    """The centre's segments."""

    async def segments(self) -> list[SegmentLine]:
        """Those that are shared, and one's own."""
        return await self.line.send("GET", await self._at("/segments"), list[SegmentLine])

    async def segment_criteria(self) -> list[SegmentCriterion]:
        """What may be asked, in the user's language."""
        return await self.line.send("GET", await self._at("/segments/criteria"), list[SegmentCriterion])

    async def segment(self, segment_id: UUID) -> SegmentCard:
        """One, counted, with its snapshots."""
        return await self.line.send("GET", await self._at(f"/segments/{segment_id}"), SegmentCard)

    async def segment_count(self, segment_id: UUID) -> int:
        """How many clients one finds now."""
        return (await self.line.send("GET", await self._at(f"/segments/{segment_id}/count"), SegmentCount)).clients

    async def count_asked(self, expression: SegmentExpression) -> int:
        """How many clients an expression finds."""
        asked = SegmentQuestion(expression=expression)
        return (await self.line.send("POST", await self._at("/segments/count"), SegmentCount, body=asked)).clients

    async def add_segment(self, fields: SegmentFields) -> SegmentCard:
        """Keep a new one."""
        return await self.line.send("POST", await self._at("/segments"), SegmentCard, body=fields)

    async def change_segment(self, segment_id: UUID, fields: SegmentFields, *, version: int) -> SegmentCard:
        """Change one, whole."""
        path = await self._at(f"/segments/{segment_id}")
        return await self.line.send("PUT", path, SegmentCard, body=fields, version=version)

    async def delete_segment(self, segment_id: UUID, *, version: int) -> None:
        """Delete one, and its snapshots."""
        await self.line.send("DELETE", await self._at(f"/segments/{segment_id}"), bytes, version=version)

    async def segment_clients(
        self, segment_id: UUID, *, snapshot_id: UUID | None = None, cursor: str | None = None
    ) -> Page[SegmentClient]:
        """Whom one finds now, or whom a snapshot of it keeps."""
        kept = f"/snapshots/{snapshot_id}" if snapshot_id else ""
        path = await self._at(f"/segments/{segment_id}{kept}/clients")
        return await self.line.send("GET", path, Page[SegmentClient], query={"limit": PAGE, "cursor": cursor})

    async def take_snapshot(self, segment_id: UUID) -> SegmentCard:
        """Keep whom one finds now, dated."""
        return await self.line.send("POST", await self._at(f"/segments/{segment_id}/snapshots"), SegmentCard)

    async def segment_file(self, segment_id: UUID, form: str) -> bytes:
        """Its clients as a file."""
        path = await self._at(f"/segments/{segment_id}/files")
        return await self.line.send("POST", path, bytes, body=SegmentExport(format=form))

    async def segment_link(self, segment_id: UUID, form: str) -> DocumentLink:
        """An address that gives the file for a quarter of an hour."""
        path = await self._at(f"/segments/{segment_id}/links")
        return await self.line.send("POST", path, DocumentLink, body=SegmentExport(format=form))
