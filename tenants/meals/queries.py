"""Every read that meals are counted from; what was sold is `billing`'s to say. The centre comes first."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import msgspec

from infra.database import fetch
from tenants.meals.rules import MealStay, RoomNights, Slot
from tenants.rooming.queries import entries_of
from tenants.rooms.rules import LONGEST_NIGHTS
from tenants.stays.rows import StayUnknown

_STAYS = """
    SELECT stay.id, coalesce(client.name, '') AS name, stay.arrival, stay.departure, stay.arrival_time, stay.left_on,
           coalesce(stay.pax, stay.expected_pax, 0) AS people, survey.diets
    FROM stays AS stay
    LEFT JOIN clients AS client ON client.centre_id = $1 AND client.id = stay.client_id
    LEFT JOIN arrival_surveys AS survey ON survey.centre_id = $1 AND survey.stay_id = stay.id
    WHERE stay.centre_id = $1 AND {where} ORDER BY name, stay.id
"""


async def meal_stays(centre_id: UUID, first_day: date, last_day: date) -> list[MealStay]:
    """Return the sold stays that are in the house on one of the days, both included, their departure day too."""
    rows = await fetch(
        _STAYS.format(
            where="""stay.status IN ('confirmed', 'present', 'departed') AND stay.arrival <= $3
                AND stay.arrival >= $4 AND stay.departure >= $2 AND coalesce(stay.left_on, stay.departure) >= $2"""
        ),
        centre_id,
        first_day,
        last_day,
        first_day - timedelta(days=LONGEST_NIGHTS),
    )
    return await _with_people(centre_id, [dict(row) for row in rows])


async def meal_stay(centre_id: UUID, stay_id: UUID) -> MealStay:
    """Return one stay, whatever its status.

    Raises:
        StayUnknown: the centre has none of this id.
    """
    rows = await fetch(_STAYS.format(where="stay.id = $2"), centre_id, stay_id)
    if not rows:
        raise StayUnknown()
    return (await _with_people(centre_id, [dict(row) for row in rows]))[0]


async def set_by_hand(centre_id: UUID, stay_ids: Sequence[UUID]) -> dict[UUID, dict[Slot, int]]:
    """Return the quantities set by hand, by stay and slot."""
    rows = await fetch(
        """SELECT stay_id, day, sitting, diet, people FROM meal_quantities
           WHERE centre_id = $1 AND stay_id = ANY($2::uuid[])""",
        centre_id,
        list(stay_ids),
    )
    found: dict[UUID, dict[Slot, int]] = {}
    for row in rows:
        found.setdefault(row["stay_id"], {})[row["day"], row["sitting"], row["diet"]] = row["people"]
    return found


async def _with_people(centre_id: UUID, rows: list[dict[str, object]]) -> list[MealStay]:
    ids = [msgspec.convert(row["id"], UUID) for row in rows]
    rooms: dict[UUID, list[RoomNights]] = {stay_id: [] for stay_id in ids}
    for held in await fetch(
        """SELECT stay_id, room_id, count(DISTINCT bed_id)::int AS beds, arrival, departure FROM bed_holds
           WHERE centre_id = $1 AND stay_id = ANY($2::uuid[]) GROUP BY stay_id, room_id, arrival, departure""",
        centre_id,
        ids,
    ):
        rooms[held["stay_id"]].append(
            RoomNights(room_id=held["room_id"], beds=held["beds"], arrival=held["arrival"], departure=held["departure"])
        )
    people = await entries_of(centre_id, ids)
    return [
        msgspec.convert(
            {
                **row,
                "diets": msgspec.json.decode(str(row["diets"]), type=dict[str, int]) if row["diets"] else {},
                "rooms": tuple(rooms[stay_id]),
                "entries": tuple(people[stay_id]),
            },
            MealStay,
        )
        for row, stay_id in zip(rows, ids, strict=True)
    ]
