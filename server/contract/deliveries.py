"""What the machinery goes on failing at, to the network's administrators."""

from datetime import datetime
from uuid import UUID

from server.contract.basics import Wire


class Delivery(Wire, frozen=True):
    """A fact that a consumer, or a webhook that its reader (`inbox:stripe`), fails at; tried again by itself.

    `error` is the kind of the error only: the log has the rest, under `request_id`.
    """

    id: UUID
    consumer: str
    kind: str
    centre: str | None
    attempts: int
    error: str
    recorded_at: datetime
    next_at: datetime
    request_id: str
