"""A rooming list as a table: read from CSV or XLSX row by row, nothing lost, and written again."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.database import tenant_transaction
from infra.outbox import record
from tenants.imports.reading import FileUnreadable, Source, read_content
from tenants.referential.cleaning.text import fold
from tenants.rooming import events, queries, rules
from tenants.rooming.operations import lock_list, write_entry
from tenants.rooming.rules import Entry, EntryFields, GroupRoom

LARGEST_BYTES: Final = 2_000_000

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "last_name": ("nom", "nom de famille", "last name", "surname", "name"),
    "first_name": ("prenom", "prenoms", "first name", "given name"),
    "role": ("role", "qualite", "statut"),
    "sex": ("sexe", "genre", "f/g", "f/m", "m/f", "sex", "gender"),
    "age": ("age",),
    "responsible": ("responsable", "responsible"),
    "phone": ("telephone", "tel", "portable", "mobile", "phone"),
    "room_id": ("chambre", "room", "n chambre"),
    "diet": ("regime", "regime alimentaire", "diet"),
    "allergies": ("allergies", "allergie", "allergy"),
    "access_needs": ("besoins d'acces", "acces", "handicap", "pmr", "access", "access needs"),
    "notes": ("remarques", "remarque", "notes", "note", "commentaire"),
}
"""Which heads of columns mean which field, without accents or capitals."""

_IN_NOTES: Final = {
    "role": "rôle",
    "sex": "sexe",
    "age": "âge",
    "responsible": "responsable",
    "room_id": "chambre",
    "diet": "régime",
}
"""What a value that could not be read is kept under, in the notes."""

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "role": {
        "": "participant", "participant": "participant", "eleve": "participant", "enfant": "participant",
        "jeune": "participant", "pupil": "participant", "child": "participant", "leader": "leader",
        "accompagnateur": "leader", "accompagnatrice": "leader", "encadrant": "leader", "encadrante": "leader",
        "adulte": "leader", "professeur": "leader", "enseignant": "leader", "enseignante": "leader", "teacher": "leader",
        "animateur": "leader", "animatrice": "leader",
    },
    "sex": {
        "": "", "f": "F", "fille": "F", "femme": "F", "feminin": "F", "girl": "F", "female": "F", "w": "F",
        "fille ou femme": "F", "girl or woman": "F",
        "m": "M", "g": "M", "garcon": "M", "h": "M", "homme": "M", "masculin": "M", "boy": "M", "male": "M",
        "garcon ou homme": "M", "boy or man": "M",
    },
    "diet": {
        "": "standard", "standard": "standard", "normal": "standard", "aucun": "standard", "non": "standard",
        "ras": "standard", "none": "standard", "vegetarien": "vegetarian", "vegetarienne": "vegetarian",
        "vegetarian": "vegetarian", "vege": "vegetarian", "vegan": "vegan", "vegetalien": "vegan",
        "sans porc": "no_pork", "no pork": "no_pork", "halal": "halal", "casher": "kosher", "cacher": "kosher",
        "kosher": "kosher", "sans gluten": "gluten_free", "gluten": "gluten_free", "gluten free": "gluten_free",
        "gluten-free": "gluten_free", "sans lactose": "lactose_free", "lactose": "lactose_free",
        "lactose free": "lactose_free", "lactose-free": "lactose_free", "autre regime": "other",
        "another diet": "other", "autre": "other", "other": "other",
    },
    "responsible": {
        "": "", "oui": "yes", "yes": "yes", "x": "yes", "1": "yes", "o": "yes", "y": "yes", "vrai": "yes", "true": "yes",
        "non": "", "no": "", "0": "", "n": "", "faux": "", "false": "",
    },
}  # fmt: skip
"""What people write, without accents or capitals, and what it means."""


class RowError(msgspec.Struct, frozen=True, kw_only=True):
    """What could not be taken of a row as it was written; `field` is empty where the whole row was left out."""

    row: int
    """As a person counts the file's lines, the head being 1."""
    field: str
    value: str
    code: str
    """unknown, unreadable, room_full, nameless or too_long."""


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a file."""

    added: int
    changed: int
    unchanged: int
    errors: tuple[RowError, ...]
    ignored_columns: tuple[str, ...]


def read_sheet(content: bytes, name: str) -> Source:
    """Read a list that somebody sent: no larger than a list is, packed or not.

    Raises:
        FileUnreadable: it is empty, too large, or no table.
    """
    where = Path(Path(name).name or "liste")
    if len(content) > LARGEST_BYTES or content[:2] == b"\x1f\x8b":
        raise FileUnreadable(f"{where}: a list has at most {LARGEST_BYTES // 1_000_000} MB, not compressed")
    if content[:4] == b"PK\x03\x04":
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                unpacked = sum(one.file_size for one in packed.infolist())
        except (zipfile.BadZipFile, OSError) as error:
            raise FileUnreadable(f"{where}: {error}") from error
        if unpacked > 20 * LARGEST_BYTES:
            raise FileUnreadable(f"{where}: too large once unpacked")
    return read_content(content, where)


def columns_of(source: Source) -> dict[str, str]:
    """Return the file's column of each field that has one."""
    heads = {_folded(name): name for name in reversed(source.columns) if name}
    found = {}
    for field, words in COLUMNS.items():
        for word in words:
            if word in heads:
                found[field] = heads[word]
                break
    return found


