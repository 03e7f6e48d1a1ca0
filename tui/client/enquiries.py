"""Demandes and their conversations."""

from collections.abc import Mapping
from uuid import UUID

from server.contract.basics import Page
from server.contract.dossiers import (
    DossierView,
    FirstLine,
)
from server.contract.enquiries import (
    Assignee,
    Assignment,
    ClientChoice,
    Enquiry,
    EnquiryLine,
    NewEnquiry,
    NewMessage,
)
from server.contract.stays import (
    Reason,
)
from tui.client.calls import PAGE, Calls
from tui.client.clients import EVERYBODY


class EnquiryCalls(Calls):
    """The demandes."""

    async def enquiries(
        self,
        state: str = "",
        *,
        assignee: str = "",
        cursor: str | None = None,
        of: Mapping[str, str] = EVERYBODY,
    ) -> Page[EnquiryLine]:
        """The inbox, newest first; of those that somebody sees to (`me`, `nobody`), of the clients wanted."""
        query: dict[str, str | int | None] = {
            "state": state,
            "assignee": assignee,
            "cursor": cursor,
            "limit": PAGE,
            **of,
        }
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

    async def assignees(self) -> Page[Assignee]:
        """Who of the staff may see to demandes, by name."""
        return await self.line.send("GET", await self._at("/enquiries/assignees"), Page[Assignee])

    async def assign_enquiry(
        self, enquiry_id: UUID, account_id: UUID | None, *, instead_of: UUID | None = None
    ) -> Enquiry:
        """Say who sees to a demande; `instead_of` did when it was read."""
        path = await self._at(f"/enquiries/{enquiry_id}/assignee")
        return await self.line.send(
            "POST", path, Enquiry, body=Assignment(account_id=account_id, instead_of=instead_of)
        )

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
