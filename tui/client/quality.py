"""The dashboard of the cards."""

from server.contract.basics import Page
from server.contract.quality import CardQuality, DuplicateCard, IncompleteCard
from tui.client.calls import Calls
from tui.transport import QueryValues


class QualityCalls(Calls):
    """How well cards are filled."""

    async def card_quality(self, query: QueryValues) -> CardQuality:
        """The centre's."""
        return await self.line.send("GET", await self._at("/card-quality"), CardQuality, query=query)

    async def network_card_quality(self, query: QueryValues) -> CardQuality:
        """The network's."""
        return await self.line.send("GET", "/api/v1/network/card-quality", CardQuality, query=query)

    async def incomplete_cards(self, query: QueryValues) -> list[IncompleteCard]:
        """The cards that lack a field."""
        path = await self._at("/card-quality/cards")
        return (await self.line.send("GET", path, Page[IncompleteCard], query=query)).items

    async def duplicate_cards(self, query: QueryValues) -> list[DuplicateCard]:
        """The centre's cards behind the figures of duplicates."""
        path = await self._at("/card-quality/duplicates")
        return (await self.line.send("GET", path, Page[DuplicateCard], query=query)).items

    async def quality_table(self, query: QueryValues, *, network: bool) -> bytes:
        """The dashboard as CSV, narrowed as it is shown."""
        path = "/api/v1/network/card-quality/table" if network else await self._at("/card-quality/table")
        return await self.line.send("GET", path, bytes, query=query)
