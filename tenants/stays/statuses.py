"""The seven statuses of a stay and the ways between them. Pure."""

from datetime import date, datetime, timedelta
from typing import Final

from infra.errors import Conflict, FieldError, Invalid

HOLDS_BEDS: Final = frozenset({"tentative", "option", "confirmed", "present", "departed"})
"""Where beds stay the stay's; a cancelled one and a no-show hold none."""

SOLD: Final = frozenset({"confirmed", "present", "departed"})

OPEN: Final = frozenset({"tentative", "option", "confirmed"})
"""Before anybody came: where the fiche and the dates may still move freely."""

UNDO: Final = timedelta(minutes=15)
"""How long an expensive gesture may be undone."""

CANCELLATION_REASONS: Final = (
    "client",
    "no_answer",
    "not_paid",
    "price",
    "dates",
    "illness",
    "weather",
    "centre",
    "mistake",
    "other",
)
"""Why a stay is cancelled; their labels are in `tenants.code_lists.closed`."""

_WAYS: Final = {
    "option": frozenset({"tentative", "option"}),
    "confirmed": frozenset({"tentative", "option"}),
    "cancelled": OPEN,
    "no_show": frozenset({"option", "confirmed"}),
    "present": frozenset({"confirmed"}),
    "departed": frozenset({"present"}),
    "presence_undone": frozenset({"present"}),
    "departure_undone": frozenset({"departed"}),
    "cancellation_undone": frozenset({"cancelled"}),
    "no_show_undone": frozenset({"no_show"}),
    "waiting": frozenset({"tentative"}),
    "beds": frozenset({"tentative", "option", "confirmed", "present"}),
    "early_departure": frozenset({"confirmed", "present"}),
    "edit": frozenset({"tentative", "option", "confirmed", "present", "departed"}),
}


class StayStatusRefuses(Conflict):
    """The stay's status does not allow that."""

    code = "stay_status_refuses"


class OptionDayInvalid(Invalid):
    """An option ends today or later, and not after the arrival."""

    code = "option_day_invalid"


class CancellationReasonUnknown(Invalid):
    """A cancellation gives a reason of the list."""

    code = "cancellation_reason_unknown"


class TooLateToUndo(Conflict):
    """It is too late to undo: fifteen minutes have passed."""

    code = "too_late_to_undo"


def check_way(status: str, gesture: str) -> None:
    """Refuse a gesture that a stay of this status does not allow.

    Raises:
        StayStatusRefuses: naming the status and the gesture.
    """
    if status not in _WAYS[gesture]:
        raise StayStatusRefuses(f"the stay is {status}", status=status, gesture=gesture)


def check_option(until: date | None, *, arrival: date, today: date) -> date:
    """Return the option's last day, refusing one that is missing, past, or after the arrival.

    Raises:
        OptionDayInvalid: with the field.
    """
    if until is None:
        raise OptionDayInvalid(errors=(FieldError("/option_until", "required", "an option has a last day"),))
    if until < today:
        raise OptionDayInvalid(errors=(FieldError("/option_until", "past", "an option ends today or later"),))
    if until > arrival:
        raise OptionDayInvalid(errors=(FieldError("/option_until", "after_arrival", "an option ends by the arrival"),))
    return until


def check_cancellation(reason: str) -> None:
    """Refuse a reason that is not of the list.

    Raises:
        CancellationReasonUnknown: naming the list.
    """
    if reason not in CANCELLATION_REASONS:
        raise CancellationReasonUnknown(
            errors=(FieldError("/reason", "unknown", f"one of {', '.join(CANCELLATION_REASONS)}"),)
        )


def check_undo(done_at: datetime, *, now: datetime) -> None:
    """Refuse an undo after fifteen minutes; the fifteenth itself is still good.

    Raises:
        TooLateToUndo: it is.
    """
    if now - done_at > UNDO:
        raise TooLateToUndo()
