"""What is agreed with one client: what fills a new stay or quote, and prices of their own."""

from datetime import date
from uuid import UUID

from server.contract.basics import Money, Wire


class Defaults(Wire, frozen=True):
    """What fills a new stay or quote of the client and stays editable there; shares in hundredths of a percent."""

    service_id: UUID | None = None
    payer_id: UUID | None = None
    payer_note: str = ""
    room_type: str = ""
    discount_basis_points: int = 0
    commission_basis_points: int = 0
    rate_id: UUID | None = None
    version: int = 0


class DefaultsToFill(Defaults, frozen=True):
    """A client's defaults where a stay or a quote begins and on the card, payer and lodging by name."""

    payer_name: str = ""
    service_name: str = ""


class NewClientRate(Wire, frozen=True):
    """A price of the client's own for a lodging product in a type of room; null is no limit, nights are included."""

    service_id: UUID
    room_type: str
    price: Money
    name: str = ""
    first_day: date | None = None
    last_day: date | None = None
    min_nights: int | None = None
    max_nights: int | None = None
    promo_allowed: bool = False
    """Whether promo codes and private sales may come on top."""


class ClientRate(Wire, frozen=True):
    """A price of the client's own, which wins over every other."""

    id: UUID
    name: str
    service_id: UUID
    room_type: str
    price: Money
    first_day: date | None
    last_day: date | None
    min_nights: int | None
    max_nights: int | None
    promo_allowed: bool
    service_name: str = ""
