"""Press the key that is to do something; what is taken or cannot be is said at once."""

from collections.abc import Mapping

from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from tui.actions import Action
from tui.dialogs.base import Dialog
from tui.keys import may_be_chosen, taken_by
from tui.words import _


class PressKey(Dialog[str]):
    """Waits for one key; gives it back."""

    def __init__(self, action: Action, keymap: Mapping[str, str]) -> None:
        super().__init__(_("Nouvelle touche"), keys=_("Esc revenir"), wide=True)
        self._action = action
        self._keymap = keymap
        self._said = Static(_("Appuyez sur la touche."), classes="trouble", markup=False)

    def inside(self) -> ComposeResult:
        """Say what for."""
        yield Static(_(self._action.help), markup=False)
        yield self._said

    def on_key(self, event: events.Key) -> None:
        """Take the key, or say why not."""
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self.dismiss(None)
        elif not may_be_chosen(self._action, event.key):
            self._said.update(_("{key} ne se change pas : choisissez-en une autre.").format(key=event.key))
        elif (other := taken_by(self._action, event.key, self._keymap)) is not None:
            said = _("{key} fait déjà « {label} » : choisissez-en une autre.")
            self._said.update(said.format(key=event.key, label=_(other.help)))
        else:
            self.dismiss(event.key)
