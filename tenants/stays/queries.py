"""Every read of stays; the planning's is in `planning`. The centre comes first."""

from datetime import date
from uuid import UUID

import msgspec

from infra.database import fetch, fetch_row
from tenants.clients.filtering import EVERYBODY, ClientFilter, of_client
from tenants.rooms import queries as room_queries
from tenants.rooms.rules import FreeRoom
from tenants.stays import fiche
from tenants.stays.rows import StayUnknown
from tenants.stays.rules import StayFields, free_places


class HeldRoom(msgspec.Struct, frozen=True, kw_only=True):
    """A room of a stay: which beds, from when to when (departure not included), how it stands."""

    room_id: UUID
    room: str
    bed_ids: tuple[UUID, ...]
    arrival: date
    departure: date
    status: str
    """held, present, departed or left_early."""


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    """A stay, whole."""

    id: UUID
    version: int
    status: str
    fields: StayFields
    client_name: str
    colour: str
    blacklisted: bool
    pax: int | None
    nights: int
    option_until: date | None
    cancellation_reason: str | None
    left_on: date | None
    payer_name: str
    extra_beds: int
    free_places: int
    frozen_pax: int | None
    """The people counted on the day that the counts became firm."""
    waiting: bool
    rooms: tuple[HeldRoom, ...]


class StayLine(msgspec.Struct, frozen=True, kw_only=True):
    """A stay in a list, with the rooms and beds it has."""

    id: UUID
    client_id: UUID | None
    name: str
    status: str
    arrival: date
    departure: date
    arrival_time: str
    pax: int | None
    expected_pax: int | None
    counts_known: bool
    rooms: tuple[str, ...]
    beds: int


class Availability(msgspec.Struct, frozen=True, kw_only=True):
    """What is free from arrival to departure."""

    arrival: date
    departure: date
    free_beds: int
    rooms: tuple[FreeRoom, ...]


async def stay(centre_id: UUID, stay_id: UUID) -> Stay:
    """Return a stay with its rooms.

    Raises:
        StayUnknown: the centre has none of this id.
    """
    row = await fetch_row(
        f"""SELECT stay.id, stay.version, stay.status, stay.pax, stay.option_until, stay.cancellation_reason, stay.left_on, stay.extra_beds,
                   stay.frozen_pax, stay.waiting_since IS NOT NULL AS waiting, coalesce(payer.name, '') AS payer_name,
                   {fiche.SELECTED}, coalesce(client.name, '') AS client_name, coalesce(nullif(client.colour, ''), type.colour, '') AS colour,
                   EXISTS (SELECT FROM client_blacklistings AS lock JOIN centres AS centre ON centre.id = $1
                       WHERE lock.centre_id = $1 AND lock.client_id = stay.client_id AND lock.lifted_at IS NULL
                         AND lock.last_day >= (now() AT TIME ZONE centre.time_zone)::date) AS blacklisted
            FROM stays AS stay LEFT JOIN clients AS client ON client.centre_id = $1 AND client.id = stay.client_id
            LEFT JOIN client_type_colours AS type ON type.centre_id = $1 AND type.client_type = client.client_type
            LEFT JOIN clients AS payer ON payer.centre_id = $1 AND payer.id = stay.payer_id
            WHERE stay.centre_id = $1 AND stay.id = $2""",
        centre_id,
        stay_id,
    )
    if row is None:
        raise StayUnknown()
    fields = fiche.fields_in(row)
    people = row["pax"] if row["pax"] is not None else fields.expected_pax
    return Stay(
        id=row["id"],
        version=row["version"],
        status=row["status"],
        fields=fields,
        client_name=row["client_name"],
        colour=row["colour"],
        blacklisted=row["blacklisted"],
        pax=row["pax"],
        nights=(row["departure"] - row["arrival"]).days,
        option_until=row["option_until"],
        cancellation_reason=row["cancellation_reason"],
        left_on=row["left_on"],
        payer_name=row["payer_name"],
        extra_beds=row["extra_beds"] or 0,
        free_places=free_places(row["frozen_pax"] or people, one_in=fields.free_one_in, most=fields.free_most),
        frozen_pax=row["frozen_pax"],
        waiting=row["waiting"],
        rooms=await held_rooms(centre_id, stay_id, status=row["status"]),
    )


async def fields_of(centre_id: UUID, stay_id: UUID) -> StayFields:
    """Return the fiche as it was typed.

    Raises:
        StayUnknown: the centre has no such stay.
    """
    row = await fetch_row(
        f"SELECT {fiche.SELECTED} FROM stays AS stay WHERE stay.centre_id = $1 AND stay.id = $2", centre_id, stay_id
    )
    if row is None:
        raise StayUnknown()
    return fiche.fields_in(row)


async def held_rooms(centre_id: UUID, stay_id: UUID, *, status: str) -> tuple[HeldRoom, ...]:
    """Return the rooms of a stay of that status, in the house's order; one line for each period of a room."""
    rows = await fetch(
        """SELECT held.room_id, room.name, held.arrival, held.departure, array_agg(held.bed_id ORDER BY bed.position) AS beds,
                  bool_or(gone.day IS NOT NULL) AS left_early
           FROM bed_holds AS held
           JOIN rooms AS room ON room.centre_id = $1 AND room.id = held.room_id
           JOIN beds AS bed ON bed.centre_id = $1 AND bed.id = held.bed_id
           LEFT JOIN early_departures AS gone ON gone.centre_id = $1 AND gone.stay_id = $2
               AND gone.room_id = held.room_id AND gone.undone_at IS NULL AND NOT gone.whole_group
           WHERE held.centre_id = $1 AND held.stay_id = $2
           GROUP BY held.room_id, room.name, room.sort_key, held.arrival, held.departure
           ORDER BY room.sort_key, held.arrival""",
        centre_id,
        stay_id,
    )
    whole = status if status in ("present", "departed") else "held"
    return tuple(
        HeldRoom(
            room_id=row["room_id"],
            room=row["name"],
            bed_ids=tuple(row["beds"]),
            arrival=row["arrival"],
            departure=row["departure"],
            status="left_early" if row["left_early"] else whole,
        )
        for row in rows
    )


