"""What a fiche séjour asks, in the order of the eye; and the fiche as a form holds it."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from server.contract.stays import CountryCount, StayFields
from tui.country_text import Names, Unreadable, in_letters, read_countries
from tui.dialogs.new_enquiry import band_fields, day_or_none, read_counts
from tui.lists import (
    BOOKING_CATEGORY,
    PURPOSE_CATEGORY,
    booking_types,
    choices,
    purposes,
    services_consumed,
)
from tui.regions import REGION
from tui.widgets.form import Answers, Field
from tui.words import _

BANDS = ("children", "teenagers", "young", "adults", "seniors")
SERVICE = "service_"
"""Before the code of a service: its own yes or no."""
COUNTRIES = ("nationalities", "residences")
DAYS = ("contacted_day", "booked_day", "firm_day")
COUNTS = ("expected_pax", "free_one_in", "free_most")
TEXTS = (
    "booking_category", "booking_type", "purpose_category", "purpose", "purpose_detail", "region", "contacts", "notes",
    "arrival_time", "acm_number", "room_type", "payer_note",
)  # fmt: skip


def fields() -> list[Field]:
    """What a fiche asks."""
    when, who, what, more = _("Dates"), _("Effectifs"), _("Séjour"), _("Et aussi")
    return [
        Field("arrival", _("Arrivée"), "day", required=True, section=when),
        Field(
            "departure", _("Départ"), "day", required=True, after="arrival", section=when, hint=_("+3 : trois nuits")
        ),
        Field("arrival_time", _("Heure d'arrivée"), section=when, hint="14:30"),
        Field("contacted_day", _("Contact le"), "day", section=when),
        Field("booked_day", _("Réservé le"), "day", section=when),
        *band_fields(who),
        Field("expected_pax", _("Environ"), "count", section=who, hint=_("quand les âges manquent")),
        Field("firm_day", _("Effectif ferme le"), "day", section=who, hint=_("compté ce jour-là pour la facture")),
        Field("free_one_in", _("Un gratuit pour"), "count", section=who, hint=_("personnes (accompagnateurs)")),
        Field("free_most", _("Gratuits, au plus"), "count", section=who),
        Field("room_type", _("Type de chambre"), section=what),
        Field(
            "booking_category",
            _("Réservation"),
            "choice",
            choices=lambda _answers: choices(BOOKING_CATEGORY),
            section=what,
        ),
        Field("booking_type", _("Type de réservation"), "choice", choices=booking_types, section=what),
        Field(
            "purpose_category", _("Objet"), "choice", choices=lambda _answers: choices(PURPOSE_CATEGORY), section=what
        ),
        Field("purpose", _("Objet du séjour"), "choice", choices=purposes, section=what),
        Field("purpose_detail", _("préciser"), section=what),
        Field("nationalities", _("Nationalités"), section=what, hint=_("France 50, Italie 2")),
        Field("region", _("Région d'origine"), "choice", choices=lambda _answers: choices(REGION), section=what),
        Field("residences", _("Pays de résidence"), section=what, hint=_("France 50, Italie 2")),
        *(Field(SERVICE + code, label, "flag", section=_("Prestations")) for code, label in services_consumed()),
        Field("acm_number", _("Déclaration ACM"), section=more, hint=_("de l'organisateur, pour des mineurs")),
        Field("payer_note", _("Prise en charge"), section=more, hint=_("qui paie quoi")),
        Field("contacts", _("Contacts"), "long", section=more),
        Field("notes", _("Notes"), "long", section=more),
    ]


def values_of(stay: StayFields) -> dict[str, str]:
    """Return a fiche as the form holds it."""
    counts = msgspec.structs.asdict(stay.counts)
    values = {band: _digits(counts[band]) for band in BANDS}
    values |= {
        name: day.isoformat() if (day := getattr(stay, name)) else "" for name in ("arrival", "departure", *DAYS)
    }
    values |= {name: _digits(getattr(stay, name)) for name in COUNTS}
    values |= {name: getattr(stay, name) for name in TEXTS}
    values |= {SERVICE + code: "yes" if code in stay.services else "no" for code, _label in services_consumed()}
    return values | {
        "nationalities": in_letters(stay.nationalities),
        "residences": in_letters(stay.residences),
    }


def read_fields(answers: Answers, before: StayFields, countries: Mapping[str, Sequence[CountryCount]]) -> StayFields:
    """Read a fiche from the form and the `countries` read of each of `COUNTRIES`; whose it is and who pays are chosen elsewhere."""
    services = [code for code, _label in services_consumed() if answers[SERVICE + code] == "yes"]
    return msgspec.structs.replace(
        before,
        arrival=date.fromisoformat(answers["arrival"]),
        departure=date.fromisoformat(answers["departure"]),
        counts=read_counts(answers),
        nationalities=list(countries["nationalities"]),
        residences=list(countries["residences"]),
        services=services,
        **{name: day_or_none(answers[name]) for name in DAYS},
        **{name: int(answers[name]) if answers[name] else None for name in COUNTS},
        **{name: answers[name] for name in TEXTS},
    )


def asked(answers: Answers, names: Names) -> dict[str, bool]:
    """Say of the fields that are not always asked whether they are now, from what is typed in the others.

    The region is left out while the countries cannot be read: what was chosen there stands until they can.
    """
    try:
        french = {"region": "FR" in {each.country for each in read_countries(answers.get("nationalities", ""), names)}}
    except Unreadable:
        french = {}
    minors = any(answers.get(band, "").strip() not in {"", "0"} for band in ("children", "teenagers"))
    return {
        **french,
        "free_most": bool(answers.get("free_one_in", "").strip()),
        "purpose_detail": bool(answers.get("purpose_category")),
        "acm_number": minors or bool(answers.get("acm_number")),
    }


def _digits(count: int | None) -> str:
    return "" if count is None else str(count)
