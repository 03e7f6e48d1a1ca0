"""What taking an import back did."""

from uuid import UUID

import msgspec


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A card that stays, or the card of a stay that does, and why: `changed` since, or `used` by a stay, a demande or the like; `gone` already.

    Of a stay, `reference` says the days.
    """

    card_id: UUID
    name: str
    reference: str
    why: str


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """What undoing an import did; stays taken back count as removed."""

    removed: int
    restored: int
    kept: list[Kept]
