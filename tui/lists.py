"""The network's code lists: the labels word for word as the network prints them; codes go over the wire."""

from collections.abc import Iterable, Mapping

from server.contract.code_lists import CodeList
from server.contract.segments import SegmentLine
from tui.words import N_, _

Choices = list[tuple[str, str]]
"""(code, label), in the network's order."""

CLIENT_TYPE = (
    ("administration", N_("Administration / collectivité")),
    ("works_council", N_("CE")),
    ("company", N_("Entreprise")),
    ("school", N_("Établissement scolaire")),
    ("higher_education", N_("Établissement de l'enseignement supérieur")),
    ("care_institution", N_("Institution (médico-social)")),
    ("sports_body", N_("Ligues / fédérations / clubs sportifs")),
    ("faith_group", N_("Mouvement confessionnel")),
    ("tour_operator", N_("TO / agence / autocariste")),
    ("school_tour_operator", N_("TO scolaire")),
    ("vocational_training", N_("Organisme de formation professionnelle")),
    ("bafa_training", N_("Organisme de formation BAFA/BAFD")),
    ("individual", N_("Particulier")),
    ("union_mutual_coop", N_("Syndicat / mutuelle / coopérative")),
    ("other_association", N_("Autre association")),
    ("other", N_("Autre")),
)
DISCOVERY_CHANNEL = (
    ("brochure", N_("Brochure")),
    ("centre_website", N_("Site Internet du centre")),
    ("network_website", N_("Site Internet éthic étapes")),
    ("other_centre_client", N_("Client d'un autre éthic étapes")),
    ("word_of_mouth", N_("Par le bouche à oreille")),
    ("family_friends", N_("Par la famille / des amis")),
    ("emailing", N_("Via un e-mailing ou une newsletter")),
    ("advertising", N_("Insertion publicitaire")),
    ("trade_fair", N_("Sur un salon / workshop")),
    ("other", N_("Autre")),
)
FOLLOW_UP_ACTION = (
    ("brochure_sent", N_("Envoi de brochure")),
    ("emailing", N_("E-mailing")),
    ("newsletter", N_("Newsletter")),
    ("facebook_campaign", N_("Campagne Facebook")),
    ("other", N_("Autre")),
)
CONTACT_ROLE = (
    ("booking", N_("réservation")),
    ("contract", N_("contrat")),
    ("invoice", N_("facture")),
    ("on_site", N_("sur place")),
)
DISCOVERY_DETAIL = {
    "advertising": N_("préciser via quel support"),
    "trade_fair": N_("préciser lequel"),
    "other": N_("préciser"),
}
BOOKING_CATEGORY = (("individuals", N_("Individuels")), ("groups", N_("Groupes")))
BOOKING_TYPE = {
    "individuals": (
        ("backpackers", N_("Backpackers / jeunes")),
        ("families", N_("Familles")),
        ("work_mobility", N_("Mobilité professionnelle")),
        ("emergency_housing", N_("Hébergement d'urgence")),
    ),
    "groups": (
        ("business", N_("Affaires")),
        ("leisure", N_("Loisirs")),
        ("sports", N_("Sportifs (fédérations / clubs)")),
        ("schools", N_("Scolaires")),
        ("acm", N_("ACM")),
        ("disability", N_("Handicap")),
        ("higher_education", N_("Enseignement supérieur")),
    ),
}
PURPOSE_CATEGORY = (
    ("business", N_("Affaires")),
    ("leisure", N_("Loisirs")),
    ("sports_camp", N_("Stages sportifs (fédérations / clubs)")),
    ("schools", N_("Scolaires")),
    ("tourism", N_("Tourisme / Vacances")),
    ("social_housing", N_("Hébergement social")),
    ("other", N_("Autre")),
)
PURPOSE = {
    "business": (
        ("seminar", N_("Séminaire / réunion")),
        ("incentive", N_("Incentive")),
        ("work_mobility", N_("Mobilité professionnelle")),
        ("vocational_training", N_("Stages et formation professionnelle")),
    ),
    "leisure": (
        ("hiking", N_("Séjour randonnée")),
        ("motorcycling", N_("Séjour motards")),
        ("choirs_music_folk", N_("Séjour chorales, conservatoires, groupes folkloriques")),
        ("adapted_leisure", N_("Séjour loisirs adaptés")),
        ("other_leisure", N_("Autres séjours loisirs")),
    ),
    "sports_camp": (
        ("cycle_touring", N_("Cyclotourisme")),
        ("badminton", N_("Badminton")),
        ("rural_sport", N_("Sport en milieu rural")),
        ("boxing", N_("Boxe")),
        ("nordic_walking", N_("Marche nordique")),
    ),
    "schools": (
        ("primary_discovery", N_("Classe de découverte primaire")),
        ("secondary_study_trip", N_("Voyage d'étude niveau collège lycée")),
        ("higher_study_trip", N_("Voyage d'étude enseignement supérieur")),
        ("children_groups", N_("Accueil de groupes d'enfants (hébergement)")),
        ("acm", N_("Accueil Collectif de Mineurs")),
    ),
    "tourism": (
        ("event", N_("Événementiel / manifestation sportive, culturelle")),
        ("cultural_stay", N_("Séjour culturel")),
        ("adapted_tourism", N_("Séjour touristique adapté")),
    ),
}
DOSSIER_STATE = (
    ("new", N_("Nouveaux dossiers")),
    ("in_progress", N_("Dossiers en cours")),
    ("awaiting_payment", N_("En attente de paiement")),
    ("deposit_paid", N_("Acompte versé")),
    ("paid", N_("Paiement soldé")),
    ("processed", N_("Commande traitée")),
    ("archived", N_("Archivé")),
)
STAY_STATUS = (
    ("tentative", N_("à l'étude")),
    ("option", N_("option")),
    ("confirmed", N_("confirmé")),
    ("present", N_("présent")),
    ("departed", N_("parti")),
    ("cancelled", N_("annulé")),
    ("no_show", N_("non venu")),
)
ROOM_STATUS = (
    ("held", N_("réservée")),
    ("present", N_("présents")),
    ("departed", N_("partis")),
    ("left_early", N_("libérée avant")),
)
BLACKLIST_REASON = (
    ("unpaid", N_("Impayé")),
    ("damage", N_("Dégradations")),
    ("nuisance", N_("Nuisances")),
    ("violence", N_("Violences")),
    ("fraud", N_("Fraude")),
)
OUT_OF_SERVICE_REASON = (
    ("works", N_("travaux")),
    ("cleaning", N_("ménage")),
    ("staff", N_("logement du personnel")),
    ("other", N_("autre")),
)
PRODUCT_TYPE = (
    ("lodging", N_("Hébergement")),
    ("meal", N_("Restauration")),
    ("room_hire", N_("Salle")),
    ("activity", N_("Activité")),
    ("package", N_("Forfait")),
    ("option", N_("Option")),
    ("miscellaneous", N_("Divers")),
)
DEPOSIT_NATURE = (("acompte", N_("Acompte")), ("arrhes", N_("Arrhes")))
MEANS = (
    ("transfer", N_("Virement")),
    ("cheque", N_("Chèque")),
    ("cash", N_("Espèces")),
    ("voucher", N_("Chèques-vacances")),
    ("public_transfer", N_("Mandat administratif")),
    ("card", N_("Carte en ligne")),
)
SEASON = (("winter", N_("hiver")), ("spring", N_("printemps")), ("summer", N_("été")), ("autumn", N_("automne")))
NEED = (
    ("balance", N_("solde")),
    ("police_forms", N_("fiche police")),
    ("beds", N_("chambres")),
    ("counts", N_("effectifs")),
    ("pre_check_in", N_("pré-arrivée")),
    ("form", N_("fiche")),
    ("rooms_not_ready", N_("chambre non prête")),
    ("keys", N_("clés")),
    ("keys_back", N_("clés à rendre")),
)
INSTALMENT = (("deposit", N_("acompte")), ("balance", N_("solde")), ("whole", N_("totalité")))
QUOTE_STATE = (
    ("draft", N_("brouillon")),
    ("sent", N_("envoyé")),
    ("accepted", N_("accepté")),
    ("refused", N_("refusé")),
    ("expired", N_("expiré")),
    ("superseded", N_("remplacé")),
    ("lost", N_("perdu")),
)
PAYMENT_STATE = (
    ("pending", N_("en cours")),
    ("paid", N_("payé")),
    ("failed", N_("échoué")),
    ("refunded", N_("remboursé")),
    ("partly_refunded", N_("remboursé en partie")),
    ("due", N_("à venir")),
    ("overdue", N_("en retard")),
)
CLOSING_REASON = (
    ("answered", N_("répondu, sans suite")),
    ("duplicate", N_("doublon")),
    ("full", N_("complet à ces dates")),
    ("spam", N_("indésirable")),
    ("other", N_("autre")),
)
CANCELLATION_REASON = (
    ("client", N_("à la demande du client")),
    ("centre", N_("à l'initiative du centre")),
    ("no_answer", N_("sans réponse du client")),
    ("mistake", N_("saisie par erreur")),
    ("other", N_("autre")),
)

