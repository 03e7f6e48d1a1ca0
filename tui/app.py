"""The terminal app: it enters, shows a screen for each thing, hears what changes, and never outlives its terminal."""

import asyncio
import os
from typing import ClassVar
from uuid import UUID
from weakref import WeakSet

from textual import on, work
from textual.binding import BindingType
from textual.command import CommandPalette
from textual.message import Message
from textual.widgets import Input, TextArea

from server.contract.accounts import CentreView, Me, PreferencesChange, Token
from tui.actions import GO, bindings
from tui.client import Client
from tui.crash import NotedCrashes
from tui.drafts import Drafts, drafts_folder
from tui.list_gestures import ListGestures
from tui.ordered_keys import OrderedKeysApp
from tui.painting import FrugalApp
from tui.palette import Actions
from tui.problems import in_words
from tui.screens.base import DeskScreen, GoTo, OpenClient, OpenDossier, OpenScreen, OpenStay, SessionOver
from tui.session import Session
from tui.stylesheet import SharedStylesheet
from tui.themes import THEMES
from tui.tokens import Entry, forget, keep
from tui.transport import ApiProblem, Resync, SignedOut, Transport
from tui.widgets.choice import Choice
from tui.words import _, language, use_language

MODES = (
    "home",
    "enquiries",
    "dossiers",
    "planning",
    "clients",
    "stays",
    "day_sheet",
    "statistics",
    "users",
    "rooms",
    "services",
    "tablets",
    "local_lists",
    "settings",
    "network",
)


class Told(Message):
    """The server says that something changed; an empty kind is « anything may have »."""

    def __init__(self, kind: str, subject_id: UUID | None) -> None:
        super().__init__()
        self.kind = kind
        self.subject_id = subject_id


class Line(Message):
    """The connection is there, or lost."""

    def __init__(self, *, there: bool) -> None:
        super().__init__()
        self.there = there


class Entered(Message):
    """Who one is and where one works are known."""

    def __init__(self, me: Me, centre: CentreView | None) -> None:
        super().__init__()
        self.me = me
        self.centre = centre


class NotEntered(Message):
    """One could not enter."""

    def __init__(self, problem: ApiProblem) -> None:
        super().__init__()
        self.problem = problem


