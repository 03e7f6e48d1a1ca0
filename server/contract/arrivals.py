"""What is asked of those who arrive."""

from datetime import date
from uuid import UUID

from server.contract.basics import Wire


class PoliceForm(Wire, frozen=True):
    """A guest's police form, exactly as the law has it; `signature` is empty while it is not signed.

    A signature is the path data of an SVG, a PNG as a data URL, or `typed:` and a name.
    """

    guest_id: UUID
    surname: str
    first_names: str
    birth_date: date
    birth_place: str
    nationality: str
    home: str
    mobile: str
    email: str
    arrival: date
    departure: date
    signature: str


class PreCheckInDays(Wire, frozen=True):
    """So many days before the arrival the pre-check-in link goes out by mail; 0 sends none by itself."""

    days: int
