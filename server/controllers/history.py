"""The audit trail of one thing."""

from uuid import UUID

import msgspec
from litestar import Controller, get
from litestar.params import FromPath, FromQuery

from infra.audit import history
from infra.database import tenant_transaction
from server.answers import page_limit
from server.contract.basics import HistoryEntry, Page
from server.dependencies import AtDesk


class HistoryController(Controller):
    """Who changed what, when, from where."""

    path = "/api/v1/centres/{centre_slug:str}/history"
    tags = ("history",)

    @get("/{subject_id:uuid}", opt={"right": "desk.view"})
    async def of_one(
        self, desk: AtDesk, subject_id: FromPath[UUID], limit: FromQuery[int | None] = None
    ) -> Page[HistoryEntry]:
        """List the newest entries about one client, stay, demande or dossier, newest first; of an unknown id, none."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            entries = await history(subject_id, limit=page_limit(limit))
        return Page(
            items=[
                HistoryEntry(
                    at=entry.at.isoformat().replace("+00:00", "Z"),
                    actor=entry.actor_name,
                    address=entry.address,
                    action=entry.action,
                    before=msgspec.json.decode(entry.before, type=dict[str, object]),
                    after=msgspec.json.decode(entry.after, type=dict[str, object]),
                )
                for entry in entries
            ]
        )
