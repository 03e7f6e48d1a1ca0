"""Who has something open."""

from server.contract.basics import Wire


class OpeningKept(Wire, frozen=True):
    """Whether one is changing it, or only looks."""

    editing: bool = False


class Opening(Wire, frozen=True):
    """Somebody else who has it open; `editing`: they are changing it."""

    name: str
    editing: bool
