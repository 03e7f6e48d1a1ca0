"""What a service costs for a stay, and how much of it a stay takes. Pure."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from billing.catalogue.client_rates import ClientRate, rate_for
from billing.catalogue.reasons import Code, Reason, Reasons
from billing.money import Money
from infra.errors import FieldError, Invalid
from tenants.stays.rules import billed_people


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


WHOLE_BASIS_POINTS: Final = 10_000

FREE_OF: Final = frozenset({ProductType.LODGING, ProductType.MEAL, ProductType.PACKAGE})
"""What a free place frees its leader of."""


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
    frozen_pax: int | None = None
    """Those counted on the day that the counts became firm: a bill of presence reads them."""
    free_one_in: int | None = None
    free_most: int | None = None
    room_types: frozenset[str] = frozenset()
    """Of the rooms that it holds; empty before it holds any."""

    @property
    def nights(self) -> int:
        """How many nights from arrival to departure."""
        return (self.departure - self.arrival).days

    @property
    def people(self) -> int | None:
        """How many are firm, else counted, else expected."""
        known = self.expected_pax if self.pax is None else self.pax
        return known if self.frozen_pax is None else self.frozen_pax

    @property
    def billed(self) -> int | None:
        """How many of them are billed for what free places free them of."""
        return billed_people(self.people, frozen=None, one_in=self.free_one_in, most=self.free_most)


class ClientFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a price may depend on of a client; `client_type` is the network's code."""

    client_type: str = ""
    rates: tuple[ClientRate, ...] = ()
    """The client's own, which win over every other."""
    rate_id: UUID | None = None
    """The one that the card's defaults name, before the others where it applies."""
    discount_basis_points: int = 0
    """Of the card's defaults, or typed on the line: off what is no price of the client's own."""
    discount_by: str = ""
    """Who typed it; empty for the card's."""


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """The price of one unit, and where it comes from."""

    unit_price: Money
    reasons: Reasons


def price_of(service: Service, stay: StayFacts, client: ClientFacts) -> Price:
    """Return what one unit costs this client on this stay: every price on a line of the catalogue comes from here.

    A rate of the client's own wins over every other; what the card's defaults take off comes off the others. For now
    those are the catalogue's simple rate; rates by season, length and client type enter here.
    """
    named = [rate for rate in client.rates if rate.id == client.rate_id]
    own = next(filter(None, (_own(rates, service, stay) for rates in (named, client.rates))), None)
    if own is not None:
        rate = Reason(code=Code.CLIENT_RATE, name=own.name or own.room_type, price=own.price, unit=service.unit)
        return Price(unit_price=own.price, reasons=(rate,))
    rate = Reason(code=Code.CATALOGUE_RATE, price=service.price, unit=service.unit)
    if client.discount_basis_points:
        price = service.price.share(WHOLE_BASIS_POINTS - client.discount_basis_points)
        off = Reason(
            code=Code.TYPED_DISCOUNT if client.discount_by else Code.CLIENT_DISCOUNT,
            name=client.discount_by,
            number=client.discount_basis_points,
        )
        return Price(unit_price=price, reasons=(rate, off))
    return Price(unit_price=service.price, reasons=(rate,))


def _own(rates: Sequence[ClientRate], service: Service, stay: StayFacts) -> ClientRate | None:
    return rate_for(
        rates, service_id=service.id, arrival=stay.arrival, departure=stay.departure, room_types=stay.room_types
    )


def nights_of(unit: Unit, stay: StayFacts) -> int:
    """Return by how many nights a quantity multiplies: those of the stay, or 1 where nights do not count."""
    return stay.nights if unit in (Unit.NIGHT, Unit.PERSON_NIGHT) else 1


def quantity_of(unit: Unit, stay: StayFacts, product_type: str = "") -> int:
    """Return how many units the stay takes before nights multiply; beds and meals of free places are nobody's to pay.

    Raises:
        QuantityMissing: the unit is counted by people and nobody knows how many come.
    """
    if unit not in (Unit.PERSON, Unit.PERSON_NIGHT):
        return 1
    if stay.people is None:
        raise QuantityMissing(errors=(FieldError("/quantity", "quantity_missing", "Indiquez la quantité"),))
    return stay.billed or 0 if product_type in FREE_OF else stay.people
