"""What a line of a dossier is made of. Pure."""

from uuid import UUID

import msgspec

from billing.catalogue.reasons import Code, Reason, Reasons
from billing.catalogue.rules import (
    FREE_OF,
    WHOLE_BASIS_POINTS,
    ClientFacts,
    ProductType,
    Service,
    StayFacts,
    Unit,
    nights_of,
    price_of,
    quantity_of,
)
from billing.money import Money
from infra.errors import Conflict, FieldError, Invalid

MISCELLANEOUS_CODE = "708000"
STANDARD_VAT_BASIS_POINTS = 2000


class LineInvalid(Invalid):
    """The line cannot be sold as described."""

    code = "line_invalid"


class ServiceInactive(Conflict):
    """This service is no longer sold: choose another."""

    code = "service_inactive"


class NewLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line to add: a service of the catalogue, or « divers » with its own label, price and VAT rate.

    `quantity` counts the service's unit before nights multiply; None takes it from the head-count.
    """

    service_id: UUID | None = None
    label: str = ""
    quantity: int | None = None
    unit_price: Money | None = None
    vat_basis_points: int | None = None
    discount_basis_points: int | None = None
    """Off the catalogue's price; None takes what the client's card says."""


class LineChange(msgspec.Struct, frozen=True, kw_only=True):
    """What may change of a line; None leaves it."""

    label: str | None = None
    quantity: int | None = None
    unit_price: Money | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it stands; prices include tax."""

    id: UUID
    service_id: UUID | None
    label: str
    product_type: str
    unit: str
    quantity: int
    quantity_by_hand: bool
    nights: int
    unit_price: Money
    vat_basis_points: int
    accounting_code: str
    reasons: Reasons
    """Where the price comes from."""

    @property
    def total(self) -> Money:
        """Quantity × nights × unit price."""
        return self.unit_price * (self.quantity * self.nights)


def line_of_service(
    line_id: UUID, new: NewLine, service: Service, stay: StayFacts, client: ClientFacts, *, by: str
) -> Line:
    """Make a line of a service; meals × people × nights multiply by themselves.

    Raises:
        ServiceInactive: it is no longer sold.
        QuantityMissing: nobody typed the quantity, and the head-count is unknown.
        LineInvalid: the quantity or the price cannot be right.
    """
    if not service.active:
        raise ServiceInactive
    if new.discount_basis_points is not None:
        if not 0 <= new.discount_basis_points <= WHOLE_BASIS_POINTS:
            raise LineInvalid(errors=(FieldError("/discount_basis_points", "out_of_range", "Entre 0 et 100 %."),))
        if new.discount_basis_points != client.discount_basis_points:
            client = msgspec.structs.replace(client, discount_basis_points=new.discount_basis_points, discount_by=by)
    price = price_of(service, stay, client)
    reasons = price.reasons
    if stay.free_one_in and service.product_type in FREE_OF and new.quantity is None:
        reasons += (Reason(code=Code.FREE_PLACES, number=stay.free_one_in),)
    if new.unit_price is not None:
        reasons = (Reason(code=Code.TYPED_PRICE, name=by), *reasons)
    line = Line(
        id=line_id,
        service_id=service.id,
        label=new.label.strip() or service.name,
        product_type=service.product_type,
        unit=service.unit,
        quantity=quantity_of(service.unit, stay, service.product_type) if new.quantity is None else new.quantity,
        quantity_by_hand=new.quantity is not None,
        nights=nights_of(service.unit, stay),
        unit_price=new.unit_price or price.unit_price,
        vat_basis_points=service.vat_basis_points,
        accounting_code=service.accounting_code,
        reasons=reasons,
    )
    return checked(line)


def miscellaneous_line(line_id: UUID, new: NewLine, *, by: str) -> Line:
    """Make a « divers » line: free label, free price.

    Raises:
        LineInvalid: the label or the price is missing, or a figure cannot be right.
    """
    if new.unit_price is None:
        errors = [FieldError("/unit_price", "required", "Le prix manque")]
        if not new.label.strip():
            errors.append(FieldError("/label", "required", "Le libellé manque"))
        raise LineInvalid(errors=tuple(errors))
    return checked(
        Line(
            id=line_id,
            service_id=None,
            label=new.label.strip(),
            product_type=ProductType.MISCELLANEOUS,
            unit=Unit.PIECE,
            quantity=1 if new.quantity is None else new.quantity,
            quantity_by_hand=True,
            nights=1,
            unit_price=new.unit_price,
            vat_basis_points=STANDARD_VAT_BASIS_POINTS if new.vat_basis_points is None else new.vat_basis_points,
            accounting_code=MISCELLANEOUS_CODE,
            reasons=(Reason(code=Code.FREE_PRICE, name=by),),
        )
    )


def changed_line(line: Line, change: LineChange, *, by: str) -> Line:
    """Return the line after a change.

    Raises:
        LineInvalid: a figure cannot be right, or the label is empty.
    """
    reasons = line.reasons
    if change.unit_price is not None and change.unit_price != line.unit_price:
        reasons = (Reason(code=Code.TYPED_PRICE, name=by), *reasons)
    return checked(
        msgspec.structs.replace(
            line,
            label=line.label if change.label is None else change.label.strip(),
            quantity=line.quantity if change.quantity is None else change.quantity,
            quantity_by_hand=line.quantity_by_hand or change.quantity is not None,
            unit_price=change.unit_price or line.unit_price,
            reasons=reasons,
        )
    )


def repriced(line: Line, stay: StayFacts) -> Line:
    """Return the line for a stay whose dates or head-count changed; quantities set by hand stay as they were."""
    unit = Unit(line.unit)
    by_hand = line.quantity_by_hand or (unit in (Unit.PERSON, Unit.PERSON_NIGHT) and stay.people is None)
    return msgspec.structs.replace(
        line,
        quantity=line.quantity if by_hand else quantity_of(unit, stay, line.product_type),
        nights=nights_of(unit, stay),
    )


def checked(line: Line) -> Line:
    """Return the line, refused where a figure cannot be right.

    Raises:
        LineInvalid: with one error for each field.
    """
    errors = []
    if not line.label:
        errors.append(FieldError("/label", "required", "Le libellé manque"))
    if not 0 <= line.quantity <= 100_000:
        errors.append(FieldError("/quantity", "out_of_range", "Quantité entre 0 et 100 000"))
    if abs(line.unit_price.minor) > 100_000_000:
        errors.append(FieldError("/unit_price", "out_of_range", "Prix trop grand"))
    if line.unit_price.currency != "EUR":
        errors.append(FieldError("/unit_price/currency", "unknown", "Seul l'euro est accepté"))
    if not 0 <= line.vat_basis_points <= 10_000:
        errors.append(FieldError("/vat_basis_points", "out_of_range", "Taux de TVA entre 0 et 100 %"))
    if errors:
        raise LineInvalid(errors=tuple(errors))
    return line
