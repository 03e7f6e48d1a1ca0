"""Keys and what they do: the actions of a screen by their rights, each once what it acts on is there."""

from typing import ClassVar

from textual.screen import Screen

from tui.actions import ALL, BY_ID, Action
from tui.right_words import right_words
from tui.session import Session
from tui.widgets.bars import KeyBar
from tui.widgets.rows import Rows
from tui.words import _

NOT_THERE = ("loading", "failed")


class KeyedScreen(Screen[None]):
    """A screen whose actions are those of `SCOPE` in the registry.

    `OF_A_ROW` names those on what is under the cursor; of a `PAGE`, which shows one thing, all are on that thing.
    """

    SCOPE: ClassVar[str] = ""
    OF_A_ROW: ClassVar[tuple[str, ...]] = ()
    PAGE: ClassVar[bool] = False

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.keys = KeyBar(self.actions(), session)
        self._kept = ""
        """The action whose key was pressed before what it acts on was there."""

    def actions(self) -> list[Action]:
        """The actions of this screen and those of everywhere, but for a key that it has for itself."""
        own = {action.key for action in ALL if action.scope == self.SCOPE}
        return [
            action for action in ALL if action.scope == self.SCOPE or (action.scope == "app" and action.key not in own)
        ]

    async def action_act(self, action_id: str) -> None:
        """Do an action of the registry, or name the right that is missing."""
        action = BY_ID[action_id]
        waited = self._kept
        self.forget_key()
        if waited and action_id == "app.back":
            return
        if not self.session.may(action.right):
            self.notify(
                _("Il vous manque le droit « {right} » pour : {label}.").format(
                    right=right_words(action.right), label=_(action.help)
                ),
                severity="warning",
            )
            return
        if action.scope == "app":
            await self.run_action(f"app.{action.name}")
        elif (self.PAGE or action.name in self.OF_A_ROW) and self.is_coming:
            self._wait_to(action)
        elif self.is_known and self.is_lacking:
            # Who asked has ended, in vain or with what is about to be shown: the key goes behind it.
            self.call_later(self.run_action, f"screen.{action.name}")
        else:
            await self.run_action(f"screen.{action.name}")

    # A key pressed before what it acts on is there

    @property
    def is_lacking(self) -> bool:
        """Whether something that is shown has not come, or failed to."""
        return any(rows.state in NOT_THERE for rows in self.query(Rows))

    @property
    def is_coming(self) -> bool:
        """Whether what has not come is being asked for."""
        return self.is_lacking and any(worker.node is self and not worker.is_finished for worker in self.workers)

    @property
    def is_known(self) -> bool:
        """Whether one knows what a key is for before it has come: the page's thing is, a row that nobody saw is not."""
        return self.PAGE

    def _wait_to(self, action: Action) -> None:
        """Keep the key for the thing it is for; of a row that nobody saw, say that it is being read."""
        if self.is_known:
            self._kept = action.id
            self.keys.say(
                _("Lecture en cours… puis « {label} » se fera. Esc : y renoncer.").format(label=_(action.label))
            )
        else:
            self.keys.say(
                _("Lecture en cours… la liste n'est pas encore là pour « {label} ».").format(label=_(action.label))
            )

    async def on_worker_state_changed(self) -> None:
        """Do what a key was kept for once what it is for has come."""
        # An answer that was given may still have to be shown: who asked for it has ended, its message has not come.
        if self.keys.word and not (self.is_lacking if self._kept else self.is_coming):
            kept = self._kept
            self.forget_key()
            if kept and self.is_current:
                await self.action_act(kept)

    def forget_key(self) -> None:
        """Do nothing more for a key that was kept, and say nothing more of it."""
        self._kept = ""
        self.keys.say("")
