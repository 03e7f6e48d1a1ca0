"""Lists taken away as they are seen."""

from server.contract.day_sheet import DocumentLink
from server.contract.list_tables import ListTable
from tui.client.calls import Calls


class ListTableCalls(Calls):
    """Files of lists."""

    async def list_file(self, table: ListTable) -> bytes:
        """A list as a file."""
        return await self.line.send("POST", await self._at("/lists/files"), bytes, body=table)

    async def list_link(self, table: ListTable) -> DocumentLink:
        """An address that gives the file for a quarter of an hour."""
        return await self.line.send("POST", await self._at("/lists/links"), DocumentLink, body=table)
