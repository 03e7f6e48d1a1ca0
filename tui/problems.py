"""Turn what the server refused into words, by its code; the server's own sentence where the code is not known."""

from collections.abc import Mapping
from datetime import date

from tui.field_words import FIELDS
from tui.formats import period
from tui.lists import STAY_STATUS, label
from tui.right_words import right_words
from tui.transport import ApiProblem
from tui.words import N_, _

SENTENCES = {
    "unreachable": N_("Le serveur ne répond pas. Ce que vous avez tapé est gardé : réessayez dans un instant."),
    "signed_out": N_("Votre session est terminée : reconnectez-vous."),
    "log_in_failed": N_("Identifiant ou mot de passe inconnus."),
    "unauthenticated": N_("Identifiant ou mot de passe inconnus."),
    "not_found": N_("C'est introuvable ici : cela a pu être supprimé."),
    "bed_taken": N_("Un de ces lits est déjà pris sur ces dates."),
    "withdrawal_unknown": N_("Cette mise hors service n'existe plus."),
    "client_blacklisted": N_("Ce client est exclu : aucune réservation ne peut être prise pour lui."),
    "client_alerted": N_("Le réseau demande d'appeler un autre centre avant toute réservation pour ce client."),
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
    "file_too_long": N_("Plus de 5 000 lignes : ce fichier s'apporte par la commande « halte import clients »."),
    "mapping_invalid": N_("Il faut une colonne pour un nom, et un nom à la source."),
    "column_unknown": N_("Aucune colonne du fichier ne donne de nom : dites laquelle."),
    "connection_invalid": N_("La connexion ne peut pas être réglée ainsi."),
    "drop_unavailable": N_("Le dépôt de fichiers ne répond pas, ou n'ouvre pas."),
    "connection_unknown": N_("Cette connexion n'existe plus."),
    "connection_there": N_("Une connexion porte déjà ce nom : réglez celle-là, ou donnez un autre nom."),
    "connection_paused": N_("Cette connexion est en pause : reprenez-la d'abord."),
    "nothing_to_collect": N_("C'est l'autre logiciel qui appelle : il n'y a rien à aller chercher."),
    "no_key_to_make": N_("Seule la clé d'un webhook se fait ici ; les autres sont données par qui tient le dépôt."),
    "mapping_unknown": N_("Les colonnes de cette source ne sont plus gardées : choisissez-en d'autres."),
    "call_signature_wrong": N_("L'appel n'est pas signé par la clé de cette connexion."),
    "field_unknown": N_("Ce champ n'est pas compté."),
    "mending_unknown": N_("Cette réparation n'est plus là : le champ a changé depuis."),
    "pair_decided": N_("Cette paire n'est plus à trancher : quelqu'un l'a fait, ou ses fiches ont changé."),
    "pair_contradicts": N_("Deux fiches de cet ensemble ont été dites de deux personnes : reprenez d'abord ce refus."),
    "link_run_going": N_("Une passe sur le réseau est en cours : attendez qu'elle finisse."),
    "reason_missing": N_("Dites pourquoi vous ouvrez le détail : le centre concerné le lira (200 signes au plus)."),
    "wish_missing": N_("Notez comment le client l'a demandé (200 signes au plus)."),
    "no_objection": N_("Cette fiche ne porte pas d'opposition : elle est reprise, ou fut notée dans un autre centre."),
    "client_objects": N_("Le client s'est opposé au référentiel : rien n'est montré."),
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
    "enquiry_taken": N_("Entre-temps, cette demande n'est plus à la personne que vous lisiez : relisez, puis décidez."),
    "assignee_unknown": N_("Cette personne ne travaille plus ici, ou ne répond pas aux demandes."),
    "enquiry_is_dossier": N_("Cette demande est déjà un dossier."),
    "enquiry_already_dossier": N_("Cette demande est déjà un dossier."),
    "enquiry_invalid": N_("La demande ne peut pas être enregistrée ainsi."),
    "client_invalid": N_("La fiche ne peut pas être enregistrée ainsi."),
    "answers_invalid": N_("L'avis ne peut pas être pris ainsi."),
    "score_invalid": N_("Cette note sort de son échelle."),
    "text_settings_invalid": N_("Le réglage des SMS ne peut pas être enregistré ainsi."),
    "text_not_allowed": N_("Pas de SMS à ce client : il faut un portable et son accord, sans STOP depuis."),
    "texts_not_set_up": N_("Les SMS ne sont pas réglés : le nom d'expéditeur et la clé d'abord, dans Installations."),
    "text_too_long": N_("Ce SMS est trop long : quatre messages au plus."),
    "report_not_proved": N_("Ce compte rendu de SMS n'est pas prouvé par le jeton du centre."),
    "satisfaction_settings_invalid": N_("Le réglage des avis ne peut pas être enregistré ainsi."),
    "review_unknown": N_("Cet avis n'est plus là, ou plus sur cette fiche : relisez (F5)."),
    "review_linked": N_("Cet avis est déjà rattaché à une fiche."),
    "review_card_erased": N_("Cette fiche est effacée : rien ne s'y rattache."),
    "reviews_unavailable": N_("Le prestataire d'avis ne répond pas."),
    "signature_wrong": N_("La signature n'est pas celle du prestataire."),
    "merge_invalid": N_("Ces deux fiches ne peuvent pas n'en faire qu'une."),
    "merge_locked": N_("Une des deux fiches est verrouillée : rouvrez d'abord le cadenas."),
    "merge_invoiced": N_("Des factures émises portent l'identité de la seconde fiche : gardez celle-là."),
    "client_still_stays": N_("Un séjour est en cours ou à venir : la fiche sert encore."),
    "client_terms_invalid": N_("Les défauts ou le tarif ne peuvent pas être enregistrés ainsi."),
    "rooming_bed_taken": N_("Quelqu'un d'autre du groupe dort dans ce lit."),
    "group_parts_invalid": N_("Filles, garçons et encadrants : pas plus que l'effectif du séjour."),
    "commission_invalid": N_("La commission est entre 0 et 100 %."),
    "value_invalid": N_("La valeur ne peut pas être enregistrée ainsi."),
    "task_blocks": N_("Ceci ne s'ignore pas : faites-le, ou dites que c'est fait."),
    "task_reason_missing": N_("Donnez une raison, en quelques mots."),
    "list_invalid": N_("Cette liste ne peut pas être emportée ainsi."),
    "segment_invalid": N_("Ce segment ne peut pas être demandé ainsi."),
    "segment_unknown": N_("Ce segment n'existe plus, ou n'est plus partagé."),
    "segment_too_long": N_(
        "Plus de 20 000 fiches : cela s'emporte par la commande « halte export clients --segment »."
    ),
    "segment_name_taken": N_("Un segment du centre porte déjà ce nom."),
    "list_store_unavailable": N_("Le fichier ne peut pas être gardé pour son adresse : réessayez dans un instant."),
    "client_action_invalid": N_("L'action ne peut pas être notée ainsi."),
    "letter_invalid": N_("La lettre ne peut pas partir ainsi."),
    "letter_sent": N_("La lettre est déjà partie."),
    "alert_asked": N_("L'alerte est déjà demandée au réseau."),
    "alert_by_asker": N_("Une deuxième personne décide d'une alerte : pas celle qui l'a demandée."),
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
    "subject_unknown": N_("C'est introuvable ici : cela a pu être supprimé."),
    "dossier_unknown": N_("Ce dossier n'existe pas ici."),
    "client_unknown": N_("Cette fiche n'existe pas ici."),
    "enquiry_unknown": N_("Cette demande n'existe pas ici."),
    "code_unknown": N_("Une des valeurs choisies n'est plus dans les listes du réseau."),
    "bed_unknown": N_("Un de ces lits n'existe plus."),
    "part_unknown": N_("Choisissez l'acompte, le solde ou la totalité."),
    "not_waiting": N_("Ce séjour n'est pas sur la liste d'attente."),
    "has_room": N_("Ce séjour a déjà des lits : il n'attend rien."),
    "still_full": N_("Il n'y a pas encore assez de lits pour tous."),
    "allotment_invalid": N_("Le contingent ne peut pas être gardé ainsi."),
    "type_full": N_("Il ne reste pas autant de lits de ce type : d'autres les tiennent, ou les ont en contingent."),
    "dates_need_rehearsal": N_(
        "Un devis est en cours pour ces dates : changez-les depuis le dossier (d), qui montre d'abord ce que cela fait."
    ),
    "quote_committed": N_("Ce devis est accepté ou payé en partie : il ne se perd pas, il se refait."),
    "lines_impossible": N_("Des prestations ne se vendent pas à ces dates : changez-les d'abord."),
    "quote_not_lost": N_("Seul le dernier devis perdu se reprend, à ses dates et tant qu'il est valable."),
    "way_unknown": N_("Le devis se perd, ou se refait."),
    "cancellation_scale_invalid": N_("Le barème ne peut pas être enregistré ainsi."),
    "not_out_of_service": N_(
        "Une mise hors service veut zéro dans chaque tranche, aucun client et des chambres qui existent."
    ),
    "terms_changed": N_("Les conditions de vente ont changé depuis : il faut les relire, puis accepter."),
    "sale_terms_invalid": N_(
        "Ces conditions de vente ne peuvent pas être publiées : il faut au moins le texte français."
    ),
    "sale_terms_unknown": N_("Ces conditions de vente n'existent pas."),
    "acceptance_invalid": N_("Il faut le nom de la personne qui accepte, et son accord aux conditions de vente."),
    "pre_check_in_days_invalid": N_("De 1 à 60 jours avant l'arrivée, ou 0 pour ne rien envoyer."),
    "already_signed": N_("Cette fiche de police est signée : elle ne change plus."),
    "authorization_pending": N_("Pas encore approuvé : ouvrez la page dans un navigateur et tapez le code."),
    "bar_moved": N_("Ce séjour n'est plus là sur le planning : quelqu'un l'a déplacé entre-temps."),
    "browser_unknown": N_("Ce n'est pas le navigateur où la connexion a commencé : recommencez."),
    "period_invalid": N_("La période finit avant de commencer, ou dure plus de trois ans."),
    "tourist_tax_rate_invalid": N_(
        "Un tarif de taxe de séjour est un montant par nuit ou une part du prix, l'un des deux."
    ),
    "tourist_tax_exemption_invalid": N_("Cette exonération n'est pas de celles de la loi."),
    "filter_too_long": N_("Le filtre demande trop à la fois pour une adresse : ôtez-en une partie (^T)."),
    "export_unknown": N_("Ce tableau n'existe pas sous cette forme."),
    "busy": N_("Trop de personnes font la même chose à cet instant : réessayez."),
    "cell_invalid": N_("Une valeur du fichier ne peut pas être lue."),
    "centre_invalid": N_("Le centre ne peut pas être enregistré ainsi."),
    "centre_not_opened": N_("Ce centre est préparé mais n'est pas encore ouvert."),
    "code_list_invalid": N_("La liste de codes ne peut pas être lue."),
    "conflict": N_("Les choses ont changé entre-temps : relisez (F5) et réessayez."),
    "currency_mismatch": N_("Deux sommes de monnaies différentes ne s'additionnent pas."),
    "cursor_invalid": N_("La liste a changé : relisez-la (F5)."),
    "database_unavailable": N_("La base de données ne répond pas. Réessayez dans un instant."),
    "error": N_("Refusé par le serveur."),
    "event_too_early": N_("Ce paiement arrive encore : réessayez dans un instant."),
    "form_expired": N_("La page est restée ouverte trop longtemps : vérifiez et renvoyez."),
    "form_not_filled": N_("La fiche n'est pas remplie : il n'y a rien à signer."),
    "gesture_invalid": N_("Le planning ne peut pas être changé ainsi."),
    "idempotency_key_in_flight": N_("C'est déjà en cours : patientez un instant, puis relisez (F5)."),
    "idempotency_key_invalid": N_("La demande était mal formée. Réessayez."),
    "idempotency_key_reused": N_("C'est déjà fait, autrement : relisez (F5)."),
    "idempotency_outcome_unknown": N_("On ne sait pas si c'est fait : relisez (F5) avant de recommencer."),
    "identity_refused": N_("La réponse du fournisseur d'identité n'est pas sûre : recommencez."),
    "identity_taken": N_("Cette identité est déjà celle d'un autre compte."),
    "internal": N_("Le serveur a rencontré une erreur. Elle est notée ; réessayez."),
    "key_unknown": N_("Cette clé n'est à personne ici."),
    "ledger_unbalanced": N_("L'écriture ne tombe pas juste : rien n'a été enregistré."),
    "mail_not_failed": N_("Ce courriel n'est pas en échec : il est parti, ou va partir."),
    "mail_server_unavailable": N_("Le serveur de courriel ne répond pas. Il sera réessayé."),
    "mail_unreadable": N_("Ce courriel ne peut pas être lu."),
    "meal_invalid": N_("Ce repas ne peut pas être compté ainsi."),
    "method_not_allowed": N_("Ce serveur ne connaît pas ce geste : il est d'une autre version."),
    "moved_on": N_("Cela a changé depuis : on ne peut plus le défaire."),
    "planning_period_invalid": N_("Le planning va d'un jour au même ou à un suivant, un an au plus."),
    "precondition_missing": N_("L'écran n'est plus à jour : relisez (F5) et réessayez."),
    "provider_unavailable": N_("Un prestataire extérieur ne répond pas. Réessayez dans un instant."),
    "quote_lost": N_("Ce devis ne vaut plus, car le séjour a changé : faites-en un nouveau."),
    "refused": N_("Vous n'avez pas le droit de faire cela."),
    "role_supplied": N_("Ce rôle est fourni avec Halte : copiez-le pour le changer."),
    "role_there": N_("Un rôle porte déjà ce nom."),
    "room_differs": N_("Une chambre de ce nom existe, mais autrement : changez-la ici."),
    "rooming_entry_invalid": N_("Cette personne ne peut pas être notée ainsi sur la liste."),
    "rooming_list_full": N_("La liste est plus longue qu'un groupe : retirez d'abord des lignes."),
    "rooming_list_incomplete": N_(
        "La liste n'est pas complète : il manque quelque chose sur des lignes, ou un responsable."
    ),
    "rooming_list_submitted": N_("La liste est déjà envoyée : rouvrez-la d'abord."),
    "rooming_room_full": N_("Cette chambre n'a plus de lit pour le groupe."),
    "seal_broken": N_("Cette fiche scellée ne s'ouvre pas : le secret a changé. Prévenez l'administrateur."),
    "slow_down": N_("Trop de questions à la fois : patientez quelques secondes."),
    "state_move_refused": N_("L'état du centre ne peut pas changer ainsi."),
    "token_spent": N_("Votre session est terminée : reconnectez-vous."),
    "too_few_beds": N_(
        "Il n'y a pas autant de lits que de personnes : un lit d'appoint demande le droit de surréserver."
    ),
    "too_large": N_("C'est trop lourd pour être envoyé."),
    "value_unfit": N_("Une valeur ne peut pas être gardée : trop longue, trop grande, ou un caractère impossible."),
    "phone_unknown": N_("Ce téléphone n'est plus jumelé : jumelez-le à nouveau."),
    "phone_invalid": N_("Un téléphone a un nom, pour les distinguer."),
    "room_state_invalid": N_("Une chambre est sale, propre ou contrôlée."),
    "signature_invalid": N_("Ce n'est pas une signature : signez du doigt dans le cadre."),
    "keys_invalid": N_("On ne peut pas donner ni rendre autant de clés."),
    "rooming_entry_unknown": N_("Cette personne n'est plus sur la liste."),
    "phone_not_paired": N_("Ce téléphone n'est plus jumelé."),
    "survey_invalid": N_("Vérifiez ce qui est signalé."),
    "survey_days_invalid": N_("De 1 à 60 jours avant l'arrivée ; 0 pour jamais."),
    "document_invalid": N_("Ce document n'existe pas."),
    "file_unreadable": N_("Ce fichier n'est pas un tableau lisible : CSV ou XLSX, 2 Mo au plus."),
    "value_retired": N_("Cette valeur est déjà retirée."),
    "value_there": N_("La liste a déjà cette valeur."),
}


