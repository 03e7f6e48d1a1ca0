"""The terminal app: it enters, shows a screen for each thing, hears what changes, and never outlives its terminal."""

import asyncio
import os
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.command import CommandPalette

from server.contract.accounts import PreferencesChange
from tui import plain
from tui.actions import bindings
from tui.client import Client
from tui.crash import NotedCrashes
from tui.drafts import Drafts, drafts_folder
from tui.list_gestures import ListGestures
from tui.ordered_keys import OrderedKeysApp
from tui.painting import FrugalApp
from tui.palette import Actions
from tui.screens.base import DeskScreen, OpenScreen
from tui.screens.keys import Remapped
from tui.session import Session
from tui.stylesheet import SharedColoursApp, SharedStylesheet
from tui.themes import PLAIN, THEMES
from tui.tokens import Entry
from tui.transport import Transport
from tui.words import _, language

SHOW_CURSOR, HIDE_CURSOR = "\x1b[?25h", "\x1b[?25l"


class HalteApp(NotedCrashes, FrugalApp, SharedColoursApp, ListGestures, OrderedKeysApp):
    """The app of one person at one desk."""

    TITLE = "Halte"
    CSS_PATH = "styles/halte.tcss"
    COMMANDS: ClassVar = {Actions}
    BINDINGS: ClassVar[list[BindingType]] = bindings("app")
    NOTIFICATION_TIMEOUT = 4
    ENABLE_COMMAND_PALETTE = False  # ours is opened by our own action, in the user's language

    def __init__(
        self, entry: Entry, *, centre: str | None = None, language: str | None = None, handed_down: bool = False
    ) -> None:
        super().__init__()
        self.entry = entry
        self.asked_centre = centre or entry.centre
        self.asked_language = language
        self.usual_animation = self.animation_level
        self.handed_down = handed_down
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = PLAIN.name if plain.is_asked_for() else THEMES[0].name
        self.stylesheet = SharedStylesheet(variables=self.get_css_variables())

    def on_mount(self) -> None:
        """Paint Accueil's shape at once; then ask who one is, or log in."""
        line = Transport(
            self.entry.server,
            access_token=self.entry.access_token,
            refresh_token=self.entry.refresh_token,
            on_line=self.line_is,
            on_renewed=self.keep_token,
        )
        own_machine = not (self.handed_down or os.environ.get("SSH_CONNECTION"))
        self.session = Session(Client(line), Drafts(drafts_folder(), owner=self.entry.server), own_machine=own_machine)
        self.add_modes()
        self._show_cursor()
        if self.entry.access_token:
            self.show_mode("home")
            self.enter()
        else:
            self.log_in()

    def watch_theme(self, theme_name: str) -> None:
        """Paint without boxes, colours and motion in plain mode, as usual in the others."""
        is_plain = theme_name == PLAIN.name
        self.animation_level = "none" if is_plain or self.usual_animation == "none" else self.usual_animation
        if self.painted.plain != is_plain:
            self.painted.plain = is_plain
            self.painted.forget()
            self._show_cursor()

    def _show_cursor(self) -> None:
        """Show the terminal's own cursor in plain mode: a screen reader follows it."""
        if self._driver is not None:
            self._driver.write(SHOW_CURSOR if self.painted.plain else HIDE_CURSOR)

    async def on_unmount(self) -> None:
        """Hang up, once nobody asks any more: a connection that is being made would outlive its line."""
        asking = list(self.workers)
        self.workers.cancel_all()
        await asyncio.gather(*(worker.wait() for worker in asking), return_exceptions=True)
        await self.session.client.line.close()

    # Actions of everywhere

    async def action_act(self, action_id: str) -> None:
        """Do an action of the registry from where no screen of the desk is."""
        if isinstance(self.screen, DeskScreen):
            await self.screen.action_act(action_id)
        elif action_id == "app.leave":
            self.action_leave()  # out of a dialog too: drafts are kept

    def action_palette(self) -> None:
        """Open the palette."""
        if isinstance(self.screen, DeskScreen):
            self.push_screen(CommandPalette(placeholder=_("Chercher une action…"), id="--command-palette"))

    @work
    async def action_search(self) -> None:
        """Search clients, dossiers, stays and rooms at once."""
        from tui.dialogs.search import Search

        found = await self.push_screen_wait(Search(self.session))
        if found is not None:
            self.screen.post_message(found)

    def action_help(self) -> None:
        """Show the keys of the screen."""
        from tui.dialogs.help import help_of

        if isinstance(self.screen, DeskScreen):
            self.push_screen(help_of(self.screen.actions(), self.session))

    def action_refresh(self) -> None:
        """Read the screen again, and paint all of it: a terminal may have been written on."""
        self.painted.forget()
        self.screen.refresh()
        if isinstance(self.screen, DeskScreen):
            self.screen.read()

    def action_language(self) -> None:
        """Speak the other language."""
        self.speak("en" if language() == "fr" else "fr")
        self.save_preferences(PreferencesChange(language=language()))

    def action_theme(self) -> None:
        """Take the next theme."""
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)] if self.theme in names else names[0]
        self.save_preferences(PreferencesChange(theme=self.theme))

    def action_keys(self) -> None:
        """Show the keys, to change them."""
        from tui.screens.keys import KeysScreen

        if isinstance(self.screen, DeskScreen) and not isinstance(self.screen, KeysScreen):
            self.post_message(OpenScreen(KeysScreen(self.session)))

    @on(Remapped)
    def _remap(self, event: Remapped) -> None:
        """Do by other keys from now on, and keep them for the user."""
        self.set_keymap(event.keymap)
        for screen in self.followed:
            screen.keys.refresh()
        self.save_preferences(PreferencesChange(keymap=event.keymap))

    def action_leave(self) -> None:
        """Leave; drafts are kept as they are typed."""
        self.exit(0)

    def hang_up(self) -> None:
        """Leave because the terminal is gone."""
        self.exit(129)
