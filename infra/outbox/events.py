"""The shape of a fact."""

from uuid import UUID

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, in the past tense; its tag (`stays.confirmed`) is its kind and part of the contract.

    `subject_id` is the thing it happened to, `version` that thing's version after it (0 where it has none). Further
    fields are ids and plain values that a consumer cannot look up again; never personal data.
    """

    subject_id: UUID
    version: int = 0


def kind(event: Event | type[Event]) -> str:
    """Return an event's tag."""
    return str(event.__struct_config__.tag)
