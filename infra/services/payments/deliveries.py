"""The queue of webhooks: one row per copy to send, one row per attempt made."""

import msgspec

from infra.services.payments import clock, controls
from infra.services.payments.objects import Event
from infra.services.payments.store import Store


class Delivery(msgspec.Struct, frozen=True):
    """One copy of one event, to be sent until the endpoint says 2xx. `copy` counts from 1."""

    id: int
    event_id: str
    account: str
    copy: int
    recorded_at: float
    tries: int


class Attempt(msgspec.Struct, frozen=True):
    """One sending: when (seconds since 1970), and the endpoint's status, or the error where there was none."""

    copy: int
    at: float
    status: int | None
    error: str | None


class SentEvent(msgspec.Struct, frozen=True):
    """One event as `GET /_events` shows it. `pending` counts the copies still to be sent or tried again."""

    id: str
    type: str
    object: str
    account: str | None
    created: int
    pending: int
    attempts: list[Attempt]


class _ObjectId(msgspec.Struct):
    id: str


def add(store: Store, event_id: str, *, account: str) -> None:
    """Queue an event, as many times as the control `repeat` says at this moment."""
    now = clock.precise_now()
    for copy in range(1, controls.read(store).repeat + 1):
        store.connection.execute(
            "INSERT INTO deliveries (event_id, account, copy, recorded_at, due_at) VALUES (?, ?, ?, ?, ?)",
            (event_id, account, copy, now, now),
        )


def due(store: Store, *, first_tries: bool, limit: int = 100) -> list[Delivery]:
    """Return what is to be sent now, oldest first: never tried yet, or to be tried again."""
    comparison = "= 0" if first_tries else "> 0"
    rows = store.connection.execute(
        "SELECT id, event_id, account, copy, recorded_at, tries FROM deliveries"
        f" WHERE state = 'pending' AND due_at <= ? AND tries {comparison} ORDER BY due_at, id LIMIT ?",
        (clock.precise_now(), limit),
    )
    return [Delivery(*row) for row in rows]


def settle(store: Store, delivery: Delivery, attempt: Attempt, *, retry_in_seconds: float | None) -> None:
    """Write an attempt down and close the delivery, or set its next try.

    `retry_in_seconds` is None when there is no next try: the endpoint took it, or the simulator gives up.
    """
    delivered = attempt.status is not None and 200 <= attempt.status < 300
    state = "delivered" if delivered else "pending" if retry_in_seconds is not None else "abandoned"
    with store.transaction():
        store.connection.execute(
            "INSERT INTO attempts (delivery_id, event_id, copy, sent_at, status, error) VALUES (?, ?, ?, ?, ?, ?)",
            (delivery.id, delivery.event_id, attempt.copy, attempt.at, attempt.status, attempt.error),
        )
        store.connection.execute(
            "UPDATE deliveries SET state = ?, tries = tries + 1, due_at = ? WHERE id = ?",
            (state, attempt.at + (retry_in_seconds or 0), delivery.id),
        )


def sent_events(store: Store) -> list[SentEvent]:
    """Return every event of every account with its attempts, in the order the events happened."""
    attempts: dict[str, list[Attempt]] = {}
    rows = store.connection.execute("SELECT event_id, copy, sent_at, status, error FROM attempts ORDER BY id")
    for event_id, copy, at, status, error in rows:
        attempts.setdefault(event_id, []).append(Attempt(copy=copy, at=at, status=status, error=error))
    waiting = dict(
        store.connection.execute(
            "SELECT event_id, count(*) FROM deliveries WHERE state = 'pending' GROUP BY event_id"
        ).fetchall()
    )
    events = store.connection.execute("SELECT body FROM objects WHERE kind = 'event' ORDER BY position")
    return [
        SentEvent(
            id=event.id,
            type=event.type,
            object=msgspec.json.decode(event.data.object, type=_ObjectId).id,
            account=None if event.account is msgspec.UNSET else event.account,
            created=event.created,
            pending=waiting.get(event.id, 0),
            attempts=attempts.get(event.id, []),
        )
        for event in (msgspec.json.decode(row[0], type=Event) for row in events)
    ]
