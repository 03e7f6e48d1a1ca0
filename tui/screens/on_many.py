"""A gesture on several rows: done one after the other, each with its own outcome said."""

from collections.abc import Awaitable, Callable, Sequence

from textual import work
from textual.message import Message

from tui.dialogs.show import Show
from tui.problems import in_words
from tui.screens.base import DeskScreen
from tui.transport import ApiProblem, SignedOut
from tui.widgets.rows import Cell, Column, Row
from tui.words import _, ngettext

Things = Sequence[tuple[str, str]]
"""What is acted on: a key and a name for each."""


class OnMany(DeskScreen):
    """A screen of a list whose rows can be acted on together."""

    class DidMany(Message):
        """All were tried; a problem beside each that was refused."""

        def __init__(self, outcomes: Sequence[tuple[str, ApiProblem | None]], said: str) -> None:
            super().__init__()
            self.outcomes = outcomes
            self.said = said

    @work
    async def on_many(self, things: Things, doing: Callable[[str], Awaitable[object]], said: str) -> None:
        """Do something to each, whatever becomes of the others; `said` names it when all went well."""
        outcomes: list[tuple[str, ApiProblem | None]] = []
        for number, (key, name) in enumerate(things, 1):
            if len(things) > 1:
                self.top.say(more=_("{n} sur {all}…").format(n=number, all=len(things)))
            try:
                await doing(key)
            except SignedOut as problem:
                self.post_message(self.Refused(problem))
                return
            except ApiProblem as problem:
                outcomes.append((name, problem))
            else:
                outcomes.append((name, None))
        self.post_message(self.DidMany(outcomes, said))

    def on_on_many_did_many(self, event: DidMany) -> None:
        """Say what was done; where something was refused, of each whether and why."""
        refused = [problem for _name, problem in event.outcomes if problem is not None]
        if not refused:
            if event.said:
                self.notify(event.said)
        elif len(event.outcomes) == 1:
            self.trouble(refused[0])
        else:
            rows = [
                Row(
                    str(number), (name, Cell("✓", "good") if problem is None else Cell(f"✗ {in_words(problem)}", "bad"))
                )
                for number, (name, problem) in enumerate(event.outcomes)
            ]
            title = ngettext("{n} refusé sur {all}", "{n} refusés sur {all}", len(refused))
            title = title.format(n=len(refused), all=len(event.outcomes))
            self.app.push_screen(Show(title, [Column("", 20, grow=1), Column("", 30, grow=2)], rows))
        self.read()
