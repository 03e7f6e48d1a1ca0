"""How a connection stands, in words."""

from server.contract.connections import Connection
from tui.lists import Pairs
from tui.problems import SENTENCES
from tui.widgets.rows import Cell
from tui.words import N_, _

KINDS: Pairs = (("https", N_("adresse")), ("sftp", N_("SFTP")), ("webhook", N_("webhook")))
WHY = {
    "ConnectError": N_("personne ne répond à cette adresse"),
    "ConnectTimeout": N_("personne ne répond à cette adresse"),
    "ReadTimeout": N_("la réponse ne vient pas"),
    "TimeoutError": N_("la réponse ne vient pas"),
    "ConnectionRefusedError": N_("personne ne répond à cette adresse"),
    "OSError": N_("personne ne répond à cette adresse"),
    "gaierror": N_("ce nom de serveur n'existe pas"),
    "HTTP 401": N_("la clé n'est pas acceptée"),
    "HTTP 403": N_("la clé n'est pas acceptée"),
    "HTTP 404": N_("il n'y a rien à cette adresse"),
    "HTTP 301": N_("l'adresse renvoie ailleurs"),
    "HTTP 302": N_("l'adresse renvoie ailleurs"),
    "HostKeyNotVerifiable": N_("ce n'est pas le serveur de cette clé"),
    "PermissionDenied": N_("identifiant ou mot de passe refusé"),
    "SFTPNoSuchFile": N_("ce dossier n'existe pas"),
    "SFTPPermissionDenied": N_("ce dossier n'est pas ouvert à cet identifiant"),
}
"""What went wrong at a drop, by how the server names it."""


def why(one: Connection) -> str:
    """Say why the last time failed; empty where it did not."""
    if not one.last_code:
        return ""
    told = one.last_error.rpartition(": ")[2]
    if known := WHY.get(told):
        return _(known)
    sentence = _(SENTENCES[one.last_code]) if one.last_code in SENTENCES else one.last_error
    return f"{sentence} ({told})" if one.last_code == "drop_unavailable" else sentence


def state_cell(one: Connection) -> Cell:
    """Say how it stands: paused, awaited, failed, well, never heard of."""
    if one.paused_at:
        return Cell("= " + _("en pause"), "warn")
    if one.asked_at:
        return Cell("… " + _("relève en cours"), "accent")
    if one.last_code:
        return Cell("✗ " + _("en échec"), "bad")
    if one.last_at is None:
        return Cell(_("rien encore"), "muted")
    return Cell("✓ " + (_("reçu") if one.kind == "webhook" else _("relevée")), "good")
