"""Hearing what others change, and whether the line stands."""

from uuid import UUID

from textual import on, work
from textual.message import Message

from tui.going import GoingApp
from tui.screens.base import SessionOver
from tui.screens.shared import Closed
from tui.transport import ApiProblem, Resync, SignedOut


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


class ListeningApp(GoingApp):
    """An app that passes on to its screens what it is told."""

    @work(exclusive=True, group="listen")
    async def listen(self) -> None:
        """Follow the centre's facts until the session is over."""
        try:
            async for event in self.session.client.events():
                self.post_message(Told("", None) if isinstance(event, Resync) else Told(event.kind, event.id))
        except SignedOut:
            self.post_message(SessionOver())

    @work(exclusive=True, group="lists")
    async def learn_lists(self) -> None:
        """Ask for the values that the network added."""
        from tui.lists import learn

        try:
            learn(await self.session.client.code_lists())
        except ApiProblem:
            return  # the lists that came with the terminal will do

    def line_is(self, there: bool) -> None:
        """Hear from the transport whether the line stands."""
        self.post_message(Line(there=there))

    @on(Told)
    def _tell_screens(self, event: Told) -> None:
        for screen in list(self.followed):
            if screen.is_attached:
                screen.told(event.kind, event.subject_id)

    @on(Closed)
    @work
    async def _say_closed(self, event: Closed) -> None:
        try:
            await self.session.client.close_opening(event.subject_id)
        except ApiProblem:
            return  # the server takes who is silent for gone

    @on(Line)
    def _show_line(self, event: Line) -> None:
        self.is_there = event.there
        for screen in self.followed:
            screen.line_state.show(there=event.there)
