"""Changing the dates of a dossier's stay: rehearsed first; and a lost version of the quote revived."""

from uuid import UUID

from litestar import Controller, Response, post
from litestar.params import FromPath, JSONBody

from billing.dossiers import dates
from infra.database import tenant_transaction
from server.answers import tagged
from server.contract.dates import DatesRehearsal, NewDates
from server.contract.dossiers import DossierView
from server.dependencies import AtDesk, Desk, IfMatch
from server.views.dates import rehearsal_view
from server.views.dossiers import dossier_view


class DossierDatesController(Controller):
    """Other dates, shown before they are taken."""

    path = "/api/v1/centres/{centre_slug:str}/dossiers"
    tags = ("dossiers",)

    @post("/{dossier_id:uuid}/dates/rehearsal", opt={"right": "dossier.view"}, status_code=200)
    async def rehearse(self, desk: AtDesk, dossier_id: FromPath[UUID], data: JSONBody[NewDates]) -> DatesRehearsal:
        """Show what other dates would do to lines, beds and quote; nothing is changed."""
        seen = await dates.rehearse_dates(desk.centre_id, dossier_id, arrival=data.arrival, departure=data.departure)
        return rehearsal_view(seen)

    @post("/{dossier_id:uuid}/dates", opt={"right": "dossier.edit"}, status_code=200)
    async def change(
        self, desk: AtDesk, dossier_id: FromPath[UUID], data: JSONBody[NewDates], if_match: IfMatch
    ) -> Response[DossierView]:
        """Move the stay with its beds and lines, and lose the quote in progress or make another."""
        await dates.change_dates(
            desk.centre_id,
            dossier_id,
            arrival=data.arrival,
            departure=data.departure,
            way=data.way,
            version=if_match,
            actor=desk.actor,
        )
        return await _answer(desk, dossier_id)

    @post("/{dossier_id:uuid}/quotes/{quote_id:uuid}/revival", opt={"right": "quote.send"}, status_code=200)
    async def revive(self, desk: AtDesk, dossier_id: FromPath[UUID], quote_id: FromPath[UUID]) -> Response[DossierView]:
        """Put the last lost version on offer again, the stay being back on its dates."""
        await dates.revive_quote(desk.centre_id, dossier_id, quote_id, actor=desk.actor)
        return await _answer(desk, dossier_id)


async def _answer(desk: Desk, dossier_id: UUID) -> Response[DossierView]:
    async with tenant_transaction(desk.centre_id, read_only=True):
        shown = await dossier_view(desk.centre_id, desk.slug, dossier_id)
    return tagged(shown, shown.version)
