"""The one registry of actions: each has one name, one key, one label, one line of help, and the right it wants.

It feeds the bindings of the screens, the key bar, the palette, the help and the keymap. An action `home.open` is done by
the method `action_open` of the screen whose scope is `home`; those of `app`, by the app. The network's stand beside it.
"""

from collections.abc import Mapping

from textual.binding import Binding, BindingType

from tui.action import Action
from tui.action import action as _a
from tui.network_actions import NETWORK
from tui.words import N_

__all__ = ["ALL", "BY_ID", "GO", "Action", "bindings", "key_name", "of_scope"]

GO = {
    "a": ("home", N_("Accueil")),
    "d": ("enquiries", N_("Demandes")),
    "o": ("dossiers", N_("Dossiers")),
    "p": ("planning", N_("Planning")),
    "k": ("clients", N_("Kardex")),
    "r": ("stays", N_("Réservation")),
    "j": ("day_sheet", N_("Jour")),
    "s": ("statistics", N_("Statistiques")),
    "i": ("users", N_("Installations")),
    "n": ("network", N_("Réseau")),
}
"""After `g`: the key of a screen, its mode and its name."""


ALL: tuple[Action, ...] = (
    # Everywhere
    _a("app.search", "slash", N_("chercher"), N_("Chercher un client, un dossier, un séjour ou une chambre, de partout"), bar=90, shown="/"),
    _a("app.help", "question_mark", N_("aide"), N_("Toutes les touches de l'écran"), bar=99, shown="?"),
    _a("app.tour", "f1", N_("visite"), N_("La visite guidée, écran par écran"), shown="F1"),
    _a("app.palette", "ctrl+p", N_("palette"), N_("Toutes les actions, par leur nom"), shown="^P"),
    _a("app.back", "escape", N_("retour"), N_("Revenir à ce qu'on voyait avant"), shown="Esc"),
    _a("app.refresh", "f5", N_("relire"), N_("Relire l'écran auprès du serveur"), shown="F5"),
    _a("app.sort", "f3", N_("trier"), N_("Trier la liste par la colonne suivante"), shown="F3"),
    _a("app.list", "f2", N_("liste"), N_("La liste : grouper, colonnes, exporter en CSV ou XLSX, tout choisir"), shown="F2"),
    _a("app.filter_list", "f4", N_("filtrer"), N_("Ne voir que les lignes qui ont une valeur dans une colonne"), shown="F4"),
    _a("app.choose", "space", N_("choisir"), N_("Choisir la ligne, pour un geste sur plusieurs ; Esc les rend"), shown="espace"),
    _a("app.copy_list", "f7", N_("copier liste"), N_("Copier la liste, pour un tableur"), shown="F7"),
    _a("app.language", "f9", N_("English"), N_("Changer de langue : français, English"), shown="F9"),
    _a("app.theme", "f8", N_("thème"), N_("Thème clair, sombre, très contrasté ou simple (ni cadres, ni couleurs)"), shown="F8"),
    _a("app.keys", "f12", N_("touches"), N_("Changer les touches"), shown="F12"),
    _a("app.leave", "ctrl+q", N_("quitter"), N_("Quitter Halte"), shown="^Q"),
    # Les touches
    _a("keys.change", "enter", N_("changer"), N_("Appuyer sur une autre touche pour cette action"), bar=1, shown="⏎"),
    _a("keys.restore", "delete", N_("d'origine"), N_("Rendre à l'action sa touche d'origine"), bar=2, shown="Suppr"),
    _a("keys.reset", "R", N_("tout remettre"), N_("Rendre à toutes les actions leur touche d'origine"), bar=3),
    # Accueil
    _a("home.open", "enter", N_("ouvrir"), N_("Ouvrir la ligne"), bar=1, shown="⏎"),
    _a("home.arrive", "a", N_("arrivée"), N_("Marquer le séjour présent"), right="arrival.check_in", bar=2),
    _a("home.leave", "d", N_("départ"), N_("Marquer le séjour parti"), right="arrival.check_in", bar=3),
    _a("home.other_list", "x", N_("arrivées/départs"), N_("Passer des arrivées aux départs"), bar=4),
    _a("home.add_enquiry", "n", N_("nouvelle demande"), N_("Noter une demande (téléphone, comptoir, salon)"), right="enquiry.answer", bar=5),
    _a("home.task_done", "t", N_("tâche faite"), N_("Dire que la tâche sous le curseur est faite")),
    _a("home.failed_mails", "m", N_("courriels en échec"), N_("Les courriels qui n'ont pas pu partir"), right="mail.view"),
    # Demandes
    _a("enquiries.answer", "r", N_("répondre"), N_("Écrire au client ; Ctrl+S envoie"), right="enquiry.answer", bar=1),
    _a("enquiries.add_service", "plus", N_("prestation → dossier"), N_("Ajouter la première prestation : la demande devient un dossier"), right="dossier.edit", bar=2, shown="+"),
    _a("enquiries.client", "k", N_("kardex"), N_("Choisir ou ouvrir la fiche du client"), right="client.view", bar=3),
    _a("enquiries.open_dossier", "o", N_("dossier"), N_("Ouvrir le dossier né de cette demande"), right="dossier.view"),
    _a("enquiries.note", "i", N_("note"), N_("Écrire une note qui reste dans la maison"), right="enquiry.answer"),
    _a("enquiries.close", "x", N_("classer"), N_("Classer la demande sans suite"), right="enquiry.answer", bar=4),
    _a("enquiries.add", "n", N_("nouvelle"), N_("Noter une demande (téléphone, comptoir, salon)"), right="enquiry.answer", bar=5),
    _a("enquiries.take", "m", N_("à moi"), N_("M'en occuper : la demande est à moi, ou ne l'est plus"), right="enquiry.answer", bar=7),
    _a("enquiries.assign", "a", N_("attribuer"), N_("Dire qui s'en occupe : une personne du centre, ou plus personne"), right="enquiry.answer", bar=8),
    _a("enquiries.filter", "f", N_("filtre"), N_("Toutes, les miennes, à personne, nouvelles, répondues, dossiers, classées"), bar=6),
    _a("enquiries.sift", "ctrl+t", N_("clients"), N_("Ne lister que les demandes des clients d'un code, d'une segmentation, d'une origine, d'un type, d'une couleur"), shown="^T"),
    _a("enquiries.history", "h", N_("histoire"), N_("Qui a fait quoi sur cette demande")),
    _a("enquiries.send", "ctrl+s", N_("envoyer"), N_("Envoyer ce qui est écrit"), shown="^S"),
    # Dossiers
    _a("dossiers.open", "enter", N_("ouvrir"), N_("Ouvrir le dossier"), bar=1, shown="⏎"),
    _a("dossiers.previous", "left", N_("colonne"), N_("Colonne précédente"), shown="←"),
    _a("dossiers.next", "right", N_("colonne"), N_("Colonne suivante"), bar=2, shown="← →"),
    _a("dossiers.treated", "t", N_("traité"), N_("Cocher « Traité » sur les dossiers choisis"), right="dossier.edit"),
    _a("dossiers.archive", "x", N_("archiver"), N_("Archiver les dossiers choisis, ou les sortir de l'archive"), right="dossier.edit"),
    _a("dossiers.sift", "ctrl+t", N_("clients"), N_("Ne lister que les dossiers des clients d'un code, d'une segmentation, d'une origine, d'un type, d'une couleur"), shown="^T"),
    _a("dossiers.find", "f", N_("filtrer"), N_("Filtrer par nom ou par numéro"), bar=3),
    # Un dossier
    _a("dossier.add_line", "plus", N_("prestation"), N_("Ajouter une prestation, ou une ligne « divers »"), right="dossier.edit", bar=1, shown="+"),
    _a("dossier.change_line", "enter", N_("modifier"), N_("Changer la quantité ou le prix de la ligne"), right="dossier.edit", shown="⏎"),
    _a("dossier.remove_line", "delete", N_("retirer"), N_("Retirer la ligne"), right="dossier.edit", shown="Suppr"),
    _a("dossier.send_quote", "e", N_("envoyer devis"), N_("Envoyer le devis au client, en PDF et par une page"), right="quote.send", bar=2),
    _a("dossier.payment_link", "p", N_("lien paiement"), N_("Faire un lien de paiement : acompte, solde ou tout"), right="payment.link", bar=3),
    _a("dossier.dates", "d", N_("dates"), N_("Changer les dates : la répétition montre d'abord ce que cela fait"), right="dossier.edit", bar=4),
    _a("dossier.stay", "j", N_("séjour"), N_("Ouvrir le séjour : effectifs, chambres, arrivée"), right="stay.view"),
    _a("dossier.revive", "R", N_("reprendre"), N_("Reprendre le devis perdu, le séjour revenu à ses dates"), right="quote.send"),
    _a("dossier.message", "m", N_("message"), N_("Écrire au client depuis le dossier"), right="enquiry.answer", bar=5),
    _a("dossier.versions", "v", N_("versions"), N_("Les versions du devis et leurs adresses"), bar=6),
    _a("dossier.save_pdf", "s", N_("PDF"), N_("Le PDF du dernier devis : l'enregistrer, ou ouvrir sa page"), right="dossier.view"),
    _a("dossier.record_payment", "f", N_("encaisser"), N_("Noter un paiement reçu autrement (chèque, virement…)"), right="payment.record"),
    _a("dossier.refund", "b", N_("rembourser"), N_("Rembourser un paiement"), right="payment.refund"),
    _a("dossier.treated", "t", N_("traité"), N_("Cocher « Saisie dans le logiciel (Traité) »"), right="dossier.edit"),
    _a("dossier.commission", "c", N_("commission"), N_("Ce que le client garde du prix : sa part par défaut, à changer ici"), right="dossier.edit"),
    _a("dossier.tax", "x", N_("taxe de séjour"), N_("Mettre la taxe de séjour sur le dossier, avec ses exonérations"), right="dossier.edit"),
    _a("dossier.client", "k", N_("kardex"), N_("Ouvrir la fiche du client"), right="client.view"),
    _a("dossier.history", "h", N_("histoire"), N_("Qui a fait quoi sur ce dossier"), bar=7),
    # Planning
    _a("planning.open", "enter", N_("séjour"), N_("Ouvrir le séjour sous le curseur ; poser ce qu'on tient"), bar=1, shown="⏎"),
    _a("planning.move", "m", N_("déplacer"), N_("Prendre le séjour en main : les flèches l'emportent, Entrée le pose"), right="stay.edit", bar=2),
    _a("planning.split", "s", N_("couper"), N_("Couper le séjour au curseur : la suite dans une autre chambre"), right="stay.edit", bar=3),
    _a("planning.withdraw", "x,multiplication_sign,×", N_("HS"), N_("Mettre la chambre hors service (×), ou la remettre"), right="room.withdraw", bar=4, shown="x"),
    _a("planning.option", "o", N_("option"), N_("Tenir le séjour sous le curseur jusqu'à une date"), right="stay.edit", bar=5),
    _a("planning.undo", "u", N_("annuler"), N_("Défaire votre dernier geste, si rien n'a changé depuis"), right="stay.edit", bar=6),
    _a("planning.add_stay", "n", N_("nouveau"), N_("Prendre une réservation sur les chambres marquées"), right="stay.edit", bar=7),
    _a("planning.view", "v", N_("vue"), N_("Quinzaine, semaine, mois, saison"), bar=8),
    _a("planning.mark", "space", N_("marquer"), N_("Marquer la chambre, du jour marqué au curseur"), bar=9, shown="espace"),
    _a("planning.hold", "b", N_("attribuer"), N_("Donner les chambres marquées à un séjour"), right="stay.edit", bar=10),
    _a("planning.stretch", "e", N_("allonger"), N_("Tirer la fin du séjour : les flèches, puis Entrée"), right="stay.edit", bar=11),
    _a("planning.stretch_start", "E", N_("début"), N_("Tirer le début du séjour : les flèches, puis Entrée"), right="stay.edit"),
    _a("planning.swap", "c", N_("échanger"), N_("Échanger de chambre avec le séjour sur lequel on le pose"), right="stay.edit", bar=12),
    _a("planning.unassign", "delete", N_("retirer"), N_("Retirer la chambre au séjour, qui reste"), right="stay.edit", shown="Suppr"),
    _a("planning.leave_early", "l", N_("départ"), N_("Une chambre du groupe part avant les autres, ou le groupe entier"), right="arrival.check_in"),
    _a("planning.group", "r", N_("regrouper"), N_("Par bâtiment, par étage, par type, ou non"), bar=13),
    _a("planning.fold", "z", N_("plier"), N_("Plier ou déplier le groupe sous le curseur")),
    _a("planning.to_today", "t", N_("aujourd'hui"), N_("Revenir à aujourd'hui")),
    _a("planning.to_day", "d", N_("date"), N_("Aller à une date")),
    _a("planning.floor", "f", N_("étage"), N_("Ne voir qu'un bâtiment ou un étage")),
    # Kardex
    _a("clients.add", "ctrl+n", N_("nouvelle fiche"), N_("Ouvrir une fiche"), right="client.edit", bar=2, shown="^N"),
    _a("clients.open", "enter", N_("ouvrir"), N_("Ouvrir la fiche"), bar=1, shown="⏎"),
    _a("clients.sift", "ctrl+t", N_("filtrer"), N_("Ne lister que les clients d'un code, d'une segmentation, d'une origine, d'un type, d'une couleur"), bar=4, shown="^T"),
    _a("clients.find", "f", N_("chercher une fiche"), N_("Revenir à la recherche, depuis la liste"), bar=3),
    _a("clients.segments", "ctrl+l", N_("segments"), N_("Les segments : critères, comptes, photos, export"), bar=5, shown="^L"),
    # Les segments
    _a("segments.open", "enter", N_("ouvrir"), N_("Ce qu'il demande, et qui y répond"), bar=1, shown="⏎"),
    _a("segments.add", "n", N_("nouveau"), N_("Construire un segment, critère par critère"), right="client.edit", bar=2),
    _a("segments.duplicate", "d", N_("dupliquer"), N_("Partir d'un segment pour en faire un autre"), right="client.edit", bar=3),
    _a("segments.share", "p", N_("partager"), N_("Le partager avec tout le centre, ou le garder pour soi"), right="client.edit", bar=4),
    _a("segments.export", "x", N_("exporter"), N_("Emporter ses fiches, CSV ou XLSX ; l'histoire le note"), right="client.export", bar=5),
    _a("segments.delete", "delete", N_("supprimer"), N_("Supprimer le segment et ses photos"), right="client.edit", bar=6, shown="Suppr"),
    # Un segment
    _a("segment.open", "enter", N_("fiche"), N_("Ouvrir la fiche sous le curseur"), bar=1, shown="⏎"),
    _a("segment.edit", "e", N_("modifier"), N_("Changer les critères, le nom ; Ctrl+S enregistre"), right="client.edit", bar=2),
    _a("segment.snapshot", "i", N_("photo"), N_("Garder qui y répond maintenant, à sa date"), right="client.edit", bar=3),
    _a("segment.snapshots", "v", N_("photos"), N_("Voir qui répondait quand une photo a été prise"), bar=4),
    _a("segment.export", "x", N_("exporter"), N_("Emporter ses fiches, CSV ou XLSX ; l'histoire le note"), right="client.export", bar=5),
    _a("segment.share", "p", N_("partager"), N_("Le partager avec tout le centre, ou le garder pour soi"), right="client.edit", bar=6),
    _a("segment.duplicate", "d", N_("dupliquer"), N_("Partir d'un segment pour en faire un autre"), right="client.edit", bar=7),
    _a("segment.delete", "delete", N_("supprimer"), N_("Supprimer le segment et ses photos"), right="client.edit", bar=8, shown="Suppr"),
    _a("segment.history", "h", N_("histoire"), N_("Qui l'a changé, partagé, emporté"), bar=9),
    # Construire un segment
    _a("segment_form.add", "n", N_("ajouter"), N_("Ajouter un critère, en tapant son nom"), bar=2),
    _a("segment_form.change", "enter", N_("changer"), N_("Changer ce que demande le critère ; d'un groupe, tout ou l'un de"), bar=3, shown="⏎"),
    _a("segment_form.turn", "o", N_("et/ou"), N_("Passer de « tout ceci » à « l'un de ceux-ci », et retour"), bar=4),
    _a("segment_form.deny", "x", N_("sauf"), N_("Tous sauf ceux qui répondent à cela, et retour"), bar=5),
    _a("segment_form.group", "r", N_("grouper"), N_("Mettre le critère dans un groupe à lui, ou défaire le groupe"), bar=6),
    _a("segment_form.remove", "delete", N_("retirer"), N_("Retirer le critère, ou le groupe entier"), bar=7, shown="Suppr"),
    _a("segment_form.save", "ctrl+s", N_("enregistrer"), N_("Le garder sous un nom, pour soi ou pour tous"), right="client.edit", bar=1, shown="^S"),
    _a("segment_form.discard", "f6", N_("tout oublier"), N_("Abandonner les changements et le brouillon"), shown="F6"),
    # Une fiche
    _a("client.edit", "e", N_("modifier"), N_("Modifier la fiche ; Ctrl+S enregistre"), right="client.edit", bar=1),
    _a("client.book", "n", N_("réserver"), N_("Prendre un séjour pour ce client"), right="stay.edit", bar=2),
    _a("client.blacklist", "b", N_("blacklister"), N_("Fermer ou rouvrir le cadenas de la fiche"), right="client.blacklist", bar=3),
    _a("client.message", "m", N_("message"), N_("Écrire au client ; la réponse arrive dans Demandes"), right="enquiry.answer", bar=3),
    _a("client.defaults", "d", N_("défauts"), N_("Ce qui remplit un nouveau séjour ou devis de ce client"), right="client.edit", bar=4),
    _a("client.rates", "t", N_("tarifs"), N_("Les tarifs du client, qui passent avant tous les autres"), right="rate.edit", bar=8),
    _a("client.merge", "f", N_("fusionner"), N_("Faire une seule fiche de celle-ci et d'une autre du même client"), right="client.merge"),
    _a("client.unmerge", "u", N_("défaire la fusion"), N_("Rendre l'autre fiche, avec ce qui la nommait"), right="client.merge"),
    _a("client.person", "p", N_("données"), N_("Remettre ses données à la personne, noter ou reprendre son opposition, l'effacer"), right="client.view"),
    _a("client.contacts", "c", N_("contacts"), N_("Les personnes de la fiche, et qui reçoit quel courriel"), right="client.edit", bar=6),
    _a("client.profiles", "o", N_("profils"), N_("Profils publics et avis que le client a donnés ou signalés, avec leur source"), right="client.edit"),
    _a("client.note", "s", N_("suivi"), N_("Noter une action réalisée auprès du client"), right="client.edit", bar=7),
    _a("client.unnote", "r", N_("retirer une action"), N_("Retirer une action notée par erreur"), right="client.edit"),
    _a("client.mendings", "w", N_("écritures"), N_("Les écritures réparées de la fiche : rendre un champ comme il était écrit"), right="client.edit"),
    _a("client.history", "h", N_("histoire"), N_("Qui a fait quoi sur cette fiche"), bar=5),
    _a("client.open", "enter", N_("ouvrir"), N_("Ouvrir le séjour ou le dossier sous le curseur"), bar=9, shown="⏎"),
    # Modifier une fiche, un séjour
    _a("form.save", "ctrl+s", N_("enregistrer"), N_("Enregistrer"), bar=1, shown="^S"),
    _a("form.discard", "f6", N_("tout oublier"), N_("Abandonner les modifications et le brouillon"), bar=2, shown="F6"),
    # Réservation
    _a("stays.open", "enter", N_("ouvrir"), N_("Ouvrir la fiche séjour"), bar=1, shown="⏎"),
    _a("stays.sift", "ctrl+t", N_("clients"), N_("Ne lister que les séjours des clients d'un code, d'une segmentation, d'une origine, d'un type, d'une couleur"), shown="^T"),
    _a("stays.add", "n", N_("nouveau séjour"), N_("Prendre une réservation"), right="stay.edit", bar=2),
    _a("stays.filter", "f", N_("statut"), N_("À venir, options, présents, partis…"), bar=3),
    # Une fiche séjour
    _a("stay.edit", "e", N_("modifier"), N_("Modifier dates, effectifs, type, objet ; Ctrl+S enregistre"), right="stay.edit", bar=1),
    _a("stay.propose", "p", N_("proposer chambres"), N_("Proposer des chambres libres, puis corriger"), right="stay.edit", bar=2),
    _a("stay.rooms", "b", N_("chambres"), N_("Choisir les chambres à la main"), right="stay.edit"),
    _a("stay.option", "o", N_("option"), N_("Tenir les chambres jusqu'à une date"), right="stay.edit", bar=3),
    _a("stay.confirm", "c", N_("confirmer"), N_("Confirmer le séjour, avec la raison"), right="stay.edit", bar=4),
    _a("stay.arrive", "a", N_("présent"), N_("Marquer présent, ou défaire"), right="arrival.check_in", bar=5),
    _a("stay.leave", "d", N_("départ"), N_("Marquer parti, ou défaire"), right="arrival.check_in", bar=6),
    _a("stay.early_departure", "l", N_("libérer"), N_("Une chambre part avant les autres"), right="arrival.check_in", bar=7),
    _a("stay.cancel", "x", N_("annuler"), N_("Annuler le séjour, avec la raison"), right="stay.edit"),
    _a("stay.no_show", "n", N_("non venu"), N_("Personne n'est venu : libérer les chambres"), right="arrival.check_in"),
    _a("stay.undo", "u", N_("reprendre"), N_("Reprendre une annulation (15 minutes) ou un « non venu »"), right="stay.edit"),
    _a("stay.wait", "w", N_("attente"), N_("Mettre sur liste d'attente ; de là, prendre en option"), right="stay.edit"),
    _a("stay.allot", "t", N_("contingent"), N_("Garder des lits par type, avant de connaître les chambres"), right="stay.edit"),
    _a("stay.pre_check_in", "i", N_("lien d'arrivée"), N_("Faire le lien de pré-arrivée pour le client"), right="arrival.check_in"),
    _a("stay.mail_pre_check_in", "I", N_("envoyer le lien"), N_("Envoyer le lien de pré-arrivée au client par mail"), right="arrival.check_in"),
    _a("stay.dossier", "s", N_("dossier"), N_("Ouvrir le dossier de ce séjour, ou l'ouvrir par sa première prestation"), right="dossier.view"),
    _a("stay.client", "k", N_("kardex"), N_("Ouvrir la fiche du client"), right="client.view"),
    _a("stay.rooming", "r", N_("liste"), N_("Liste de chambres : qui dort où, régimes, lien du responsable"), right="stay.view", bar=8),
    _a("stay.keys", "y", N_("clés"), N_("Remettre des clés, ou les reprendre"), right="arrival.check_in"),
    _a("stay.meals", "m", N_("repas"), N_("Les repas du séjour, par jour, service et régime"), right="stay.view"),
    _a("stay.survey", "v", N_("questionnaire"), N_("Le questionnaire d'arrivée : réponses, envoi, lien"), right="arrival.check_in"),
    _a("stay.police", "f", N_("fiches de police"), N_("Les montrer à la police ; l'histoire le note"), right="police.view"),
    _a("stay.tax", "T", N_("taxe de séjour"), N_("Qui est exonéré de la taxe : saisonniers, urgence, loyer sous le seuil"), right="stay.edit"),
    _a("stay.payer", "K", N_("payeur"), N_("Choisir qui paie, si c'est un autre"), right="stay.edit"),
    _a("stay.history", "h", N_("histoire"), N_("Qui a fait quoi sur ce séjour")),
    # Feuille du jour
    _a("day_sheet.open", "enter", N_("ouvrir"), N_("Ouvrir le séjour, régler le repas, marquer la chambre"), bar=1, shown="⏎"),
    _a("day_sheet.arrive", "a", N_("arrivée"), N_("Marquer présent et remettre les clés"), right="arrival.check_in", bar=2),
    _a("day_sheet.leave", "d", N_("départ"), N_("Marquer parti, clés rendues"), right="arrival.check_in", bar=3),
    _a("day_sheet.rooming", "r", N_("liste"), N_("La liste de chambres du groupe sous le curseur"), right="stay.view", bar=4),
    _a("day_sheet.housekeeping", "c", N_("ménage"), N_("Toutes les chambres, dans l'ordre du travail"), right="stay.view", bar=5),
    _a("day_sheet.print", "i", N_("imprimer"), N_("PDF, XLSX, CSV : le jour, la cuisine, les chambres"), right="stay.view", bar=6),
    _a("day_sheet.to_day", "j", N_("date"), N_("Aller à une date"), bar=7),
    _a("day_sheet.arrivals", "1", N_("arrivées"), N_("Qui arrive")),
    _a("day_sheet.departures", "2", N_("départs"), N_("Qui part")),
    _a("day_sheet.present", "3", N_("présents"), N_("Qui reste")),
    _a("day_sheet.meals", "4", N_("repas"), N_("Les repas par service et par régime")),
    _a("day_sheet.cleaning", "5", N_("chambres"), N_("Les chambres à nettoyer")),
    _a("day_sheet.previous", "left", N_("veille"), N_("Le jour d'avant"), shown="←"),
    _a("day_sheet.next", "right", N_("lendemain"), N_("Le jour d'après"), shown="→"),
    _a("day_sheet.to_today", "t", N_("aujourd'hui"), N_("Revenir à aujourd'hui")),
    _a("day_sheet.sift", "ctrl+t", N_("clients"), N_("Ne montrer que les clients d'un code, d'une segmentation, d'une origine, d'un type, d'une couleur"), shown="^T"),
    _a("day_sheet.survey_days", "v", N_("questionnaire"), N_("Combien de jours avant l'arrivée part le questionnaire"), right="centre.edit"),
    # Ménage
    _a("housekeeping.mark", "enter", N_("suite"), N_("À nettoyer → propre → contrôlée"), right="arrival.check_in", bar=1, shown="⏎"),
    _a("housekeeping.clean", "p", N_("propre"), N_("La chambre est propre"), right="arrival.check_in", bar=2),
    _a("housekeeping.inspected", "c", N_("contrôlée"), N_("La chambre est contrôlée"), right="arrival.check_in", bar=3),
    _a("housekeeping.dirty", "s", N_("sale"), N_("La chambre est à nettoyer"), right="arrival.check_in", bar=4),
    _a("housekeeping.filter", "f", N_("toutes"), N_("Toutes les chambres, ou ce qui est à faire"), bar=5),
    _a("housekeeping.print", "i", N_("imprimer"), N_("La liste en PDF, XLSX ou CSV"), right="stay.view", bar=6),
    _a("housekeeping.pair", "n", N_("jumeler"), N_("Jumeler un téléphone : sa page est montrée une fois"), right="centre.edit", bar=7),
    _a("housekeeping.phones", "t", N_("téléphones"), N_("Les téléphones jumelés ; en retirer un"), right="centre.edit"),
    # Une liste de chambres
    _a("rooming.change", "enter", N_("modifier"), N_("Modifier la personne sous le curseur"), right="stay.edit", bar=1, shown="⏎"),
    _a("rooming.add", "n", N_("ajouter"), N_("Ajouter des personnes, l'une après l'autre"), right="stay.edit", bar=2),
    _a("rooming.remove", "delete", N_("retirer"), N_("Retirer la personne de la liste"), right="stay.edit", shown="Suppr"),
    _a("rooming.propose", "p", N_("proposer"), N_("Proposer une chambre à qui n'en a pas"), right="stay.edit", bar=3),
    _a("rooming.link", "l", N_("lien"), N_("Le lien du responsable : envoyé, copié"), right="stay.edit", bar=4),
    _a("rooming.take_file", "f", N_("fichier"), N_("Reprendre une liste CSV ou XLSX, ou des cellules collées"), right="stay.edit", bar=5),
    _a("rooming.print", "i", N_("imprimer"), N_("La liste en PDF, XLSX ou CSV"), right="stay.view", bar=6),
    _a("rooming.submit", "c", N_("clore"), N_("Dire que la liste est complète, ou la rouvrir"), right="stay.edit", bar=7),
    _a("rooming.history", "h", N_("histoire"), N_("Qui a fait quoi sur cette liste")),
    # Statistiques
    _a("statistics.drill", "enter", N_("détailler"), N_("Les mois de la ligne seule ; encore une fois : de toutes"), right="statistics.view", bar=1, shown="⏎"),
    _a("statistics.previous", "left", N_("période"), N_("Période précédente"), shown="←"),
    _a("statistics.next", "right", N_("période"), N_("Période suivante"), bar=2, shown="← →"),
    _a("statistics.zoom", "z", N_("an/trim./mois"), N_("Passer de l'année au trimestre, puis au mois"), bar=3),
    _a("statistics.days", "d", N_("dates"), N_("Choisir les dates de la période"), bar=6),
    _a("statistics.segment", "f", N_("compter par"), N_("Compter par type, pays, tranche d'âge, région, prestation…"), bar=4),
    _a("statistics.measure", "m", N_("mesure"), N_("Nuitées, occupation, chiffre d'affaires ou arrivées"), bar=5),
    _a("statistics.export", "e", N_("exporter"), N_("Emporter le tableau : XLSX, CSV, PDF"), right="statistics.view", bar=7),
    _a("statistics.insee", "i", N_("INSEE"), N_("L'enquête de fréquentation du mois, par pays de résidence"), right="statistics.view", bar=8),
    _a("statistics.tax", "t", N_("taxe de séjour"), N_("Déclaration de taxe de séjour de la période, avec les exonérations"), right="statistics.view", bar=9),
    _a("statistics.sift", "ctrl+t", N_("clients"), N_("Ne compter que les clients d'un code, d'une segmentation, d'une origine, d'un type, d'une couleur"), right="statistics.view", shown="^T"),
    _a("statistics.quality", "q", N_("qualité des fiches"), N_("Champs remplis, courriels et téléphones utiles, doublons ; jusqu'aux fiches"), right="statistics.view"),
    _a("statistics.tax_rate", "r", N_("tarif taxe"), N_("Fixer le tarif de la taxe de séjour à partir d'un jour"), right="rate.edit"),
    # Installations
    _a("facilities.imports", "ctrl+o", N_("imports"), N_("Apporter des fiches d'un fichier, voir et annuler les imports"), right="import.run", shown="^O"),
    _a("facilities.connections", "ctrl+k", N_("connexions"), N_("Les autres logiciels qui apportent des fiches : réglage, relève, pause, refus"), right="import.run", shown="^K"),
    _a("facilities.trail", "H", N_("histoire du centre"), N_("Qui a fait quoi dans tout le centre ; les certificats de destruction"), right="user.manage"),
    _a("facilities.previous", "left", N_("liste"), N_("Liste précédente"), shown="←"),
    _a("facilities.next", "right", N_("liste"), N_("Liste suivante : utilisateurs, chambres, prestations, tablettes"), bar=1, shown="← →"),
    _a("trail.open", "enter", N_("tout lire"), N_("La ligne entière : l'instant, d'où, chaque changement"), bar=1, shown="⏎"),
    _a("trail.thing", "o", N_("ouvrir"), N_("Ouvrir la fiche, le séjour ou le dossier de la ligne"), bar=2),
    _a("trail.openings", "v", N_("ouvertures"), N_("Montrer aussi qui a seulement ouvert une fiche, ou ne plus le montrer"), bar=3),
    _a("users.add", "n", N_("ajouter"), N_("Donner un rôle ici à une personne, nouvelle ou connue"), right="user.manage", bar=2),
    _a("users.change", "enter", N_("modifier"), N_("Changer son rôle, son nom, son adresse"), right="user.manage", bar=3, shown="⏎"),
    _a("users.disable", "x", N_("désactiver"), N_("Fermer l'accès d'une personne, ou le rouvrir"), right="user.manage", bar=4),
    _a("users.add_key", "c", N_("clé SSH"), N_("Enregistrer une clé SSH en collant sa ligne"), right="user.manage", bar=5),
    _a("users.revoke_key", "delete", N_("retirer clé"), N_("Révoquer une clé SSH"), right="user.manage", bar=6, shown="Suppr"),
    _a("users.password", "m", N_("mot de passe"), N_("Donner un mot de passe"), right="user.manage", bar=7),
    _a("users.history", "h", N_("histoire"), N_("Qui a fait quoi sur cet utilisateur")),
    _a("rooms.add", "n", N_("ajouter"), N_("Ajouter une chambre et ses lits"), right="room.edit", bar=2),
    _a("services.add", "n", N_("ajouter"), N_("Ajouter une prestation au catalogue"), right="rate.edit", bar=2),
    _a("services.change", "enter", N_("prix"), N_("Changer le prix, le nom, la TVA ; ne plus vendre"), right="rate.edit", bar=3, shown="⏎"),
    _a("services.meals", "r", N_("repas"), N_("Dire quels repas la prestation comprend, si son nom ne le dit pas"), right="rate.edit", bar=4),
    _a("tablets.pair", "n", N_("jumeler"), N_("Jumeler une tablette : son adresse est montrée une fois"), right="centre.edit", bar=2),
    _a("tablets.unpair", "delete", N_("retirer"), N_("Finir le jumelage d'une tablette"), right="centre.edit", bar=3, shown="Suppr"),
    _a("settings.change", "enter", N_("modifier"), N_("Changer les réglages du centre ; Ctrl+S enregistre"), right="centre.edit", bar=2, shown="⏎"),
    _a("settings.pull", "p", N_("relever les avis"), N_("Demander maintenant ses avis au prestataire"), right="centre.edit", bar=3),
    _a("settings.terms", "c", N_("conditions"), N_("Les conditions de vente : versions, textes, devis qui en dépendent"), right="dossier.view", bar=4),
    _a("sale_terms.open", "enter", N_("lire"), N_("Lire le texte de la version sous le curseur"), bar=1, shown="⏎"),
    _a("sale_terms.quotes", "d", N_("devis"), N_("Les devis acceptés avec cette version"), right="dossier.view", bar=2),
    _a("sale_terms.add", "n", N_("nouveau texte"), N_("Publier un texte, en vigueur à partir d'un jour"), right="centre.edit", bar=3),
    # Qualité des fiches
    _a("quality.open", "enter", N_("les fiches"), N_("Les fiches sans ce champ ; une source ou un centre seul"), bar=1, shown="⏎"),
    _a("quality.curve", "c", N_("au fil du temps"), N_("La part des clients à qui l'on peut écrire, mois après mois ; encore : les fiches du mois"), bar=3),
    _a("quality.export", "e", N_("exporter"), N_("Emporter le tableau, pour un tableur"), bar=2),
    _a("quality.duplicates", "d", N_("doublons"), N_("Doublons liés, à trancher, tranchés, défaits : par mois, source et centre"), bar=4),
    _a("duplicates.open", "enter", N_("les fiches"), N_("Les fiches d'ici derrière la ligne ; du réseau, un centre ou une source seul"), bar=1, shown="⏎"),
    # Connexions
    _a("connections.open", "enter", N_("ouvrir"), N_("Son réglage, ce qu'elle a apporté, ce qui a été refusé"), bar=1, shown="⏎"),
    _a("connections.add", "n", N_("nouvelle"), N_("Relier un autre logiciel : fichier déposé (HTTPS, SFTP) ou appels signés"), right="centre.edit", bar=2),
    _a("connections.collect", "r", N_("relever"), N_("Aller chercher maintenant ce qui est déposé, sans attendre la nuit"), right="import.run", bar=3),
    _a("connections.pause", "p", N_("pause"), N_("Ne plus rien laisser entrer par elle, ou la reprendre"), right="centre.edit", bar=4),
    _a("connection.open", "enter", N_("lignes refusées"), N_("Les lignes de ce fichier qui n'ont pas pu entrer, et pourquoi"), bar=1, shown="⏎"),
    _a("connection.collect", "r", N_("relever"), N_("Aller chercher maintenant ce qui est déposé, sans attendre la nuit"), right="import.run", bar=2),
    _a("connection.edit", "e", N_("régler"), N_("Changer l'adresse, l'identifiant, la clé du serveur, les colonnes"), right="centre.edit", bar=3),
    _a("connection.pause", "p", N_("pause"), N_("Ne plus rien laisser entrer par elle, ou la reprendre"), right="centre.edit", bar=4),
    _a("connection.key", "c", N_("nouvelle clé"), N_("Donner une autre clé au webhook : elle est montrée une fois"), right="centre.edit", bar=5),
    _a("connection.end", "delete", N_("finir"), N_("Finir la connexion ; les fiches venues par elle restent"), right="centre.edit", bar=6, shown="Suppr"),
    # Imports
    _a("imports.open", "enter", N_("lignes refusées"), N_("Les lignes de ce fichier qui n'ont pas pu entrer, et pourquoi"), bar=3, shown="⏎"),
    _a("imports.add", "n", N_("apporter un fichier"), N_("Apporter des fiches d'un fichier : colonnes, essai, import"), right="import.run", bar=1),
    _a("imports.undo", "x", N_("annuler l'import"), N_("Retirer les fiches de cet import que personne n'a touchées"), right="import.run", bar=2),
    # Installations : les listes du centre
    _a("local_lists.add", "n", N_("ajouter"), N_("Ajouter une valeur à une liste du centre"), right="code_list.edit", bar=2),
    _a("local_lists.change", "enter", N_("modifier"), N_("Changer la valeur, la retirer ; la couleur d'un type"), right="code_list.edit", bar=3, shown="⏎"),
    *NETWORK,
)  # fmt: skip

BY_ID: Mapping[str, Action] = {action.id: action for action in ALL}


def of_scope(scope: str) -> list[Action]:
    """The actions of one screen, in the order of the registry."""
    return [action for action in ALL if action.scope == scope]


def bindings(scope: str) -> list[BindingType]:
    """The bindings of one screen. Each passes by `act`, which looks at the right and names a missing one."""
    return [
        Binding(
            action.key,
            f"act('{action.id}')",
            action.label,
            show=False,
            id=action.id,
            priority=action.id == "app.leave",  # out of a dialog too
        )
        for action in of_scope(scope)
    ]


def key_name(action: Action, keymap: Mapping[str, str]) -> str:
    """The key as it is shown, remapped or not."""
    return keymap.get(action.id) or action.shown_key or action.key
