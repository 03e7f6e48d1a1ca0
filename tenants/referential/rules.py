"""What the referential tells a centre, and in which words it explains itself. Pure."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """All that crosses: how many other centres know this client, and the season and kind of the last stay there."""

    centres: int
    season: str | None = None
    """winter, spring, summer or autumn; None where no stay is known."""
    year: int | None = None
    booking_category: str | None = None


class LinkMade(msgspec.Struct, frozen=True, kw_only=True):
    """A link as it was made, for « pourquoi ? »."""

    id: UUID
    card_id: UUID
    other_card_id: UUID
    bits: float
    fields: dict[str, float]
    """What each comparison added or took."""
    agreed: list[str]
    """The fields that agreed after cleaning."""
    round: int
    model: str
    decided_by: str
    made_at: datetime
    undone_at: datetime | None
    undone_by: str | None = None


_SEASONS: Final = ("winter", "spring", "summer", "autumn")


def season(day: date) -> str:
    """Name the season of a day: winter is December to February."""
    return _SEASONS[day.month % 12 // 3]


def make_signal(centres: int, last_arrival: date | None, booking_category: str | None) -> Signal | None:
    """Say what may be said; None where no other centre knows the client.."""
    if centres == 0:
        return None
    if last_arrival is None:
        return Signal(centres=centres)
    return Signal(
        centres=centres,
        season=season(last_arrival),
        year=last_arrival.year,
        booking_category=booking_category or None,
    )
