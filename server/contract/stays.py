"""Rooms, stays, planning, arrivals."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from server.contract.basics import Wire
from server.contract.tasks import Task


class Bed(Wire, frozen=True):
    """A place to sleep; `kind` is single, double or bunk."""

    id: UUID
    label: str
    kind: str = "single"


class Room(Wire, frozen=True):
    """A room; a private one is sold whole, a dormitory by bed."""

    id: UUID
    version: int
    name: str
    building: str
    floor: str
    room_type: str
    dormitory: bool
    accessible: bool
    beds: list[Bed]


class NewRoom(Wire, frozen=True):
    """A room to make, with so many beds."""

    name: str
    beds: int
    building: str = ""
    floor: str = ""
    room_type: str = ""
    dormitory: bool = False
    accessible: bool = False


class HeadCounts(Wire, frozen=True):
    """People by age band; None is unknown, 0 is nobody. `pax` is their sum, None while all are unknown."""

    children: int | None = None
    teenagers: int | None = None
    young: int | None = None
    adults: int | None = None
    seniors: int | None = None


class CountryCount(Wire, frozen=True):
    """How many participants of a country (ISO 3166 alpha-2)."""

    country: str
    people: int


class StayFields(Wire, frozen=True):
    """The fiche séjour as typed; codes are those of the network's lists."""

    client_id: UUID | None
    arrival: date
    departure: date
    counts: HeadCounts = HeadCounts()
    expected_pax: int | None = None
    contacted_day: date | None = None
    booked_day: date | None = None
    booking_category: str = ""
    booking_type: str = ""
    purpose_category: str = ""
    purpose: str = ""
    purpose_detail: str = ""
    nationalities: list[CountryCount] = []
    residences: list[CountryCount] = []
    region: str = ""
    notes: str = ""
    payer_id: UUID | None = None
    """The card that pays, where it is another."""
    services: list[str] = []
    """What will be consumed, of the network's list."""
    arrival_time: str = ""
    """HH:MM."""
    contacts: str = ""
    acm_number: str = ""
    """The organiser's declaration of a stay of minors."""
    firm_day: date | None = None
    """From when the counts are firm."""
    free_one_in: int | None = None
    """One place free for so many people, `free_most` at most."""
    free_most: int | None = None
    room_type: str = ""
    """The type of room wanted, before rooms are given."""
    payer_note: str = ""
    """Who pays what, in words."""


class NewStay(Wire, frozen=True):
    """A stay to make; `bed_ids` are held at once where given, `status` is tentative, option or confirmed.

    `defaults` « fill » takes payer, who pays what and room type from the client's card where they are left empty;
    « as_typed » takes the fields as they are sent, by whom the card's were shown to.
    """

    fields: StayFields
    status: str = "tentative"
    option_until: date | None = None
    bed_ids: list[UUID] = []
    defaults: Literal["fill", "as_typed"] = "fill"
    overbook: bool = False
    """A confirmed stay may have more people than beds, by the right `stay.overbook`; it is logged."""


class RoomsWithdrawn(Wire, frozen=True):
    """A stay of nobody, confirmed: an explicit zero in every band, no client, rooms; they go out of service for its nights."""

    fields: StayFields
    bed_ids: list[UUID]
    reason: str
    """works, cleaning, staff or other."""
    note: str = ""


class HeldRoom(Wire, frozen=True):
    """A room of a stay: which beds, from when to when (departure not included), how it stands."""

    room_id: UUID
    room: str
    bed_ids: list[UUID]
    arrival: date
    departure: date
    status: str
    """held, present, departed or left_early."""


class Guest(Wire, frozen=True):
    """Somebody who comes: what the desk needs to know of them."""

    id: UUID
    name: str
    country: str
    police_form: str
    """not_needed, missing or signed."""
    room: str = ""


