"""Catalogue, dossiers, quotes, payments."""

from datetime import date, datetime
from uuid import UUID

from server.contract.basics import Money, Wire
from server.contract.enquiries import Message
from server.contract.stays import Stay


class Service(Wire, frozen=True):
    """What can be sold; `product_type` lodging, meal, room_hire, activity, package, option or miscellaneous.

    `unit` is person, night, person_night, group, hour or piece; `vat_basis_points` 1000 is 10 %.
    """

    id: UUID
    version: int
    name: str
    product_type: str
    unit: str
    price: Money
    vat_basis_points: int
    accounting_code: str
    active: bool


class NewService(Wire, frozen=True):
    """A service to make."""

    name: str
    product_type: str
    unit: str
    price: Money
    vat_basis_points: int
    accounting_code: str = "706000"


class ServiceChange(Wire, frozen=True):
    """What may change of a service; None leaves it. One that is not `active` is offered no more."""

    name: str | None = None
    product_type: str | None = None
    unit: str | None = None
    price: Money | None = None
    vat_basis_points: int | None = None
    accounting_code: str | None = None
    active: bool | None = None


class NewLine(Wire, frozen=True):
    """A line to add: a service of the catalogue, or « divers » with its own label, price and VAT rate.

    `quantity` is in the service's unit before nights multiply; None takes it from the head-count.
    """

    service_id: UUID | None = None
    label: str = ""
    quantity: int | None = None
    unit_price: Money | None = None
    vat_basis_points: int | None = None
    discount_basis_points: int | None = None
    """Off the catalogue's price; null takes what the client's card says."""


class LineChange(Wire, frozen=True):
    """What may change of a line; None leaves it."""

    label: str | None = None
    quantity: int | None = None
    unit_price: Money | None = None


class LineReason(Wire, frozen=True):
    """One reason of a price: `code` is catalogue_rate, client_rate, client_discount, typed_discount, free_places, typed_price
    (in place of what the reasons after it say), free_price, tourist_tax, tax_exempt, additional_tax, or written.
    """

    code: str
    name: str = ""
    """A rate's, a category's, who typed it, the code of an exemption, or the sentence itself."""
    price: Money | None = None
    unit: str = ""
    number: int = 0
    """Basis points of a discount, one free place for so many, or nights."""


class DossierLine(Wire, frozen=True):
    """A line; `reasons` say in order where the price comes from."""

    id: UUID
    label: str
    product_type: str
    unit: str
    quantity: int
    nights: int
    unit_price: Money
    total: Money
    vat_basis_points: int
    reasons: list[LineReason]


class QuoteVersion(Wire, frozen=True):
    """A version; `state` is draft, sent, accepted, refused, expired, superseded or lost."""

    id: UUID
    number: int
    state: str
    total: Money
    sent_at: datetime | None
    valid_until: date | None
    accepted_at: datetime | None
    accepted_by: str
    page_url: str
    pdf_path: str


class Instalment(Wire, frozen=True):
    """A line of the schedule; `state` is due, overdue or paid. `part` is deposit or balance."""

    part: str
    nature: str
    amount: Money
    due_day: date
    state: str


class PaymentView(Wire, frozen=True):
    """Money that came or went; `state` pending, paid, failed, refunded or partly_refunded."""

    id: UUID
    at: datetime
    means: str
    part: str
    amount: Money
    state: str
    reference: str


class DossierCard(Wire, frozen=True):
    """A dossier in a column."""

    id: UUID
    version: int
    number: str
    state: str
    client_name: str
    arrival: date
    departure: date
    pax: int | None
    total: Money
    due: Money
    unread: bool


class DossierColumn(Wire, frozen=True):
    """One of the seven columns: its count and sum."""

    state: str
    count: int
    total: Money


class DossierView(Wire, frozen=True):
    """Everything that was said, sold and paid."""

    id: UUID
    version: int
    number: str
    state: str
    client_id: UUID
    client_name: str
    enquiry_id: UUID | None
    stay: Stay
    lines: list[DossierLine]
    total: Money
    vat: Money
    paid: Money
    due: Money
    quotes: list[QuoteVersion]
    schedule: list[Instalment]
    payments: list[PaymentView]
    messages: list[Message]
    treated: bool
    commission_basis_points: int = 0
    """What the client keeps of the price, of 10 000."""
    commission: Money = Money(minor=0)


class Commission(Wire, frozen=True):
    """What the client keeps of the price, of 10 000."""

    share_basis_points: int


class FirstLine(Wire, frozen=True):
    """The service that makes a demande a dossier, with the dates where the demande had none."""

    line: NewLine
    client_id: UUID | None = None
    arrival: date | None = None
    departure: date | None = None


class QuoteSending(Wire, frozen=True):
    """Send the lines as they stand as a new version. `option_until` puts the stay in option until that day.

    `detail` is simple, grouped or detailed; `message` goes into the mail above the link.
    """

    detail: str = "grouped"
    valid_until: date | None = None
    option_until: date | None = None
    message: str = ""


class PaymentLinkRequest(Wire, frozen=True):
    """A payment link for `deposit`, `balance` or `whole`; mailed to the client unless `mail` is false."""

    part: str
    mail: bool = True


class ManualPayment(Wire, frozen=True):
    """Money received otherwise: transfer, cheque, cash, voucher or public_transfer."""

    means: str
    amount: Money
    reference: str = ""
    received_day: date | None = None


class RefundRequest(Wire, frozen=True):
    """Give money back; None is all that is left of the payment."""

    amount: Money | None = None
    reason: str = ""


class Treated(Wire, frozen=True):
    """« Saisie dans le logiciel (Traité) »."""

    treated: bool


class Archived(Wire, frozen=True):
    """Whether the dossier is put away."""

    archived: bool


class FailedMail(Wire, frozen=True):
    """A mail that could not be sent; `retry` puts it back in the queue."""

    id: UUID
    recipient: str
    subject: str
    attempts: int
    error: str
    created_at: datetime
