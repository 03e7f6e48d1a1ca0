"""`halte person-nights`, run as an administrator runs it."""

import json

import asyncpg
import pytest

from tests.server.commands.test_centre_and_user import create, halte
from tests.servers import Servers

pytestmark = [pytest.mark.slow]

STAY = """INSERT INTO stays (id, centre_id, status, arrival, departure, booking_category, booking_type, purpose_category,
        purpose, purpose_detail, adults, region, services, notes, arrival_time, released_beds, status_before, source,
        version, created_at)
    SELECT gen_random_uuid(), id, 'departed', '2025-07-01', '2025-07-03', '', '', '', '', '', 2, '', '{}', '', '', '{}', '',
        'tests', 1, now() FROM centres WHERE slug = 'nuitees'"""


async def test_the_ledger_is_compared_with_the_stays_and_mended(servers: Servers) -> None:
    create("nuitees")
    connection = await asyncpg.connect(servers.postgres.superuser_url, database=servers.database)
    await connection.execute(STAY)
    await connection.close()

    before = halte("person-nights", "check", "--centre", "nuitees", "--json")
    filled = halte("person-nights", "fill", "--centre", "nuitees")
    after = halte("person-nights", "check", "--centre", "nuitees")

    assert before.code == 2
    assert [(one["centre"], one["present"], one["billed"]) for one in json.loads(before.out)] == [("nuitees", 4, 4)]
    assert (filled.code, filled.out) == (0, "1 stays written\n")
    assert (after.code, after.out) == (0, "1 centres compared: the ledger is what the stays say\n")