ROLE = (
    ("réception", N_("réception")),
    ("commercial", N_("commercial")),
    ("comptabilité", N_("comptabilité")),
    ("direction", N_("direction")),
)
USER_STATE = (("active", N_("actif")), ("disabled", N_("désactivé")))
UNIT = (
    ("person", N_("par personne")),
    ("night", N_("par nuit")),
    ("person_night", N_("par personne et nuit")),
    ("group", N_("par groupe")),
    ("hour", N_("par heure")),
    ("piece", N_("pièce")),
)
UNIT_SHORT = (
    ("person", N_("/pers.")),
    ("night", N_("/nuit")),
    ("person_night", N_("/pers./nuit")),
    ("group", N_("/groupe")),
    ("hour", N_("/h")),
    ("piece", N_("/pièce")),
)
CANDIDATE_WHY = (
    ("email", N_("même courriel")),
    ("phone", N_("même téléphone")),
    ("name", N_("même nom")),
    ("contact", N_("contact du même nom")),
)
VAT = (("1000", "10 %"), ("550", "5,5 %"), ("2000", "20 %"), ("0", "0 %"))
SERVICE_CONSUMED = (
    ("bed_breakfast", N_("Hébergement + petit-déjeuner")),
    ("rooms_hire", N_("Salles")),
    ("catering", N_("Restauration")),
    ("activity_package", N_("Forfaits avec activités")),
)

