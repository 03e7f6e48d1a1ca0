"""Users: who works here, in which role, with which keys."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.binding import BindingType
from textual.message import Message

from server.contract.accounts import RoleView, User, UserChange
from tui.actions import bindings
from tui.dialogs.confirm import Confirm
from tui.dialogs.pick import Pick
from tui.dialogs.user_asks import ask_key, ask_password, ask_user_change, ask_user_new
from tui.formats import numeric_day
from tui.lists import ROLE, USER_STATE, label
from tui.screens.facilities import FacilityScreen
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.rows import Cell, Column, Row
from tui.words import N_, _, ngettext


class UsersScreen(FacilityScreen):
    """The centre's staff."""

    SCOPE = "users"
    EMPTY = N_("Personne encore. n : ajouter un utilisateur.")
    LIVE = ("accounts.",)
    OF_A_ROW = ("change", "disable", "add_key", "revoke_key", "password", "history")
    BINDINGS: ClassVar[list[BindingType]] = bindings("users")

    class RolesCame(Message):
        """The roles came, for a question about `user`, or about a new one."""

        def __init__(self, roles: list[RoleView], user: User | None) -> None:
            super().__init__()
            self.roles = roles
            self.user = user

    def __init__(self, session: Session) -> None:
        columns = [
            Column(_("identifiant"), 18, grow=1),
            Column(_("nom"), 18, grow=2),
            Column(_("rôle"), 13),
            Column(_("état"), 11),
            Column(_("clés"), 4, right=True),
        ]
        super().__init__(session, columns, lines_per_row=2)
        self._users: dict[str, User] = {}

    @property
    def user(self) -> User | None:
        """The user one stands on."""
        return self._users.get(self.list.key)

    async def rows(self) -> Sequence[Row]:
        """Ask for the users."""
        users = (await self.session.client.users()).items
        self._users = {str(user.id): user for user in users}
        active = sum(user.state == "active" for user in users)
        self.top.say(more=ngettext("{n} utilisateur actif", "{n} utilisateurs actifs", active).format(n=active))
        return [_row(user) for user in users]

    # Adding and changing

    def action_add(self) -> None:
        """Give a person a role."""
        self._read_roles(None)

    def action_change(self) -> None:
        """Change the role, the name, the address."""
        if self.user:
            self._read_roles(self.user)

    @work(exclusive=True, group="roles")
    async def _read_roles(self, user: User | None) -> None:
        try:
            roles = await self.session.client.roles()
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.RolesCame(roles, user))

    @on(RolesCame)
    def _ask(self, event: RolesCame) -> None:
        if event.user is None:
            self.ask_then(ask_user_new(self.session, event.roles), _("Utilisateur ajouté."))
        else:
            self.ask_then(ask_user_change(self.session, event.user, event.roles), _("Utilisateur modifié."))

    def action_disable(self) -> None:
        """Close the access, with « non » under the cursor; or open it again."""
        user = self.user
        if user is None:
            return
        closing = user.state == "active"
        change = UserChange(state="disabled" if closing else "active")
        question = (
            Confirm(
                _("Désactiver {name} ?").format(name=user.name),
                _("Ses sessions se ferment dans les cinq secondes. Ce qui a été fait en son nom reste."),
                yes=_("désactiver"),
                yes_first=False,
            )
            if closing
            else Confirm(
                _("Réactiver {name} ?").format(name=user.name),
                _("Son rôle, son mot de passe et ses clés valent de nouveau."),
                yes=_("réactiver"),
            )
        )
        self.confirm_then(
            question,
            lambda: self.session.client.change_user(user.id, change, version=user.version),
            _("{name} : accès fermé.").format(name=user.name)
            if closing
            else _("{name} : accès rouvert.").format(name=user.name),
        )

    # Keys and password

    def action_add_key(self) -> None:
        """Register a key by its line."""
        if self.user:
            self.ask_then(ask_key(self.session, self.user), _("Clé enregistrée."))

    @work
    async def action_revoke_key(self) -> None:
        """Revoke a key, chosen where there are several."""
        user = self.user
        if user is None:
            return
        if not user.keys:
            self.notify(_("Cette personne n'a pas de clé."))
            return
        known = {str(key.id): f"{key.label or _('sans nom')} · {key.fingerprint}" for key in user.keys}
        chosen = (
            await self.app.push_screen_wait(Pick(_("Quelle clé révoquer ?"), list(known.items())))
            if len(known) > 1
            else next(iter(known))
        )
        if chosen:
            self.confirm_then(
                Confirm(
                    _("Révoquer la clé ?"),
                    known[chosen] + "\n" + _("Les sessions qu'elle a ouvertes se ferment dans les cinq secondes."),
                    yes=_("révoquer"),
                    yes_first=False,
                ),
                lambda: self.session.client.revoke_key(user.id, UUID(chosen)),
                _("Clé révoquée."),
            )

    def action_password(self) -> None:
        """Set a password."""
        if self.user:
            self.ask_then(ask_password(self.session, self.user), _("Mot de passe changé."))

    def action_history(self) -> None:
        """Show who did what."""
        if self.user:
            self.read_history(self.user.id)


def _row(user: User) -> Row:
    shut = user.state != "active"
    state = ("✗ " if shut else "✓ ") + label(USER_STATE, user.state)
    keys = ", ".join(
        (key.label or key.fingerprint[:15])
        + (" · " + _("vue le {day}").format(day=numeric_day(key.last_used_at.date())) if key.last_used_at else "")
        for key in user.keys
    )
    second = " · ".join(part for part in (user.email, keys or _("aucune clé SSH")) if part)
    cells = (
        Cell(user.login, "muted" if shut else "strong"),
        Cell(user.name, "muted" if shut else ""),
        label(ROLE, user.role),
        Cell(state, "bad" if shut else "good"),
        str(len(user.keys)),
    )
    return Row(str(user.id), cells, second=second)
