"""The only place that asks what time it is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from infra.settings import settings


def now() -> datetime:
    """Return the present instant, aware, in UTC; the frozen one where `HALTE_NOW` is set."""
    frozen = settings().now
    return datetime.fromisoformat(frozen).astimezone(UTC) if frozen else datetime.now(UTC)


def today(time_zone: str) -> date:
    """Return the calendar date in `time_zone` (an IANA name), which is a centre's « today »."""
    return now().astimezone(ZoneInfo(time_zone)).date()
