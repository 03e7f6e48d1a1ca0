"""Going from screen to screen: the main ones by « g » and a letter, each thing on a page of its own, and back."""

from weakref import WeakSet

from textual import on
from textual.app import App
from textual.widgets import Input, TextArea

from tui.actions import GO
from tui.screens.base import DeskScreen, GoTo, OpenClient, OpenDossier, OpenScreen, OpenStay
from tui.session import Session
from tui.widgets.choice import Choice
from tui.widgets.rows import Rows
from tui.words import _, use_language

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


class GoingApp(App[int]):
    """An app of main screens, kept as they were left, and of pages over them."""

    session: Session

    def __init__(self) -> None:
        super().__init__()
        self.followed: WeakSet[DeskScreen] = WeakSet()
        """The screens that are told of what changes."""
        self.is_there = True
        """Whether the line stands."""
        self._generation = 0
        self._mode = "home"
        self._before: list[str] = []
        self._chord = False

    def add_modes(self) -> None:
        """Have the main screens made when they are first seen."""
        for mode in MODES:
            self.add_mode(f"{mode}.{self._generation}", lambda mode=mode: self._main_screen(mode))  # type: ignore[misc]

    def _main_screen(self, mode: str) -> DeskScreen:
        from tui.screens.main import main_screen

        return self._follow_screen(main_screen(mode, self.session))

    def _follow_screen(self, screen: DeskScreen) -> DeskScreen:
        self.followed.add(screen)
        screen.line_state.show(there=self.is_there)
        # A new screen is styled by the theme of now: Textual would style everything once more to be sure.
        screen._css_update_count = screen.styled_at = self._css_update_count  # noqa: SLF001
        return screen

    def show_mode(self, mode: str, *, beside: bool = False) -> None:
        """Show one of the main screens, as it was left; of Installations, the first list that one may read."""
        if mode == "users" and not beside:
            from tui.screens.facilities import first_list

            mode = first_list(self.session)
        if mode == self._mode:
            while len(self.screen_stack) > 1:  # the screen that one is on already: the pages over it go
                self.pop_screen()
        elif not beside:
            self._before.append(self._mode)
        self._mode = mode
        self.switch_mode(f"{mode}.{self._generation}")

    def speak(self, wanted: str) -> None:
        """Make the screens again in the other language; what was typed comes back as drafts."""
        use_language(wanted)
        before = self._generation
        self._generation += 1
        self.add_modes()
        self.switch_mode(f"{self._mode}.{self._generation}")
        for mode in MODES:
            self.remove_mode(f"{mode}.{before}")

    def takes_key(self, key: str) -> bool:
        """Take the two keys of « g d » before any widget does."""
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
        if self.session.me is not None and self.session.centre is None and event.mode != "network":
            self.notify(_("Votre compte est celui du réseau : il n'a pas de centre."))
            return
        self.show_mode(event.mode, beside=event.beside)
        if event.subject_id and isinstance(self.screen, DeskScreen):
            self.screen.show_subject(event.subject_id)

    @on(OpenDossier)
    def _open_dossier(self, event: OpenDossier) -> None:
        from tui.screens.dossier import DossierScreen

        self.push_screen(self._follow_screen(DossierScreen(self.session, event.dossier_id)))

    @on(OpenStay)
    def _open_stay(self, event: OpenStay) -> None:
        from tui.screens.stay import StayScreen

        self.push_screen(self._follow_screen(StayScreen(self.session, event.stay_id)))

    @on(OpenClient)
    def _open_client(self, event: OpenClient) -> None:
        from tui.screens.client import ClientScreen

        self.push_screen(self._follow_screen(ClientScreen(self.session, event.client_id)))

    @on(OpenScreen)
    def _open_screen(self, event: OpenScreen) -> None:
        self.push_screen(self._follow_screen(event.screen))

    async def action_back(self) -> None:
        """Go back: out of a field, to what was below, else to the main screen before, else stay."""
        if isinstance(self.focused, Rows) and self.focused.chosen:
            self.focused.choose([])
            return
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
