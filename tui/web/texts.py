"""The words of the web door's pages, French first."""

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("fr", "en")

TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "fr": {
        "log_in_title": "Ouvrir Halte",
        "lead": "L'application du bureau, dans ce navigateur.",
        "login": "Identifiant",
        "password": "Mot de passe",
        "totp": "Code de l'authentificateur, si vous en avez un",
        "log_in": "S'identifier",
        "provider": "Par le compte du réseau",
        "keys": "Ctrl+T, Ctrl+N et Ctrl+W sont au navigateur : dans Halte, tapez Alt+T, Alt+N et Alt+W. "
        "Pour coller : Ctrl+Maj+V.",
        "approve_lead": "Identifiez-vous et approuvez la session dans l'onglet qui s'ouvre, puis revenez ici.",
        "approve": "Ouvrir la page d'identification",
        "waits": "En attente de votre approbation…",
        "back": "Revenir",
        "opening": "Halte s'ouvre…",
        "no_script": "Halte a besoin de JavaScript dans ce navigateur.",
        "line_lost": "La ligne est coupée. Halte la rétablit dès que possible ; ce que vous tapiez est gardé.",
        "elsewhere": "Halte est ouvert dans un autre onglet de ce navigateur.",
        "full": "Trop de fenêtres sont ouvertes. Fermez-en une (Ctrl+Q), Halte s'ouvrira ici.",
        "take_back": "Continuer ici",
        "left": "Vous avez quitté Halte.",
        "idle": "Halte s'est fermé : personne ne tapait plus. Ce que vous tapiez est gardé.",
        "interrupted": "La session s'est interrompue. Ce que vous tapiez est gardé : reconnectez-vous.",
        "credentials_wrong": "Identifiant, mot de passe ou code incorrect.",
        "code_needed": "Saisissez aussi les six chiffres de votre authentificateur.",
        "log_in_slowed": "Trop d'essais ont échoué. Patientez un peu avant de recommencer.",
        "unreachable": "Halte ne répond pas pour l'instant. Réessayez dans une minute.",
        "approval_over": "La demande a été refusée, ou n'a pas été approuvée à temps. Recommencez.",
    },
    "en": {
        "log_in_title": "Open Halte",
        "lead": "The desk's app, in this browser.",
        "login": "Login",
        "password": "Password",
        "totp": "Authenticator code, if you have one",
        "log_in": "Log in",
        "provider": "By the network's account",
        "keys": "Ctrl+T, Ctrl+N and Ctrl+W are the browser's: in Halte type Alt+T, Alt+N and Alt+W. "
        "To paste: Ctrl+Shift+V.",
        "approve_lead": "Log in and approve the session in the tab that opens, then come back here.",
        "approve": "Open the log-in page",
        "waits": "Waiting for your approval…",
        "back": "Back",
        "opening": "Halte is opening…",
        "no_script": "Halte needs JavaScript in this browser.",
        "line_lost": "The line is cut. Halte mends it as soon as possible; what you were typing is kept.",
        "elsewhere": "Halte is open in another tab of this browser.",
        "full": "Too many windows are open. Close one (Ctrl+Q), and Halte opens here.",
        "take_back": "Go on here",
        "left": "You have left Halte.",
        "idle": "Halte has closed: nobody was typing any more. What you were typing is kept.",
        "interrupted": "The session was interrupted. What you were typing is kept: log in again.",
        "credentials_wrong": "Wrong login, password or code.",
        "code_needed": "Enter the six digits of your authenticator too.",
        "log_in_slowed": "Too many attempts failed. Wait a little before the next.",
        "unreachable": "Halte does not answer for now. Try again in a minute.",
        "approval_over": "The request was refused, or not approved in time. Begin again.",
    },
}


def language_of(accepted: str) -> str:
    """Return French unless the browser asks for English before it. `accepted` is its Accept-Language."""
    for part in accepted.split(","):
        if (primary := part.strip()[:2].lower()) in LANGUAGES:
            return primary
    return "fr"
