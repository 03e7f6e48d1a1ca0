"""The levels of agreement of two cards' values, field by field, the closest first."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

UNKNOWN: Final = 0
"""One of the cards says nothing: no evidence either way. In every field."""


class First(IntEnum):
    """Given names."""

    SAME = 1
    CROSSED = 2
    """It is the other card's surname, and the reverse."""
    INITIAL = 3
    SHORT_FORM = 4
    CLOSE = 5
    LIKE = 6
    OTHER_INITIAL = 7
    OTHER = 8


class Last(IntEnum):
    """Surnames."""

    SAME = 1
    CROSSED = 2
    INITIAL = 3
    SECOND = 4
    """One card's birth name, or half of a double name, is the other's surname."""
    CLOSE = 5
    LIKE = 6
    OTHER = 7


class Birth(IntEnum):
    """Birth dates."""

    SAME = 1
    SLIP = 2
    """One digit, or day and month changed round."""
    TWO_OF_THREE = 3
    SAME_YEAR = 4
    OTHER = 5
    OTHER_YEAR = 6
    """More than a year apart."""


class Email(IntEnum):
    """Addresses."""

    SAME = 1
    SAME_MAILBOX = 2
    SLIP = 3
    SAME_RELAY = 4
    OTHER = 5


class Phone(IntEnum):
    """Phones: the best of both cards'."""

    SAME = 1
    SLIP = 2
    OTHER = 3


class Place(IntEnum):
    """Addresses, from the street to the town."""

    SAME_STREET = 1
    LIKE_STREET = 2
    SAME_CODE = 3
    """One of the cards knows no street."""
    OTHER_STREET = 4
    SAME_TOWN = 5
    NEAR_CODE = 6
    OTHER = 7


class Name(IntEnum):
    """Organisations' names."""

    SAME = 1
    CLOSE = 2
    WITHIN = 3
    """Every word of one is in the other."""
    OTHER = 4


COMPARISONS: Final[Mapping[str, type[IntEnum]]] = {
    "organisation": Name,
    "first": First,
    "last": Last,
    "birth": Birth,
    "email": Email,
    "phone": Phone,
    "place": Place,
}

AGREED: Final[Mapping[str, Mapping[int, tuple[str, ...]]]] = {
    "organisation": dict.fromkeys((Name.SAME, Name.CLOSE, Name.WITHIN), ("organisation",)),
    "first": dict.fromkeys(
        (First.SAME, First.CROSSED, First.INITIAL, First.SHORT_FORM, First.CLOSE, First.LIKE), ("first_name",)
    ),
    "last": dict.fromkeys((Last.SAME, Last.CROSSED, Last.INITIAL, Last.SECOND, Last.CLOSE, Last.LIKE), ("last_name",)),
    "birth": dict.fromkeys((Birth.SAME, Birth.SLIP), ("birth_date",)),
    "email": dict.fromkeys((Email.SAME, Email.SAME_MAILBOX, Email.SLIP, Email.SAME_RELAY), ("email",)),
    "phone": dict.fromkeys((Phone.SAME, Phone.SLIP), ("phone",)),
    "place": {
        Place.SAME_STREET: ("street", "town"),
        Place.LIKE_STREET: ("street", "town"),
        Place.SAME_CODE: ("postal_code",),
        Place.OTHER_STREET: ("postal_code",),
        Place.SAME_TOWN: ("town",),
    },
}
"""The fields of a card that agree at each level, in the words of the card."""
