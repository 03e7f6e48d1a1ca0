"""What is done with a connection from its list and from its own page: set up, collected from, paused, its key shown."""

from collections.abc import Mapping, Sequence

import msgspec

from server.contract.connections import Connection, ConnectionChange, ConnectionKept, NewConnection
from server.contract.imports import KeptMapping
from tui.connection_words import KINDS
from tui.dialogs.address import Address
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.lists import choices
from tui.screens.base import DeskScreen
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field
from tui.words import _

STANDARD = "standard"


def ask_connection(session: Session, mappings: Sequence[KeptMapping], before: Connection | None) -> Ask[ConnectionKept]:
    """Ask how a connection is to be; of a new one also its name."""

    async def send(answers: Answers) -> ConnectionKept:
        if before is None:
            new = msgspec.convert({**told(answers), "name": answers["name"].strip()}, NewConnection)
            return await session.client.add_connection(new)
        return await session.client.keep_connection(before.name, msgspec.convert(told(answers), ConnectionChange))

    columns = [(STANDARD, _("les noms usuels (Nom, Prénom…)"))]
    columns += [(each.name, each.name) for each in mappings]
    kept = _("vide : celui d'avant") if before and before.has_secret else ""
    fields = [] if before else [Field("name", _("Nom"), required=True, hint=_("restaurant, spa, PMS…"))]
    fields += [
        Field("kind", _("Comment"), "choice", choices=lambda _answers: choices(KINDS), required=True),
        Field("mapping", _("Colonnes"), "choice", choices=lambda _answers: columns, hint=_("celles d'un import")),
        Field(
            "url",
            _("Adresse"),
            hint="https://… · sftp://…",
            required_when=lambda answers: answers.get("kind") in ("https", "sftp"),
        ),
        Field("login", _("Identifiant"), hint=_("SFTP seulement"), required_when=_is_sftp),
        Field("secret", _("Mot de passe ou clé"), "secret", hint=kept or _("HTTPS : s'il y en a une")),
        Field("host_key", _("Clé du serveur"), hint=_("SFTP : par ssh-keyscan"), required_when=_is_sftp),
    ]
    values = {"kind": "https", "mapping": STANDARD}
    if before:
        values = {name: getattr(before, name) for name in ("kind", "mapping", "url", "login", "host_key")}
    intro = _("Fichier à une adresse ou dossier SFTP : relevés chaque nuit. Webhook : l'autre logiciel appelle.")
    title = _("Régler {name}").format(name=before.name) if before else _("Relier un autre logiciel")
    return Ask(title, fields, send, today=session.today, values=values, intro=intro)


async def set_up(screen: DeskScreen, before: Connection | None, *, done: str) -> None:
    """Ask how a connection is to be, and keep it; a webhook's key is shown this once, else `done` is said."""
    try:
        mappings = await screen.session.client.mappings()
    except ApiProblem as problem:
        screen.post_message(screen.Refused(problem))
        return
    kept = await screen.app.push_screen_wait(ask_connection(screen.session, mappings, before))
    if kept is None:
        return
    screen.read()
    if kept.key:
        await screen.app.push_screen_wait(key_address(kept))
    else:
        screen.notify(done)


def told(answers: Answers) -> dict[str, str | None]:
    """Return what a form says of a connection, without what its kind has no use for."""
    kind = answers["kind"]
    return {
        "kind": kind,
        "mapping": answers["mapping"] or STANDARD,
        "url": "" if kind == "webhook" else answers["url"].strip(),
        "login": answers["login"].strip() if kind == "sftp" else "",
        "host_key": answers["host_key"].strip() if kind == "sftp" else "",
        "secret": None if kind == "webhook" else answers["secret"] or None,
    }


def _is_sftp(answers: Mapping[str, str]) -> bool:
    return answers.get("kind") == "sftp"


def key_address(kept: ConnectionKept) -> Address:
    """Show a webhook's key, this once."""
    said = _(
        "À donner à l'autre logiciel, qui signe ses appels avec cette clé. Elle n'est montrée que cette fois.\n\n"
        "Il appelle : {url}"
    ).format(url=kept.webhook_url)
    return Address(_("La clé du webhook"), said, kept.key or "")


def collect_now(screen: DeskScreen, one: Connection) -> None:
    """Have what lies there fetched; the screen hears when it is."""
    screen.gesture(lambda: screen.session.client.ask_collection(one.name), _("Relève demandée ; on peut continuer."))


def turn_pause(screen: DeskScreen, one: Connection) -> None:
    """Pause it, after asking; take it up again at once."""
    client = screen.session.client
    if one.paused_at:
        screen.gesture(lambda: client.resume_connection(one.name), _("Connexion reprise."))
        return
    said = _("Plus rien n'entre par elle, jusqu'à ce qu'on la reprenne (p).")
    if one.kind == "webhook":
        said = _("Ses appels sont refusés et l'autre logiciel doit les refaire, jusqu'à ce qu'on la reprenne (p).")
    screen.confirm_then(
        Confirm(_("Mettre {name} en pause ?").format(name=one.name), said, yes=_("mettre en pause")),
        lambda: client.pause_connection(one.name),
        _("Connexion en pause."),
    )