def in_words(problem: ApiProblem) -> str:
    """Say what was refused and what to do, in the user's language."""
    told = problem.problem
    if exact := _by_its_facts(problem):
        return exact
    if sentence := SENTENCES.get(problem.code):
        return _(sentence)
    return told.detail or _("Refusé par le serveur ({code}).").format(code=problem.code)


def _by_its_facts(problem: ApiProblem) -> str:
    """Say it with what the server tells of the case; empty where it tells nothing."""
    facts = problem.problem.facts
    match problem.code:
        case "right_missing":
            return right_in_words(problem.problem.right or "")
        case "bed_taken" if facts:
            return _bed_taken(facts)
        case "enquiry_taken" if facts.get("assignee"):
            return _("{name} s'en occupe, depuis que vous l'avez lue.").format(name=facts["assignee"])
        case "stay_status_refuses" if "status" in facts:
            status = label(STAY_STATUS, str(facts["status"]))
            return _("Le séjour est en « {status} » : cela ne se fait pas dans cet état.").format(status=status)
        case "gesture_invalid" if problem.errors:
            why = ", ".join(field_words(error.code, error.message) for error in problem.errors)
            return _("Cela ne se pose pas là : {why}.").format(why=why)
    return ""


def _bed_taken(facts: Mapping[str, str | int]) -> str:
    """Name who holds the bed, and for which days."""
    days = period(date.fromisoformat(str(facts["arrival"])), date.fromisoformat(str(facts["departure"])))
    holder = str(facts["holder"])
    if not facts["stay_id"]:
        return _("{room} est hors service du {period}.").format(room=facts["room"], period=days)
    if holder == "a stay without a client":
        holder = _("un séjour sans client")
    return _("{room} est déjà à {holder}, {period}.").format(room=facts["room"], holder=holder, period=days)


def right_in_words(right: str) -> str:
    """Name the right that is missing, and say who gives it."""
    return _("Il vous manque le droit « {right} ». Demandez-le à la direction.").format(right=right_words(right))


def field_words(code: str, message: str) -> str:
    """Say what is wrong with a field, in three words; the server's own where the code is not known."""
    if code in FIELDS:
        return _(FIELDS[code])
    # « name_invalid », « slug_invalid »: the field is named by where it stands.
    return _(FIELDS["invalid"]) if code.endswith("_invalid") else message


def row_words(code: str) -> str:
    """Say what is wrong with a row of a file: in three words, else in the sentence that a screen would say."""
    words = field_words(code, "")
    return words or (_(SENTENCES[code]) if code in SENTENCES else code)


def _alerted(facts: Mapping[str, str | int]) -> str:
    words = _("Contacter {centre} ({phone}) avant toute réservation pour ce client.")
    return words.format(centre=facts["centre"], phone=facts["phone"] or "–")


FACTUAL = {"bed_taken": _bed_taken, "client_alerted": _alerted}
"""What is said with the facts that came with the refusal."""
