"""What a person reads when a page cannot be shown: in words, with what to do, in the centre's name where there is one."""

from collections.abc import Mapping
from typing import Final

from litestar import Response

from server.context import request_id
from server.dependencies import HttpRequest
from server.pages.languages import DESK, chosen
from server.pages.rendering import NOWHERE, Place, page
from server.pages.words import N_

PAGES: Final = ("/c/", "/m/", "/q/", "/p/", "/i/", "/t/", "/l/", "/v/", "/h/", "/d/", "/x/", "/a/")
PROGRAMS: Final = ("/api", "/auth", "/webhooks", "/health", "/metrics", "/schema", "/reference", "/assets")

_UNKNOWN: Final = (
    N_("Cette page n'existe pas"),
    N_("L'adresse a peut-être été coupée en chemin. Ouvrez-la de nouveau depuis notre message, ou écrivez-nous."),
)
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "link_expired": (
        N_("Ce lien n'est plus valable"),
        N_("Il avait une date de fin, qui est passée. Écrivez-nous ou appelez-nous : nous vous en envoyons un autre."),
    ),
    "link_invalid": (
        N_("Ce lien n'est pas complet"),
        N_("Il a sans doute été coupé en chemin. Ouvrez-le de nouveau depuis notre message, sans le recopier."),
    ),
    "address_over": (
        N_("Cette adresse ne vaut plus"),
        N_("Elle ne vaut qu'un quart d'heure au plus. Demandez-en une autre au terminal."),
    ),
    "link_forgotten": (
        N_("Ouvrez de nouveau le lien de notre message"),
        N_(
            "Pour que personne d'autre ne lise cette page, votre navigateur en garde la clé douze heures dans un cookie. Il ne l'a plus, ou n'en accepte pas."
        ),
    ),
    "form_expired": (
        N_("Cette page était ouverte depuis trop longtemps"),
        N_("Revenez en arrière, rechargez la page et envoyez de nouveau."),
    ),
    "centre_suspended": (
        N_("Ce centre ne prend pas de demandes en ligne pour le moment"),
        N_(
            "Vos échanges et vos paiements passés sont conservés. Pour toute question, écrivez ou téléphonez au centre."
        ),
    ),
    "centre_closed": (
        N_("Ce centre est fermé"),
        N_("Il n'accueille plus de séjours. D'autres centres du réseau vous répondront volontiers."),
    ),
    "centre_not_opened": (
        N_("Ce centre n'est pas encore ouvert"),
        N_("Il prépare ses pages. Revenez bientôt, ou écrivez-lui."),
    ),
    "client_blacklisted": (
        N_("Nous ne pouvons pas aller plus loin en ligne"),
        N_("Téléphonez ou écrivez au centre, qui vous dira ce qu'il en est."),
    ),
    "client_alerted": (
        N_("Nous ne pouvons pas aller plus loin en ligne"),
        N_("Téléphonez ou écrivez au centre, qui vous dira ce qu'il en est."),
    ),
    "stay_status_refuses": (
        N_("Ce séjour n'est plus attendu"),
        N_(
            "Il est terminé ou annulé : il n'y a plus rien à remplir. Pour toute question, écrivez ou téléphonez au centre."
        ),
    ),
    "tablet_unknown": (
        N_("Cette tablette n'est pas reliée au centre"),
        N_("Reliez-la de nouveau depuis la réception."),
    ),
    "phone_unknown": (
        N_("Ce téléphone n'est pas relié au centre"),
        N_("Demandez à la réception de le relier de nouveau."),
    ),
    "payments_unavailable": (
        N_("Le paiement ne répond pas"),
        N_("Rien n'a été débité. Réessayez dans quelques minutes ; vous pouvez aussi payer par virement."),
    ),
}
BY_STATUS: Final[Mapping[int, tuple[str, str]]] = {
    404: _UNKNOWN,
    405: _UNKNOWN,
    413: (N_("C'est trop lourd"), N_("Ce que vous envoyez est trop grand. Raccourcissez-le et envoyez de nouveau.")),
    429: (
        N_("Un instant, s'il vous plaît"),
        N_(
            "Trop de demandes sont arrivées de votre adresse en peu de temps. Attendez une minute, puis rechargez la page."
        ),
    ),
    503: (
        N_("Nous sommes momentanément injoignables"),
        N_("Rien n'est perdu. Rechargez la page dans une minute."),
    ),
}
_REFUSED: Final = (
    N_("Ce n'est pas possible"),
    N_("La situation a changé depuis que cette page a été ouverte. Rechargez-la, ou écrivez-nous."),
)
_BROKEN: Final = (
    N_("Quelque chose s'est cassé chez nous"),
    N_("Nous en sommes avertis. Réessayez dans un moment ; si cela continue, écrivez-nous en donnant ce numéro."),
)


def wants_page(request: HttpRequest) -> bool:
    """Say whether a refusal is read by a person: at the address of a page, or at none of ours in a browser."""
    path, accepted = request.url.path, request.headers.get("accept", "*/*")
    if path.startswith(PROGRAMS):
        return False
    return "text/html" in accepted or (path.startswith(PAGES) and "*/*" in accepted)


def refusal_page(
    request: HttpRequest, status: int, code: str, headers: Mapping[str, str] | None = None
) -> Response[str]:
    """Say on a page what was refused.

    Args:
        request: what was asked; its state says whose page it was, where that was found out.
        status: the answer's.
        code: the domain's, or empty.
        headers: of the answer it stands for.
    """
    broken = status >= 500 and status != 503
    title, advice = WORDS.get(code) or BY_STATUS.get(status) or (_BROKEN if broken else _REFUSED)
    place: Place = request.state.get("place") or NOWHERE
    language = chosen(
        str(request.state.get("language", "")),
        preferred=request.query_params.get("lang", ""),
        accepted=request.headers.get("accept-language", ""),
        offered=DESK,
    )
    return page(
        "refusal.html",
        language=language,
        place=place,
        status=410 if code == "link_expired" else status,
        title=title,
        advice=advice,
        policy={"frame-ancestors": " ".join(framed_by)} if (framed_by := request.state.get("framed_by")) else {},
        number=request_id() if broken else "",
        headers={name: value for name, value in (headers or {}).items() if name.lower() == "retry-after"},
    )
