"""What is done at the network's screens: centres, lists, review of cards, figures, what fails."""

from tui.action import Action
from tui.action import action as _a
from tui.words import N_

NETWORK: tuple[Action, ...] = (
    # Statistiques du réseau
    _a("network_statistics.previous", "left", N_("période"), N_("Période précédente"), shown="←"),
    _a("network_statistics.next", "right", N_("période"), N_("Période suivante"), bar=2, shown="← →"),
    _a("network_statistics.zoom", "z", N_("an/trim./mois"), N_("Passer de l'année au trimestre, puis au mois"), bar=3),
    _a("network_statistics.days", "d", N_("dates"), N_("Choisir les dates de la période"), bar=6),
    _a("network_statistics.segment", "f", N_("compter par"), N_("Compter par type, pays, tranche d'âge, région, prestation…"), bar=4),
    _a("network_statistics.measure", "m", N_("mesure"), N_("Nuitées, occupation, chiffre d'affaires ou arrivées"), bar=5),
    # Réseau
    _a("network.lists", "l", N_("listes"), N_("Les listes du réseau : renommer, scinder, retirer une valeur"), right="network.view", bar=2),
    _a("network.alerts", "a", N_("alertes"), N_("Les alertes que des centres demandent"), right="referential.review", bar=3),
    _a("network.review", "r", N_("RCU"), N_("Les paires de fiches à trancher : la même personne, ou non"), right="referential.review", bar=3),
    _a("network.quality", "q", N_("qualité"), N_("Fiches du réseau : champs remplis, courriels, doublons, par centre et par source"), right="network.view", bar=6),
    _a("network.find_card", "f", N_("une fiche"), N_("Trouver une fiche par référence, courriel ou téléphone, et ce qui va avec"), right="referential.review", bar=5),
    # RCU : les paires à trancher
    _a("review.link", "l", N_("lier"), N_("C'est la même personne : relier les fiches"), right="referential.review", bar=1),
    _a("review.apart", "n", N_("pas le même"), N_("Ce sont deux personnes : ne plus proposer cette paire"), right="referential.review", bar=2),
    _a("review.later", "p", N_("plus tard"), N_("Remettre la paire derrière toutes les autres"), right="referential.review", bar=3),
    _a("review.undo", "u", N_("reprendre"), N_("Reprendre la dernière décision"), right="referential.review", bar=4),
    _a("review.identity", "i", N_("ensemble"), N_("Tout ce qui va avec la fiche de gauche, et pourquoi"), right="referential.review", bar=5),
    _a("review.other_identity", "I", N_("ensemble droit"), N_("Tout ce qui va avec la fiche de droite, et pourquoi"), right="referential.review"),
    _a("review.detail", "d", N_("détail"), N_("Ouvrir centres et saisons, avec une raison que ces centres lisent"), right="referential.view_detail", bar=6),
    # RCU : un ensemble de fiches
    _a("identity.unlink", "x", N_("couper"), N_("Couper le lien sous le curseur"), right="referential.review", bar=1),
    _a("identity.take_back", "u", N_("reprendre"), N_("Reprendre la décision sous le curseur"), right="referential.review", bar=2),
    _a("identity.detail", "d", N_("détail"), N_("Ouvrir centres et saisons, avec une raison que ces centres lisent"), right="referential.view_detail", bar=3),
    # RCU : les passes sur le réseau
    _a("duplicates.runs", "p", N_("passes"), N_("Les passes sur tout le réseau : ce que chacune a relié, et son annulation"), right="network.view", bar=2),
    _a("link_runs.undo", "u", N_("annuler la passe"), N_("Défaire tous les liens de la passe ; ce qui fut relié depuis reste"), right="referential.link", bar=1),
    # Réseau : les listes
    _a("network_lists.add", "n", N_("ajouter"), N_("Ajouter une valeur à cette liste"), right="code_list.edit", bar=1),
    _a("network_lists.rename", "enter", N_("renommer"), N_("Renommer la valeur à partir d'un jour"), right="code_list.edit", bar=2, shown="⏎"),
    _a("network_lists.split", "s", N_("scinder"), N_("Remplacer la valeur par plusieurs, à partir d'un jour"), right="code_list.edit", bar=3),
    _a("network_lists.retire", "x", N_("retirer"), N_("Ne plus proposer la valeur à partir d'un jour"), right="code_list.edit", bar=4),
    _a("network.statistics", "s", N_("statistiques"), N_("Les chiffres du réseau, sans ce qui désignerait un centre"), right="network.view", bar=2),
    _a("network.deliveries", "e", N_("échecs"), N_("Ce que la machinerie n'arrive pas à faire : faits, paiements annoncés"), right="network.view", bar=4),
    _a("deliveries.retry", "r", N_("réessayer"), N_("Faire réessayer tout de suite"), right="centre.provision", bar=1),
    _a("deliveries.filter", "f", N_("aussi les récents"), N_("Voir aussi ce qui n'a échoué que peu de fois"), bar=2),
    _a("network.enter", "enter", N_("entrer"), N_("Comment travailler dans ce centre"), right="network.view", bar=1, shown="⏎"),
)  # fmt: skip
