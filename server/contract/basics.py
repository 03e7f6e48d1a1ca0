"""What every part of the API speaks: money, pages, problems, live events."""

from typing import Generic, TypeVar
from uuid import UUID

import msgspec

Item = TypeVar("Item")


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """The base of all that is sent: frozen, by keyword."""


class Money(Wire, frozen=True):
    """`minor` counts cents of `currency` (ISO 4217)."""

    minor: int
    currency: str = "EUR"


class Page(Wire, Generic[Item], frozen=True):
    """Part of a list; ask again with `cursor=next_cursor` for the rest, until it is empty."""

    items: list[Item]
    next_cursor: str | None = None


class FieldProblem(Wire, frozen=True):
    """One field in error; `pointer` is a JSON pointer into the body, or `?name` for a query parameter."""

    pointer: str
    code: str
    message: str


class Problem(Wire, frozen=True):
    """Why a request was refused (RFC 9457, `application/problem+json`)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldProblem] = []
    right: str | None = None
    facts: dict[str, str | int] = {}
    """Named values for the sentence on a screen: who holds the bed, from when to when."""


class LiveEvent(Wire, frozen=True):
    """The data of a server-sent event: what changed, never its fields; fetch it again with your own rights."""

    kind: str
    id: UUID
    version: int
    actor: str


class HistoryEntry(Wire, frozen=True):
    """A line of the audit trail; `before` and `after` hold the changed fields only."""

    at: str
    actor: str
    address: str
    action: str
    before: dict[str, object]
    after: dict[str, object]
