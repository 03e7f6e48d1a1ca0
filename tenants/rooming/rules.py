"""What a rooming list asks of each person, when it is complete, and who might sleep where. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec

from infra.errors import Conflict, FieldError, Invalid

ROLES: Final = ("participant", "leader")
SEXES: Final = ("", "F", "M")
DIETS: Final = (
    "standard",
    "vegetarian",
    "vegan",
    "no_pork",
    "halal",
    "kosher",
    "gluten_free",
    "lactose_free",
    "other",
)
"""What the kitchen cooks apart; `standard` is everything."""

LONGEST_LIST: Final = 400
"""No group here is larger: a form that was sent a thousand times by mistake fills no database."""

_LIMITS: Final = {
    "last_name": 100,
    "first_name": 100,
    "phone": 40,
    "allergies": 300,
    "access_needs": 300,
    "notes": 500,
}


class EntryInvalid(Invalid):
    """This person cannot be written down like that."""

    code = "rooming_entry_invalid"


class ListIncomplete(Invalid):
    """The list is not complete: the rows say what they lack, and somebody has to be responsible for the group."""

    code = "rooming_list_incomplete"


class ListSubmitted(Conflict):
    """The list was sent off; the desk can open it again."""

    code = "rooming_list_submitted"


class RoomFull(Conflict):
    """This room has no bed left for the group."""

    code = "rooming_room_full"


class BedOccupied(Conflict):
    """Somebody else of the group sleeps in this bed."""

    code = "rooming_bed_taken"


class ListFull(Conflict):
    """The list is longer than any group: remove rows first."""

    code = "rooming_list_full"


class EntryFields(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the group as typed; all may be empty until the list is sent off."""

    last_name: str = ""
    first_name: str = ""
    role: str = "participant"
    sex: str = ""
    age: int | None = None
    responsible: bool = False
    phone: str = ""
    room_id: UUID | None = None
    bed_id: UUID | None = None
    """Which of the room's; the desk says it, where it matters."""
    diet: str = "standard"
    allergies: str = ""
    access_needs: str = ""
    notes: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the group; `room` is the name of theirs."""

    id: UUID
    version: int
    position: int
    fields: EntryFields
    room: str = ""
    bed: str = ""
    """The label of their bed, where one was said."""

    @property
    def place(self) -> str:
        """Where they sleep: « B1 », « B1 · lit 2 »."""
        return f"{self.room} · lit {self.bed}" if self.room and self.bed else self.room

    @property
    def name(self) -> str:
        """First and last name, as far as they are known."""
        return f"{self.fields.first_name} {self.fields.last_name}".strip()


class GroupRoom(msgspec.Struct, frozen=True, kw_only=True):
    """A room of the group, with the beds that are the group's, in the house's order."""

    id: UUID
    name: str
    beds: int
    accessible: bool = False
    floor: str = ""
    """Building and floor together: rooms of one floor are neighbours."""
    named: tuple[tuple[UUID, str], ...] = ()
    """The group's beds by their labels."""


class Completeness(msgspec.Struct, frozen=True, kw_only=True):
    """How far a list is; `expected` is the stay's head-count, 0 while nobody knows it."""

    expected: int
    rows: int
    complete: int
    roomed: int
    responsible: int

    @property
    def ready(self) -> bool:
        """Whether it may be sent off: every row is complete and somebody is responsible."""
        return self.rows > 0 and self.complete == self.rows and self.responsible > 0


def tidy(fields: EntryFields) -> EntryFields:
    """Return the fields without stray spaces; whoever is responsible is a leader."""
    cleaned = {name: " ".join(getattr(fields, name).replace("\0", "").split()) for name in _LIMITS}
    role = "leader" if fields.responsible else fields.role
    bed_id = fields.bed_id if fields.room_id is not None else None
    return msgspec.structs.replace(fields, **cleaned, role=role, bed_id=bed_id)


def check(fields: EntryFields, *, rooms: Mapping[UUID, GroupRoom]) -> None:
    """Refuse what cannot be: nothing at all, a word of no list, a room of another stay, an age beyond any.

    Raises:
        EntryInvalid: with one error for each field.
    """
    errors = [
        FieldError(f"/{name}", "too_long", f"at most {limit} characters")
        for name, limit in _LIMITS.items()
        if len(getattr(fields, name)) > limit
    ]
    if fields == EntryFields(role=fields.role):
        # A form sent empty by mistake is nobody; a room, a diet or a note alone is somebody not named yet.
        errors.append(FieldError("/last_name", "required", "a name, or whatever is known of them"))
    for name, known in (("role", ROLES), ("sex", SEXES), ("diet", DIETS)):
        if getattr(fields, name) not in known:
            errors.append(FieldError(f"/{name}", "unknown", f"one of {', '.join(filter(None, known))}"))
    if fields.age is not None and not 0 <= fields.age <= 120:
        errors.append(FieldError("/age", "out_of_range", "an age in years"))
    if fields.room_id is not None and fields.room_id not in rooms:
        errors.append(FieldError("/room_id", "unknown", "a room of this group"))
    elif fields.bed_id is not None and fields.bed_id not in _beds_in(rooms, fields.room_id):
        errors.append(FieldError("/bed_id", "unknown", "a bed of the group's in this room"))
    if errors:
        raise EntryInvalid(errors=tuple(errors))


