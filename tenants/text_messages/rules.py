"""What a centre's texts may be and cost, and which answers refuse more. Pure."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from infra.errors import FieldError, Invalid, Refused
from infra.sms.brevo import STOP, STOP_SHOWN
from infra.sms.parts import parts_of, simplified
from tenants.referential.cleaning.text import fold

PART_PRICE_TEN_THOUSANDTHS: Final = 450
"""What a part costs to France where the centre has not said otherwise, in ten-thousandths of a euro."""
MONTHLY_CAP_MINOR: Final = 2_000
_SENDER: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]{3,11}")
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~-]{20,200}")
_STOP_WORDS: Final = frozenset({"stop", "stopsms", "arret", "arreter", "desabonner", "unsubscribe"})
_A_SHORT_ANSWER: Final = 4
MOST_PARTS: Final = 4


class TextSettingsInvalid(Invalid):
    """The settings of texts cannot be so; the fields say why."""

    code = "text_settings_invalid"


class TextNotAllowed(Refused):
    """No text may be sent to this client: no mobile, no consent, or they answered STOP."""

    code = "text_not_allowed"


class TextsNotSetUp(Refused):
    """This centre sends no texts yet: its sender's name and its key come first."""

    code = "texts_not_set_up"


class TextTooLong(Invalid):
    """A text has four parts at most."""

    code = "text_too_long"


class TextSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a centre sends; the secrets are apart."""

    sender: str = ""
    part_price_ten_thousandths: int = PART_PRICE_TEN_THOUSANDTHS
    monthly_cap_minor: int = MONTHLY_CAP_MINOR
    has_key: bool = False
    has_report_token: bool = False
    version: int = 0

    @property
    def is_set_up(self) -> bool:
        """Whether texts can be sent."""
        return bool(self.sender and self.has_key)


class Composed(msgspec.Struct, frozen=True):
    """A text as it goes out, and what it is charged as."""

    text: str
    parts: int


class TextLine(msgspec.Struct, frozen=True, kw_only=True):
    """A text in the centre's list."""

    id: UUID
    client_id: UUID | None
    client_name: str
    recipient: str
    parts: int
    state: str
    reason: str
    created_at: datetime
    next_at: datetime
    sent_at: datetime | None


def check(wanted: TextSettings, *, report_token: str | None) -> None:
    """Refuse settings that cannot be.

    Raises:
        TextSettingsInvalid: with one error for each field.
    """
    if errors := tuple(_wrong(wanted, report_token)):
        raise TextSettingsInvalid(errors=errors)


def _wrong(wanted: TextSettings, report_token: str | None) -> Iterator[FieldError]:
    if wanted.sender and not _SENDER.fullmatch(wanted.sender):
        yield FieldError("/sender", "invalid", "3 to 11 letters and digits, one letter at least")
    if not 1 <= wanted.part_price_ten_thousandths <= 10_000:
        yield FieldError("/part_price_ten_thousandths", "out_of_range", "from 1 to 10000")
    if not 0 <= wanted.monthly_cap_minor <= 1_000_000:
        yield FieldError("/monthly_cap", "out_of_range", "from 0 to 10000 euros")
    if report_token and not _TOKEN.fullmatch(report_token):
        yield FieldError("/report_token", "invalid", "20 letters and digits or more")


def composed(text: str) -> Composed:
    """Write a text as it goes out: in the cheap alphabet where it can, with the way to refuse more.

    Raises:
        TextTooLong: it would be charged as more than four.
    """
    plain = simplified(" ".join(text.split()))
    parts = parts_of(plain + STOP_SHOWN)
    if parts > MOST_PARTS:
        raise TextTooLong
    return Composed(plain + STOP, parts)


def refuses_more(reply: str) -> bool:
    """Say whether an answer means STOP: its first word, or one of a few."""
    words = re.findall(r"[a-z]+", fold(reply))
    return bool(words) and (words[0] in _STOP_WORDS or (len(words) <= _A_SHORT_ANSWER and bool(_STOP_WORDS & {*words})))
