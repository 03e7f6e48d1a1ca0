"""The keys: every action with the key that does it, changed by pressing another, kept for the user."""

from typing import ClassVar

import msgspec
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from tui.actions import ALL, BY_ID, Action, bindings, key_name
from tui.dialogs.confirm import Confirm
from tui.dialogs.press_key import PressKey
from tui.keys import with_key
from tui.screens.base import DeskScreen
from tui.session import Session
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import N_, _, ngettext

PLACES = {
    "app": N_("Partout"),
    "home": N_("Accueil"),
    "enquiries": N_("Demandes"),
    "dossiers": N_("Dossiers"),
    "dossier": N_("Un dossier"),
    "planning": N_("Planning"),
    "clients": N_("Kardex"),
    "client": N_("Une fiche"),
    "form": N_("Modifier"),
    "stays": N_("Réservation"),
    "stay": N_("Un séjour"),
    "rooming": N_("Liste de chambres"),
    "day_sheet": N_("Feuille du jour"),
    "housekeeping": N_("Ménage"),
    "statistics": N_("Statistiques"),
    "network_statistics": N_("Statistiques"),
    "keys": N_("Touches"),
}
"""The screens by their name; Installations and Réseau for what is not here."""


class Remapped(Message):
    """The user wants these keys from now on."""

    def __init__(self, keymap: dict[str, str]) -> None:
        super().__init__()
        self.keymap = keymap


class KeysScreen(DeskScreen):
    """All actions, and which key does each."""

    SCOPE = "keys"
    BINDINGS: ClassVar[list[BindingType]] = bindings("keys")

    def __init__(self, session: Session) -> None:
        super().__init__(session, _("Touches"))
        columns = [
            Column(_("écran"), 17),
            Column(_("touche"), 10),
            Column(_("ce qu'elle fait"), 30, grow=1),
            Column(_("d'origine"), 10),
        ]
        self.list = Rows(columns, id="keys", titled=True, classes="panel")

    def body(self) -> ComposeResult:
        """The list."""
        yield self.list

    def on_mount(self) -> None:
        """Stand in it."""
        self.list.focus()

    def read(self) -> None:
        """Draw the keys as they are now; the server has nothing to add."""
        keymap = self._keymap
        changed = len(keymap)
        said = ngettext("{n} touche changée", "{n} touches changées", changed).format(n=changed)
        self.top.say(more=said if changed else "")
        self.list.show([_row(action, keymap) for action in ALL])

    @property
    def _keymap(self) -> dict[str, str]:
        known = self.session.me.keymap if self.session.me else {}
        return {name: keys for name, keys in known.items() if name in BY_ID}

    @on(Rows.Opened)
    @work
    async def action_change(self) -> None:
        """Ask for another key for the action under the cursor."""
        action = BY_ID.get(self.list.key)
        if action is not None:
            key = await self.app.push_screen_wait(PressKey(action, self._keymap))
            if key:
                self._keep(with_key(action, key, self._keymap))

    def action_restore(self) -> None:
        """Give the action under the cursor its own key back."""
        action = BY_ID.get(self.list.key)
        if action is not None and action.id in self._keymap:
            self._keep(with_key(action, action.key, self._keymap))

    @work
    async def action_reset(self) -> None:
        """Give all actions their own keys back, after asking."""
        question = Confirm(
            _("Toutes les touches d'origine ?"),
            _("Vos {n} changements s'en vont.").format(n=len(self._keymap)),
            yes=_("remettre"),
            yes_first=False,
        )
        if not self._keymap:
            return
        if await self.app.push_screen_wait(question):
            self._keep({})

    def _keep(self, keymap: dict[str, str]) -> None:
        if self.session.me is not None:
            self.session.me = msgspec.structs.replace(self.session.me, keymap=keymap)
            self.app.post_message(Remapped(keymap))
            self.read()


def _row(action: Action, keymap: dict[str, str]) -> Row:
    place = _(PLACES.get(action.scope, N_("Installations, Réseau")))
    own = action.shown_key or action.key
    key = key_name(action, keymap)
    return Row(
        action.id,
        (place, Cell(key, "accent" if action.id in keymap else "strong"), _(action.help), "" if key == own else own),
    )
