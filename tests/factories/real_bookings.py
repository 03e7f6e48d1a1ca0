"""The 14,938 real bookings in a centre of two buildings: imported once in a test process, for all that count them.

Tests that use them bear `ONCE`, so that they run in the same process.
"""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from tenants.imports.reports import ImportReport
from tenants.imports.stays import import_stays
from tests.factories.centres import a_centre
from tests.factories.stays import DESK, a_hotel

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "hotel_bookings.csv.gz"
ONCE = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.usefixtures("pools"),
    pytest.mark.xdist_group("real bookings"),
    pytest.mark.skipif(not SAMPLE.exists(), reason="the given data are beside the checkout"),
]


def once(test: Callable[..., object]) -> Callable[..., object]:
    """Mark one test of a file with all of `ONCE`."""
    for mark in ONCE:
        test = mark(test)
    return test


class RealBookings(msgspec.Struct, frozen=True):
    """The centre, and what its import said: the dry run, then the run, with each step of its progress."""

    centre_id: UUID
    dry: ImportReport
    report: ImportReport
    steps: list[tuple[int, int]]


_imported: list[RealBookings] = []


async def real_bookings() -> RealBookings:
    """Return the centre that the file was imported into."""
    if not _imported:
        centre = await a_centre()
        await a_hotel(centre.id)
        steps: list[tuple[int, int]] = []
        dry = await import_stays(centre.id, SAMPLE, dry_run=True, actor=DESK)
        report = await import_stays(centre.id, SAMPLE, progress=lambda *step: steps.append(step), actor=DESK)
        _imported.append(RealBookings(centre.id, dry, report, steps))
    return _imported[0]
