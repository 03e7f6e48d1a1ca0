"""Who else has it open."""

from uuid import UUID

from litestar import Controller, delete, put
from litestar.params import FromPath, JSONBody

from billing.dossiers.subjects import require_subject
from server.contract.openings import Opening, OpeningKept
from server.dependencies import AtDesk, LoggedIn
from tenants.openings.operations import close, keep_open


class OpeningController(Controller):
    """What is open at the desk: a card, a stay, a dossier, a segment, by its id."""

    path = "/api/v1/centres/{centre_slug:str}/openings/{subject_id:uuid}"
    tags = ("centre",)

    @put("/", opt={"right": "desk.view"})
    async def keep(
        self, desk: AtDesk, session: LoggedIn, subject_id: FromPath[UUID], data: JSONBody[OpeningKept]
    ) -> list[Opening]:
        """Say that one has it open, for a minute; learn who else has. `openings.changed` tells when that changes."""
        await require_subject(desk.centre_id, subject_id, session.account_id)
        others = await keep_open(desk.centre_id, subject_id, session.account_id, editing=data.editing, actor=desk.actor)
        return [Opening(name=one.name, editing=one.editing) for one in others]

    @delete("/", opt={"right": "desk.view"})
    async def close(self, desk: AtDesk, session: LoggedIn, subject_id: FromPath[UUID]) -> None:
        """Say that one has closed it."""
        await require_subject(desk.centre_id, subject_id, session.account_id)
        await close(desk.centre_id, subject_id, session.account_id, actor=desk.actor)
