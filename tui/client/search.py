"""Everything at once."""

from server.contract.search import Found
from tui.client.calls import Calls


class SearchCalls(Calls):
    """One search of all kinds."""

    async def search(self, text: str) -> Found:
        """The first clients, dossiers, stays and rooms that answer to a fragment."""
        return await self.line.send("GET", await self._at("/search"), Found, query={"q": text})
