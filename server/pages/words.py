"""What was wrong, in the reader's words: the domain's codes as sentences of the pages, French first."""

from collections.abc import Iterable, Mapping
from typing import Final

from infra.errors import FieldError
from server.pages.languages import translations


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for « to be translated later »
    """Mark a sentence for the catalogues."""
    return sentence


BY_FIELD: Final[Mapping[tuple[str, str], str]] = {
    ("name", "missing"): N_("Indiquez votre nom."),
    ("name", "required"): N_("Indiquez votre nom."),
    ("email", "missing"): N_("Indiquez votre adresse e-mail : c'est par elle que nous vous répondons."),
    ("email", "email_invalid"): N_("Cette adresse e-mail ne semble pas complète : nom@exemple.fr."),
    ("email", "unreadable"): N_("Cette adresse e-mail ne semble pas complète : nom@exemple.fr."),
    ("phone", "unreadable"): N_("Ce numéro ne semble pas complet : 06 12 34 56 78, ou +49 …"),
    ("mobile", "unreadable"): N_("Ce numéro ne semble pas complet : 06 12 34 56 78, ou +49 …"),
    ("mobile", "required"): N_("Indiquez un numéro de portable ou une adresse e-mail."),
    ("arrival", "unreadable"): N_("Cette date d'arrivée ne se lit pas : écrivez-la 16/03/2027."),
    ("arrival", "past"): N_("Cette date d'arrivée est passée."),
    ("arrival", "too_late"): N_("Nous prenons les demandes jusqu'à quatre ans à l'avance."),
    ("departure", "unreadable"): N_("Cette date de départ ne se lit pas : écrivez-la 19/03/2027."),
    ("departure", "past"): N_("Cette date de départ est passée."),
    ("departure", "not_after_arrival"): N_("Le départ doit être après l'arrivée."),
    ("departure", "too_late"): N_("Un séjour dure un an au plus."),
    ("consent", "missing"): N_("Cochez cette case : sans votre accord, nous ne pouvons pas vous répondre."),
    ("terms", "required"): N_("Cochez cette case pour accepter les conditions générales de vente."),
    ("terms", "changed"): N_(
        "Les conditions générales de vente ont changé depuis : relisez-les, puis cochez encore une fois."
    ),
    ("text", "missing"): N_("Écrivez un message."),
    ("surname", "required"): N_("Indiquez le nom."),
    ("first_names", "required"): N_("Indiquez les prénoms."),
    ("country", "required"): N_("Choisissez la nationalité."),
    ("birth_date", "required"): N_("Indiquez la date de naissance."),
    ("birth_date", "unreadable"): N_("Cette date ne se lit pas."),
    ("birth_date", "out_of_range"): N_("Vérifiez cette date de naissance."),
    ("birth_place", "required"): N_("Indiquez le lieu de naissance."),
    ("home", "required"): N_("Indiquez le domicile habituel."),
    ("adult_id", "too_old"): N_("À partir de quinze ans, chacun remplit sa propre fiche."),
    ("contact_email", "unreadable"): N_("Cette adresse e-mail ne semble pas complète : nom@exemple.fr."),
    ("contact_phone", "unreadable"): N_("Ce numéro ne semble pas complet : 06 12 34 56 78, ou +49 …"),
    ("arrival_time", "unreadable"): N_("Cette heure ne se lit pas : écrivez-la 17:30."),
    ("signature", "required"): N_("Signez dans le cadre, ou tapez votre nom et cochez la case."),
    ("age", "out_of_range"): N_("Un âge de 0 à 120 ans."),
    ("last_name", "required"): N_("Indiquez au moins un nom, ou ce que vous savez déjà de cette personne."),
}
BY_CODE: Final[Mapping[str, str]] = {
    "too_long": N_("C'est trop long."),
    "out_of_range": N_("Un nombre de 0 à 10 000."),
    "unreadable": N_("Cela ne se lit pas."),
    "required": N_("À remplir."),
    "missing": N_("À remplir."),
}


def sentences(errors: Iterable[FieldError], language: str) -> dict[str, str]:
    """Return what was wrong by the name of the form's control, the first of each."""
    said: dict[str, str] = {}
    for error in errors:
        name = error.pointer.rpartition("/")[2]
        french = BY_FIELD.get((name, error.code)) or BY_CODE.get(error.code) or error.message
        said.setdefault(name, translations(language).gettext(french))
    return said
