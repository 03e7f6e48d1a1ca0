"""Facts: recorded in the transaction that made them true, told to the rest of the house after it."""

from infra.outbox.events import Event as Event
from infra.outbox.operations import record as record
