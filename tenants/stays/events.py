"""What happened to a stay. Facts carry ids and days, never people."""

from datetime import date
from uuid import UUID

from infra.outbox import Event


class StayCreated(Event, frozen=True, kw_only=True, tag="stays.created"):
    """A stay was written down."""


class StayChanged(Event, frozen=True, kw_only=True, tag="stays.changed"):
    """Its fiche or its beds are others now."""


class OptionSet(Event, frozen=True, kw_only=True, tag="stays.option_set"):
    """It is held as an option until a day, included."""

    until: date


class OptionEnded(Event, frozen=True, kw_only=True, tag="stays.option_ended"):
    """Its option ended by itself and its beds are free; both sides are to be told."""


class StayConfirmed(Event, frozen=True, kw_only=True, tag="stays.confirmed"):
    """It is sold."""


class StayCancelled(Event, frozen=True, kw_only=True, tag="stays.cancelled"):
    """It will not be; its beds are free."""


class CancellationUndone(Event, frozen=True, kw_only=True, tag="stays.cancellation_undone"):
    """It is on again, with its beds."""


class StayNoShow(Event, frozen=True, kw_only=True, tag="stays.no_show"):
    """Nobody came; its beds are free."""


class StayPresent(Event, frozen=True, kw_only=True, tag="stays.present"):
    """Its people are in the house."""


class PresenceUndone(Event, frozen=True, kw_only=True, tag="stays.presence_undone"):
    """It was not they: the stay is expected again."""


class StayDeparted(Event, frozen=True, kw_only=True, tag="stays.departed"):
    """Its people have left."""


class DepartureUndone(Event, frozen=True, kw_only=True, tag="stays.departure_undone"):
    """They had not: they are in the house."""


class RoomLeftEarly(Event, frozen=True, kw_only=True, tag="stays.room_left_early"):
    """One room left before the others; the bill does not move."""

    room_id: UUID
    day: date


class EarlyDepartureUndone(Event, frozen=True, kw_only=True, tag="stays.early_departure_undone"):
    """The room is the group's again until its departure."""

    room_id: UUID


class NoShowUndone(Event, frozen=True, kw_only=True, tag="stays.no_show_undone"):
    """They came after all: the stay is expected again, with its beds."""


class CountsFixed(Event, frozen=True, kw_only=True, tag="stays.counts_fixed"):
    """Its people were counted on the day that the counts became firm."""
