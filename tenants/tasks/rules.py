"""The kinds of tasks. Pure."""

from enum import StrEnum


class Kind(StrEnum):
    """What a person is asked to do; each name is the code of its words."""

    OPTION_ENDED = "option_ended"
    """A dossier's option ended and its beds are free: hold again, or close."""
    STAY_LEFT_UNCONFIRMED = "stay_left_unconfirmed"
    """The deposit came, and the stay could not be confirmed: find beds, or give back."""
    STAY_OPTION_ENDED = "stay_option_ended"
    """The option of a stay without a dossier ended and its beds are free."""
    ROOM_FREED = "room_freed"
    """A stay of the waiting list has room now: take it as an option, or let it wait."""
    ACM_TWO_MONTHS = "acm_two_months"
    """A stay of minors comes in two months and its declaration number is not there."""
    ACM_EIGHT_DAYS = "acm_eight_days"
    """The same, eight days before."""
    CANCELLATION_FEE = "cancellation_fee"
    """A stay was cancelled with a fee: bill it, or let it go."""
    LOW_SCORE = "low_score"
    """A client was not content: look at it before their next stay."""
    MAIL_FAILED = "mail_failed"
    """A mail will not be tried again by itself: correct the address, send again, or phone."""
    TEXT_FAILED = "text_failed"
    """A stay's text did not go or arrive, and there is no address to write to: correct the mobile, or phone."""


SUBJECTS = {
    Kind.OPTION_ENDED: "dossier",
    Kind.STAY_LEFT_UNCONFIRMED: "dossier",
    Kind.CANCELLATION_FEE: "dossier",
    Kind.STAY_OPTION_ENDED: "stay",
    Kind.ROOM_FREED: "stay",
    Kind.ACM_TWO_MONTHS: "stay",
    Kind.ACM_EIGHT_DAYS: "stay",
    Kind.LOW_SCORE: "stay",
    Kind.TEXT_FAILED: "stay",
    Kind.MAIL_FAILED: "mail",
}
"""What each kind is about."""


class Level(StrEnum):
    """How much a task weighs."""

    NOTICE = "notice"
    """Good to know."""
    WARNING = "warning"
    """To be done, or let be with a reason."""
    BLOCKING = "blocking"
    """Cannot be let be: it stays until it is done or its cause is gone."""


LEVELS = {
    Kind.STAY_LEFT_UNCONFIRMED: Level.BLOCKING,
    Kind.ACM_EIGHT_DAYS: Level.BLOCKING,
    Kind.ROOM_FREED: Level.NOTICE,
    Kind.LOW_SCORE: Level.NOTICE,
}
"""What is no warning."""


def level_of(kind: str) -> Level:
    """Return how much a task of a kind weighs."""
    return LEVELS.get(Kind(kind), Level.WARNING)