class Stay(Wire, frozen=True):
    """A stay, whole. `missing` names what is wanted before arrival: beds, counts, form, balance, pre_check_in."""

    id: UUID
    version: int
    status: str
    fields: StayFields
    client_name: str
    pax: int | None
    nights: int
    option_until: date | None
    rooms: list[HeldRoom]
    guests: list[Guest]
    dossier_id: UUID | None
    dossier_number: str | None
    blacklisted: bool
    payer_name: str = ""
    extra_beds: int = 0
    free_places: int = 0
    frozen_pax: int | None = None
    """The people counted on the day that the counts became firm."""
    cancellation_reason: str = ""
    mixed: bool = False
    """People of two bands or more: derived, never typed."""
    waiting: bool = False
    """On the waiting list: told when the stock frees."""


class StayChange(Wire, frozen=True):
    """The fiche edited; sent whole under If-Match."""

    fields: StayFields


class RoomsHeld(Wire, frozen=True):
    """The beds a stay is to have from now on: the whole set, not a difference."""

    bed_ids: list[UUID]


class OptionUntil(Wire, frozen=True):
    """Hold as an option until the end of that day, the centre's."""

    until: date


class Reason(Wire, frozen=True):
    """Why; one of a list where the gesture has one, else a sentence for the trail."""

    reason: str


class Confirmation(Wire, frozen=True):
    """Why the stay is sold; `overbook` lets its people be more than its beds, by the right `stay.overbook`, and logged."""

    reason: str
    overbook: bool = False


class EarlyDeparture(Wire, frozen=True):
    """One room leaves before the others from `day` on; `whole_group` frees every room and ends the stay."""

    room_id: UUID
    day: date
    whole_group: bool = False


class PlanningBar(Wire, frozen=True):
    """A stay or an out-of-service period on one room; `beds` of the room's are taken."""

    id: UUID
    stay_id: UUID | None
    room_id: UUID
    arrival: date
    departure: date
    beds: int
    pax: int | None
    label: str
    status: str
    """option, confirmed, present, departed, tentative or out_of_service."""
    colour: str


class PlanningDay(Wire, frozen=True):
    """The foot of a day, counted in beds and people."""

    day: date
    capacity: int
    blocked: int
    occupied: int
    arrivals: int
    departures: int
    people: int
    arrivals_done: int = 0
    """Of the arrivals, those whose people are here."""
    departures_done: int = 0


class Planning(Wire, frozen=True):
    """Rooms down, days across; `last_day` included."""

    first_day: date
    last_day: date
    rooms: list[Room]
    bars: list[PlanningBar]
    days: list[PlanningDay]


class FreeRoom(Wire, frozen=True):
    """What of a room is free for a whole period."""

    room_id: UUID
    room: str
    room_type: str
    dormitory: bool
    accessible: bool
    free_bed_ids: list[UUID]


class Availability(Wire, frozen=True):
    """What is free from arrival to departure."""

    arrival: date
    departure: date
    free_beds: int
    rooms: list[FreeRoom]


class OutOfService(Wire, frozen=True):
    """A room withdrawn; `last_day` is the last night it is blocked. `reason` works, cleaning, staff, other."""

    room_id: UUID
    first_day: date
    last_day: date
    reason: str
    note: str = ""


class ArrivalLine(Wire, frozen=True):
    """A stay on the day's list, with what it still needs."""

    stay_id: UUID
    dossier_id: UUID | None
    name: str
    pax: int | None
    rooms: list[str]
    arrival: date
    departure: date
    arrival_time: str
    status: str
    needs: list[str]
    """among balance, police_forms, beds, counts, pre_check_in, rooms_not_ready, keys, keys_back."""
    signal_centres: int = 0


class Desk(Wire, frozen=True):
    """Accueil: the day in one look."""

    today: date
    arrivals: list[ArrivalLine]
    departures: list[ArrivalLine]
    present_rooms: int
    present_people: int
    capacity: int
    occupied_tonight: int
    unanswered_enquiries: int
    oldest_unanswered: datetime | None
    options_ending: int
    overdue_payments: int
    overdue_minor: int
    forms_to_sign: int
    failed_mails: int
    week: list[PlanningDay]
    tasks: int = 0
    """How many things wait for a person."""
    newest_tasks: list[Task] = []
    """The newest few of them."""


class LinkMade(Wire, frozen=True):
    """A signed address to give to a client; `mailed_to` where it was sent."""

    url: str
    expires_at: datetime
    mailed_to: str = ""
