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
    "credentials_wrong": N_("Identifiant ou mot de passe inconnus."),
    "code_needed": N_("Ce compte demande aussi le code à six chiffres."),
    "log_in_slowed": N_("Trop d'essais : patientez un peu avant le suivant."),
    "access_denied": N_("La connexion a été refusée dans le navigateur."),
    "device_code_unknown": N_("Ce code n'est pas connu : demandez-en un autre."),
    "stay_dates_invalid": N_(
        "Les dates ne se suivent pas : contact, réservation, arrivée, départ, avec une nuit au moins."
    ),
    "stay_fields_invalid": N_("La fiche séjour ne peut pas être enregistrée ainsi."),
    "stay_status_refuses": N_("Le séjour n'est pas dans l'état qu'il faut pour cela."),
    "stay_has_dossier": N_("Ce séjour a un dossier : cela se fait depuis le dossier."),
    "out_of_service_unconfirmed": N_(
        "Personne dans aucune tranche veut dire hors service : mettez la chambre hors service, ou laissez vide ce qu'on ne sait pas."
    ),
    "option_day_invalid": N_("L'option doit finir entre aujourd'hui et l'arrivée."),
    "early_departure_invalid": N_("Le jour du départ doit tomber dans le séjour, avant sa fin."),
    "room_not_held": N_("Cette chambre n'est pas tenue par ce séjour."),
    "room_sold_whole": N_("Cette chambre se vend entière."),
    "too_late_to_undo": N_("Il est trop tard pour défaire (15 minutes)."),
    "nothing_to_undo": N_("Rien à annuler."),
    "withdrawal_invalid": N_("La mise hors service ne peut pas être enregistrée ainsi."),
    "quantity_missing": N_("L'effectif du séjour n'est pas connu : tapez la quantité, ou d'abord l'effectif."),
    "line_invalid": N_("La ligne ne peut pas être vendue ainsi."),
    "service_inactive": N_("Cette prestation n'est plus vendue."),
    "dates_missing": N_("Il manque les dates du séjour."),
    "dossier_treated": N_("Le dossier est traité : décochez « Traité » (t) avant de le changer."),
    "dossier_not_paid": N_("Seul un dossier soldé peut être marqué traité."),
    "nothing_due": N_("Il n'y a rien à payer pour cette part."),
    "payment_invalid": N_("Le paiement ne peut pas être noté ainsi."),
    "refund_too_large": N_("Il ne reste pas autant à rembourser sur ce paiement."),
    "payments_not_configured": N_("Le paiement en ligne n'est pas encore réglé pour ce centre."),
    "payments_unavailable": N_("Le prestataire de paiement ne répond pas. Réessayez dans un instant."),
    "quote_empty": N_("Le dossier est vide : ajoutez d'abord une prestation."),
    "quote_sending_invalid": N_("Le devis ne peut pas être envoyé ainsi."),
    "quote_not_accepted": N_("Aucun devis n'est encore accepté : il n'y a rien à payer."),
    "recipient_invalid": N_("Le client n'a pas d'adresse de courriel utilisable : complétez sa fiche."),
    "enquiry_without_email": N_("Cette demande n'a pas d'adresse de courriel : on ne peut pas y répondre d'ici."),
    "enquiry_is_dossier": N_("Cette demande est déjà un dossier."),
    "enquiry_already_dossier": N_("Cette demande est déjà un dossier."),
    "enquiry_invalid": N_("La demande ne peut pas être enregistrée ainsi."),
    "client_invalid": N_("La fiche ne peut pas être enregistrée ainsi."),
    "client_reference_taken": N_("Cette référence est déjà celle d'une autre fiche."),
    "already_blacklisted": N_("Ce client est déjà exclu."),
    "blacklisting_invalid": N_("L'exclusion ne peut pas être enregistrée ainsi : trois ans au plus."),
    "centre_closed": N_("Ce centre est fermé : la consultation seule est possible."),
    "invalid": N_("Vérifiez ce qui est signalé."),
    "account_invalid": N_("L'utilisateur ne peut pas être enregistré ainsi."),
    "account_shared": N_(
        "Ce compte sert aussi ailleurs : son nom, son adresse et son mot de passe ne se changent pas d'ici."
    ),
    "last_administrator": N_(
        "C'est la dernière personne qui gère les utilisateurs : donnez d'abord ce rôle à quelqu'un d'autre."
    ),
    "login_taken": N_(
        "Cet identifiant est celui de quelqu'un d'autre : pour lui donner un rôle ici, tapez son adresse de courriel exacte."
    ),
    "rights_beyond_own": N_("On ne donne pas plus de droits qu'on n'en a soi-même."),
    "role_unknown": N_("Ce rôle n'existe pas."),
    "user_there": N_("Cette personne a déjà un rôle ici."),
    "user_unknown": N_("Cette personne n'a plus de rôle ici."),
    "key_there": N_("Cette clé est déjà enregistrée."),
    "key_invalid": N_("Ce n'est pas une clé publique SSH : collez la ligne entière, ssh-ed25519 AAAA…"),
    "no_such_key": N_("Cette clé n'est plus là."),
    "room_name_taken": N_("Une chambre porte déjà ce nom."),
    "room_invalid": N_("La chambre ne peut pas être enregistrée ainsi."),
    "room_unknown": N_("Cette chambre n'existe plus."),
    "service_invalid": N_("La prestation ne peut pas être enregistrée ainsi."),
    "service_unknown": N_("Cette prestation n'existe plus."),
    "tablet_unknown": N_("Cette tablette n'est plus jumelée."),
    "guest_invalid": N_("Vérifiez ce qui est signalé."),
    "cancellation_reason_unknown": N_("Choisissez une raison de la liste."),
    "not_blacklisted": N_("Ce client n'est pas exclu."),
    "quote_accepted": N_("Ce devis est déjà accepté."),
    "quote_expired": N_("Ce devis a expiré."),
    "quote_refused": N_("Ce devis est refusé."),
    "quote_superseded": N_("Une version plus récente remplace ce devis."),
    "dossier_without_thread": N_("Ce dossier n'est pas né d'une demande : il n'a pas de conversation."),
    "payment_not_received": N_("Ce paiement n'est pas reçu : il n'y a rien à rembourser."),
    "payments_refused": N_("Le prestataire de paiement a refusé. Réessayez, ou notez un autre moyen."),
    "stay_unknown": N_("Ce séjour n'existe pas ici."),
    "dossier_unknown": N_("Ce dossier n'existe pas ici."),
    "client_unknown": N_("Cette fiche n'existe pas ici."),
    "enquiry_unknown": N_("Cette demande n'existe pas ici."),
    "code_unknown": N_("Une des valeurs choisies n'est plus dans les listes du réseau."),
    "bed_unknown": N_("Un de ces lits n'existe plus."),
    "part_unknown": N_("Choisissez l'acompte, le solde ou la totalité."),
    "not_out_of_service": N_("Ce n'est pas une mise hors service."),
}
FIELDS = {
    "required": N_("à remplir"),
    "invalid": N_("ne convient pas"),
    "missing": N_("à remplir"),
    "too_long": N_("trop long"),
    "unknown_code": N_("n'est pas dans la liste"),
    "not_unique": N_("existe déjà"),
    "taken": N_("existe déjà"),
    "unknown": N_("n'est pas dans la liste"),
    "out_of_range": N_("hors limites"),
    "unreadable": N_("illisible"),
    "past": N_("déjà passé"),
    "arrival_past": N_("déjà passée"),
    "in_the_future": N_("dans le futur"),
    "before_first": N_("avant le premier jour"),
    "before_arrival": N_("avant l'arrivée"),
    "after_arrival": N_("après l'arrivée"),
    "not_after_arrival": N_("après l'arrivée, pas avant"),
    "after_booking": N_("après la réservation"),
    "outside_stay": N_("hors du séjour"),
    "too_late": N_("trop tard"),
    "too_many": N_("trop nombreux"),
    "repeated": N_("deux fois le même"),
    "wrong_category": N_("d'une autre catégorie"),
    "quantity_missing": N_("à remplir"),
    "impossible": N_("impossible"),
    "key_invalid": N_("la ligne entière : ssh-ed25519 AAAA…"),
    "login_invalid": N_("minuscules, chiffres, . - _"),
    "password_invalid": N_("12 caractères au moins, difficile à deviner"),
    "name_invalid": N_("un nom, sur une ligne"),
    "email_invalid": N_("adresse illisible"),
    "role_invalid": N_("n'est pas dans la liste"),
}


def in_words(problem: ApiProblem) -> str:
    """Say what was refused and what to do, in the user's language."""
    if problem.code == "right_missing":
        return right_in_words(problem.problem.right or "")
    sentence = SENTENCES.get(problem.code)
    detail = problem.problem.detail
    if problem.code == "bed_taken" and detail:
        return f"{_(SENTENCES[problem.code])} {detail}"
    if sentence:
        return _(sentence)
    return detail or _("Refusé par le serveur ({code}).").format(code=problem.code)


def right_in_words(right: str) -> str:
    """Name the right that is missing, and say who gives it."""
    return _("Il vous manque le droit « {right} ». Demandez-le à la direction.").format(right=right)


def field_words(code: str, message: str) -> str:
    """Say what is wrong with a field, in three words; the server's own where the code is not known."""
    return _(FIELDS[code]) if code in FIELDS else message