async def import_entries(centre_id: UUID, stay_id: UUID, source: Source, *, actor: Actor) -> Imported:
    """Take a file's people onto the list: who is there already by name is brought up to date, the others are added.

    A value that cannot be read is kept in the person's notes, and named in the report: nothing is lost.

    Raises:
        StayUnknown, StayStatusRefuses, ClientBlacklisted, ListSubmitted, ListFull: the list takes nobody.
    """
    taken = columns_of(source)
    async with tenant_transaction(centre_id):
        stay = await lock_list(centre_id, stay_id)
        known = await queries.rooming_list(centre_id, stay_id)
        reader = _Reader(known.rooms, known.entries)
        counts = {"added": 0, "changed": 0, "unchanged": 0}
        for row in source.rows:
            values = {field: row.values.get(column, "").strip() for field, column in taken.items()}
            before, fields = reader.read(row.number, values)
            if fields is None:
                continue
            if before is not None and before.fields == fields:
                counts["unchanged"] += 1
                continue
            await write_entry(centre_id, stay_id, fields, before=before)
            counts["changed" if before else "added"] += 1
        await audit("stay", stay_id, "import_rooming_list", actor=actor, after={**counts, "errors": len(reader.errors)})
        await record(events.RoomingListChanged(subject_id=stay_id, version=stay.version), actor=actor)
    ignored = tuple(name for name in source.columns if name and name not in taken.values())
    return Imported(errors=tuple(reader.errors), ignored_columns=ignored, **counts)


class _Reader:
    """Reads rows one after the other, knowing who is there and which beds are left."""

    def __init__(self, rooms: tuple[GroupRoom, ...], entries: tuple[Entry, ...]) -> None:
        self.errors: list[RowError] = []
        self._rooms = {_folded(room.name): room for room in rooms}
        self._known: dict[tuple[str, str], list[Entry]] = {}
        self._free = {room.id: room.beds for room in rooms}
        for entry in entries:
            self._known.setdefault(_who(entry.fields.last_name, entry.fields.first_name), []).append(entry)
            if entry.fields.room_id in self._free:
                self._free[entry.fields.room_id] -= 1

    def read(self, number: int, values: Mapping[str, str]) -> tuple[Entry | None, EntryFields | None]:
        """Return whom a row is about, and what it says; None where it names nobody."""
        if not values.get("last_name") and not values.get("first_name"):
            self._refuse(number, "", " · ".join(value for value in values.values() if value), "nameless")
            return None, None
        # Two of one name are two people: the first row is the first of them.
        same = self._known.get(_who(values.get("last_name", ""), values.get("first_name", "")), [])
        before = same.pop(0) if same else None
        base = before.fields if before else EntryFields()
        said: dict[str, object] = {}
        unread: list[str] = []
        for field, value in values.items():
            read = self._value(field, value, base)
            if read is None:
                code = "room_full" if field == "room_id" and _folded(value) in self._rooms else "unknown"
                self._refuse(number, field, value, "unreadable" if field == "age" else code)
                unread.append(f"{_IN_NOTES[field]} : {value}")
            else:
                said[field] = read[0]
        notes = [str(said.get("notes", base.notes))]
        notes += [one for one in unread if one not in notes[0]]
        said["notes"] = " · ".join(filter(None, notes))
        if said.get("room_id", base.room_id) != base.room_id:
            said["bed_id"] = None
        return before, self._checked(number, rules.tidy(msgspec.structs.replace(base, **said)))

    def _value(self, field: str, value: str, base: EntryFields) -> tuple[object] | None:
        """Return what a cell means, in a tuple of one; None where it cannot be read."""
        folded = _folded(value)
        if field == "room_id":
            # « B1 · lit 2 », as the sheet that went out has it.
            return self._room(_folded(value.partition(" · ")[0]), base)
        if field == "age":
            return (None,) if not value else (int(value),) if value.isdigit() and int(value) <= 120 else None
        if field == "responsible":
            word = _WORDS[field].get(folded)
            return None if word is None else (bool(word),)
        if field in _WORDS:
            if folded in _WORDS[field].values():
                return (folded,)
            word = _WORDS[field].get(folded)
            return None if word is None else (word,)
        return (value,)

    def _room(self, folded: str, base: EntryFields) -> tuple[object] | None:
        if not folded:
            return (base.room_id,)
        room = self._rooms.get(folded)
        if room is None:
            return None
        if room.id != base.room_id:
            if self._free[room.id] <= 0:
                return None
            self._free[room.id] -= 1
            if base.room_id in self._free:
                self._free[base.room_id] += 1
        return (room.id,)

    def _checked(self, number: int, fields: EntryFields) -> EntryFields:
        """Return the fields short enough to keep; what was cut is named."""
        try:
            rules.check(fields, rooms={room.id: room for room in self._rooms.values()})
        except rules.EntryInvalid as error:
            for one in error.errors:
                name = one.pointer.removeprefix("/")
                value = getattr(fields, name)
                self._refuse(number, name, str(value), one.code)
                kept = value[:90] if isinstance(value, str) else None
                fields = msgspec.structs.replace(fields, **{name: kept})
        return fields

    def _refuse(self, number: int, field: str, value: str, code: str) -> None:
        self.errors.append(RowError(row=number, field=field, value=value[:200], code=code))


def _who(last_name: str, first_name: str) -> tuple[str, str]:
    return _folded(last_name), _folded(first_name)


def _folded(text: str) -> str:
    return " ".join(fold(text).split())
