"""The page of a person's archive: what is held of them in words, days and sums; the keys of the machine are left out."""

import html
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from tenants.retention.code_words import CodeWords

_KEYS: Final = frozenset({
    "id", "version", "position", "sort_key", "search", "e164", "currency", "anonymised", "source_row", "written", "request_id",
    "actor_kind", "subject_kind", "external_id", "submission_key", "accounting_code", "quantity_by_hand", "attempts",
    "started", "sale_booked", "next_at", "message_id", "identity", "known", "unread", "before", "after", "key",
})  # fmt: skip
"""What only the machine reads. Of the trail's lines also from which of the staff's machines, and what stood in each field:
`data.json` has it."""
_FIRST: Final = (
    "title", "first_name", "last_name", "name", "organisation", "contact_name", "reference", "number", "label", "at", "day",
    "action", "actor_name", "arrival", "departure", "birth_date", "email", "street", "postal_code", "town", "country",
)  # fmt: skip
"""Who and when stands above the rest."""
_NAMES: Final[Mapping[str, str]] = {
    "action": "action", "actor_name": "par", "adults": "adultes", "amount": "montant", "arrival": "arrivée", "at": "le",
    "author": "de", "booking_category": "type de séjour", "booking_type": "précisément", "services": "prestations",
    "purpose_category": "objet du séjour", "purpose": "précisément", "birth_date": "né(e) le", "body": "texte", "booked_day": "réservé le", "by_name": "par",
    "changed_at": "modifié le", "children": "enfants", "client_type": "type de client", "code": "code", "colour": "couleur",
    "comment": "commentaire", "commission_basis_points": "commission", "contact_name": "personne à joindre",
    "country": "pays", "created_at": "créé le", "day": "jour", "departure": "départ", "direction": "sens",
    "detail": "précision", "discount_basis_points": "remise", "discovery_channel": "connu par",
    "discovery_detail": "précision", "due_minor": "reste dû",
    "email": "courriel", "email_consent": "accord pour nos courriels", "email_consent_at": "accord donné le",
    "email_consent_source": "accord donné par", "email_consent_text": "texte de l'accord", "email_quality": "qualité du courriel",
    "evidence_day": "constaté le", "expected_pax": "personnes, environ", "first_contact": "premier contact",
    "first_name": "prénom", "further_information": "autres informations", "given": "donné", "habits": "habitudes",
    "handle": "pseudo", "kind": "nature",
    "label": "libellé", "language": "langue", "languages": "langues parlées", "last_day": "jusqu'au", "last_name": "nom",
    "letter_means": "lettre envoyée par", "letter_sent_day": "lettre envoyée le", "linked_at": "rattaché le",
    "linked_by": "rattaché par", "marketing_codes": "codes", "message": "message", "mobile": "mobile", "name": "nom",
    "nationality": "nationalité", "network": "réseau", "nights": "nuits", "note": "note", "noted_at": "noté le",
    "notes": "notes", "number": "numéro", "organisation": "organisme", "origin": "origine", "paid_minor": "payé",
    "archived": "archivé", "pax": "personnes", "promo_allowed": "cumul avec les promotions", "treated": "traité",
    "payer_note": "prise en charge", "phone": "téléphone", "postal_code": "code postal",
    "price_minor": "prix", "product_type": "prestation", "quantity": "quantité", "reason": "motif", "received_at": "reçue le",
    "recipient": "envoyé à", "reference": "référence", "region": "région", "roles": "reçoit", "room_type": "type de chambre",
    "score_tenths": "note (sur 50)", "segmentation": "segmentation", "sent_at": "envoyé le", "seniors": "seniors",
    "site": "publié sur",
    "sms_consent": "accord pour nos SMS", "sms_consent_at": "accord SMS donné le", "sms_consent_source": "accord SMS donné par",
    "sms_consent_text": "texte de l'accord SMS", "social_economy": "économie sociale", "source": "provenance",
    "special_requests": "demandes particulières", "state": "état", "status": "statut", "stayed_elsewhere": "déjà venu ailleurs",
    "street": "adresse", "subject": "objet", "teenagers": "adolescents", "text": "texte", "title": "civilité",
    "total_minor": "total", "town": "ville", "unit_price_minor": "prix à l'unité", "url": "à lire sur", "vat_basis_points": "TVA",
    "young": "jeunes",
}  # fmt: skip


def table_of(row: Mapping[str, msgspec.Raw], *, time_zone: str, words: CodeWords) -> str:
    """Return a row as an HTML table, a line for each thing that it says; `words` are its codes'."""
    currency = msgspec.json.decode(row["currency"], type=str) if "currency" in row else "EUR"
    lines = []
    for name in sorted(row, key=lambda column: (_FIRST.index(column) if column in _FIRST else len(_FIRST), column)):
        said = "" if _is_key(name, row) else _words(name, msgspec.json.decode(row[name]), currency, time_zone)
        if said:
            called_so = words.get(name, {})
            said = ", ".join(called_so.get(code, code) for code in said.split(", ")) if called_so else said
            called = _NAMES.get(name, name.removesuffix("_minor").replace("_", " "))
            lines.append(f"<tr><th>{html.escape(called)}</th><td>{html.escape(said)}</td></tr>")
    return f"<table>{''.join(lines)}</table>" if lines else ""


def _is_key(name: str, row: Mapping[str, msgspec.Raw]) -> bool:
    return name in _KEYS or name.endswith(("_id", "_ids")) or (name == "address" and "actor_kind" in row)


def _words(name: str, value: object, currency: str, time_zone: str) -> str:
    """Return a value as a person reads it; empty for nothing at all."""
    said = msgspec.json.encode(value).decode()
    match value:
        case None | [] | {}:
            said = ""
        case bool():
            said = "oui" if value else "non"
        case int() if name.endswith("_minor"):
            said = f"{value // 100},{value % 100:02} {'€' if currency == 'EUR' else currency}"
        case int() if name.endswith("_basis_points"):
            said = f"{value / 100:g} %".replace(".", ",") if value else ""
        case str():
            said = _day_or_text(value, time_zone)
        case [*items]:
            said = ", ".join(filter(None, (_words(name, item, currency, time_zone) for item in items)))
        case {"name": str() as called}:
            said = called
    return said


def _day_or_text(text: str, time_zone: str) -> str:
    try:
        if len(text) == len("2026-11-22"):
            return f"{date.fromisoformat(text):%d/%m/%Y}"
        if text[10:11] == "T":
            at = datetime.fromisoformat(text)
            return f"{at.astimezone(ZoneInfo(time_zone)):%d/%m/%Y à %H:%M}" if at.tzinfo else text
    except ValueError:
        pass  # a text that only looks like a day
    return text