def _beds_in(rooms: Mapping[UUID, GroupRoom], room_id: UUID | None) -> set[UUID]:
    return {bed_id for bed_id, _ in rooms[room_id].named} if room_id is not None else set()


def lacks(fields: EntryFields) -> tuple[str, ...]:
    """Return the fields that a row lacks before the list can be sent off."""
    wanted = [name for name in ("last_name", "first_name") if not getattr(fields, name)]
    if fields.responsible and not fields.phone:
        wanted.append("phone")
    if fields.diet == "other" and not (fields.allergies or fields.notes):
        wanted.append("allergies")
    return tuple(wanted)


def completeness(entries: Sequence[Entry], *, expected: int) -> Completeness:
    """Count how far a list is."""
    return Completeness(
        expected=expected,
        rows=len(entries),
        complete=sum(not lacks(entry.fields) for entry in entries),
        roomed=sum(entry.fields.room_id is not None for entry in entries),
        responsible=sum(entry.fields.responsible for entry in entries),
    )


def check_complete(entries: Sequence[Entry]) -> None:
    """Refuse to send off a list with holes, or for which nobody answers.

    Raises:
        ListIncomplete: with one error for each hole; `/rows/3/last_name` is the third row's.
    """
    errors = [
        FieldError(f"/rows/{place}/{name}", "required", "to be filled in")
        for place, entry in enumerate(entries, start=1)
        for name in lacks(entry.fields)
    ]
    if not entries:
        errors.append(FieldError("/rows", "required", "nobody is on the list yet"))
    elif not any(entry.fields.responsible for entry in entries):
        errors.append(FieldError("/responsible", "required", "somebody answers for the group"))
    if errors:
        raise ListIncomplete(errors=tuple(errors))


def propose(entries: Sequence[Entry], rooms: Sequence[GroupRoom]) -> dict[UUID, UUID]:
    """Propose a room for each person who has none; who has one keeps it.

    Girls and boys never share a room, nor pupils and leaders; the accessible rooms are kept for who needs one; the
    leaders get the rooms between the girls' and the boys', so that both are near.

    Returns:
        Room by person; who finds no bed is not in it.
    """
    free = {room.id: room.beds for room in rooms}
    kinds: dict[UUID, str] = {}
    for entry in entries:
        if entry.fields.room_id in free:
            free[entry.fields.room_id] -= 1
            kinds.setdefault(entry.fields.room_id, _kind(entry.fields))
    waiting = [entry for entry in entries if entry.fields.room_id is None]
    given: dict[UUID, UUID] = {}
    for entry in [entry for entry in waiting if entry.fields.access_needs]:
        _give(entry, [room for room in rooms if room.accessible], free, kinds, given)
    # Girls from one end of the house, boys from the other, the leaders where the two meet.
    for kind, ordered in (
        ("participant F", list(rooms)),
        ("participant M", list(reversed(rooms))),
        ("participant ", _inwards(rooms)),
        ("leader F", _inwards(rooms)),
        ("leader M", _inwards(rooms)),
        ("leader ", _inwards(rooms)),
    ):
        of_kind = [entry for entry in waiting if _kind(entry.fields) == kind and entry.id not in given]
        for entry in of_kind:
            for accessible in (False, True):
                if entry.id not in given:
                    _give(entry, [room for room in ordered if room.accessible is accessible], free, kinds, given)
    return given


def _kind(fields: EntryFields) -> str:
    return f"{fields.role} {fields.sex}"


def _inwards(rooms: Sequence[GroupRoom]) -> list[GroupRoom]:
    """Return the rooms from the middle of the house outwards."""
    middle = (len(rooms) - 1) / 2
    ordered = sorted(enumerate(rooms), key=lambda pair: (abs(pair[0] - middle), pair[0]))
    return [room for _, room in ordered]


def _give(
    entry: Entry,
    rooms: Sequence[GroupRoom],
    free: dict[UUID, int],
    kinds: dict[UUID, str],
    given: dict[UUID, UUID],
) -> None:
    """Put somebody into a room begun by their like, else into the first that is empty."""
    kind = _kind(entry.fields)
    begun = [room for room in rooms if kinds.get(room.id) == kind and free[room.id] > 0]
    empty = [room for room in rooms if room.id not in kinds and free[room.id] > 0]
    for room in (*begun, *empty):
        free[room.id] -= 1
        kinds[room.id] = kind
        given[entry.id] = room.id
        return