async def availability(centre_id: UUID, arrival: date, departure: date) -> Availability:
    """Return what is free for all the nights from arrival to departure."""
    rooms = tuple(await room_queries.free_rooms(centre_id, arrival, departure))
    return Availability(
        arrival=arrival, departure=departure, free_beds=sum(len(room.free_bed_ids) for room in rooms), rooms=rooms
    )


async def arrivals_of(centre_id: UUID, day: date) -> list[StayLine]:
    """Return the stays that arrive on a day and are expected or came, by time of arrival, then name."""
    return await _lines(
        centre_id,
        "stay.arrival = $2 AND stay.status IN ('option', 'confirmed', 'present', 'departed')",
        "stay.arrival_time = '', stay.arrival_time, name, stay.id",
        day,
    )


async def departures_of(centre_id: UUID, day: date) -> list[StayLine]:
    """Return the stays that leave on a day: those who planned to, and those who left early that day."""
    return await _lines(
        centre_id,
        """((stay.departure = $2 AND stay.left_on IS NULL AND stay.status IN ('confirmed', 'present', 'departed'))
            OR (stay.left_on = $2 AND stay.status = 'departed'))""",
        "name, stay.id",
        day,
    )


async def staying_on(centre_id: UUID, day: date) -> list[StayLine]:
    """Return the stays that slept in the house and sleep there again: neither arriving nor leaving on the day."""
    return await _lines(
        centre_id,
        """stay.arrival < $2 AND coalesce(stay.left_on, stay.departure) > $2
           AND stay.status IN ('confirmed', 'present', 'departed')""",
        "name, stay.id",
        day,
    )


async def stays(
    centre_id: UUID,
    *,
    status: str | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
    client_id: UUID | None = None,
    of: ClientFilter = EVERYBODY,
    after: tuple[date, UUID] | None = None,
    limit: int = 50,
) -> list[StayLine]:
    """Return stays by arrival: those with a night or their departure between the two days, both included.

    Args:
        centre_id: whose.
        status: only those of it.
        first_day: they leave on this day or later.
        last_day: they arrive on this day or before.
        client_id: only those of this card.
        of: only those of these clients.
        after: arrival and id of the last one already had.
        limit: at most so many.
    """
    return await _lines(
        centre_id,
        """($2::text IS NULL OR stay.status = $2) AND ($3::date IS NULL OR stay.departure >= $3)
           AND ($4::date IS NULL OR stay.arrival <= $4) AND ($5::uuid IS NULL OR stay.client_id = $5)
           AND ($6::date IS NULL OR (stay.arrival, stay.id) > ($6, $7::uuid))""",
        "stay.arrival, stay.id LIMIT $8",
        status,
        first_day,
        last_day,
        client_id,
        after[0] if after else None,
        after[1] if after else None,
        limit,
        of=of,
    )


async def waiting_lines(centre_id: UUID, *, of: ClientFilter = EVERYBODY) -> list[StayLine]:
    """Return the waiting list: who asked first stands first."""
    return await _lines(centre_id, "stay.waiting_since IS NOT NULL", "stay.waiting_since, stay.id", of=of)


async def options_ending(centre_id: UUID, today: date) -> int:
    """Count the options whose last day is today: they end tonight unless somebody does something."""
    row = await fetch_row(
        "SELECT count(*) AS n FROM stays WHERE centre_id = $1 AND status = 'option' AND option_until <= $2",
        centre_id,
        today,
    )
    return 0 if row is None else int(row["n"])


async def _lines(
    centre_id: UUID, where: str, order: str, *arguments: object, of: ClientFilter = EVERYBODY
) -> list[StayLine]:
    given: list[object] = [centre_id, *arguments]
    rows = await fetch(
        f"""SELECT stay.id, stay.client_id, coalesce(client.name, '') AS name, stay.status, stay.arrival, stay.departure,
                   stay.arrival_time, stay.pax, stay.expected_pax, coalesce(held.rooms, '{{}}') AS rooms,
                   coalesce(held.beds, 0) AS beds
            FROM stays AS stay
            LEFT JOIN clients AS client ON client.centre_id = $1 AND client.id = stay.client_id
            LEFT JOIN LATERAL (
                SELECT array_agg(one.name ORDER BY one.sort_key) AS rooms, sum(one.beds)::int AS beds
                FROM (SELECT room.name, room.sort_key, count(DISTINCT hold.bed_id) AS beds
                      FROM bed_holds AS hold JOIN rooms AS room ON room.centre_id = $1 AND room.id = hold.room_id
                      WHERE hold.centre_id = $1 AND hold.stay_id = stay.id
                      GROUP BY room.id) AS one) AS held ON true
            WHERE stay.centre_id = $1 AND {where} AND {of_client(of, given, "stay.client_id")}
            ORDER BY {order}""",
        *given,
    )
    return [
        StayLine(
            id=row["id"],
            client_id=row["client_id"],
            name=row["name"],
            status=row["status"],
            arrival=row["arrival"],
            departure=row["departure"],
            arrival_time=row["arrival_time"],
            pax=row["pax"],
            expected_pax=row["expected_pax"],
            counts_known=row["pax"] is not None,
            rooms=tuple(row["rooms"]),
            beds=row["beds"],
        )
        for row in rows
    ]
