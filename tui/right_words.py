"""The rights by what they allow, in the words of the desk: who lacks one asks for it by these."""

from tui.words import N_, _

RIGHTS = {
    "desk.view": N_("voir l'accueil"),
    "enquiry.view": N_("lire les demandes"),
    "enquiry.answer": N_("répondre aux demandes"),
    "client.view": N_("voir les fiches"),
    "client.edit": N_("modifier les fiches"),
    "client.blacklist": N_("blacklister un client"),
    "client.merge": N_("fusionner des fiches"),
    "client.export": N_("exporter des fiches"),
    "client.erase": N_("effacer une personne"),
    "stay.view": N_("voir les séjours"),
    "stay.edit": N_("modifier les séjours"),
    "stay.overbook": N_("vendre au-delà des lits"),
    "room.edit": N_("modifier les chambres"),
    "room.withdraw": N_("mettre hors service"),
    "arrival.check_in": N_("arrivées et départs"),
    "police.view": N_("lire les fiches de police"),
    "dossier.view": N_("lire les dossiers"),
    "dossier.edit": N_("modifier les dossiers"),
    "quote.send": N_("envoyer un devis"),
    "payment.view": N_("voir les paiements"),
    "payment.record": N_("encaisser un paiement"),
    "payment.link": N_("envoyer un lien de paiement"),
    "payment.refund": N_("rembourser un paiement"),
    "rate.edit": N_("modifier les tarifs"),
    "invoice.issue": N_("facturer"),
    "mail.view": N_("voir les courriels en échec"),
    "mail.retry": N_("renvoyer un courriel"),
    "user.manage": N_("gérer les utilisateurs"),
    "code_list.edit": N_("modifier les listes"),
    "centre.edit": N_("régler le centre"),
    "centre.provision": N_("ouvrir des centres"),
    "network.view": N_("voir le réseau"),
    "referential.link": N_("relier tout le réseau d'un coup"),
    "referential.review": N_("trancher les doublons"),
    "referential.view_detail": N_("lire le détail d'un autre centre"),
    "person.everywhere": N_("données d'une personne dans tous les centres"),
    "statistics.view": N_("voir les statistiques"),
    "import.run": N_("importer un fichier"),
}


def right_words(right: str) -> str:
    """Say what a right allows; its code where this terminal does not know it."""
    return _(RIGHTS[right]) if right in RIGHTS else right
