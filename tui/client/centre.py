"""The centre's own settings, and what the network's machinery goes on failing at."""

from uuid import UUID

from server.contract.accounts import CentreSettings, CentreSettingsView
from server.contract.basics import Page
from server.contract.deliveries import Delivery
from tui.client.calls import Calls


class CentreCalls(Calls):
    """The centre itself, and the network's deliveries."""

    async def settings(self) -> CentreSettingsView:
        """What the centre says of itself and how it sells."""
        return await self.line.send("GET", await self._at("/settings"), CentreSettingsView)

    async def change_settings(self, settings: CentreSettings, *, version: int) -> CentreSettingsView:
        """Save them, whole."""
        return await self.line.send(
            "PATCH", await self._at("/settings"), CentreSettingsView, body=settings, version=version
        )

    async def deliveries(self, state: str) -> Page[Delivery]:
        """Facts and webhooks that go on failing: `failed`, or `retrying` for those that failed less often too."""
        return await self.line.send("GET", "/api/v1/network/deliveries", Page[Delivery], query={"state": state})

    async def retry_delivery(self, event_id: UUID, consumer: str) -> None:
        """Have it tried now."""
        await self.line.send("POST", f"/api/v1/network/deliveries/{event_id}/{consumer}/retry", bytes)