Pairs = tuple[tuple[str, str], ...]
_added: dict[tuple[str, str], Choices] = {}
"""Values by list and category, as the network has them now."""
_segments: Choices = []


def choices(pairs: Pairs) -> Choices:
    """Return a list in the user's language."""
    return [(code, _(label)) for code, label in pairs]


def label(pairs: Pairs, code: str) -> str:
    """Return the label of a code; the code itself where the network added one that this terminal does not know."""
    return next((_(text) for known, text in pairs if known == code), code)


def learn(lists: Iterable[CodeList]) -> None:
    """Take the values that the network added since this terminal was made; their labels are the network's own."""
    _added.clear()
    for known in lists:
        for value in known.values:
            _added.setdefault((known.name, value.category), []).append((value.code, value.label))


def learn_segments(segments: Iterable[SegmentLine]) -> None:
    """Take the segments that are kept, as they are now."""
    _segments[:] = [(str(each.id), each.name) for each in segments]


def segments_kept() -> Choices:
    """Return the segments that one may use."""
    return list(_segments)


def _with_added(pairs: Pairs, name: str, category: str = "") -> Choices:
    codes = {code for code, _label in pairs}
    return choices(pairs) + [pair for pair in _added.get((name, category), []) if pair[0] not in codes]


def client_types() -> Choices:
    """Return the client types."""
    return _with_added(CLIENT_TYPE, "client_type")


def discovery_channels() -> Choices:
    """Return the ways in which clients know the centre."""
    return _with_added(DISCOVERY_CHANNEL, "discovery_channel")


def follow_up_actions() -> Choices:
    """Return what may be done with a client: the network's actions, then the centre's own."""
    network = _with_added(FOLLOW_UP_ACTION, "follow_up_action")
    return [*network[:-1], *_added.get(("local_follow_up_action", ""), []), network[-1]]


def network_choices(name: str) -> Choices:
    """Return the network's values that a centre's own may count as; none for marketing codes."""
    known = {"follow_up_action": FOLLOW_UP_ACTION}.get(name, ())
    return [] if name == "marketing_code" else _with_added(known, name)


def local_choices(name: str) -> Choices:
    """Return a centre's own values: segmentation, origin, marketing_code."""
    return list(_added.get((f"local_{name}", ""), []))


def services_consumed() -> Choices:
    """Return what may be consumed on a stay."""
    return _with_added(SERVICE_CONSUMED, "service_consumed")


def booking_types(answers: Mapping[str, str]) -> Choices:
    """Return the booking types of the category that was chosen."""
    category = answers.get("booking_category", "")
    return _with_added(BOOKING_TYPE.get(category, ()), "booking_type", category) if category else []


def purposes(answers: Mapping[str, str]) -> Choices:
    """Return the purposes of the category that was chosen."""
    category = answers.get("purpose_category", "")
    return _with_added(PURPOSE.get(category, ()), "stay_purpose", category) if category else []


def label_of(offered: Choices, code: str) -> str:
    """Return the label of a code among what is offered; the code itself where it is not there any more."""
    return next((text for known, text in offered if known == code), code)
