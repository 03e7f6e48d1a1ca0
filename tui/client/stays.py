"""Stays, the planning, arrivals and departures."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from server.contract.basics import Page
from server.contract.groups import GroupParts, RoomsOffered
from server.contract.stays import (
    ArrivalLine,
    Availability,
    Confirmation,
    EarlyDeparture,
    LinkMade,
    NewStay,
    OptionUntil,
    OutOfService,
    Planning,
    RoomsHeld,
    Stay,
    StayChange,
)
from tui.client.calls import PAGE, Calls
from tui.client.clients import EVERYBODY


class StayCalls(Calls):
    """The stays and their rooms."""

    async def planning(self, first_day: date, last_day: date) -> Planning:
        """Rooms × days, `last_day` included."""
        query: dict[str, str | int | None] = {"first_day": first_day.isoformat(), "last_day": last_day.isoformat()}
        return await self.line.send("GET", await self._at("/planning"), Planning, query=query)

    async def availability(self, arrival: date, departure: date) -> Availability:
        """What is free for a whole period."""
        query: dict[str, str | int | None] = {"arrival": arrival.isoformat(), "departure": departure.isoformat()}
        return await self.line.send("GET", await self._at("/availability"), Availability, query=query)

    async def stays(
        self,
        *,
        status: str = "",
        first_day: date | None = None,
        last_day: date | None = None,
        of: Mapping[str, str] = EVERYBODY,
        cursor: str | None = None,
    ) -> Page[ArrivalLine]:
        """Stays by status and days, of the clients that are wanted; a page of them."""
        query: dict[str, str | int | None] = {
            "status": status,
            "first_day": first_day.isoformat() if first_day else None,
            "last_day": last_day.isoformat() if last_day else None,
            "cursor": cursor,
            "limit": PAGE,
            **of,
        }
        return await self.line.send("GET", await self._at("/stays"), Page[ArrivalLine], query=query)

    async def stay(self, stay_id: UUID) -> Stay:
        """A stay, whole."""
        return await self.line.send("GET", await self._at(f"/stays/{stay_id}"), Stay)

    async def add_stay(self, new: NewStay) -> Stay:
        """Make a stay."""
        return await self.line.send("POST", await self._at("/stays"), Stay, body=new)

    async def change_stay(self, stay_id: UUID, change: StayChange, *, version: int) -> Stay:
        """Save the fiche séjour."""
        return await self.line.send("PATCH", await self._at(f"/stays/{stay_id}"), Stay, body=change, version=version)

    async def hold_beds(self, stay_id: UUID, bed_ids: list[UUID], *, version: int) -> Stay:
        """Give the stay these beds, and no others."""
        path = await self._at(f"/stays/{stay_id}/beds")
        return await self.line.send("PUT", path, Stay, body=RoomsHeld(bed_ids=bed_ids), version=version)

    async def propose_beds(self, stay_id: UUID, parts: GroupParts) -> RoomsOffered:
        """Ask which beds would do, the parts of a group apart."""
        return await self.line.send("POST", await self._at(f"/stays/{stay_id}/beds/proposal"), RoomsOffered, body=parts)

    async def set_option(self, stay_id: UUID, until: date) -> None:
        """Hold as an option."""
        await self.line.send("POST", await self._at(f"/stays/{stay_id}/option"), bytes, body=OptionUntil(until=until))

    async def confirm_stay(self, stay_id: UUID, reason: str, *, overbook: bool = False) -> None:
        """Make it firm."""
        body = Confirmation(reason=reason, overbook=overbook)
        await self.line.send("POST", await self._at(f"/stays/{stay_id}/confirmation"), bytes, body=body)

    async def undo_cancellation(self, stay_id: UUID) -> None:
        """Take a cancellation back, with the beds it freed."""
        await self.line.send("DELETE", await self._at(f"/stays/{stay_id}/cancellation"), bytes)

    async def mark_no_show(self, stay_id: UUID) -> None:
        """Nobody came."""
        await self.line.send("POST", await self._at(f"/stays/{stay_id}/no-show"), bytes)

    async def mark_present(self, stay_id: UUID) -> None:
        """They are here."""
        await self.line.send("POST", await self._at(f"/stays/{stay_id}/presence"), bytes)

    async def undo_present(self, stay_id: UUID) -> None:
        """They are not here after all."""
        await self.line.send("DELETE", await self._at(f"/stays/{stay_id}/presence"), bytes)

    async def mark_departed(self, stay_id: UUID) -> None:
        """They have left."""
        await self.line.send("POST", await self._at(f"/stays/{stay_id}/departure"), bytes)

    async def undo_departed(self, stay_id: UUID) -> None:
        """They have not left after all."""
        await self.line.send("DELETE", await self._at(f"/stays/{stay_id}/departure"), bytes)

    async def depart_early(self, stay_id: UUID, leaving: EarlyDeparture) -> None:
        """One room leaves before the others."""
        await self.line.send("POST", await self._at(f"/stays/{stay_id}/early-departures"), bytes, body=leaving)

    async def undo_early_departure(self, stay_id: UUID, room_id: UUID) -> None:
        """That room stays after all."""
        await self.line.send("DELETE", await self._at(f"/stays/{stay_id}/early-departures/{room_id}"), bytes)

    async def make_pre_check_in_link(self, stay_id: UUID) -> LinkMade:
        """Make the pre-check-in link."""
        return await self.line.send("POST", await self._at(f"/stays/{stay_id}/pre-check-in-link"), LinkMade)

    async def mail_pre_check_in_link(self, stay_id: UUID) -> LinkMade:
        """Mail the pre-check-in link to the stay's client."""
        return await self.line.send("POST", await self._at(f"/stays/{stay_id}/pre-check-in-mail"), LinkMade)

    async def withdraw_room(self, withdrawal: OutOfService) -> None:
        """Take a room out of service."""
        await self.line.send("POST", await self._at("/withdrawals"), bytes, body=withdrawal)

    async def end_withdrawal(self, withdrawal_id: UUID) -> None:
        """Put a room back in service."""
        await self.line.send("DELETE", await self._at(f"/withdrawals/{withdrawal_id}"), bytes)
