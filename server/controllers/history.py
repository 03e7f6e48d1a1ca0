"""The audit trail of one thing, and of the centre as a whole."""

from uuid import UUID

from litestar import Controller, get
from litestar.params import FromPath, FromQuery

from infra.audit import history, trail
from infra.database import tenant_transaction
from server.answers import page_limit, read_cursor, write_cursor
from server.contract.basics import HistoryEntry, Page
from server.contract.history import TrailEntry
from server.dependencies import AtDesk
from server.views.history import history_entry, trail_entries


class HistoryController(Controller):
    """Who changed what, when, from where."""

    path = "/api/v1/centres/{centre_slug:str}/history"
    tags = ("history",)

    @get("/", opt={"right": "user.manage"})
    async def of_the_centre(
        self,
        desk: AtDesk,
        *,
        cursor: FromQuery[str | None] = None,
        limit: FromQuery[int | None] = None,
        openings: FromQuery[bool] = False,
    ) -> Page[TrailEntry]:
        """List the newest entries about anything of the centre, newest first; with `openings`, who only looked at a card too."""
        size, after = page_limit(limit), read_cursor(cursor)
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await trail(before=after[1] if after else None, limit=size + 1, openings=openings)
            entries = await trail_entries(desk.centre_id, found[:size])
        return Page(items=entries, next_cursor=write_cursor("", found[size - 1].id) if len(found) > size else None)

    @get("/{subject_id:uuid}", opt={"right": "desk.view"})
    async def of_one(
        self,
        desk: AtDesk,
        subject_id: FromPath[UUID],
        *,
        limit: FromQuery[int | None] = None,
        openings: FromQuery[bool] = True,
    ) -> Page[HistoryEntry]:
        """List the newest entries about one client, stay, demande or dossier, newest first; of an unknown id, none."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            entries = await history(subject_id, limit=page_limit(limit), openings=openings)
        return Page(items=[history_entry(entry) for entry in entries])
