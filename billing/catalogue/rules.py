"""What a service costs for a stay, and how much of it a stay takes. Pure."""

from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from billing.money import Money, written
from infra.errors import FieldError, Invalid


class ProductType(StrEnum):
    """What kind of thing is sold; the panel « ajouter une prestation » asks it first."""

    LODGING = "lodging"
    MEAL = "meal"
    ROOM_HIRE = "room_hire"
    ACTIVITY = "activity"
    PACKAGE = "package"
    OPTION = "option"
    MISCELLANEOUS = "miscellaneous"


class Unit(StrEnum):
    """What one of it is."""

    PERSON = "person"
    NIGHT = "night"
    PERSON_NIGHT = "person_night"
    GROUP = "group"
    HOUR = "hour"
    PIECE = "piece"


PER_UNIT: Final = {
    Unit.PERSON: "par personne",
    Unit.NIGHT: "par nuit",
    Unit.PERSON_NIGHT: "par personne et par nuit",
    Unit.GROUP: "par groupe",
    Unit.HOUR: "de l'heure",
    Unit.PIECE: "l'unité",
}


class QuantityMissing(Invalid):
    """The stay's head-count is not known: type the quantity, or the head-count on the stay first."""

    code = "quantity_missing"


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A service of the catalogue; `price` is that of one unit, tax included."""

    id: UUID
    version: int
    name: str
    product_type: ProductType
    unit: Unit
    price: Money
    vat_basis_points: int
    accounting_code: str
    active: bool


class StayFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a price may depend on of a stay; the departure day is not a night."""

    arrival: date
    departure: date
    pax: int | None
    expected_pax: int | None = None

    @property
    def nights(self) -> int:
        """How many nights from arrival to departure."""
        return (self.departure - self.arrival).days

    @property
    def people(self) -> int | None:
        """How many are counted, else expected."""
        return self.expected_pax if self.pax is None else self.pax


class ClientFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a price may depend on of a client; `client_type` is the network's code."""

    client_type: str = ""


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """The price of one unit, and the words that say where it comes from."""

    unit_price: Money
    explanation: str


def price_of(service: Service, stay: StayFacts, client: ClientFacts) -> Price:
    """Return what one unit costs this client on this stay: every price on a line of the catalogue comes from here.

    For now the catalogue's simple rate, whatever the stay and the client; rates by season, length and client type
    enter here.
    """
    words = f"tarif du catalogue, {written(service.price)} {PER_UNIT[service.unit]}"
    return Price(unit_price=service.price, explanation=words)


def nights_of(unit: Unit, stay: StayFacts) -> int:
    """Return by how many nights a quantity multiplies: those of the stay, or 1 where nights do not count."""
    return stay.nights if unit in (Unit.NIGHT, Unit.PERSON_NIGHT) else 1


def quantity_of(unit: Unit, stay: StayFacts) -> int:
    """Return how many units the stay takes before nights multiply.

    Raises:
        QuantityMissing: the unit is counted by people and nobody knows how many come.
    """
    if unit not in (Unit.PERSON, Unit.PERSON_NIGHT):
        return 1
    if stay.people is None:
        raise QuantityMissing(errors=(FieldError("/quantity", "quantity_missing", "Indiquez la quantité"),))
    return stay.people
