"""E-mail addresses: their form, and how well they reach one person."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final

import msgspec

from tenants.referential.cleaning.text import fold


class EmailQuality(StrEnum):
    """How far an address leads to the client: only `valid` ones do."""

    VALID = "valid"
    OTA_ALIAS = "ota_alias"
    """A booking platform's relay: for the stay's own messages, never counted as the client's."""
    GENERIC = "generic"
    """A desk or a switchboard: contact@, mairie@."""
    INVALID = "invalid"
    EMPTY = "empty"


class Email(msgspec.Struct, frozen=True):
    """An address as it is stored, what it is worth, and the spelling of its domain that was probably meant."""

    address: str
    quality: EmailQuality
    suggestion: str = ""


_SHAPE: Final = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~\-\u00a1-\uffff]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~\-\u00a1-\uffff]+)*"
    r"@(?:[a-z0-9\u00a1-\uffff](?:[a-z0-9\-\u00a1-\uffff]{0,61}[a-z0-9\u00a1-\uffff])?\.)+[a-z\u00a1-\uffff]{2,63}"
)
_RELAYS: Final = frozenset(
    (
        "guest.booking.com",
        "property.booking.com",
        "booking.com",
        "guest.airbnb.com",
        "host.airbnb.com",
        "reply.airbnb.com",
        "airbnb.com",
        "m.expediapartnercentral.com",
        "expediapartnercentral.com",
        "expedia.com",
        "guest.hotelbeds.com",
        "agoda.com",
        "agoda-messaging.com",
        "messages.homeaway.com",
        "messages.abritel.fr",
        "hostelworld.com",
        "guest.trip.com",
        "reservation.ctrip.com",
        "message.gites.fr",
        "users.vrbo.com",
    )
)
_DESKS = """accueil admin administratif administration agence association asso bonjour booking bookings bureau
    ce cdi club comite commande commercial communication compta comptabilite contact contacts culture direction
    directeur directrice ecole economat enquiries facturation factures gestion gestionnaire groupe groupes hello hotel
    infos info information informations intendance jeunesse mail mairie marketing mjc office president presidence
    principal proviseur reception reservation reservations resa rh scolaire secretaire secretariat service sejour sejours
    siege sport sports standard team tourisme tresorier vente ventes voyage voyages webmaster customer support
    customerservice"""
_GENERIC: Final = frozenset(_DESKS.split())
_NOT_SAID = """a aa aaa abc aucun aucune azerty client fake inconnu mail na neant no noemail nomail nomaile non none noreply null
    pasdadresse pasdemail pasdemel pasdemail sans sansmail test toto x xx xxx xxxx ne-pas-repondre nepasrepondre
    donotreply"""
_NOBODY: Final = frozenset(_NOT_SAID.split())
_NOBODYS_DOMAINS: Final = frozenset(
    (
        "example.com",
        "example.org",
        "example.fr",
        "test.fr",
        "test.com",
        "x.fr",
        "x.com",
        "nomail.fr",
        "nomail.com",
        "mail.fr",
    )
)
# The typing slips that lead nowhere; each is a domain that nobody uses for mail.
_SLIPS: Final = {
    "gmial.com": "gmail.com", "gmai.com": "gmail.com", "gamil.com": "gmail.com", "gmal.com": "gmail.com",
    "gmail.co": "gmail.com", "gmail.con": "gmail.com", "gmail.cm": "gmail.com", "gmail.fr": "gmail.com",
    "gmaill.com": "gmail.com", "gnail.com": "gmail.com", "hotmial.com": "hotmail.com", "hotmal.com": "hotmail.com",
    "hotmail.con": "hotmail.com", "hotmai.com": "hotmail.com", "hotmal.fr": "hotmail.fr", "hotmial.fr": "hotmail.fr",
    "hormail.fr": "hotmail.fr", "homail.fr": "hotmail.fr", "orang.fr": "orange.fr", "ornage.fr": "orange.fr",
    "oange.fr": "orange.fr", "orange.com": "orange.fr", "wanado.fr": "wanadoo.fr", "wanadoo.com": "wanadoo.fr",
    "wandoo.fr": "wanadoo.fr", "yaho.fr": "yahoo.fr", "yahou.fr": "yahoo.fr", "yahoo.con": "yahoo.com",
    "yaho.com": "yahoo.com", "laposte.fr": "laposte.net", "lapost.net": "laposte.net", "laposte.com": "laposte.net",
    "outlok.com": "outlook.com", "outlok.fr": "outlook.fr", "outloook.com": "outlook.com", "fre.fr": "free.fr",
    "sfr.com": "sfr.fr", "icloud.fr": "icloud.com", "iclou.com": "icloud.com",
}  # fmt: skip
_DOT: Final = re.compile(r"\.")
_NOT_LETTERS: Final = re.compile(r"[^a-z]")
_FIRST_WORD: Final = re.compile(r"[.\-_+0-9]")
_JOINED: Final = re.compile(r"[.\-_]")
_SCHOOL: Final = re.compile(r"^(?:ce\.)?0\d{2}\d{4}[a-z]$")


@lru_cache(maxsize=20_000)
def read_email(written: str) -> Email:
    """Lower-case an address and grade it; what cannot be one is kept as written and graded `invalid`."""
    address = written.strip().strip("<>.,; ").lower()
    address = address.removeprefix("mailto:")
    if not address:
        return Email("", EmailQuality.EMPTY)
    if len(address) > 254 or not _SHAPE.fullmatch(address):
        return Email(written.strip(), EmailQuality.INVALID)
    local, _, domain = address.partition("@")
    suggestion = f"{local}@{_SLIPS[domain]}" if domain in _SLIPS else ""
    return Email(address, _grade(local, domain), suggestion)


def _grade(local: str, domain: str) -> EmailQuality:
    if domain in _RELAYS or any(domain[dot.end() :] in _RELAYS for dot in _DOT.finditer(domain)):
        return EmailQuality.OTA_ALIAS
    plain = fold(local)
    if _NOT_LETTERS.sub("", plain) in _NOBODY or plain in _NOBODY or domain in _NOBODYS_DOMAINS:
        return EmailQuality.INVALID
    first = _FIRST_WORD.split(plain, maxsplit=1)[0]
    if plain in _GENERIC or _SCHOOL.match(plain) or _JOINED.sub("", plain) in _GENERIC or first in _GENERIC:
        return EmailQuality.GENERIC
    return EmailQuality.VALID
