"""The tablets at the desk."""

from datetime import datetime
from uuid import UUID

from server.contract.basics import Wire


class Tablet(Wire, frozen=True):
    """A tablet at the desk; `unpaired_at` where its pairing has ended."""

    id: UUID
    name: str
    paired_at: datetime
    unpaired_at: datetime | None


class NewTablet(Wire, frozen=True):
    """A tablet to pair, under a name that tells tablets apart."""

    name: str


class TabletPaired(Wire, frozen=True):
    """A tablet just paired: open `url` on it. The token in it is shown now and never again."""

    id: UUID
    name: str
    token: str
    url: str
