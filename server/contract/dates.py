"""Changing the dates of a dossier's stay: the rehearsal and its ways out; and what a cancellation costs."""

from datetime import date
from uuid import UUID

from server.contract.basics import Money, Wire


class LineThen(Wire, frozen=True):
    """A line on the new dates; `verdict` is kept, repriced or impossible, `why` a code where it is impossible."""

    line_id: UUID
    label: str
    before: Money
    after: Money
    verdict: str
    why: str = ""


class BlockedRoom(Wire, frozen=True):
    """A room of the stay that somebody else has in the new nights; without a holder it is out of service, or nobody's card."""

    room: str
    holder: str
    stay_id: UUID | None
    arrival: date
    departure: date


class DatesRehearsal(Wire, frozen=True):
    """What other dates would do; nothing is changed. `ways` are lose and requote, the default first; none where impossible."""

    arrival: date
    departure: date
    lines: list[LineThen]
    before: Money
    after: Money
    blocked: list[BlockedRoom]
    quote_number: int | None
    accepted: bool
    paid: Money
    ways: list[str]


class NewDates(Wire, frozen=True):
    """Other dates (departure not included), and what becomes of the quote: lose or requote."""

    arrival: date
    departure: date
    way: str = "lose"


class Cancellation(Wire, frozen=True):
    """Cancel for a reason of the list; `with_fee` proposes what the centre's scale asks to whoever bills."""

    reason: str
    with_fee: bool = False


class CancellationCost(Wire, frozen=True):
    """What cancelling today would cost; `number` is the dossier's, empty where there is none."""

    days_left: int
    total: Money
    share_basis_points: int
    fee: Money
    paid: Money
    number: str


class CancellationStep(Wire, frozen=True):
    """From so many days before the arrival on, cancelling costs this share of the total."""

    days_before: int
    share_basis_points: int


class CancellationScale(Wire, frozen=True):
    """The centre's scale, whole."""

    steps: list[CancellationStep]


class Allotment(Wire, frozen=True):
    """So many beds of a type for a stay; `held` of them are in rooms already."""

    room_type: str
    beds: int
    held: int = 0


class Allotments(Wire, frozen=True):
    """A stay's allotments, whole."""

    allotments: list[Allotment]


class OptionDay(Wire, frozen=True):
    """Until when to hold; the centre's usual time unless said."""

    until: date | None = None
