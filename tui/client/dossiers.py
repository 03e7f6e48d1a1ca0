"""Dossiers, quotes, money."""

from collections.abc import Mapping
from uuid import UUID

from server.contract.basics import Page
from server.contract.dossiers import (
    Archived,
    Commission,
    DossierCard,
    DossierColumn,
    DossierView,
    LineChange,
    ManualPayment,
    NewLine,
    PaymentLinkRequest,
    QuoteSending,
    RefundRequest,
    Treated,
)
from server.contract.enquiries import NewMessage
from server.contract.stays import (
    LinkMade,
)
from tui.client.calls import PAGE, Calls
from tui.client.clients import EVERYBODY


class DossierCalls(Calls):
    """The dossiers."""

    async def columns(self, *, of: Mapping[str, str] = EVERYBODY) -> list[DossierColumn]:
        """The seven columns, counted and summed, of the clients wanted."""
        query: dict[str, str | int | None] = {**of}
        return await self.line.send("GET", await self._at("/dossiers/columns"), list[DossierColumn], query=query)

    async def dossiers(
        self, *, state: str = "", text: str = "", cursor: str | None = None, of: Mapping[str, str] = EVERYBODY
    ) -> Page[DossierCard]:
        """The dossiers of a column, or those that answer to a fragment; of the clients wanted."""
        query: dict[str, str | int | None] = {"state": state, "q": text, "cursor": cursor, "limit": PAGE, **of}
        return await self.line.send("GET", await self._at("/dossiers"), Page[DossierCard], query=query)

    async def dossier(self, dossier_id: UUID) -> DossierView:
        """Everything of one dossier."""
        return await self.line.send("GET", await self._at(f"/dossiers/{dossier_id}"), DossierView)

    async def begin_dossier(self, stay_id: UUID, line: NewLine) -> DossierView:
        """Put the first service on a stay that has no dossier."""
        return await self.line.send("POST", await self._at(f"/stays/{stay_id}/services"), DossierView, body=line)

    async def add_line(self, dossier_id: UUID, line: NewLine) -> DossierView:
        """Add a service."""
        return await self.line.send("POST", await self._at(f"/dossiers/{dossier_id}/lines"), DossierView, body=line)

    async def change_line(self, dossier_id: UUID, line_id: UUID, change: LineChange, *, version: int) -> DossierView:
        """Change a line; `version` is the dossier's."""
        path = await self._at(f"/dossiers/{dossier_id}/lines/{line_id}")
        return await self.line.send("PATCH", path, DossierView, body=change, version=version)

    async def remove_line(self, dossier_id: UUID, line_id: UUID, *, version: int) -> DossierView:
        """Take a line off; `version` is the dossier's."""
        path = await self._at(f"/dossiers/{dossier_id}/lines/{line_id}")
        return await self.line.send("DELETE", path, DossierView, version=version)

    async def send_quote(self, dossier_id: UUID, sending: QuoteSending) -> DossierView:
        """Send the lines as they stand as a new version."""
        return await self.line.send("POST", await self._at(f"/dossiers/{dossier_id}/quotes"), DossierView, body=sending)

    async def quote_pdf(self, dossier_id: UUID, quote_id: UUID) -> bytes:
        """The PDF of a version."""
        return await self.line.send("GET", await self._at(f"/dossiers/{dossier_id}/quotes/{quote_id}/pdf"), bytes)

    async def make_payment_link(self, dossier_id: UUID, wanted: PaymentLinkRequest) -> LinkMade:
        """Make a payment link, and mail it where asked."""
        return await self.line.send(
            "POST", await self._at(f"/dossiers/{dossier_id}/payment-links"), LinkMade, body=wanted
        )

    async def record_payment(self, dossier_id: UUID, payment: ManualPayment) -> DossierView:
        """Book money received otherwise."""
        return await self.line.send(
            "POST", await self._at(f"/dossiers/{dossier_id}/payments"), DossierView, body=payment
        )

    async def refund(self, payment_id: UUID, refund: RefundRequest) -> DossierView:
        """Give money back."""
        return await self.line.send("POST", await self._at(f"/payments/{payment_id}/refunds"), DossierView, body=refund)

    async def set_treated(self, dossier_id: UUID, treated: bool, *, version: int) -> DossierView:
        """Tick « Traité »."""
        path = await self._at(f"/dossiers/{dossier_id}/treated")
        return await self.line.send("PUT", path, DossierView, body=Treated(treated=treated), version=version)

    async def set_commission(self, dossier_id: UUID, share_basis_points: int, *, version: int) -> DossierView:
        """Say what the client keeps of the price."""
        path = await self._at(f"/dossiers/{dossier_id}/commission")
        body = Commission(share_basis_points=share_basis_points)
        return await self.line.send("PUT", path, DossierView, body=body, version=version)

    async def set_archived(self, dossier_id: UUID, archived: bool, *, version: int) -> DossierView:
        """Put a dossier away, or take it out again."""
        path = await self._at(f"/dossiers/{dossier_id}/archived")
        return await self.line.send("PUT", path, DossierView, body=Archived(archived=archived), version=version)

    async def write_in_dossier(self, dossier_id: UUID, message: NewMessage) -> DossierView:
        """Write into the dossier's thread."""
        return await self.line.send(
            "POST", await self._at(f"/dossiers/{dossier_id}/messages"), DossierView, body=message
        )
