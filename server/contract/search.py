"""What a search of everything finds."""

from datetime import date
from uuid import UUID

from server.contract.basics import Wire
from server.contract.clients import ClientLine
from server.contract.dossiers import DossierCard


class StayFound(Wire, frozen=True):
    """A stay that was found."""

    id: UUID
    name: str
    arrival: date
    departure: date
    status: str
    pax: int | None


class RoomFound(Wire, frozen=True):
    """A room that was found."""

    id: UUID
    name: str
    building: str
    floor: str
    room_type: str


class Found(Wire, frozen=True):
    """The first of each kind that answer to a fragment; `more_clients` says that there are other cards than these."""

    clients: list[ClientLine] = []
    dossiers: list[DossierCard] = []
    stays: list[StayFound] = []
    rooms: list[RoomFound] = []
    more_clients: bool = False
