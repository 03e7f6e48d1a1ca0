"""The fiche séjour in words, as its page shows it: what is known, and what is still to be said."""

import msgspec
from textual.content import Content

from server.contract.stays import Stay, StayFields
from tui.dialogs.new_enquiry import BANDS
from tui.formats import long_day, nights, people, short_day
from tui.lists import (
    BOOKING_CATEGORY,
    CANCELLATION_REASON,
    PURPOSE_CATEGORY,
    booking_types,
    label,
    label_of,
    purposes,
    services_consumed,
)
from tui.regions import REGION
from tui.words import _, ngettext


def fiche(stay: Stay) -> Content:
    """Write the fiche: one line for each thing that is known, « à préciser » for what every stay needs."""
    fields = stay.fields
    dates = f"{long_day(fields.arrival)} → {long_day(fields.departure)}, {nights(stay.nights)}"
    lines = [
        (_("dates"), " · ".join(part for part in (dates, fields.arrival_time) if part)),
        (_("effectifs"), _counts(stay)),
        (_("réservation"), _booking(fields) or _("à préciser")),
        (_("objet"), _purpose(fields) or _("à préciser")),
        (_("nationalités"), _origins(fields) or _("à préciser")),
        (_("prestations"), ", ".join(label_of(services_consumed(), code) for code in fields.services)),
        (_("type voulu"), fields.room_type),
        (_("payeur"), " · ".join(part for part in (stay.payer_name, fields.payer_note) if part)),
        (_("contacts"), " · ".join(fields.contacts.split("\n"))),
        (_("ACM"), fields.acm_number),
        (_("dossier"), stay.dossier_number or _("aucun")),
        (_("annulé"), label(CANCELLATION_REASON, stay.cancellation_reason) if stay.cancellation_reason else ""),
        (_("notes"), fields.notes),
    ]
    content = Content("\n").join([Content.assemble((f"{name:<13}", "$primary"), text) for name, text in lines if text])
    if stay.waiting:
        waiting = _("⌛ sur liste d'attente : w le prend en option dès que des lits sont libres")
        content = Content("\n").join([Content.styled(waiting, "bold $warning"), content])
    if stay.blacklisted:
        warning = _("🔒 client exclu : ce séjour ne peut pas être confirmé")
        content = Content("\n").join([Content.styled(warning, "bold $error"), content])
    return content


def _counts(stay: Stay) -> str:
    fields, counts = stay.fields, msgspec.structs.asdict(stay.fields.counts)
    bands = [_band(band, counts[band]) for band, _name in BANDS if counts[band] is not None]
    free = ngettext("{n} gratuit", "{n} gratuits", stay.free_places).format(n=stay.free_places)
    extra = ngettext("{n} lit d'appoint", "{n} lits d'appoint", stay.extra_beds).format(n=stay.extra_beds)
    parts = [
        people(stay.pax),
        *bands,
        _("mixte") if stay.mixed else "",
        _("environ {n}").format(n=fields.expected_pax) if fields.expected_pax else "",
        free if stay.free_places else "",
        extra if stay.extra_beds else "",
        _("ferme : {n}").format(n=stay.frozen_pax)
        if stay.frozen_pax is not None
        else _("ferme le {day}").format(day=short_day(fields.firm_day))
        if fields.firm_day
        else "",
    ]
    return " · ".join(part for part in parts if part)


def _band(band: str, count: int) -> str:
    said = {
        "children": ngettext("{n} enfant", "{n} enfants", count),
        "teenagers": ngettext("{n} adolescent", "{n} adolescents", count),
        "young": ngettext("{n} jeune", "{n} jeunes", count),
        "adults": ngettext("{n} adulte", "{n} adultes", count),
        "seniors": ngettext("{n} senior", "{n} seniors", count),
    }
    return said[band].format(n=count)


def _booking(fields: StayFields) -> str:
    kinds = booking_types({"booking_category": fields.booking_category})
    parts = (label(BOOKING_CATEGORY, fields.booking_category), label_of(kinds, fields.booking_type))
    return " › ".join(part for part in parts if part)


def _purpose(fields: StayFields) -> str:
    aims = purposes({"purpose_category": fields.purpose_category})
    parts = (
        label(PURPOSE_CATEGORY, fields.purpose_category),
        label_of(aims, fields.purpose),
        fields.purpose_detail,
    )
    return " › ".join(part for part in parts if part)


def _origins(fields: StayFields) -> str:
    countries = ", ".join(f"{count.country} {count.people}" for count in fields.nationalities)
    homes = ", ".join(f"{count.country} {count.people}" for count in fields.residences)
    lives = _("résidence {countries}").format(countries=homes) if homes and homes != countries else ""
    region = label(REGION, fields.region) if fields.region else ""
    return " · ".join(part for part in (countries, region, lives) if part)
