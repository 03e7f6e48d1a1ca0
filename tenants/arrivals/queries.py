"""Every read around arrivals but the police form's, which has its own role (`police`). The centre comes first."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from infra.database import Row, fetch, fetch_row
from infra.errors import NotFound


class GuestUnknown(NotFound):
    """The centre has no such guest."""

    code = "guest_unknown"


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who comes: what the desk needs to know of them."""

    id: UUID
    stay_id: UUID
    surname: str
    first_names: str
    country: str
    police_form: str
    """not_needed, missing, filled (to be signed) or signed."""
    room: str
    adult_id: UUID | None
    version: int


class GuestsMissing(msgspec.Struct, frozen=True, kw_only=True):
    """What a stay's guests still lack; people are counted in `pax`, or in what was expected."""

    expected: int
    known: int
    unsigned: int
    """Foreign guests whose form is missing or waits for its signature."""
    pre_check_in: bool
    """The link was given out and is not completed."""

    @property
    def unknown(self) -> int:
        """How many people of the stay nobody has named yet."""
        return max(0, self.expected - self.known)


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A stay's pre-check-in link."""

    stay_id: UUID
    expires_at: datetime
    opened_at: datetime | None
    completed_at: datetime | None


_GUESTS = """
    SELECT guest.id, guest.stay_id, guest.surname, guest.first_names, guest.country, guest.police_form, guest.adult_id,
           guest.version, coalesce(room.name, '') AS room
    FROM guests AS guest LEFT JOIN rooms AS room ON room.centre_id = $1 AND room.id = guest.room_id
    WHERE guest.centre_id = $1 AND {where} ORDER BY guest.created_at, guest.id
"""


async def guests(centre_id: UUID, stay_id: UUID) -> list[Guest]:
    """Return a stay's guests, in the order they were said."""
    return [_guest(row) for row in await fetch(_GUESTS.format(where="guest.stay_id = $2"), centre_id, stay_id)]


async def guest(centre_id: UUID, guest_id: UUID) -> Guest:
    """Return one guest.

    Raises:
        GuestUnknown: the centre has none of this id.
    """
    row = await fetch_row(_GUESTS.format(where="guest.id = $2"), centre_id, guest_id)
    if row is None:
        raise GuestUnknown()
    return _guest(row)


async def guests_missing(centre_id: UUID, stay_ids: Sequence[UUID]) -> dict[UUID, GuestsMissing]:
    """Return what each of these stays still lacks, in one query; stays of another centre are not in it."""
    rows = await fetch(
        """SELECT stay.id, coalesce(stay.pax, stay.expected_pax, 0) AS expected, count(guest.id) AS known,
                  count(guest.id) FILTER (WHERE guest.police_form IN ('missing', 'filled')) AS unsigned,
                  EXISTS (SELECT FROM guest_links AS link WHERE link.centre_id = $1 AND link.stay_id = stay.id
                      AND link.completed_at IS NULL) AS pre_check_in
           FROM stays AS stay LEFT JOIN guests AS guest ON guest.centre_id = $1 AND guest.stay_id = stay.id
           WHERE stay.centre_id = $1 AND stay.id = ANY($2::uuid[])
           GROUP BY stay.id""",
        centre_id,
        list(stay_ids),
    )
    return {
        row["id"]: GuestsMissing(
            expected=row["expected"], known=row["known"], unsigned=row["unsigned"], pre_check_in=row["pre_check_in"]
        )
        for row in rows
    }


async def link_of(centre_id: UUID, stay_id: UUID) -> Link | None:
    """Return the stay's pre-check-in link, if one was made."""
    row = await fetch_row(
        """SELECT stay_id, expires_at, opened_at, completed_at FROM guest_links
           WHERE centre_id = $1 AND stay_id = $2""",
        centre_id,
        stay_id,
    )
    return None if row is None else Link(**row)


def _guest(row: Row) -> Guest:
    return Guest(**row)


class House(msgspec.Struct, frozen=True, kw_only=True):
    """Who is in the house, and what the law still wants of them."""

    present_rooms: int
    present_people: int
    forms_to_sign: int
    """Foreign guests here or arriving today whose form is not signed."""


async def house(centre_id: UUID, today: date) -> House:
    """Count the rooms and people that are present, and the forms to sign today."""
    row = await fetch_row(
        """SELECT (SELECT count(DISTINCT held.room_id) FROM bed_holds AS held
                   JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = held.stay_id AND stay.status = 'present'
                   WHERE held.centre_id = $1 AND held.departure > $2 AND held.arrival <= $2) AS rooms,
                  (SELECT coalesce(sum(coalesce(pax, expected_pax, 0)), 0) FROM stays
                   WHERE centre_id = $1 AND status = 'present') AS people,
                  (SELECT count(*) FROM guests AS guest
                   JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = guest.stay_id
                   WHERE guest.centre_id = $1 AND guest.police_form IN ('missing', 'filled')
                     AND (stay.status = 'present' OR (stay.status = 'confirmed' AND stay.arrival = $2))) AS forms""",
        centre_id,
        today,
    )
    if row is None:
        return House(present_rooms=0, present_people=0, forms_to_sign=0)
    return House(present_rooms=row["rooms"], present_people=row["people"], forms_to_sign=row["forms"])
