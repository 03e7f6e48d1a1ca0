"""Turn what the server refused into words, by its code; the server's own sentence where the code is not known."""

from tui.transport import ApiProblem
from tui.words import N_, _

SENTENCES = {
    "unreachable": N_("Le serveur ne répond pas. Ce que vous avez tapé est gardé : réessayez dans un instant."),
    "signed_out": N_("Votre session est terminée : reconnectez-vous."),
    "log_in_failed": N_("Identifiant ou mot de passe inconnus."),
    "unauthenticated": N_("Identifiant ou mot de passe inconnus."),
    "not_found": N_("C'est introuvable ici : cela a pu être supprimé."),
    "bed_taken": N_("Un de ces lits est déjà pris sur ces dates."),
    "client_blacklisted": N_("Ce client est exclu : aucune réservation ne peut être prise pour lui."),
    "stale_version": N_("Quelqu'un a enregistré entre-temps."),
    "too_many": N_("Trop de demandes à la fois : patientez une minute."),
    "http_500": N_("Le serveur a rencontré une erreur. Elle est notée ; réessayez."),
    "http_503": N_("Le serveur n'est pas disponible pour l'instant."),
    "unavailable": N_("Un service dont Halte a besoin ne répond pas. Réessayez dans un instant."),
    "centre_suspended": N_("Ce centre est suspendu : la consultation seule est possible."),
    "link_expired": N_("Ce lien a expiré."),
    "expired_token": N_("Le code a expiré : demandez-en un autre."),
}
FIELDS = {
    "required": N_("à remplir"),
    "invalid": N_("ne convient pas"),
    "missing": N_("à remplir"),
    "too_long": N_("trop long"),
    "unknown_code": N_("n'est pas dans la liste"),
    "not_unique": N_("existe déjà"),
}


def in_words(problem: ApiProblem) -> str:
    """Say what was refused and what to do, in the user's language."""
    if problem.code == "right_missing":
        right = problem.problem.right or ""
        return _("Il vous manque le droit « {right} ». Demandez-le à la direction.").format(right=right)
    sentence = SENTENCES.get(problem.code)
    detail = problem.problem.detail
    if problem.code in ("bed_taken", "client_blacklisted") and detail:
        return f"{_(SENTENCES[problem.code])} {detail}"
    if sentence:
        return _(sentence)
    return detail or _("Refusé par le serveur ({code}).").format(code=problem.code)


def field_words(code: str, message: str) -> str:
    """Say what is wrong with a field, in three words; the server's own where the code is not known."""
    return _(FIELDS[code]) if code in FIELDS else message
