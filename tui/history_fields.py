"""What the trail says has changed: each field and its values, before and after, in the words of the desk."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

import msgspec

from server.contract.basics import HistoryEntry, Money
from server.contract.clients import Profile
from server.contract.dossiers import LineReason
from tui.formats import moment, money, numeric_day
from tui.lists import (
    BLACKLIST_REASON,
    BOOKING_CATEGORY,
    BOOKING_TYPE,
    CANCELLATION_REASON,
    CLOSING_REASON,
    DOSSIER_STATE,
    MEANS,
    OUT_OF_SERVICE_REASON,
    PAYMENT_STATE,
    PRODUCT_TYPE,
    PURPOSE,
    PURPOSE_CATEGORY,
    QUOTE_STATE,
    ROLE,
    STAY_STATUS,
    UNIT,
    Pairs,
    booking_types,
    client_types,
    discovery_channels,
    follow_up_actions,
    label_of,
    local_choices,
    purposes,
    services_consumed,
)
from tui.profile_words import profile_words, source_words
from tui.reasons import explained
from tui.words import N_, _, language

NAMES: Final[Mapping[str, str]] = {
    "accounting_code": N_("code comptable"),
    "acm_number": N_("déclaration ACM"),
    "action": N_("action"),
    "adults": N_("adultes"),
    "alert": N_("alerte"),
    "amount": N_("somme"),
    "archived": N_("archivé"),
    "arrival": N_("arrivée"),
    "arrival_time": N_("heure d'arrivée"),
    "assignee": N_("suivi par"),
    "birth_date": N_("né le"),
    "blacklisting": N_("exclusion"),
    "booked_day": N_("réservé le"),
    "booking_category": N_("réservation"),
    "booking_type": N_("type de réservation"),
    "by_name": N_("par"),
    "cards": N_("fiches"),
    "children": N_("enfants"),
    "client_type": N_("type de client"),
    "clients": N_("fiches"),
    "colour": N_("couleur"),
    "columns": N_("colonnes"),
    "commission_basis_points": N_("commission"),
    "contact_name": N_("personne à joindre"),
    "contacted_day": N_("contact le"),
    "contacts": N_("contacts"),
    "country": N_("pays"),
    "counts": N_("effectifs"),
    "day": N_("le"),
    "departure": N_("départ"),
    "discount_basis_points": N_("remise"),
    "discovery_channel": N_("nous connaît par"),
    "discovery_detail": N_("nous connaît par, précision"),
    "email": N_("courriel"),
    "email_consent": N_("accepte nos courriels"),
    "entries": N_("lignes détruites"),
    "errors": N_("erreurs"),
    "evidence_day": N_("constaté le"),
    "expected_pax": N_("environ"),
    "extra_beds": N_("lits d'appoint"),
    "firm_day": N_("effectif ferme le"),
    "first_contact": N_("1er contact"),
    "first_day": N_("premier jour"),
    "first_name": N_("prénom"),
    "form": N_("format"),
    "free_most": N_("gratuits, au plus"),
    "free_one_in": N_("un gratuit pour"),
    "from_day": N_("à partir du"),
    "further_information": N_("autres informations"),
    "habits": N_("habitudes"),
    "kind": N_("nature"),
    "label": N_("libellé"),
    "language": N_("langue des courriels"),
    "languages": N_("langues parlées"),
    "last_day": N_("dernier jour"),
    "last_name": N_("nom"),
    "legal_name": N_("raison sociale"),
    "letter": N_("lettre"),
    "lines": N_("lignes"),
    "login": N_("identifiant"),
    "mailed": N_("par courriel"),
    "marketing_codes": N_("codes marketing"),
    "max_nights": N_("nuits au plus"),
    "means": N_("moyen"),
    "min_nights": N_("nuits au moins"),
    "name": N_("nom"),
    "nationalities": N_("nationalités"),
    "nights": N_("nuits"),
    "note": N_("note"),
    "notes": N_("notes"),
    "number": N_("numéro"),
    "organisation": N_("organisme"),
    "origin": N_("origine"),
    "payer_note": N_("prise en charge"),
    "people": N_("personnes"),
    "phones": N_("téléphones"),
    "police_form": N_("fiche de police"),
    "postal_code": N_("code postal"),
    "present_at": N_("présents depuis"),
    "price": N_("prix"),
    "product_type": N_("type"),
    "profiles": N_("profils publics"),
    "promo_allowed": N_("cumul avec les promotions"),
    "purpose": N_("objet du séjour"),
    "purpose_category": N_("objet"),
    "purpose_detail": N_("objet, précision"),
    "quantity": N_("quantité"),
    "quantity_by_hand": N_("quantité saisie"),
    "quote": N_("devis"),
    "reason": N_("motif"),
    "reasons": N_("calcul"),
    "reference": N_("référence"),
    "referential": N_("signal"),
    "region": N_("région d'origine"),
    "residences": N_("pays de résidence"),
    "returned": N_("rendu"),
    "role": N_("rôle"),
    "room_type": N_("type de chambre"),
    "rows": N_("lignes"),
    "score": N_("note"),
    "score_tenths": N_("note (sur 50)"),
    "segmentation": N_("segmentation"),
    "sender_name": N_("expéditeur"),
    "seniors": N_("seniors"),
    "services": N_("prestations"),
    "site": N_("publié sur"),
    "slug": N_("adresse courte"),
    "sms_consent": N_("accepte nos SMS"),
    "social_economy": N_("économie sociale"),
    "source": N_("source"),
    "special_requests": N_("demandes particulières"),
    "state": N_("état"),
    "status": N_("statut"),
    "stayed_elsewhere": N_("déjà venu ailleurs"),
    "street": N_("adresse"),
    "survey_days": N_("questionnaire, jours avant"),
    "teenagers": N_("ados"),
    "terms": N_("conditions"),
    "title": N_("civilité"),
    "total": N_("total"),
    "town": N_("ville"),
    "treated": N_("traité"),
    "unit": N_("unité"),
    "unit_price": N_("prix à l'unité"),
    "until_day": N_("jusqu'au"),
    "vat_basis_points": N_("TVA"),
    "wanted": N_("demandé"),
    "what": N_("quoi"),
    "young": N_("jeunes"),
}
"""Each field of a card and of a stay, and what else the server notes most; another is shown by its own name."""
NOTHING: Final = "—"
LONGEST: Final = 80
_SHARE: Final = "_basis_points"
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def change_words(entry: HistoryEntry, *, zone: str, today: date, whole: bool = False) -> list[str]:
    """Return what changed, a field each; what only a program reads (ids, versions) is left out.

    Each value is one line, cut where it is very long, unless the `whole` of it is wanted.
    """
    said = []
    for name in sorted({*entry.before, *entry.after}):
        before, after = (value_words(name, fields.get(name), zone, today) for fields in (entry.before, entry.after))
        if before == after or name.endswith(("_id", "_ids")) or name in ("id", "version"):
            continue
        if not whole:
            before, after = _one_line(before), _one_line(after)
        said.append(
            f"{field_name(name)} : {before} → {after or NOTHING}" if before else f"{field_name(name)} : {after}"
        )
    return said


def _among(*lists: Pairs) -> Callable[[str], str]:
    words = {code: text for pairs in reversed(lists) for code, text in pairs}
    return lambda code: _(words[code]) if code in words else code


_SIGNAL: Final[Pairs] = (("objected", N_("refusé")), ("shown", N_("rendu")))

_FORM: Final[Pairs] = (("not_needed", N_("sans objet")), ("filled", N_("à signer")), ("signed", N_("signée")))


def _booking_type(code: str) -> str:
    return label_of([one for each in BOOKING_TYPE for one in booking_types({"booking_category": each})], code)


def _purpose(code: str) -> str:
    return label_of([one for each in PURPOSE for one in purposes({"purpose_category": each})], code)


_LISTED: Final[Mapping[str, Callable[[str], str]]] = {
    "status": _among(STAY_STATUS),
    "state": _among(DOSSIER_STATE, QUOTE_STATE, PAYMENT_STATE),
    "means": _among(MEANS),
    "product_type": _among(PRODUCT_TYPE),
    "unit": _among(UNIT),
    "role": _among(ROLE),
    "reason": _among(BLACKLIST_REASON, OUT_OF_SERVICE_REASON, CLOSING_REASON, CANCELLATION_REASON),
    "client_type": lambda code: label_of(client_types(), code),
    "action": lambda code: label_of(follow_up_actions(), code),
    "discovery_channel": lambda code: label_of(discovery_channels(), code),
    "segmentation": lambda code: label_of(local_choices("segmentation"), code),
    "origin": lambda code: label_of(local_choices("origin"), code),
    "marketing_codes": lambda code: label_of(local_choices("marketing_code"), code),
    "referential": _among(_SIGNAL),
    "police_form": _among(_FORM),
    "booking_category": _among(BOOKING_CATEGORY),
    "booking_type": _booking_type,
    "purpose_category": _among(PURPOSE_CATEGORY),
    "purpose": _purpose,
    "services": lambda code: label_of(services_consumed(), code),
}


def value_words(name: str, value: object, zone: str, today: date) -> str:
    """Return a field's value as JSON carries it, in words; empty for nothing at all."""
    said = "" if value is None else str(value)
    match value:
        case bool():
            said = _("oui") if value else _("non")
        case int() if name.endswith(_SHARE):
            said = _("{n} %").format(n=f"{value / 100:g}".replace(".", "," if language() == "fr" else "."))
        case [{"code": str()}, *_more] if name == "reasons":
            said = explained(msgspec.convert(value, list[LineReason]))
        case str():
            said = _text(name, value, zone, today)
        case [*items]:
            said = ", ".join(filter(None, (value_words(name, item, zone, today) for item in items)))
        case {"minor": int() as minor, "currency": str() as currency}:
            said = money(Money(minor=minor, currency=currency))
        case {"network": str(), "handle": str(), "given": str()}:
            profile = msgspec.convert(value, Profile)
            said = f"{profile_words(profile)} ({source_words(profile)})"
        case {"number": str() as number}:
            said = number
        case dict():
            parts = ((str(key), value_words(str(key), item, zone, today)) for key, item in value.items())
            said = ", ".join(f"{field_name(key)} {part}" for key, part in parts if part)
    return said


def field_name(name: str) -> str:
    """Return what a field is called at the desk; its own name where nothing better is known."""
    return _(NAMES[name]) if name in NAMES else name.replace("_", " ")


def _text(name: str, value: str, zone: str, today: date) -> str:
    if _ID.fullmatch(value):
        return ""  # the name of a row says nothing to anybody
    if name in _LISTED and value:
        return _LISTED[name](value)
    try:
        if len(value) == len("2026-11-22"):
            return numeric_day(date.fromisoformat(value))
        if "T" in value[10:11]:
            return moment(datetime.fromisoformat(value), zone=zone, today=today)
    except ValueError:
        pass  # a text that only looks like a day
    return value


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
