"""The words of a client card: who it is, what was agreed, what was done."""

from collections.abc import Iterable

from textual.content import Content

from server.contract.clients import ClientCard, Contact
from tui.colours import colour_name
from tui.formats import long_day, moment, numeric_day, short_day
from tui.lists import (
    BLACKLIST_REASON,
    CONTACT_ROLE,
    client_types,
    discovery_channels,
    follow_up_actions,
    label,
    label_of,
    local_choices,
)
from tui.mending_words import mending_words
from tui.profile_words import profile_words, review_words, source_words
from tui.session import Session
from tui.signals import has_stayed, signal_words
from tui.words import _

MAILS_SHOWN = 12
ACTIONS_SHOWN = 6


def identity(card: ClientCard) -> Content:
    """Say who it is: name, contacts with their roles, where they are reached, colour, codes, the referential's signal."""
    fields = card.fields
    lines = [_first(card)]
    if card.blacklisting:
        until, reason = long_day(card.blacklisting.last_day), label(BLACKLIST_REASON, card.blacklisting.reason)
        said = _("CLIENT EXCLU jusqu'au {day} : {reason}. Aucune réservation possible.")
        lines.append(Content.styled(said.format(day=until, reason=reason), "bold $error"))
    for centre in card.alerts:
        said = _("⚠ contacter le centre {centre} ({phone})").format(centre=centre.centre_name, phone=centre.phone)
        lines.append(Content.styled(said.replace(" ()", ""), "bold $warning"))
    contacts = " · ".join(map(contact_words, fields.contacts)) or fields.contact_name
    phones = " / ".join(phone.number + (_(" (mobile)") if phone.mobile else "") for phone in fields.phones)
    lines += [
        Content(line)
        for line in (_joined((contacts, _email(card)), " · "), _joined((phones, _address(card)), " · "))
        if line
    ]
    lines.append(_marks(card))
    lines += _signal(card)
    if card.mended:
        mended = (f"{field} : {before} → {after}" for field, before, after in map(mending_words, card.mended))
        lines.append(Content.styled(_("⚙ écriture réparée (w) : {fields}").format(fields="; ".join(mended)), "$muted"))
    return Content("\n").join(line for line in lines if line.plain)


def _joined(parts: Iterable[str], between: str) -> str:
    return between.join(part for part in parts if part)


def _first(card: ClientCard) -> Content:
    fields = card.fields
    status = _("client") if card.status == "client" else _("prospect")
    if fields.first_contact:
        status = _("{status} depuis {year}").format(status=status, year=fields.first_contact.year)
    kind = label_of(client_types(), fields.client_type) if fields.client_type else ""
    lock = "🔒" if card.blacklisting else "🔓"
    return Content.assemble(f"{lock} ", (card.name, "bold"), "  ", _joined((kind, status), " · "))


def _marks(card: ClientCard) -> Content:
    """Return the line of what the centre puts on the card: colour, codes, segmentation, origin, reference."""
    fields = card.fields
    codes = [label_of(local_choices("marketing_code"), code) for code in fields.marketing_codes]
    words = _joined(
        (
            _("codes : {codes}").format(codes=", ".join(codes)) if codes else "",
            label_of(local_choices("segmentation"), fields.segmentation) if fields.segmentation else "",
            label_of(local_choices("origin"), fields.origin) if fields.origin else "",
            _("économie sociale") if fields.social_economy else "",
            _("réf. {ref}").format(ref=fields.reference) if fields.reference else "",
        ),
        "   ",
    )
    if not card.colour.startswith("#"):
        return Content(words)
    name = colour_name(card.colour)
    source = name if fields.colour else _("{colour} (du type)").format(colour=name)
    return Content.assemble(("■", card.colour), f" {source}   ", words)


