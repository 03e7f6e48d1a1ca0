"""Every read of housekeeping. The centre comes first."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from infra.database import fetch
from tenants.housekeeping.rules import RoomToday, State, in_order, state_of, work_of

_LEFT = """
    -- When somebody last left each room: a stay that departed, or a room that left before its group.
    SELECT room_id, max(left_at) AS left_at FROM (
        SELECT hold.room_id, stay.departed_at AS left_at
        FROM bed_holds AS hold
        JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = hold.stay_id AND stay.status = 'departed'
        WHERE hold.centre_id = $1 AND hold.departure >= $2::date - 120 AND hold.departure <= $2::date + 400
        UNION ALL
        SELECT gone.room_id, greatest(gone.left_at, gone.day::timestamp AT TIME ZONE centre.time_zone)
        FROM early_departures AS gone
        JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = gone.stay_id AND stay.status IN ('present', 'departed')
        JOIN centres AS centre ON centre.id = $1
        WHERE gone.centre_id = $1 AND gone.undone_at IS NULL AND gone.day <= $2 AND gone.day >= $2::date - 120) AS departures
    GROUP BY room_id
"""


async def rooms_today(centre_id: UUID, day: date) -> list[RoomToday]:
    """Return every room as housekeeping sees it on a day, in the order of work."""
    rows = await fetch(
        f"""WITH departures AS ({_LEFT}),
            held AS (
                SELECT hold.room_id,
                       bool_or(hold.departure = $2) AS leaves,
                       bool_or(hold.departure = $2 AND stay.status = 'present') AS still_in,
                       bool_or(hold.arrival = $2 AND stay.status IN ('option', 'confirmed', 'present')) AS arrives,
                       bool_or(hold.arrival < $2 AND hold.departure > $2) AS stays,
                       string_agg(DISTINCT client.name, ', ') FILTER (WHERE hold.departure = $2) AS leaving,
                       string_agg(DISTINCT client.name, ', ') FILTER (WHERE hold.arrival = $2) AS arriving,
                       count(DISTINCT hold.bed_id) FILTER (WHERE hold.arrival = $2) AS arriving_people,
                       min(stay.arrival_time) FILTER (WHERE hold.arrival = $2 AND stay.arrival_time <> '') AS at
                FROM bed_holds AS hold
                JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = hold.stay_id
                    AND stay.status IN ('option', 'confirmed', 'present', 'departed')
                LEFT JOIN clients AS client ON client.centre_id = $1 AND client.id = stay.client_id
                WHERE hold.centre_id = $1 AND hold.arrival <= $2 AND hold.departure >= $2
                    AND hold.departure <= $2::date + 400
                GROUP BY hold.room_id)
            SELECT room.id, room.name, concat_ws(' ', nullif(room.building, ''), nullif(room.floor, '')) AS place,
                   (SELECT count(*) FROM beds WHERE beds.centre_id = $1 AND beds.room_id = room.id) AS beds,
                   mark.state, mark.marked_at, coalesce(mark.marked_by, '') AS marked_by, departures.left_at,
                   coalesce(held.leaves, false) AS leaves, coalesce(held.still_in, false) AS still_in,
                   coalesce(held.arrives, false) AS arrives, coalesce(held.stays, false) AS stays,
                   coalesce(held.leaving, '') AS leaving, coalesce(held.arriving, '') AS arriving,
                   coalesce(held.arriving_people, 0) AS arriving_people, coalesce(held.at, '') AS at,
                   EXISTS (SELECT FROM withdrawals AS away WHERE away.centre_id = $1 AND away.room_id = room.id
                       AND away.lifted_at IS NULL AND away.first_day <= $2 AND away.last_day >= $2) AS out_of_service
            FROM rooms AS room
            LEFT JOIN room_states AS mark ON mark.centre_id = $1 AND mark.room_id = room.id
            LEFT JOIN departures ON departures.room_id = room.id
            LEFT JOIN held ON held.room_id = room.id
            WHERE room.centre_id = $1 ORDER BY room.sort_key, room.id""",
        centre_id,
        day,
    )
    return in_order(
        RoomToday(
            room_id=row["id"],
            room=row["name"],
            place=row["place"],
            beds=row["beds"],
            state=state_of(row["state"], row["marked_at"], row["left_at"]),
            work=work_of(leaves=row["leaves"], arrives=row["arrives"], stays=row["stays"]),
            still_in=row["still_in"],
            leaving=row["leaving"],
            arriving=row["arriving"],
            arriving_people=row["arriving_people"],
            arrival_time=row["at"],
            out_of_service=row["out_of_service"],
            marked_by=row["marked_by"],
        )
        for row in rows
    )


async def rooms_not_ready(centre_id: UUID, stay_ids: Sequence[UUID], day: date) -> dict[UUID, list[str]]:
    """Return, by stay, the names of its rooms that are dirty, or whose people of last night are still in; others are left out."""
    rows = await fetch(
        f"""WITH departures AS ({_LEFT})
            SELECT DISTINCT hold.stay_id, room.name, room.sort_key, mark.state, mark.marked_at, departures.left_at,
                   EXISTS (SELECT FROM bed_holds AS before
                       JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = before.stay_id AND stay.status = 'present'
                       WHERE before.centre_id = $1 AND before.bed_id = hold.bed_id AND before.departure = $2) AS still_in
            FROM bed_holds AS hold
            JOIN rooms AS room ON room.centre_id = $1 AND room.id = hold.room_id
            LEFT JOIN room_states AS mark ON mark.centre_id = $1 AND mark.room_id = room.id
            LEFT JOIN departures ON departures.room_id = room.id
            WHERE hold.centre_id = $1 AND hold.stay_id = ANY($3::uuid[]) AND hold.departure > $2
            ORDER BY room.sort_key, room.name""",
        centre_id,
        day,
        list(stay_ids),
    )
    found: dict[UUID, list[str]] = {}
    for row in rows:
        names = found.get(row["stay_id"], [])
        dirty = state_of(row["state"], row["marked_at"], row["left_at"]) is State.DIRTY
        if (dirty or row["still_in"]) and row["name"] not in names:
            found[row["stay_id"]] = [*names, row["name"]]
    return found
