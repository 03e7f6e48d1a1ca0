"""The knobs by which a test or a demonstration makes Stripe misbehave.

`POST /_control` takes any of these in a JSON object, leaves the others as they are, and answers all of them, as
`GET /_control` does. They are kept over a restart. `{"reset": true}` puts all back to normal first.

* `delay_ms`: every API call waits that long before it is looked at, and every webhook before it is sent. The hosted
  page is not delayed.
* `fail_next`: the next n API calls fail, the SDK's own retries counted. They answer `fail_status` and do nothing:
  an outage in front of Stripe, so the same idempotency key works afterwards. `true` is 1.
* `fail_status`: 500 unless said otherwise; 429 is a rate limit, 402 a declined card.
* `fail_after`: true makes those calls do their work and keep their answer before they fail: the answer was lost on
  the way, and the same idempotency key gets the true one. Without a key the work is done twice, as it would be.
* `repeat`: each event that happens from now on is sent n times, whatever the endpoint answers. 1 is normal, 0 the
  same; `true` is 2.
* `reorder`: events are held for `hold_ms` after the oldest of them, then the whole batch goes out, last first
  (`true`), or in random order (`"shuffle"`); with `repeat` the whole batch goes out n times. Tries after a refusal
  are not held. `false` lets everything go at once, in order.
"""

import msgspec

from infra.services.payments.store import Store


class Controls(msgspec.Struct, frozen=True, kw_only=True):
    """How the simulator behaves now."""

    delay_ms: int = 0
    fail_next: int = 0
    fail_status: int = 500
    fail_after: bool = False
    repeat: int = 1
    reorder: bool | str = False
    hold_ms: int = 1000


class ControlChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `POST /_control` may carry; absent means unchanged."""

    delay_ms: int | None = None
    fail_next: int | bool | None = None
    fail_status: int | None = None
    fail_after: bool | None = None
    repeat: int | bool | None = None
    reorder: bool | str | None = None
    hold_ms: int | None = None
    reset: bool = False


class ControlInvalid(Exception):
    """A control's value makes no sense."""


def read(store: Store) -> Controls:
    """Return the controls as they are."""
    row = store.connection.execute("SELECT body FROM controls WHERE name = 'controls'").fetchone()
    return msgspec.json.decode(row[0], type=Controls) if row else Controls()


def change(store: Store, asked: ControlChange) -> Controls:
    """Apply a change and return the controls after it.

    Raises:
        ControlInvalid: a value is out of its range; nothing is changed.
    """
    before = Controls() if asked.reset else read(store)
    after = Controls(
        delay_ms=_or(asked.delay_ms, before.delay_ms),
        fail_next=int(_or(asked.fail_next, before.fail_next)),
        fail_status=_or(asked.fail_status, before.fail_status),
        fail_after=before.fail_after if asked.fail_after is None else asked.fail_after,
        repeat=_copies(asked.repeat, before.repeat),
        reorder=before.reorder if asked.reorder is None else asked.reorder,
        hold_ms=_or(asked.hold_ms, before.hold_ms),
    )
    if after.reorder not in (False, True, "reverse", "shuffle"):
        raise ControlInvalid('reorder is true, false or "shuffle"')
    if min(after.delay_ms, after.fail_next, after.hold_ms) < 0 or after.repeat < 1:
        raise ControlInvalid("delay_ms, fail_next and hold_ms are at least 0, repeat at least 1")
    if not 400 <= after.fail_status <= 599:
        raise ControlInvalid("fail_status is between 400 and 599")
    _write(store, after)
    return after


def take_failure(store: Store) -> Controls | None:
    """Count one failure off and return the controls that it obeys; None when this call is to work."""
    controls = read(store)
    if controls.fail_next == 0:
        return None
    _write(store, msgspec.structs.replace(controls, fail_next=controls.fail_next - 1))
    return controls


def _write(store: Store, controls: Controls) -> None:
    store.connection.execute(
        "INSERT INTO controls (name, body) VALUES ('controls', ?)"
        " ON CONFLICT (name) DO UPDATE SET body = excluded.body",
        (msgspec.json.encode(controls),),
    )


def _or(asked: int | None, before: int) -> int:
    return before if asked is None else asked


def _copies(asked: int | bool | None, before: int) -> int:
    if asked is None:
        return before
    return 1 + int(asked) if isinstance(asked, bool) else asked or 1
