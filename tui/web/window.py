"""One window in a browser: the terminal app on Textual's driver for the web, started by the web door, which it tells of its token."""

import sys
from pathlib import Path
from typing import Final

import msgspec
from textual import events
from textual.drivers.web_driver import WebDriver

from server.contract.accounts import Token
from tui.app import HalteApp
from tui.crash import note, words
from tui.hang_up import end_with_terminal
from tui.tokens import Entry, inherited
from tui.web.saying import Farewell, Renewed, Said

THE_BROWSERS_OWN: Final = {"alt+t": "ctrl+t", "alt+n": "ctrl+n", "alt+w": "ctrl+w"}
"""Keys that a browser keeps for its tabs and windows, whatever a page asks; typed with Alt they reach us."""


class BrowserApp(HalteApp):
    """The app of one person in front of a browser."""

    # Textual looks for a stylesheet beside the class that runs.
    CSS_PATH = str(Path(__file__).parents[1] / "styles" / "halte.tcss")

    async def on_event(self, event: events.Event) -> None:
        """Take Alt and a letter for the key that the browser would have kept."""
        if isinstance(event, events.Key) and event.key in THE_BROWSERS_OWN:
            event = events.Key(THE_BROWSERS_OWN[event.key], None)
        await super().on_event(event)

    def keep_token(self, token: Token) -> None:
        """Tell the web door: a window that is opened again goes on with it."""
        self.tell(Renewed(access_token=token.access_token, refresh_token=token.refresh_token))

    def tell(self, said: Said) -> None:
        """Tell the web door something, in the driver's own packets."""
        if isinstance(self._driver, WebDriver):
            self._driver.write_meta(msgspec.to_builtins(said))


def run(entry: Entry) -> int:
    """Run the app between this process's standard streams; return its exit code, as `halte tui` does."""
    app = BrowserApp(entry, handed_down=True)
    # The web door that dies closes the input: the app must not outlive it.
    end_with_terminal(sys.stdin.fileno(), lambda: app.call_from_thread(app.hang_up))
    code = app.run()
    if app.farewell:
        app.tell(Farewell(words=app.farewell))
    return (app.return_code or 0) if code is None else code


def main() -> int:
    """Open the window whose token the web door handed down."""
    entry = inherited()
    if entry is None:
        print("this program is started by halte web", file=sys.stderr)
        return 1
    try:
        return run(entry)
    except Exception as error:  # noqa: BLE001 - before the app or after it: noted, without what it holds
        print(words(note(error)), file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
