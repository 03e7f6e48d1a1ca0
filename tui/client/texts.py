"""Text messages."""

from server.contract.basics import Page
from server.contract.texts import TextMessage, TextSettings, TextSettingsChange
from tui.client.calls import Calls


class TextCalls(Calls):
    """How the centre sends texts, and what became of them."""

    async def text_settings(self) -> TextSettings:
        """How it sends, and what it spent this month."""
        return await self.line.send("GET", await self._at("/text-settings"), TextSettings)

    async def set_texts(self, change: TextSettingsChange, *, version: int) -> None:
        """Say how it sends."""
        await self.line.send("PUT", await self._at("/text-settings"), bytes, body=change, version=version)

    async def texts(self) -> list[TextMessage]:
        """The last ones, newest first."""
        return (await self.line.send("GET", await self._at("/texts"), Page[TextMessage])).items
