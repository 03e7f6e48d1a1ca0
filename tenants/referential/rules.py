"""What the referential tells a centre, and in which words it explains itself. Pure."""

from collections import Counter
from collections.abc import Iterable
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


class Season(msgspec.Struct, frozen=True, kw_only=True):
    """A season of a year in which somebody stayed, and how many times."""

    season: str
    year: int
    stays: int


class CentreDetail(msgspec.Struct, frozen=True, kw_only=True):
    """What opening the detail shows of one centre: the seasons of the stays there, the newest first."""

    centre_name: str
    seasons: list[Season]
    declared_elsewhere: bool | None
    """What the client told this centre: to have stayed at another; None where nobody asked."""
    detected_elsewhere: bool
    """Whether the referential knows a stay at another."""


_SEASONS: Final = ("winter", "spring", "summer", "autumn")


def season(day: date) -> str:
    """Name the season of a day: winter is December to February."""
    return _SEASONS[day.month % 12 // 3]


def seasons_of(arrivals: Iterable[date]) -> list[Season]:
    """Count arrivals by season, the newest first."""
    counted = Counter((day.year, day.month % 12 // 3) for day in arrivals)
    return [
        Season(season=_SEASONS[quarter], year=year, stays=stays)
        for (year, quarter), stays in sorted(counted.items(), key=lambda each: each[0], reverse=True)
    ]


def make_signal(centres: int, last_arrival: date | None, booking_category: str | None) -> Signal | None:
    """Say what may be said; None where no other centre knows the client."""
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
