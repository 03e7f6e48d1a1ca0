"""What happened to rooms and to the phones of housekeeping."""

from infra.outbox import Event


class RoomMarked(Event, frozen=True, kw_only=True, tag="housekeeping.room_marked"):
    """A room (the subject) was marked dirty, clean or inspected."""


class PhonePaired(Event, frozen=True, kw_only=True, tag="housekeeping.phone_paired"):
    """A phone may show the rooms."""


class PhoneUnpaired(Event, frozen=True, kw_only=True, tag="housekeeping.phone_unpaired"):
    """A phone may no longer."""
