"""Connections to other programs that hand cards over."""

from urllib.parse import quote

from server.contract.basics import Page
from server.contract.connections import Connection, ConnectionChange, ConnectionKept, NewConnection
from server.contract.imports import ImportRun
from tui.client.calls import Calls


class ConnectionCalls(Calls):
    """Set up, collected from, paused, ended."""

    async def connections(self) -> list[Connection]:
        """The centre's connections, and how each went last."""
        return (await self.line.send("GET", await self._at("/connections"), Page[Connection])).items

    async def add_connection(self, new: NewConnection) -> ConnectionKept:
        """Set one up; a webhook's key comes back this once."""
        return await self.line.send("POST", await self._at("/connections"), ConnectionKept, body=new)

    async def keep_connection(self, name: str, change: ConnectionChange) -> ConnectionKept:
        """Change one; where it becomes a webhook, its key comes back this once."""
        return await self.line.send("PUT", await self._connection(name), ConnectionKept, body=change)

    async def renew_connection_key(self, name: str) -> ConnectionKept:
        """Give a webhook another key."""
        return await self.line.send("POST", await self._connection(name, "/key"), ConnectionKept)

    async def connection_runs(self, name: str) -> list[ImportRun]:
        """What one handed over, the newest first."""
        return (await self.line.send("GET", await self._connection(name, "/runs"), Page[ImportRun])).items

    async def ask_collection(self, name: str) -> None:
        """Have what lies there fetched now."""
        await self.line.send("POST", await self._connection(name, "/collection"), bytes)

    async def pause_connection(self, name: str) -> None:
        """Let nothing in by it."""
        await self.line.send("PUT", await self._connection(name, "/pause"), bytes)

    async def resume_connection(self, name: str) -> None:
        """Take it up again."""
        await self.line.send("DELETE", await self._connection(name, "/pause"), bytes)

    async def end_connection(self, name: str) -> None:
        """End it; its cards stay."""
        await self.line.send("DELETE", await self._connection(name), bytes)

    async def _connection(self, name: str, rest: str = "") -> str:
        return await self._at(f"/connections/{quote(name, safe='')}{rest}")
