"""The questions about a user: who, which role, which key, which password."""

from server.contract.accounts import NewKey, NewUser, RoleView, User, UserChange
from tui.dialogs.ask import Ask
from tui.lists import ROLE, Choices, label
from tui.session import Session
from tui.widgets.form import Answers, Field
from tui.words import _


def _roles(roles: list[RoleView]) -> Choices:
    return [(role.name, label(ROLE, role.name)) for role in roles]


def ask_user_new(session: Session, roles: list[RoleView]) -> Ask[bool]:
    """Ask whom to add, in which role."""

    async def send(answers: Answers) -> bool:
        await session.client.add_user(
            NewUser(
                login=answers["login"],
                name=answers["name"],
                email=answers["email"],
                role=answers["role"],
                password=answers["password"] or None,
                public_key=answers["public_key"] or None,
            )
        )
        return True

    fields = [
        Field("login", _("Identifiant"), required=True, hint=_("minuscules : anne.morel")),
        Field("name", _("Nom"), required=True),
        Field("email", _("Courriel"), required=True),
        Field("role", _("Rôle"), "choice", choices=lambda _answers: _roles(roles), required=True),
        Field("password", _("Mot de passe"), "secret", hint=_("12 au moins, ou rien")),
        Field("public_key", _("Clé SSH"), hint=_("collez sa ligne, ou rien")),
    ]
    intro = _(
        "Un identifiant déjà connu, avec son courriel exact, reçoit ce rôle et garde son mot de passe et ses clés."
    )
    return Ask(_("Ajouter un utilisateur"), fields, send, today=session.today, intro=intro)


def ask_user_change(session: Session, user: User, roles: list[RoleView]) -> Ask[bool]:
    """Ask what changes of a user; only what was changed is sent."""

    async def send(answers: Answers) -> bool:
        change = UserChange(
            name=answers["name"] if answers["name"] != user.name else None,
            email=answers["email"] if answers["email"] != user.email else None,
            role=answers["role"] if answers["role"] != user.role else None,
        )
        if change != UserChange():
            await session.client.change_user(user.id, change, version=user.version)
        return True

    fields = [
        Field("role", _("Rôle"), "choice", choices=lambda _answers: _roles(roles), required=True),
        Field("name", _("Nom"), required=True),
        Field("email", _("Courriel")),
    ]
    values = {"role": user.role, "name": user.name, "email": user.email}
    return Ask(user.login, fields, send, today=session.today, values=values)


def ask_key(session: Session, user: User) -> Ask[bool]:
    """Ask for the line of a public key."""

    async def send(answers: Answers) -> bool:
        await session.client.add_key(user.id, NewKey(public_key=answers["public_key"], label=answers["label"]))
        return True

    fields = [
        Field("public_key", _("Clé publique"), required=True, hint="ssh-ed25519 AAAA…"),
        Field("label", _("Nom de la clé"), hint=_("vide : celui de sa ligne")),
    ]
    intro = _("Collez la ligne entière du fichier .pub ; la clé privée ne quitte jamais la machine de la personne.")
    return Ask(_("Clé SSH de {name}").format(name=user.name), fields, send, today=session.today, intro=intro)


def ask_password(session: Session, user: User) -> Ask[bool]:
    """Ask for a new password."""

    async def send(answers: Answers) -> bool:
        await session.client.change_user(user.id, UserChange(password=answers["password"]), version=user.version)
        return True

    fields = [Field("password", _("Mot de passe"), "secret", required=True, hint=_("12 caractères au moins"))]
    intro = _("Dites-le à la personne de vive voix : il n'est envoyé nulle part.")
    return Ask(_("Mot de passe de {name}").format(name=user.name), fields, send, today=session.today, intro=intro)
