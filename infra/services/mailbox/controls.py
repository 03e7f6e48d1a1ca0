"""The knobs by which a test makes the mail server misbehave.

`POST /_control` takes any of these in a JSON object, leaves the others as they are, and answers all of them, as
`GET /_control` does. They are kept over a restart. `{"reset": true}` puts all back to normal first; `{"clear": true}`
forgets every mail.

* `refuse_next`: the next n mails are refused after their content, with `refuse_code`, and are not stored.
* `refuse_code`: 451 (try again later) unless said otherwise; 550 refuses for good.
* `delay_ms`: each mail waits that long before its answer, and is stored only then.
"""

import msgspec

_REASONS = {
    421: "4.3.2 Service not available, try again later",
    450: "4.2.1 Mailbox busy, try again later",
    451: "4.3.0 Local error, try again later",
    452: "4.2.2 Mailbox full, try again later",
    550: "5.1.1 No such mailbox",
    552: "5.3.4 Message too big",
    554: "5.6.0 Message refused",
}


class Controls(msgspec.Struct, frozen=True, kw_only=True):
    """How the mail server behaves now."""

    refuse_next: int = 0
    refuse_code: int = 451
    delay_ms: int = 0


class ControlChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `POST /_control` may carry; absent means unchanged."""

    refuse_next: int | bool | None = None
    refuse_code: int | None = None
    delay_ms: int | None = None
    reset: bool = False
    clear: bool = False


class ControlInvalid(Exception):
    """A control's value makes no sense."""


def changed(before: Controls, asked: ControlChange) -> Controls:
    """Return the controls after a change.

    Raises:
        ControlInvalid: a value is out of its range.
    """
    start = Controls() if asked.reset else before
    after = Controls(
        refuse_next=start.refuse_next if asked.refuse_next is None else int(asked.refuse_next),
        refuse_code=start.refuse_code if asked.refuse_code is None else asked.refuse_code,
        delay_ms=start.delay_ms if asked.delay_ms is None else asked.delay_ms,
    )
    if min(after.refuse_next, after.delay_ms) < 0:
        raise ControlInvalid("refuse_next and delay_ms are at least 0")
    if after.refuse_code not in _REASONS:
        raise ControlInvalid(f"refuse_code is one of {', '.join(map(str, _REASONS))}")
    return after


def refusal(code: int) -> str:
    """Return the SMTP answer of a refusal."""
    return f"{code} {_REASONS[code]}"
