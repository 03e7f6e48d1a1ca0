"""Dates rehearsed, cancellations priced, the waiting list, allotments, rooms withdrawn by a stay of nobody."""

from uuid import UUID

from server.contract.basics import Page
from server.contract.dates import (
    Allotments,
    Cancellation,
    CancellationCost,
    CancellationScale,
    DatesRehearsal,
    NewDates,
    OptionDay,
)
from server.contract.dossiers import DossierView
from server.contract.stays import PlanningBar, RoomsWithdrawn, Stay
from tui.client.calls import Calls


class StayGestureCalls(Calls):
    """What is done around a stay's commitment."""

    async def rehearse_dates(self, dossier_id: UUID, dates: NewDates) -> DatesRehearsal:
        """Show what other dates would do."""
        path = await self._at(f"/dossiers/{dossier_id}/dates/rehearsal")
        return await self.line.send("POST", path, DatesRehearsal, body=dates)

    async def change_dates(self, dossier_id: UUID, dates: NewDates, *, version: int) -> DossierView:
        """Take other dates."""
        path = await self._at(f"/dossiers/{dossier_id}/dates")
        return await self.line.send("POST", path, DossierView, body=dates, version=version)

    async def revive_quote(self, dossier_id: UUID, quote_id: UUID) -> DossierView:
        """Put a lost version on offer again."""
        path = await self._at(f"/dossiers/{dossier_id}/quotes/{quote_id}/revival")
        return await self.line.send("POST", path, DossierView)

    async def cancellation_cost(self, stay_id: UUID) -> CancellationCost:
        """What cancelling today would cost."""
        return await self.line.send("GET", await self._at(f"/stays/{stay_id}/cancellation"), CancellationCost)

    async def cancellation_scale(self) -> CancellationScale:
        """What cancelling costs, by the days left."""
        return await self.line.send("GET", await self._at("/settings/cancellation-scale"), CancellationScale)

    async def set_cancellation_scale(self, scale: CancellationScale) -> CancellationScale:
        """Replace the scale."""
        path = await self._at("/settings/cancellation-scale")
        return await self.line.send("PUT", path, CancellationScale, body=scale)

    async def cancel_stay(self, stay_id: UUID, reason: str, *, with_fee: bool = False) -> None:
        """Cancel it, with its fee proposed or not."""
        body = Cancellation(reason=reason, with_fee=with_fee)
        await self.line.send("POST", await self._at(f"/stays/{stay_id}/cancellation"), bytes, body=body)

    async def undo_no_show(self, stay_id: UUID) -> None:
        """They came after all."""
        await self.line.send("DELETE", await self._at(f"/stays/{stay_id}/no-show"), bytes)

    async def join_waiting_list(self, stay_id: UUID) -> Stay:
        """Wait for room."""
        return await self.line.send("POST", await self._at(f"/stays/{stay_id}/waiting"), Stay)

    async def leave_waiting_list(self, stay_id: UUID) -> Stay:
        """Wait no more."""
        return await self.line.send("DELETE", await self._at(f"/stays/{stay_id}/waiting"), Stay)

    async def take_from_waiting_list(self, stay_id: UUID) -> Stay:
        """Make it an option on free beds, for the centre's usual time."""
        path = await self._at(f"/stays/{stay_id}/waiting/option")
        return await self.line.send("POST", path, Stay, body=OptionDay())

    async def allotments(self, stay_id: UUID) -> Allotments:
        """The beds kept by type."""
        return await self.line.send("GET", await self._at(f"/stays/{stay_id}/allotments"), Allotments)

    async def allot(self, stay_id: UUID, wanted: Allotments, *, version: int) -> Stay:
        """Keep beds by type."""
        path = await self._at(f"/stays/{stay_id}/allotments")
        return await self.line.send("PUT", path, Stay, body=wanted, version=version)

    async def withdraw_by_stay(self, withdrawn: RoomsWithdrawn) -> Page[PlanningBar]:
        """Put rooms out of service by a stay of nobody."""
        return await self.line.send("POST", await self._at("/withdrawals/by-stay"), Page[PlanningBar], body=withdrawn)
