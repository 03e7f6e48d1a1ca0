"""The phones on which rooms are marked: paired once, showing rooms and no client's name but the group's."""

from typing import Final

from infra.errors import FieldError, Invalid, NotFound, Refused
from infra.settings import settings
from tenants.centres.pairing import Pairing
from tenants.housekeeping.events import PhonePaired, PhoneUnpaired


class PhoneInvalid(Invalid):
    """A phone has a name, to tell phones apart."""

    code = "phone_invalid"


class PhoneNotPaired(NotFound):
    """The centre has no paired phone of this id."""

    code = "phone_not_paired"


class PhoneUnknown(Refused):
    """This phone is not paired, or no longer: pair it again from the desk."""

    code = "phone_unknown"


PHONES: Final = Pairing(
    kind="housekeeping_phone",
    table="housekeeping_phones",
    paired=PhonePaired,
    unpaired=PhoneUnpaired,
    nameless=lambda: PhoneInvalid(errors=(FieldError("/name", "required", "a name to tell phones apart"),)),
    not_paired=PhoneNotPaired,
    unknown=PhoneUnknown,
)
"""Who opens the page of rooms with a phone's token works for the centre."""


def phone_address(slug: str, token: str) -> str:
    """Return what a phone opens once to be housekeeping's."""
    return f"{settings().public_url.rstrip('/')}/h/{slug}/{token}"
