"""Client cards and the referential's signal."""

from datetime import date, datetime
from uuid import UUID

from server.contract.basics import Money, Wire
from server.contract.client_terms import ClientRate, DefaultsToFill
from server.contract.satisfaction import PublicReview


class ClientLine(Wire, frozen=True):
    """A card in a list: what tells two people apart, masked beyond that."""

    id: UUID
    name: str
    kind: str
    contact_name: str
    town: str
    phone: str
    email: str
    reference: str
    client_type: str
    colour: str
    blacklisted: bool


class Phone(Wire, frozen=True):
    """A phone; `number` as typed, `e164` where it could be read."""

    number: str
    e164: str = ""
    mobile: bool = False


class Contact(Wire, frozen=True):
    """Somebody of an organisation; roles among booking, contract, invoice, on_site."""

    name: str
    email: str = ""
    phone: str = ""
    roles: list[str] = []


class Profile(Wire, frozen=True):
    """A public profile that the client gave or linked: a handle on a network, and its source.

    `network` is one of instagram, facebook, linkedin, x, tiktok, youtube, mastodon, website, other; the handle may be typed
    as the address of the profile. `given` says how: desk, email, form, review, import; `detail` which form, review or file.
    `day` is today where it is not said; `by_name`, who noted it, is the server's own.
    """

    network: str
    handle: str
    given: str = "desk"
    detail: str = ""
    day: date | None = None
    by_name: str = ""


class ClientFields(Wire, frozen=True):
    """What one types on a card. `kind` is `person` or `organisation`; days are ISO, codes those of the lists.

    `language` is that of mails; `languages` are spoken. Segmentation, origin and marketing codes are the centre's own.
    """

    kind: str = "person"
    title: str = ""
    first_name: str = ""
    last_name: str = ""
    organisation: str = ""
    contact_name: str = ""
    client_type: str = ""
    social_economy: bool = False
    email: str = ""
    email_consent: bool = False
    sms_consent: bool = False
    phones: list[Phone] = []
    street: str = ""
    postal_code: str = ""
    town: str = ""
    country: str = "FR"
    reference: str = ""
    birth_date: date | None = None
    language: str = "fr"
    languages: list[str] = []
    segmentation: str = ""
    origin: str = ""
    marketing_codes: list[str] = []
    colour: str = ""
    habits: str = ""
    special_requests: str = ""
    notes: str = ""
    first_contact: date | None = None
    discovery_channel: str = ""
    discovery_detail: str = ""
    stayed_elsewhere: bool | None = None
    further_information: str = ""
    contacts: list[Contact] = []
    profiles: list[Profile] = []


class Signal(Wire, frozen=True):
    """What the referential says: at how many other centres this client stayed, and the season of the last stay there.

    `season` is winter, spring, summer or autumn; without one they stayed nowhere, and `centres` counts those that have a
    card. Nothing else crosses.
    """

    centres: int
    season: str | None = None
    year: int | None = None
    booking_category: str | None = None


class Blacklisting(Wire, frozen=True):
    """A lock on a card; `reason` is one of unpaid, damage, nuisance, violence, fraud."""

    reason: str
    evidence_day: date
    last_day: date
    by: str = ""
    letter_sent_day: date | None = None
    letter_means: str | None = None
    """email, post or hand."""
    stays: list["StayToDecide"] = []
    """Those that were to come when it closed."""
    alert: str = ""
    """What became of the network's alert: empty, `asked`, `confirmed`, `refused`."""


class StayToDecide(Wire, frozen=True):
    """A stay to come that a lock leaves to somebody; `decision` is empty while it waits, `kept` or `cancelled`."""

    stay_id: UUID
    arrival: date
    departure: date
    status: str
    decision: str


class LetterSending(Wire, frozen=True):
    """How the letter about a lock goes: `email` sends it; `post` and `hand` note the day it went."""

    means: str
    day: date


class WhomToCall(Wire, frozen=True):
    """A centre to call about a client; it says no more."""

    centre_name: str
    phone: str


class WaitingAlert(Wire, frozen=True):
    """An alert that waits for the network's decision."""

    id: UUID
    centre_name: str
    asked_at: datetime
    asked_by: str
    reason: str
    evidence_day: date
    last_day: date
    other_centres: int