class HalteApp(NotedCrashes, FrugalApp, ListGestures, OrderedKeysApp):
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
        self._entry = entry
        self._asked_centre = centre or entry.centre
        self._asked_language = language
        self._handed_down = handed_down
        self._screens: WeakSet[DeskScreen] = WeakSet()
        self._generation = 0
        self._mode = "home"
        self._before: list[str] = []
        self._chord = False
        self._there = True
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self.stylesheet = SharedStylesheet(variables=self.get_css_variables())

    # Entering

    def on_mount(self) -> None:
        """Paint Accueil's shape at once; then ask who one is, or log in."""
        line = Transport(
            self._entry.server,
            access_token=self._entry.access_token,
            refresh_token=self._entry.refresh_token,
            on_line=self._line_is,
            on_renewed=self._keep_token,
        )
        own_machine = not (self._handed_down or os.environ.get("SSH_CONNECTION"))
        self.session = Session(Client(line), Drafts(drafts_folder(), owner=self._entry.server), own_machine=own_machine)
        self._add_modes()
        if self._entry.access_token:
            self.show_mode("home")
            self.enter()
        else:
            self._log_in()

    async def on_unmount(self) -> None:
        """Hang up."""
        await self.session.client.line.close()

    def _line_is(self, there: bool) -> None:
        self.post_message(Line(there=there))

    def _add_modes(self) -> None:
        for mode in MODES:
            self.add_mode(f"{mode}.{self._generation}", lambda mode=mode: self._main_screen(mode))  # type: ignore[misc]

    def _main_screen(self, mode: str) -> DeskScreen:
        from tui.screens.main import main_screen

        return self._followed(main_screen(mode, self.session))

    def _followed(self, screen: DeskScreen) -> DeskScreen:
        self._screens.add(screen)
        screen.line_state.show(there=self._there)
        # A new screen is styled by the theme of now: Textual would style everything once more to be sure.
        screen._css_update_count = self._css_update_count  # noqa: SLF001
        return screen

    @work(exclusive=True, group="enter")
    async def enter(self) -> None:
        """Ask who one is and where; both at once where the centre is known."""
        client = self.session.client
        try:
            if self._asked_centre:
                client.enter(self._asked_centre)
                me, centre = await asyncio.gather(client.me(), client.centre())
                self.post_message(Entered(me, centre))
                return
            me = await client.me()
            places = [place for place in me.places if place.centre]
            if not places:
                self.post_message(Entered(me, None))
                return
            slug = await self._chosen_centre(
                {str(place.centre): place.centre_name or str(place.centre) for place in places}
            )
            client.enter(slug)
            self.post_message(Entered(me, await client.centre()))
        except ApiProblem as problem:
            self.post_message(NotEntered(problem))

    async def _chosen_centre(self, names: dict[str, str]) -> str:
        if len(names) == 1:
            return next(iter(names))
        from tui.dialogs.pick import Pick

        return await self.push_screen_wait(Pick(_("Dans quel centre travaillez-vous ?"), list(names.items()))) or next(
            iter(names)
        )

    @on(Entered)
    async def _entered(self, event: Entered) -> None:
        me = event.me
        first_time = self.session.me is None
        self.session.me = me
        self.session.drafts = Drafts(
            drafts_folder(), owner=f"{self._entry.server} {me.account_id} {self._asked_centre or ''}"
        )
        if event.centre:
            self.session.enter(event.centre)
        self.set_keymap(me.keymap)
        if me.theme in {theme.name for theme in THEMES}:
            self.theme = me.theme
        wanted = self._asked_language or me.language
        if wanted != language() and wanted in ("fr", "en"):
            self._speak(wanted)
        for screen in self._screens:
            screen.top.refresh()
            screen.keys.refresh()
        if event.centre is None:
            self.show_mode("network")
        elif first_time:
            self._listen()
            self._learn_lists()
        if not me.first_start_done:
            self._first_start()

    @on(NotEntered)
    def _not_entered(self, event: NotEntered) -> None:
        if isinstance(event.problem, SignedOut):
            self._session_over()
        else:
            self.notify(in_words(event.problem), severity="error", timeout=30)

    def _log_in(self) -> None:
        from tui.screens.log_in import LogInScreen

        self.push_screen(LogInScreen(self.session.client, self._entry.server), self._logged_in)

    def _logged_in(self, token: Token | None) -> None:
        if token is None:
            self.exit(0)
            return
        self.session.client.line.use(token)
        self._keep_token(token)
        self.show_mode("home")
        self.enter()

    def _keep_token(self, token: Token) -> None:
        if not self._handed_down:
            keep(
                Entry(
                    server=self._entry.server,
                    access_token=token.access_token,
                    refresh_token=token.refresh_token or self._entry.refresh_token,
                    centre=self._asked_centre,
                )
            )

    @on(SessionOver)
    def _session_over(self) -> None:
        if not self._handed_down:
            forget(self._entry.server)
        self.farewell = _("Votre session est terminée : reconnectez-vous.")
        self.exit(1)

    @work
    async def _first_start(self) -> None:
        from tui.dialogs.first_start import FirstStart

        wanted = await self.push_screen_wait(FirstStart(self.session))
        self._save_preferences(PreferencesChange(first_start_done=True, language=language(), theme=self.theme))
        if wanted:
            from tui.dialogs.tour import Tour

            await self.push_screen_wait(Tour())

    # Live

    @work(exclusive=True, group="listen")
    async def _listen(self) -> None:
        try:
            async for event in self.session.client.events():
                self.post_message(Told("", None) if isinstance(event, Resync) else Told(event.kind, event.id))
        except SignedOut:
            self.post_message(SessionOver())

    @work(exclusive=True, group="lists")
    async def _learn_lists(self) -> None:
        from tui.lists import learn

        try:
            learn(await self.session.client.code_lists())
        except ApiProblem:
            return  # the lists that came with the terminal will do

    @on(Told)
    def _tell_screens(self, event: Told) -> None:
        for screen in list(self._screens):
            if screen.is_attached:
                screen.told(event.kind, event.subject_id)

    @on(Line)
    def _show_line(self, event: Line) -> None:
        self._there = event.there
        for screen in self._screens:
            screen.line_state.show(there=event.there)

    # Going from screen to screen

    def show_mode(self, mode: str, *, beside: bool = False) -> None:
        """Show one of the main screens, as it was left."""
        if mode != self._mode and not beside:
            self._before.append(self._mode)
        self._mode = mode
        self.switch_mode(f"{mode}.{self._generation}")

    def takes_key(self, key: str) -> bool:
        """Take the two keys of « g d » before any widget does."""
        return self._is_chord(key)

    def _is_chord(self, key: str) -> bool:
        screen = self.screen
        if not isinstance(screen, DeskScreen):
            return False
        if self._chord:
            self._chord = False
            screen.keys.show_chord("")
            if key in GO:
                self.post_message(GoTo(GO[key][0]))
            return key in GO or key == "escape"
        if key == "ctrl+g" or (key == "g" and not isinstance(self.focused, Input | TextArea | Choice)):
            self._chord = True
            screen.keys.show_chord(
                "g  " + "  ".join(f"{key}\N{NO-BREAK SPACE}{_(name)}" for key, (_mode, name) in GO.items())
            )
            return True
        return False

    @on(GoTo)
    def _go(self, event: GoTo) -> None:
        self.show_mode(event.mode, beside=event.beside)
        if event.mode == "enquiries" and event.subject_id:
            from tui.screens.enquiries import EnquiriesScreen

            screen = self.screen
            if isinstance(screen, EnquiriesScreen):
                screen.show_enquiry(event.subject_id)

    @on(OpenDossier)
    def _open_dossier(self, event: OpenDossier) -> None:
        from tui.screens.dossier import DossierScreen

        self.push_screen(self._followed(DossierScreen(self.session, event.dossier_id)))

    @on(OpenStay)
    def _open_stay(self, event: OpenStay) -> None:
        from tui.screens.stay import StayScreen

        self.push_screen(self._followed(StayScreen(self.session, event.stay_id)))

    @on(OpenClient)
    def _open_client(self, event: OpenClient) -> None:
        from tui.screens.client import ClientScreen

        self.push_screen(self._followed(ClientScreen(self.session, event.client_id)))

    @on(OpenScreen)
    def _open_screen(self, event: OpenScreen) -> None:
        self.push_screen(self._followed(event.screen))

    # Actions of everywhere

    async def action_act(self, action_id: str) -> None:
        """Do an action of the registry from where no screen of the desk is."""
        if isinstance(self.screen, DeskScreen):
            await self.screen.action_act(action_id)
        elif action_id == "app.leave":
            self.action_leave()  # out of a dialog too: drafts are kept

    async def action_back(self) -> None:
        """Go back: out of a field, to what was below, else to the main screen before, else stay."""
        if isinstance(self.screen, DeskScreen) and self.screen.leave_field():
            return
        if len(self.screen_stack) > 1:
            self.pop_screen()
        elif self._before:
            self._mode = self._before.pop()
            self.switch_mode(f"{self._mode}.{self._generation}")
        elif self._mode != "home" and self.session.centre:
            self._mode = "home"
            self.switch_mode(f"home.{self._generation}")

    def action_palette(self) -> None:
        """Open the palette."""
        if isinstance(self.screen, DeskScreen):
            self.push_screen(CommandPalette(placeholder=_("Chercher une action…"), id="--command-palette"))

    @work
    async def action_search(self) -> None:
        """Search clients, dossiers and rooms at once."""
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
        self._speak("en" if language() == "fr" else "fr")
        self._save_preferences(PreferencesChange(language=language()))

    def action_theme(self) -> None:
        """Take the next theme."""
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)] if self.theme in names else names[0]
        self._save_preferences(PreferencesChange(theme=self.theme))

    def action_leave(self) -> None:
        """Leave; drafts are kept as they are typed."""
        self.exit(0)

    def hang_up(self) -> None:
        """Leave because the terminal is gone."""
        self.exit(129)

    def _speak(self, wanted: str) -> None:
        """Make the screens again in the other language; what was typed comes back as drafts."""
        use_language(wanted)
        before = self._generation
        self._generation += 1
        self._add_modes()
        self.switch_mode(f"{self._mode}.{self._generation}")
        for mode in MODES:
            self.remove_mode(f"{mode}.{before}")

    @work
    async def _save_preferences(self, change: PreferencesChange) -> None:
        try:
            await self.session.client.change_preferences(change)
        except ApiProblem as problem:
            self.post_message(NotEntered(problem))
