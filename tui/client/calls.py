"""What every call needs: the line, and the centre that one works in."""

import asyncio

from tui.transport import Transport

PAGE = 100


class Calls:
    """Calls to the server. Those of a centre wait until `centre_slug` is known."""

    def __init__(self, line: Transport) -> None:
        self.line = line
        self._slug: str | None = None
        self._known = asyncio.Event()

    def enter(self, centre_slug: str) -> None:
        """Work in this centre from now on."""
        self._slug = centre_slug
        self._known.set()

    async def _at(self, path: str) -> str:
        await self._known.wait()
        return f"/api/v1/centres/{self._slug}{path}"
