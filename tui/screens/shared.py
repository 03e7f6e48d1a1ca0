"""A page of something that others may have open too: who they are stands under the title, as they come and go."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Static

from server.contract.openings import Opening
from tui.screens.base import DeskScreen
from tui.session import Session
from tui.transport import ApiProblem
from tui.words import _

SAYS_SO_EVERY_SECONDS = 20.0
"""The server takes who is silent for a minute for gone."""


class Closed(Message):
    """One has not got it open any more."""

    def __init__(self, subject_id: UUID) -> None:
        super().__init__()
        self.subject_id = subject_id


class Shared(DeskScreen):
    """A page that says who else has its thing open. `EDITS`: the thing is being changed here, not only looked at."""

    EDITS: ClassVar[bool] = False

    class Accompanied(Message):
        """Who else has it open is known."""

        def __init__(self, others: Sequence[Opening]) -> None:
            super().__init__()
            self.others = others

    def __init__(self, session: Session, title: str) -> None:
        super().__init__(session, title)
        self.company = Static("", id="company", markup=False)
        self.company.display = False

    @property
    def opened_id(self) -> UUID | None:
        """The thing that is open; none while it is not known to the server."""
        return None

    def compose(self) -> ComposeResult:
        """Lay out the page, with room under its title for who else is there."""
        laid_out = iter(super().compose())
        yield next(laid_out)
        yield self.company
        yield from laid_out

    def on_mount(self) -> None:
        """Say that it is open, and go on saying so."""
        self.set_interval(SAYS_SO_EVERY_SECONDS, self._say_open)
        self._say_open()

    def on_screen_resume(self) -> None:
        """Say so again: what was being changed above it is not any more."""
        self._say_open()

    def on_unmount(self) -> None:
        """Say that it is open no more, unless it was a form over its page."""
        if self.opened_id is not None and not self.EDITS:
            self.app.post_message(Closed(self.opened_id))

    def told(self, kind: str, subject_id: UUID | None) -> None:
        """Hear who comes and goes; the rest as every screen."""
        if kind != "openings.changed":
            super().told(kind, subject_id)
        elif subject_id == self.opened_id:
            self._say_open()

    def _say_open(self) -> None:
        elsewhere = isinstance(self.app.screen, DeskScreen) and self.app.screen is not self
        if self.opened_id is not None and not elsewhere:
            self._keep_open(self.opened_id)

    @work(exclusive=True, group="company")
    async def _keep_open(self, subject_id: UUID) -> None:
        try:
            others = await self.session.client.keep_open(subject_id, editing=self.EDITS)
        except ApiProblem:
            return  # that one does not know who is there is no trouble; a lost line is said elsewhere
        self.post_message(self.Accompanied(others))

    @on(Accompanied)
    def _show_company(self, event: Accompanied) -> None:
        looking = ", ".join(other.name for other in event.others if not other.editing)
        editing = ", ".join(other.name for other in event.others if other.editing)
        said = [_("modifié en ce moment par {names}").format(names=editing)] if editing else []
        said += [_("ouvert aussi par {names}").format(names=looking)] if looking else []
        self.company.update(" ! " + " · ".join(said) if said else "")
        self.company.display = bool(said)
