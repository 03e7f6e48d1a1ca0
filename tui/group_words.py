"""The words of groups, meals and rooms; codes go over the wire."""

from tui.words import N_

DIET = (
    ("standard", N_("standard")),
    ("vegetarian", N_("végétarien")),
    ("vegan", N_("végétalien")),
    ("no_pork", N_("sans porc")),
    ("halal", N_("halal")),
    ("kosher", N_("casher")),
    ("gluten_free", N_("sans gluten")),
    ("lactose_free", N_("sans lactose")),
    ("other", N_("autre régime")),
)
SITTING = (
    ("breakfast", N_("petit-déj.")),
    ("lunch", N_("déjeuner")),
    ("picnic", N_("pique-nique")),
    ("dinner", N_("dîner")),
)
PERSON_ROLE = (("participant", N_("participant")), ("leader", N_("accompagnateur")))
SEX = (("F", N_("fille ou femme")), ("M", N_("garçon ou homme")))
ROOM_STATE = (("dirty", N_("à nettoyer")), ("clean", N_("propre")), ("inspected", N_("contrôlée")))
ROOM_WORK = (
    ("turnover", N_("départ + arrivée")),
    ("departure", N_("départ")),
    ("arrival", N_("arrivée")),
    ("stayover", N_("reste")),
    ("empty", N_("libre")),
)
ROW_ERROR = (
    ("unknown", N_("inconnu, gardé dans les remarques")),
    ("unreadable", N_("illisible, gardé dans les remarques")),
    ("room_full", N_("chambre complète, gardé dans les remarques")),
    ("nameless", N_("ligne sans nom, laissée de côté")),
    ("too_long", N_("trop long, coupé")),
    ("out_of_range", N_("impossible")),
)
NEXT_STATE = {"dirty": "clean", "clean": "inspected", "inspected": "dirty"}
"""What one press makes of a room."""
