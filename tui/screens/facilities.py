"""Installations: what its four lists share: users, rooms, services, tablets."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.actions import ALL, Action, bindings
from tui.dialogs.ask import Ask
from tui.problems import right_in_words
from tui.screens.base import GoTo, OpenScreen
from tui.screens.list_screen import ListScreen
from tui.session import Session
from tui.widgets.rows import Column, Row, Rows
from tui.words import N_, _

LISTS = {
    "users": (N_("Utilisateurs"), "user.manage"),
    "rooms": (N_("Chambres"), "stay.view"),
    "services": (N_("Prestations"), "dossier.view"),
    "tablets": (N_("Tablettes"), "centre.edit"),
    "local_lists": (N_("Listes"), "desk.view"),
    "settings": (N_("Réglages"), "centre.edit"),
}
"""The lists in their order, by their scope: each with its name, and the right that reading it wants."""


class FacilityScreen(ListScreen):
    """One of the lists. A subclass says its columns, how it is read and drawn."""

    EMPTY: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings("facilities")

    class Loaded(Message):
        """The rows came."""

        def __init__(self, rows: Sequence[Row]) -> None:
            super().__init__()
            self.rows = rows

    def __init__(self, session: Session, columns: Sequence[Column], *, lines_per_row: int = 1) -> None:
        rows = Rows(columns, id="list", titled=True, lines_per_row=lines_per_row, classes="panel")
        super().__init__(session, _("Installations"), rows)
        self.tabs = Static("", id="tabs", markup=False)

    def actions(self) -> list[Action]:
        """The list's own actions, those of all lists, those of everywhere."""
        return [action for action in ALL if action.scope in (self.SCOPE, "facilities", "app")]

    def body(self) -> ComposeResult:
        """Name the lists, and show this one."""
        yield self.tabs
        yield from super().body()

    def on_mount(self) -> None:
        """Say which list it is."""
        names = [f"[{_(name)}]" if scope == self.SCOPE else f" {_(name)} " for scope, (name, _right) in LISTS.items()]
        self.tabs.update(Content(" " + "  ".join(names)))

    def read(self) -> None:
        """Ask again; without the right, name it instead of asking."""
        _name, right = LISTS[self.SCOPE]
        if self.session.may(right):
            super().read()
        else:
            self.list.show_failed(right_in_words(right), again=False)

    async def rows(self) -> Sequence[Row]:
        """Ask the server, and draw what came."""
        raise NotImplementedError

    async def ask(self) -> Message:
        """Ask for its rows."""
        return self.Loaded(await self.rows())

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        self.list.show(event.rows, empty=_(self.EMPTY))

    @on(Rows.Opened)
    async def _clicked(self) -> None:
        opening = next(
            (action for action in self.actions() if action.scope == self.SCOPE and action.key == "enter"), None
        )
        if opening:
            await self.action_act(opening.id)

    @work
    async def ask_then(self, question: Ask[bool], said: str) -> None:
        """Ask with a form; once the server has taken it, say so and read again."""
        if await self.app.push_screen_wait(question):
            self.notify(said)
            self.read()

    def action_imports(self) -> None:
        """Show the files of client cards that came in."""
        from tui.screens.imports import ImportsScreen

        self.post_message(OpenScreen(ImportsScreen(self.session)))

    def action_connections(self) -> None:
        """Show the other programs that hand cards over."""
        from tui.screens.connections import ConnectionsScreen

        self.post_message(OpenScreen(ConnectionsScreen(self.session)))

    def action_trail(self) -> None:
        """Show the whole centre's history."""
        from tui.screens.trail import TrailScreen

        self.post_message(OpenScreen(TrailScreen(self.session)))

    def action_previous(self) -> None:
        """Show the list before."""
        self._turn(-1)

    def action_next(self) -> None:
        """Show the next list."""
        self._turn(1)

    def _turn(self, by: int) -> None:
        scopes = list(LISTS)
        self.post_message(GoTo(scopes[(scopes.index(self.SCOPE) + by) % len(scopes)], beside=True))


def first_list(session: Session) -> str:
    """Name the first list that one may read: where « g i » leads."""
    return next((scope for scope, (_name, right) in LISTS.items() if session.may(right)), "users")


def list_of(scope: str, session: Session) -> FacilityScreen:
    """Make the screen of a list."""
    if scope == "rooms":
        from tui.screens.rooms import RoomsScreen

        return RoomsScreen(session)
    if scope == "services":
        from tui.screens.services import ServicesScreen

        return ServicesScreen(session)
    if scope == "local_lists":
        from tui.screens.local_lists import LocalListsScreen

        return LocalListsScreen(session)
    if scope == "tablets":
        from tui.screens.tablets import TabletsScreen

        return TabletsScreen(session)
    if scope == "settings":
        from tui.screens.settings import SettingsScreen

        return SettingsScreen(session)
    from tui.screens.users import UsersScreen

    return UsersScreen(session)
