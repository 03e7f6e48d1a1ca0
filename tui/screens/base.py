"""What every screen of the desk is: title, body, state of the line, keys; its actions by their rights; its refresh when live."""

from collections.abc import Awaitable, Callable
from typing import ClassVar, TypeVar
from uuid import UUID

from textual import events, on, work
from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget

from tui.dialogs.confirm import Confirm
from tui.dialogs.history import show_history
from tui.problems import in_words
from tui.screens.keyed import KeyedScreen
from tui.session import Session
from tui.transport import ApiProblem, SignedOut
from tui.widgets.bars import LineState, TopBar

Result = TypeVar("Result")
SETTLE_SECONDS = 0.3
"""Several facts of one gesture come together: the first is read at once, the others once more, all together."""


class OpenDossier(Message):
    """Show this dossier."""

    def __init__(self, dossier_id: UUID) -> None:
        super().__init__()
        self.dossier_id = dossier_id


class OpenStay(Message):
    """Show this stay."""

    def __init__(self, stay_id: UUID) -> None:
        super().__init__()
        self.stay_id = stay_id


class OpenClient(Message):
    """Show this card."""

    def __init__(self, client_id: UUID) -> None:
        super().__init__()
        self.client_id = client_id


class OpenScreen(Message):
    """Show a screen made already, over this one."""

    def __init__(self, screen: "DeskScreen") -> None:
        super().__init__()
        self.screen = screen


class GoTo(Message):
    """Show one of the main screens, on one of its things where one is named. A screen `beside` this one is no step to come back from."""

    def __init__(self, mode: str, *, subject_id: UUID | None = None, beside: bool = False) -> None:
        super().__init__()
        self.mode = mode
        self.subject_id = subject_id
        self.beside = beside


class SessionOver(Message):
    """The token is over and could not be renewed."""


class DeskScreen(KeyedScreen):
    """A screen of the desk. `SCOPE` names its actions, `LIVE` the kinds of facts that make it read again."""

    LIVE: ClassVar[tuple[str, ...]] = ()

    class Failed(Message):
        """Reading failed."""

        def __init__(self, problem: ApiProblem) -> None:
            super().__init__()
            self.problem = problem

    class Did(Message):
        """A gesture succeeded: say so, and read again."""

        def __init__(self, said: str) -> None:
            super().__init__()
            self.said = said

    class Refused(Message):
        """A gesture was refused."""

        def __init__(self, problem: ApiProblem) -> None:
            super().__init__()
            self.problem = problem

    def __init__(self, session: Session, title: str) -> None:
        super().__init__(session)
        self.top = TopBar(session, title)
        self.line_state = LineState()
        self._stale = False
        self._settling = False
        self._more_told = False
        self.styled_at = -1
        """Which of the app's styles this screen has; its app says so as it is made."""

    def compose(self) -> ComposeResult:
        """Lay out the title, the body, the state of the line, the keys."""
        yield self.top
        yield from self.body()
        yield self.line_state
        yield self.keys

    def body(self) -> ComposeResult:
        """Lay out what the screen is about."""
        yield Widget()

    def on_mount(self) -> None:
        """Ask for what the screen shows."""
        self.read()

    def read(self) -> None:
        """Ask again for what the screen shows."""

    def leave_field(self) -> bool:
        """Leave what is being typed, on Esc; False when there was nothing to leave but the screen."""
        return False

    def show_subject(self, subject_id: UUID) -> None:
        """Stand on one of the things shown: a demande, a room."""

    def subjects(self) -> frozenset[UUID]:
        """The things shown, where only their own facts matter; empty for all of `LIVE`."""
        return frozenset()

    # Live

    def told(self, kind: str, subject_id: UUID | None) -> None:
        """Hear that something changed: read again where it is shown, at once or when one comes back."""
        subjects = self.subjects()
        concerned = any(kind.startswith(known) for known in self.LIVE) or subject_id in subjects or not kind
        if not concerned:
            return
        if not self.is_current:
            self._stale = True
        elif self._settling:
            self._more_told = True
        else:
            self._settling = True
            self.set_timer(SETTLE_SECONDS, self._settle)
            self.read()

    def _settle(self) -> None:
        self._settling = False
        if self._more_told:
            self._more_told = False
            self.told("", None)

    @on(events.ScreenResume)
    def _keep_styles(self, event: events.ScreenResume) -> None:
        """Style what is shown again only where the theme changed: Textual does it each time, and twice for a new screen."""
        styles = self.app._css_update_count  # noqa: SLF001 - no other word for it
        event.refresh_styles = styles != self.styled_at
        self.styled_at = styles

    def on_screen_resume(self) -> None:
        """Read again what changed while one was elsewhere."""
        if self._stale:
            self._stale = False
            self.read()

    # Gestures

    def gesture(self, doing: Callable[[], Awaitable[object]], said: str) -> None:
        """Do something at the server, say that it is done, and read again."""
        self._gesture(doing, said)

    @work
    async def _gesture(self, doing: Callable[[], Awaitable[object]], said: str) -> None:
        try:
            await doing()
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.Did(said))

    @work
    async def confirm_then(self, question: Confirm, doing: Callable[[], Awaitable[object]], said: str) -> None:
        """Ask, and do it on a yes."""
        if await self.app.push_screen_wait(question):
            self.gesture(doing, said)

    def on_desk_screen_did(self, event: Did) -> None:
        """Say what was done."""
        if event.said:
            self.notify(event.said)
        self.read()

    def on_desk_screen_refused(self, event: Refused) -> None:
        """Say what was refused."""
        self.trouble(event.problem)

    def on_desk_screen_failed(self) -> None:
        """Forget the key kept for what did not come."""
        self.forget_key()

    def trouble(self, problem: ApiProblem, *, said: bool = False) -> None:
        """Say a refusal, unless the list `said` it already; a token that is over ends the session."""
        if isinstance(problem, SignedOut):
            self.post_message(SessionOver())
        elif not said:
            self.notify(in_words(problem), severity="error", timeout=8)
            if problem.code in ("stale_version", "enquiry_taken"):
                self.read()

    # History

    @work(exclusive=True, group="history")
    async def read_history(self, subject_id: UUID) -> None:
        """Show the trail of something."""
        try:
            await show_history(self.app, self.session, subject_id)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
