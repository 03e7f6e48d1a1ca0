"""The kinds of tasks. Pure."""

from enum import StrEnum


class Kind(StrEnum):
    """What a person is asked to do; each name is the code of its words."""

    OPTION_ENDED = "option_ended"
    """A dossier's option ended and its beds are free: hold again, or close."""
    STAY_LEFT_UNCONFIRMED = "stay_left_unconfirmed"
    """The deposit came, and the stay could not be confirmed: find beds, or give back."""
    MAIL_FAILED = "mail_failed"
    """A mail will not be tried again by itself: correct the address, send again, or phone."""


SUBJECTS = {Kind.OPTION_ENDED: "dossier", Kind.STAY_LEFT_UNCONFIRMED: "dossier", Kind.MAIL_FAILED: "mail"}
"""What each kind is about."""
