"""The command palette (Ctrl+P): every action and every screen by its name, in the user's language."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.actions import GO, Action, key_name
from tui.screens.base import DeskScreen, GoTo
from tui.words import _


class Actions(Provider):
    """The actions of the screen below, those of everywhere, and the screens."""

    async def discover(self) -> Hits:
        """Show everything before anything is typed."""
        for name, run, help_text in self._commands():
            yield DiscoveryHit(name, run, help=help_text)

    async def search(self, query: str) -> Hits:
        """Show what answers to what is typed."""
        matcher = self.matcher(query)
        for name, run, help_text in self._commands():
            score = max(matcher.match(name), matcher.match(help_text) * 0.7)
            if score > 0:
                yield Hit(score, matcher.highlight(name), run, help=help_text)

    def _commands(self) -> Iterator[tuple[str, Callable[[], Awaitable[None] | None], str]]:
        screen = self.screen
        if not isinstance(screen, DeskScreen):
            return
        keymap = screen.session.me.keymap if screen.session.me else {}
        for action in sorted(screen.actions(), key=lambda action: action.scope == "app"):
            if action.id != "app.palette":
                yield (
                    f"{_(action.label)}  ({key_name(action, keymap)})",
                    partial(screen.action_act, action.id),
                    self._help(screen, action),
                )
        for key, (mode, name) in GO.items():
            yield (
                f"{_(name)}  (g {key})",
                partial(self._go, screen, mode),
                _("Aller à l'écran {name}").format(name=_(name)),
            )

    @staticmethod
    def _go(screen: DeskScreen, mode: str) -> None:
        screen.post_message(GoTo(mode))

    @staticmethod
    def _help(screen: DeskScreen, action: Action) -> str:
        if screen.session.may(action.right):
            return _(action.help)
        return _("{help} (il vous manque le droit « {right} »)").format(help=_(action.help), right=action.right)
