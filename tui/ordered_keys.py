"""Keys done one after the other: a fast typist, a paste or a slow line sends several at once, and none may overtake.

Textual hands a letter to the field at once but lets Tab, Enter or Backspace bubble up to the app first: « Morel⇥Anne » in one
packet would put « Anne » into the first field. Here the next key waits until the one before has been through.
"""

import asyncio
from collections import deque

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message_pump import MessagePump
from textual.screen import Screen

from tui.keyboard import TolerantDriver

PATIENCE_SECONDS = 0.5
"""After so long the next key goes on in any case: a screen that closed may have taken the sign with it."""


class OrderedKeysApp(App[int]):
    """An app whose keys are done in the order they came."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: deque[events.Key] = deque()
        self._key_number = 0
        self._key_under_way = False
        self._key_screen: Screen[object] | None = None
        self._patience: asyncio.TimerHandle | None = None

    def get_driver_class(self) -> type[Driver]:
        """Read a terminal by the driver that takes any byte; leave a browser's to Textual."""
        usual = super().get_driver_class()
        return TolerantDriver if usual is LinuxDriver else usual

    def takes_key(self, key: str) -> bool:
        """Take a key before any widget; False leaves it to them."""
        return False

    async def on_event(self, event: events.Event) -> None:
        """Queue the keys that come from the terminal; pass everything else on."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._keys.append(event)
            if not self._key_under_way:
                await self._next_key()
        else:
            await super().on_event(event)

    async def _next_key(self) -> None:
        if not self._keys:
            self._key_under_way = False
            return
        self._key_under_way = True
        self._key_number += 1
        number = self._key_number
        event = self._keys.popleft()
        if self.takes_key(event.key):
            self.call_later(self._gone_through, number)
            return
        self._key_screen = self.screen
        target = self.focused or self.screen
        await super().on_event(event)
        self._follow(target, number)
        if self._patience is not None:
            self._patience.cancel()
        self._patience = asyncio.get_running_loop().call_later(
            PATIENCE_SECONDS, self.call_later, self._gone_through, number
        )

    def _follow(self, pump: MessagePump, number: int) -> None:
        """Go up behind the key, from queue to queue, until the app itself has had it."""
        if pump is self or pump._parent is None:  # noqa: SLF001 (the message pump's own upward link)
            self.call_later(self._gone_through, number)
        else:
            parent = pump._parent  # noqa: SLF001
            pump.call_later(self._follow, parent, number)

    async def _gone_through(self, number: int) -> None:
        if number != self._key_number or not self._key_under_way:
            return
        if self._patience is not None:
            self._patience.cancel()
        if self._keys and self.screen is not self._key_screen and self._key_screen is not None:
            # The key opened another screen: let it come up and take the focus before it is typed into.
            self._key_screen = None
            self.screen.call_after_refresh(self.call_later, self._gone_through, number)
            return
        await self._next_key()