def _signal(card: ClientCard) -> list[Content]:
    """Return what the referential detected and, apart from it, what the client declared; and where the two disagree."""
    if card.objected_at is not None:
        return [Content.styled(_("le client s'oppose à être reconnu dans les autres centres"), "$warning")]
    detected, declared = signal_words(card.signal), card.fields.stayed_elsewhere
    lines = [Content.styled(detected, "bold $accent")] if detected else []
    if has_stayed(card.signal) and declared is False:
        lines.append(
            Content.styled(_("  le client a pourtant dit n'être jamais venu dans un autre centre"), "$warning")
        )
    elif declared and not has_stayed(card.signal):
        lines.append(
            Content.styled(
                _("  le client dit être déjà venu dans un autre centre : le réseau ne l'y trouve pas"), "$warning"
            )
        )
    return lines


def contact_words(contact: Contact) -> str:
    """Return « Mme Morel (réservation, contrat) »."""
    roles = ", ".join(label(CONTACT_ROLE, role) for role in contact.roles)
    return contact.name + (f" ({roles})" if roles else "")


def _email(card: ClientCard) -> str:
    quality = {
        "ota_alias": _("adresse relais"),
        "invalid": _("courriel à corriger"),
        "empty": _("sans courriel"),
    }.get(card.email_quality, "")
    return _joined((card.fields.email, f"({quality})" if quality else ""), " ")


def _address(card: ClientCard) -> str:
    fields = card.fields
    return _joined(
        (fields.street, fields.postal_code, fields.town, fields.country if fields.country != "FR" else ""), " "
    )


def follow_up(card: ClientCard, session: Session) -> Content:
    """Say the follow-up: first contact, what was done, consents with their dates, what the house should know, mails."""
    fields, lines = card.fields, []
    if fields.first_contact or fields.discovery_channel:
        channel = label_of(discovery_channels(), fields.discovery_channel) if fields.discovery_channel else ""
        day = f"{fields.first_contact.month:02}/{fields.first_contact.year}" if fields.first_contact else "?"
        where = _joined((channel, fields.discovery_detail), ", ")
        lines.append(Content(_("1er contact {day}").format(day=day) + (f", {where}" if where else "")))
    for action in card.actions[:ACTIONS_SHOWN]:
        name = label_of(follow_up_actions(), action.action)
        day = short_day(action.day) if action.day.year == session.today.year else numeric_day(action.day)
        note = f" : {action.note}" if action.note else ""
        lines.append(Content.assemble((f"{day} ", "$primary"), f"{name}{note} ({action.by_name})"))
    lines += _consents(card)
    for title, text in (
        (_("habitudes"), fields.habits),
        (_("demandes"), fields.special_requests),
        (_("notes"), fields.notes),
        (_("informations"), fields.further_information),
    ):
        if text:
            lines.append(Content.assemble((f"{title} : ", "bold"), text))
    if fields.languages:
        lines.append(Content(_("parle : {languages}").format(languages=", ".join(fields.languages))))
    lines += _public(card)
    for mail in card.mails[:MAILS_SHOWN]:
        at = moment(mail.at, zone=session.zone, today=session.today)
        sign = "◂" if mail.direction == "out" else "▸"
        failed = " " + _("NON PARTI") if mail.state == "failed" else ""
        lines.append(Content.assemble((f"{at} {sign} ", "$primary"), mail.subject + failed))
    return Content("\n").join(lines)


def _public(card: ClientCard) -> list[Content]:
    """Return what the client made public, each with its source."""
    profiles = [
        Content.assemble(f"{profile_words(profile)} ", (f"({source_words(profile)})", "$muted"))
        for profile in card.fields.profiles
    ]
    return [*profiles, *(Content(review_words(review)) for review in card.reviews)]


def _consents(card: ClientCard) -> list[Content]:
    given = {consent.kind: consent for consent in card.consents}
    lines = []
    for kind, name, agreed in (
        ("email", _("e-mail"), card.fields.email_consent),
        ("sms", _("SMS"), card.fields.sms_consent),
    ):
        if kind in given:
            said = _("{kind} : accord du {day}").format(kind=name, day=numeric_day(given[kind].at.date()))
        else:
            said = _("{kind} : accord").format(kind=name) if agreed else _("{kind} : pas d'accord").format(kind=name)
        lines.append(Content(said))
    return lines
