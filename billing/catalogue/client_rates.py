"""A client's own prices: when one applies. It wins over every other rate. Pure."""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

import msgspec

from billing.money import Money


class ClientRate(msgspec.Struct, frozen=True, kw_only=True):
    """A price that one client has for one lodging product in one type of room; None is no limit."""

    id: UUID
    version: int
    name: str
    """« prime », « convention 2027 »."""
    service_id: UUID
    room_type: str
    price: Money
    first_day: date | None = None
    """First night it is for."""
    last_day: date | None = None
    """Last night it is for, included."""
    min_nights: int | None = None
    max_nights: int | None = None
    promo_allowed: bool = False
    """Whether promo codes and private sales may come on top."""


def applies(rate: ClientRate, *, service_id: UUID, arrival: date, departure: date, room_types: Collection[str]) -> bool:
    """Say whether a rate is for this service on this stay: all its nights within, and its type of room held.

    A stay without rooms yet has the type of room that will be given to it: the rate's.
    """
    nights = (departure - arrival).days
    return (
        rate.service_id == service_id
        and (not room_types or rate.room_type in room_types)
        and (rate.first_day is None or rate.first_day <= arrival)
        and (rate.last_day is None or (departure - arrival).days < 1 or _last_night(departure) <= rate.last_day)
        and (rate.min_nights is None or nights >= rate.min_nights)
        and (rate.max_nights is None or nights <= rate.max_nights)
    )


def _last_night(departure: date) -> date:
    return date.fromordinal(departure.toordinal() - 1)


def rate_for(
    rates: Iterable[ClientRate], *, service_id: UUID, arrival: date, departure: date, room_types: Collection[str]
) -> ClientRate | None:
    """Return the rate that applies; of several the one with dates, then the newest."""
    fitting = [
        rate
        for rate in rates
        if applies(rate, service_id=service_id, arrival=arrival, departure=departure, room_types=room_types)
    ]
    return max(
        fitting, key=lambda rate: (rate.first_day is not None or rate.last_day is not None, rate.id), default=None
    )
