"""Text messages of a centre."""

from datetime import datetime
from uuid import UUID

from server.contract.basics import Money, Wire


class TextSettings(Wire, frozen=True):
    """How a centre sends texts; `has_key` and `has_report_token` say that a secret is kept, which is never shown."""

    sender: str
    """What the phone shows: 3 to 11 letters and digits; empty: none are sent."""
    part_price_ten_thousandths: int
    """Of a euro, for each part of 160 signs (70 where an alphabet other than GSM's is needed)."""
    monthly_cap: Money
    spent: Money
    """This month, those included that may have gone."""
    has_key: bool
    has_report_token: bool
    version: int
    report_url: str = ""
    """Where the gateway reports, with the token as a bearer's."""


class TextSettingsChange(Wire, frozen=True):
    """The settings as they are to be; a secret of null keeps the one there is, an empty one forgets it."""

    sender: str
    part_price_ten_thousandths: int = 450
    monthly_cap: Money = Money(minor=2_000)
    key: str | None = None
    report_token: str | None = None


class TextMessage(Wire, frozen=True):
    """A text: `state` is queued, sent, delivered or failed; `reason` says why it failed or waits."""

    id: UUID
    client_id: UUID | None
    client_name: str
    recipient: str
    """Its first and last digits."""
    parts: int
    state: str
    reason: str
    created_at: datetime
    next_at: datetime
    sent_at: datetime | None