class AlertDecision(Wire, frozen=True):
    """Whether the other centres are told whom to call."""

    confirmed: bool


class Consent(Wire, frozen=True):
    """That campaigns may be sent by `kind` (email, sms): since when, where and to which words it was agreed."""

    kind: str
    at: datetime
    source: str
    text: str


class NewClientAction(Wire, frozen=True):
    """Something done with a client; `action` is a code of `follow_up_action`."""

    action: str
    day: date
    note: str = ""


class ClientAction(Wire, frozen=True):
    """Something that was done with a client, when and by whom."""

    id: UUID
    action: str
    day: date
    note: str
    by_name: str


class StayLine(Wire, frozen=True):
    """A stay on the card."""

    id: UUID
    arrival: date
    departure: date
    status: str
    pax: int | None
    dossier_number: str | None = None
    amount: Money | None = None
    score: int | None = None
    """In tenths of five."""
    services: list["Consumed"] = []


class MailLine(Wire, frozen=True):
    """A mail sent to the client (`direction` out), or received from them (in): then `subject` is how it begins."""

    id: UUID
    at: datetime
    direction: str
    subject: str
    state: str


class ClientCard(Wire, frozen=True):
    """The card on one page."""

    id: UUID
    version: int
    name: str
    fields: ClientFields
    status: str
    email_quality: str
    blacklisting: Blacklisting | None
    stays: list[StayLine]
    dossiers: list["ClientDossier"]
    mails: list[MailLine]
    signal: Signal | None
    payments: list["CardPayment"] = []
    defaults: DefaultsToFill = DefaultsToFill()
    rates: list[ClientRate] = []
    alerts: list[WhomToCall] = []
    """Centres that the network says to call about this client."""
    consents: list[Consent] = []
    actions: list[ClientAction] = []
    colour: str = ""
    """What is shown: the card's own colour, else its type's."""
    reviews: list[PublicReview] = []
    """Public reviews that staff said are the client's."""
    mended: list[str] = []
    """Fields whose broken encoding was mended, each as `field: before → after`."""
    objected_at: datetime | None = None
    """Since when the client objects to being recognised by other centres, as noted on this card."""


class Consumed(Wire, frozen=True):
    """What a stay was sold of one kind: lodging, meal, room_hire, activity, package, option, miscellaneous."""

    product_type: str
    total: Money


class CardPayment(Wire, frozen=True):
    """A payment on the card; `back` is what was given back or taken back of it."""

    id: UUID
    dossier_id: UUID
    number: str
    day: date | None
    means: str
    state: str
    amount: Money
    back: Money


class ClientDossier(Wire, frozen=True):
    """A dossier on the card."""

    id: UUID
    number: str
    state: str
    total: Money
    due: Money


class SignalQuestion(Wire, frozen=True):
    """The identifying fields of a card being typed, before it is saved.

    `kind` as on the card; where it is empty, a card without a person's name is an organisation's.
    """

    kind: str = ""
    first_name: str = ""
    last_name: str = ""
    organisation: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    postal_code: str = ""
    town: str = ""
    country: str = ""
    birth_date: date | None = None


class MergePreview(Wire, frozen=True):
    """Two cards side by side and the one they become; `moves` counts by table what would name the first."""

    version: int
    kept: ClientFields
    merged: ClientFields
    result: ClientFields
    moves: dict[str, int]


class MergeRequest(Wire, frozen=True):
    """The card that goes into another, whose version was read."""

    other_id: UUID
    version: int


class MendingRefused(Wire, frozen=True):
    """A line of a card's `mended`: its field goes back to what was written, and is not mended again."""

    mending: str


class MergeMade(Wire, frozen=True):
    """A merge that was made; its id undoes it."""

    id: UUID


class CardMerge(Wire, frozen=True):
    """A card that went into another and can be given back: what it was called, when it went, by whom."""

    id: UUID
    name: str
    reference: str
    merged_at: datetime
    merged_by: str


class PersonErased(Wire, frozen=True):
    """From how many centres a person is gone, and the certificates that say so."""

    centres: int
    certificates: list[UUID]
