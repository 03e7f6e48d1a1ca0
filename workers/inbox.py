"""What stored webhooks lead to, by source."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from billing.payments.applying import apply_stripe_event
from infra.inbox import StoredEvent

Reader = Callable[[StoredEvent], Awaitable[object]]

READERS: Final[Mapping[str, Reader]] = {"stripe": apply_stripe_event}
"""Source → the operation that applies one of its events; it may be given the same event twice."""
