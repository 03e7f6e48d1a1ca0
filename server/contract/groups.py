"""Groups: the rooming list, its link, its file."""

from datetime import date, datetime
from uuid import UUID

from server.contract.basics import Wire


class RoomingEntryFields(Wire, frozen=True):
    """Somebody of a group; all may be empty until the list is sent off.

    `role` is participant or leader, `sex` F, M or empty, `diet` standard, vegetarian, vegan, no_pork, halal, kosher,
    gluten_free, lactose_free or other.
    """

    last_name: str = ""
    first_name: str = ""
    role: str = "participant"
    sex: str = ""
    age: int | None = None
    responsible: bool = False
    phone: str = ""
    room_id: UUID | None = None
    bed_id: UUID | None = None
    """Which of the room's beds; it may stay unsaid."""
    diet: str = "standard"
    allergies: str = ""
    access_needs: str = ""
    notes: str = ""


class RoomingEntry(Wire, frozen=True):
    """Somebody on the list; `lacks` names the fields wanted before it can be sent off."""

    id: UUID
    version: int
    fields: RoomingEntryFields
    room: str
    lacks: list[str]
    bed: str = ""
    """The label of their bed, where one was said."""


class NamedBed(Wire, frozen=True):
    """A bed by its label."""

    id: UUID
    label: str


class GroupRoom(Wire, frozen=True):
    """A room of the group, with the beds that are the group's and how many sleep in it."""

    id: UUID
    name: str
    beds: int
    sleepers: int
    accessible: bool
    floor: str
    named: list[NamedBed] = []
    """The group's beds in it."""


class RoomingList(Wire, frozen=True):
    """A group's list and how far it is; `expected` is the head-count, 0 while nobody knows it."""

    stay_id: UUID
    client_name: str
    status: str
    arrival: date
    departure: date
    expected: int
    complete: int
    roomed: int
    responsible: int
    ready: bool
    opened_at: datetime | None
    submitted_at: datetime | None
    submitted_by: str
    rooms: list[GroupRoom]
    entries: list[RoomingEntry]


class RoomingLinkRequest(Wire, frozen=True):
    """Make the leader's link, and mail it to who leads the group if wanted."""

    mail: bool = False


class RoomingFile(Wire, frozen=True):
    """A file to take people from: CSV or XLSX, base64 on the wire."""

    name: str
    content: bytes


class RoomingRowError(Wire, frozen=True):
    """What could not be taken of a row as written; `field` is empty where the whole row was left out."""

    row: int
    field: str
    value: str
    code: str


class RoomingImported(Wire, frozen=True):
    """What came of a file; values that could not be read stand in the person's notes."""

    added: int
    changed: int
    unchanged: int
    errors: list[RoomingRowError]
    ignored_columns: list[str]


class RoomsProposed(Wire, frozen=True):
    """How many people got a room."""

    people: int


class GroupParts(Wire, frozen=True):
    """How many of a group sleep apart from the others; nothing said reads the rooming list."""

    girls: int = 0
    boys: int = 0
    staff: int = 0


class RoomsFor(Wire, frozen=True):
    """The beds proposed for one part of a group: girls, boys, staff or others, in rooms that no other part shares."""

    who: str
    people: int
    bed_ids: list[UUID]


class RoomsOffered(Wire, frozen=True):
    """The beds proposed, all of them, and for whom of the group each."""

    bed_ids: list[UUID]
    parts: list[RoomsFor]
