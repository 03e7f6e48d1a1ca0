"""Rooms for a whole group before anybody is named in them: girls, boys and staff apart, each their own rooms."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from infra.database import tenant_transaction
from infra.errors import FieldError, Invalid
from tenants.rooming.queries import entries
from tenants.rooming.rules import Entry
from tenants.rooms.queries import free_rooms
from tenants.rooms.rules import propose_apart
from tenants.stays import queries
from tenants.stays.allotments import allotments_of, wanted_of_type

WHO: Final = ("girls", "staff", "boys", "others")
"""In the order that rooms are given: the staff between the girls and the boys, so that both are near."""


class PartsInvalid(Invalid):
    """A group's parts are numbers of people, no more in all than the stay has."""

    code = "group_parts_invalid"


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a group sleep apart from the others."""

    girls: int = 0
    boys: int = 0
    staff: int = 0


class RoomsFor(msgspec.Struct, frozen=True, kw_only=True):
    """The beds proposed for one part of a group, of rooms that no other part shares."""

    who: str
    people: int
    bed_ids: list[UUID]


def parts_of(listed: Sequence[Entry]) -> Parts:
    """Count the parts of a group from its rooming list."""
    leaders = [entry for entry in listed if entry.fields.role == "leader"]
    others = [entry.fields.sex for entry in listed if entry.fields.role != "leader"]
    return Parts(girls=others.count("F"), boys=others.count("M"), staff=len(leaders))


async def propose_for_group(centre_id: UUID, stay_id: UUID, parts: Parts | None = None) -> list[RoomsFor]:
    """Propose free beds for a stay's people, the parts of the group in rooms of their own; nothing is held.

    Args:
        centre_id: whose stay it is.
        stay_id: the stay; its own beds count as free for it.
        parts: how many girls, boys and staff; None reads the rooming list, and a stay without one is one part.

    Raises:
        StayUnknown: the centre has no such stay.
        PartsInvalid: less than nobody, or more than come.
    """
    async with tenant_transaction(centre_id, read_only=True):
        stay = await queries.stay(centre_id, stay_id)
        coming = stay.pax if stay.pax is not None else stay.fields.expected_pax or 0
        if parts is None:
            parts = parts_of(await entries(centre_id, stay_id))
            if parts.girls + parts.boys + parts.staff > coming:
                parts = Parts()
        counts = {"girls": parts.girls, "boys": parts.boys, "staff": parts.staff}
        errors = [FieldError(f"/{who}", "out_of_range", "a number of people") for who in counts if counts[who] < 0]
        if not errors and sum(counts.values()) > coming:
            errors = [FieldError("/girls", "too_many", f"more than the {coming} people of the stay")]
        if errors:
            raise PartsInvalid(errors=tuple(errors))
        counts["others"] = coming - sum(counts.values())
        free = await free_rooms(centre_id, stay.fields.arrival, stay.fields.departure, but_stay=stay_id)
        wanted = stay.fields.room_type
        kept = wanted_of_type(await allotments_of(centre_id, stay_id)) or ({wanted: coming} if wanted else {})
        present = [who for who in WHO if counts[who]]
        chosen = propose_apart(free, [counts[who] for who in present], of_type=kept)
    return [RoomsFor(who=who, people=counts[who], bed_ids=beds) for who, beds in zip(present, chosen, strict=True)]
