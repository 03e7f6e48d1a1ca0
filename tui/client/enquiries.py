"""Demandes and their conversations."""

from uuid import UUID

from server.contract.basics import Page
from server.contract.dossiers import (
    DossierView,
    FirstLine,
)
from server.contract.enquiries import ClientChoice, Enquiry, EnquiryLine, NewEnquiry, NewMessage
from server.contract.stays import (
    Reason,
)
from tui.client.calls import PAGE, Calls


class EnquiryCalls(Calls):
    """The demandes."""

    async def enquiries(self, state: str = "", *, cursor: str | None = None) -> Page[EnquiryLine]:
        """The inbox, newest first."""
        query: dict[str, str | int | None] = {"state": state, "cursor": cursor, "limit": PAGE}
        return await self.line.send("GET", await self._at("/enquiries"), Page[EnquiryLine], query=query)

    async def enquiry(self, enquiry_id: UUID) -> Enquiry:
        """A demande and its conversation; reading it marks it read."""
        return await self.line.send("GET", await self._at(f"/enquiries/{enquiry_id}"), Enquiry)

    async def add_enquiry(self, new: NewEnquiry) -> Enquiry:
        """Take a demande by phone, at the desk, at a fair."""
        return await self.line.send("POST", await self._at("/enquiries"), Enquiry, body=new)

    async def answer_enquiry(self, enquiry_id: UUID, message: NewMessage) -> Enquiry:
        """Answer by mail, or write a note that stays inside."""
        return await self.line.send("POST", await self._at(f"/enquiries/{enquiry_id}/messages"), Enquiry, body=message)

    async def choose_client(self, enquiry_id: UUID, client_id: UUID | None) -> Enquiry:
        """Say whose demande it is; None opens a card from what the demande says."""
        path = await self._at(f"/enquiries/{enquiry_id}/client")
        return await self.line.send("POST", path, Enquiry, body=ClientChoice(client_id=client_id))

    async def close_enquiry(self, enquiry_id: UUID, reason: str) -> None:
        """Put a demande away."""
        await self.line.send(
            "POST", await self._at(f"/enquiries/{enquiry_id}/closing"), bytes, body=Reason(reason=reason)
        )

    async def add_first_service(self, enquiry_id: UUID, first: FirstLine) -> DossierView:
        """Make the demande a dossier."""
        return await self.line.send(
            "POST", await self._at(f"/enquiries/{enquiry_id}/services"), DossierView, body=first
        )
