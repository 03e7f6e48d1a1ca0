"""A client as criteria read one in plain Python: the card and what hangs on it, under the names of the tables. Pure."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """The card itself."""

    kind: str = "person"
    status: str = "prospect"
    client_type: str = ""
    social_economy: bool = False
    email: str = ""
    email_quality: str = "empty"
    email_consent: bool = False
    email_consent_at: datetime | None = None
    email_consent_source: str = ""
    sms_consent: bool = False
    sms_consent_at: datetime | None = None
    sms_consent_source: str = ""
    street: str = ""
    postal_code: str = ""
    town: str = ""
    country: str = ""
    birth_date: date | None = None
    language: str = "fr"
    languages: tuple[str, ...] = ()
    segmentation: str = ""
    origin: str = ""
    colour: str = ""
    habits: str = ""
    special_requests: str = ""
    notes: str = ""
    first_contact: date | None = None
    discovery_channel: str = ""
    stayed_elsewhere: bool | None = None
    source: str = ""
    created_at: datetime
    changed_at: datetime


class PhoneHeld(msgspec.Struct, frozen=True, kw_only=True):
    """A phone; `e164` is empty where it could not be read."""

    e164: str
    mobile: bool


class ActionNoted(msgspec.Struct, frozen=True, kw_only=True):
    """Something done with the client."""

    action: str
    day: date


class Locked(msgspec.Struct, frozen=True, kw_only=True):
    """A lock, in force or not any more."""

    reason: str
    last_day: date
    lifted_at: datetime | None = None


class StayHeld(msgspec.Struct, frozen=True, kw_only=True):
    """A stay of the client's, in whatever state; `departure` is not included."""

    status: str
    arrival: date
    departure: date
    booked_day: date | None = None
    booking_category: str = ""
    booking_type: str = ""
    purpose_category: str = ""
    purpose: str = ""
    children: int | None = None
    teenagers: int | None = None
    young: int | None = None
    adults: int | None = None
    seniors: int | None = None
    region: str = ""
    services: tuple[str, ...] = ()
    cancellation_reason: str | None = None
    source: str = ""
    acm_number: str | None = None
    nationalities: tuple[str, ...] = ()
    residences: tuple[str, ...] = ()
    surveys: tuple["Survey", ...] = ()

    @property
    def nights(self) -> int:
        """Count the nights."""
        return (self.departure - self.arrival).days

    @property
    def pax(self) -> int | None:
        """Count the people as the database does; None where nobody said."""
        bands = (self.children, self.teenagers, self.young, self.adults, self.seniors)
        return None if all(band is None for band in bands) else sum(band or 0 for band in bands)


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """A survey of a stay, or a provider's review; the score is in tenths of five."""

    source: str
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    score_tenths: int | None = None
    comment: str = ""


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """An enquiry."""

    received_at: datetime
    origin: str
    state: str
    closing_reason: str = ""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One client, whole."""

    card: Card
    type_colour: str = ""
    """The colour of the card's client type in this centre."""
    town_words: frozenset[str] = frozenset()
    name_words: frozenset[str] = frozenset()
    """As a search finds the card by them."""
    phones: tuple[PhoneHeld, ...] = ()
    contact_roles: tuple[tuple[str, ...], ...] = ()
    """The roles of each contact."""
    marketing_codes: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    """Those of the public profiles."""
    actions: tuple[ActionNoted, ...] = ()
    locks: tuple[Locked, ...] = ()
    stays: tuple[StayHeld, ...] = ()
    stays_paid: int = 0
    """How many stays name the card as the one that pays."""
    enquiries: tuple[Asking, ...] = ()
    further: Mapping[str, tuple[msgspec.Struct, ...]] = {}
    """What other layers' criteria read, by their source's name."""


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """When it is read: the centre's date, and whose calendar an instant's day is."""

    today: date
    time_zone: str
