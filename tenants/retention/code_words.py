"""What codes are called on the page that a person is handed: the network's lists by their labels, the rest in words."""

from collections.abc import Mapping
from typing import Final

from babel import Locale

from tenants.code_lists.closed import closed_values
from tenants.code_lists.queries import dated_values

CodeWords = Mapping[str, Mapping[str, str]]
"""By column: code → words."""

_LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "client_type": ("client_type",),
    "discovery_channel": ("discovery_channel",),
    "code": ("follow_up_action",),
    "booking_category": ("booking_type",),
    "booking_type": ("booking_type",),
    "purpose_category": ("stay_purpose",),
    "purpose": ("stay_purpose",),
    "services": ("service_consumed",),
    "reason": ("blacklisting_reason", "cancellation_reason"),
}
"""Which lists a column's codes are of."""
_OURS: Final[CodeWords] = {
    "kind": {"person": "personne", "organisation": "organisme"},
    "email_quality": {"valid": "bonne", "ota_alias": "adresse d'une plateforme", "invalid": "illisible", "empty": "aucun"},
    "status": {
        "client": "client", "prospect": "prospect", "tentative": "à l'étude", "option": "en option",
        "confirmed": "confirmé", "present": "présent", "departed": "parti", "cancelled": "annulé", "no_show": "non venu",
    },
    "direction": {"in": "reçu", "out": "envoyé"},
    "action": {
        "add": "ouverture de la fiche", "import": "import", "open": "fiche ouverte", "change": "modification",
        "merge": "fusion", "undo_merge": "fusion défaite", "hand_out": "données remises", "object": "opposition",
        "blacklist": "exclusion", "lift_blacklist": "fin de l'exclusion", "note_action": "action notée",
        "remove_action": "action retirée", "send_letter": "lettre envoyée", "link_review": "avis rattaché",
        "unlink_review": "avis détaché",
    },
    "given": {
        "desk": "à l'accueil", "email": "par e-mail", "form": "questionnaire ou formulaire", "review": "avis signalé", "import": "import",
    },
    "network": {
        "instagram": "Instagram", "facebook": "Facebook", "linkedin": "LinkedIn", "x": "X", "tiktok": "TikTok",
        "youtube": "YouTube", "mastodon": "Mastodon", "website": "site web", "other": "autre",
    },
}  # fmt: skip


async def code_words() -> CodeWords:
    """Return what the codes of a person's holdings are called, values that are no longer offered too."""
    by_list: dict[str, dict[str, str]] = {}
    for value in closed_values():
        by_list.setdefault(value.list, {})[value.code] = value.label
    for dated in await dated_values():
        by_list.setdefault(dated.value.list, {})[dated.value.code] = dated.value.label
    lists = {
        column: {code: label for name in names for code, label in by_list.get(name, {}).items()}
        for column, names in _LISTS.items()
    }
    french = Locale("fr")
    languages = {code: str(name) for code, name in french.languages.items()}
    countries = {code: str(name) for code, name in french.territories.items()}
    spoken = {"language": languages, "languages": languages, "country": countries, "nationality": countries}
    return {**lists, **_OURS, **spoken}
