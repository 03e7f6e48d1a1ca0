"""A screen that is one list: it stands in it, asks for it, and says in it why it did not come."""

from textual import on, work
from textual.app import ComposeResult
from textual.message import Message

from tui.problems import in_words
from tui.screens.base import DeskScreen
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.rows import Rows


class ListScreen(DeskScreen):
    """A screen of one list. A subclass says how it is asked for, and shows what came."""

    def __init__(self, session: Session, title: str, rows: Rows) -> None:
        super().__init__(session, title)
        self.list = rows

    def body(self) -> ComposeResult:
        """The list."""
        yield self.list

    def on_mount(self) -> None:
        """Stand in it; every screen asks for what it shows by itself."""
        self.list.focus()

    def read(self) -> None:
        """Ask again."""
        self._read()

    async def ask(self) -> Message:
        """Ask the server; return the message by which the screen hears what came."""
        raise NotImplementedError

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        try:
            came = await self.ask()
        except ApiProblem as problem:
            self.post_message(self.Failed(problem))
        else:
            self.post_message(came)

    @on(DeskScreen.Failed)
    def _say_failed(self, event: DeskScreen.Failed) -> None:
        """Say it in the list where that is empty, else over it."""
        self.list.show_failed(in_words(event.problem))
        self.trouble(event.problem, said=self.list.state == "failed")
