"""The padlock: who may close it, what it stops, when it opens."""

import asyncio
from datetime import date, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from infra.actor import Actor, ActorKind
from infra.audit import history
from infra.clock import today
from infra.database import execute, tenant_transaction
from infra.errors import RightMissing
from infra.ids import new_id
from tenants.clients.blacklisting import (
    AlreadyBlacklisted,
    BlacklistingInvalid,
    ClientBlacklisted,
    NewBlacklisting,
    NotBlacklisted,
    blacklist,
    latest_end,
    lift_blacklist,
    require_not_blacklisted,
)
from tenants.clients.queries import ClientUnknown
from tests.factories.clients import IMPORTER, a_client

pytestmark = pytest.mark.usefixtures("pools")

DIRECTION = Actor(kind=ActorKind.STAFF, name="Direction", rights=frozenset({"client.blacklist"}))
RECEPTION = Actor(kind=ActorKind.STAFF, name="Réception", rights=frozenset({"client.edit", "stay.edit"}))
TODAY = today("Europe/Paris")


def lock(reason: str = "unpaid", *, evidence_day: date = TODAY, last_day: date = TODAY) -> NewBlacklisting:
    return NewBlacklisting(reason=reason, evidence_day=evidence_day, last_day=last_day)


async def put_stay(
    centre_id: UUID, client_id: UUID, *, status: str = "tentative", payer_id: UUID | None = None
) -> UUID:
    """Write a stay past the service, as a forgotten way in would."""
    stay_id = new_id()
    async with tenant_transaction(centre_id):
        await execute(
            """INSERT INTO stays (id, centre_id, client_id, payer_id, status, arrival, departure, booking_category,
                   booking_type, purpose_category, purpose, purpose_detail, region, services, notes, arrival_time,
                   released_beds, status_before, source, version, created_at)
               VALUES ($1, $2, $3, $5, $4, $6, $7, '', '', '', '', '', '', '{}', '', '', '{}', '', 'tests', 1, now())""",
            stay_id,
            centre_id,
            client_id,
            status,
            payer_id,
            TODAY,
            TODAY + timedelta(days=2),
        )
    return stay_id


async def move_stay(centre_id: UUID, stay_id: UUID, status: str) -> None:
    async with tenant_transaction(centre_id):
        await execute("UPDATE stays SET status = $3 WHERE centre_id = $1 AND id = $2", centre_id, stay_id, status)


async def test_a_locked_card_is_refused_and_the_refusal_says_until_when() -> None:
    centre = uuid4()
    client = await a_client(centre)
    await blacklist(centre, client.id, lock(), actor=DIRECTION)

    with pytest.raises(ClientBlacklisted) as refused:
        await require_not_blacklisted(centre, client.id)

    assert refused.value.facts == {"until": TODAY.isoformat()}


async def test_a_namesake_is_not_locked() -> None:
    centre = uuid4()
    locked, namesake = await a_client(centre, last_name="Martin"), await a_client(centre, last_name="Martin")
    await blacklist(centre, locked.id, lock(), actor=DIRECTION)

    await require_not_blacklisted(centre, namesake.id)


async def test_another_centre_s_card_is_unknown() -> None:
    client = await a_client(uuid4())
    stranger = uuid4()

    for attempt in (
        require_not_blacklisted(stranger, client.id),
        blacklist(stranger, client.id, lock(), actor=DIRECTION),
        lift_blacklist(stranger, client.id, actor=DIRECTION),
    ):
        with pytest.raises(ClientUnknown):
            await attempt


async def test_reception_can_neither_lock_nor_lift() -> None:
    centre = uuid4()
    client, locked = await a_client(centre), await a_client(centre)
    await blacklist(centre, locked.id, lock(), actor=DIRECTION)

    with pytest.raises(RightMissing):
        await blacklist(centre, client.id, lock(), actor=RECEPTION)
    with pytest.raises(RightMissing):
        await lift_blacklist(centre, locked.id, actor=RECEPTION)

    await require_not_blacklisted(centre, client.id)
    with pytest.raises(ClientBlacklisted):
        await require_not_blacklisted(centre, locked.id)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        (lock("dislike"), "/reason"),
        (lock(evidence_day=TODAY + timedelta(days=1), last_day=TODAY + timedelta(days=9)), "/evidence_day"),
        (lock(evidence_day=TODAY - timedelta(days=9), last_day=TODAY - timedelta(days=1)), "/last_day"),
        (lock(last_day=latest_end(TODAY) + timedelta(days=1)), "/last_day"),
    ],
)
async def test_a_lock_that_the_law_does_not_allow_is_not_made(wrong: NewBlacklisting, pointer: str) -> None:
    centre = uuid4()
    client = await a_client(centre)

    with pytest.raises(BlacklistingInvalid) as refused:
        await blacklist(centre, client.id, wrong, actor=DIRECTION)

    assert [error.pointer for error in refused.value.errors] == [pointer]
    await require_not_blacklisted(centre, client.id)


def test_three_years_from_a_29_february_end_on_the_28th() -> None:
    assert latest_end(date(2028, 2, 29)) == date(2031, 2, 28)


async def test_a_lock_may_last_three_years_to_the_day() -> None:
    centre = uuid4()
    client = await a_client(centre)

    await blacklist(centre, client.id, lock(last_day=latest_end(TODAY)), actor=DIRECTION)

    with pytest.raises(ClientBlacklisted):
        await require_not_blacklisted(centre, client.id)


async def test_a_lock_opens_by_itself_after_its_last_day_and_can_be_closed_again() -> None:
    centre = uuid4()
    client = await a_client(centre)
    await blacklist(centre, client.id, lock(evidence_day=TODAY - timedelta(days=5)), actor=DIRECTION)
    async with tenant_transaction(centre):
        await execute(
            "UPDATE client_blacklistings SET last_day = $2 WHERE centre_id = $1", centre, TODAY - timedelta(days=1)
        )

    await require_not_blacklisted(centre, client.id)
    await put_stay(centre, client.id)
    with pytest.raises(NotBlacklisted):
        await lift_blacklist(centre, client.id, actor=DIRECTION)
    await blacklist(centre, client.id, lock("damage"), actor=DIRECTION)

    with pytest.raises(ClientBlacklisted):
        await require_not_blacklisted(centre, client.id)


async def test_a_lifted_lock_stops_nothing_and_the_history_tells_both() -> None:
    centre = uuid4()
    client = await a_client(centre)
    await blacklist(centre, client.id, lock(), actor=DIRECTION)
    with pytest.raises(AlreadyBlacklisted):
        await blacklist(centre, client.id, lock(), actor=DIRECTION)

    await lift_blacklist(centre, client.id, actor=DIRECTION)

    await require_not_blacklisted(centre, client.id)
    async with tenant_transaction(centre, read_only=True):
        entries = await history(client.id)
    assert [(entry.action, entry.actor_name) for entry in entries] == [
        ("lift_blacklist", "Direction"), ("blacklist", "Direction"), ("add", IMPORTER.name),
    ]  # fmt: skip


@pytest.mark.parametrize("status", ["tentative", "confirmed", "present"])
async def test_the_database_takes_no_reservation_for_a_locked_card(status: str) -> None:
    centre = uuid4()
    client, other = await a_client(centre), await a_client(centre)
    await blacklist(centre, client.id, lock(), actor=DIRECTION)

    for attempt in (
        put_stay(centre, client.id, status=status),
        put_stay(centre, other.id, status=status, payer_id=client.id),
    ):
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            await attempt
        assert refused.value.constraint_name == "stays_client_not_blacklisted"


async def test_a_stay_that_exists_is_left_alone_but_goes_no_further() -> None:
    centre = uuid4()
    client = await a_client(centre)
    tentative, confirmed, gone = [
        await put_stay(centre, client.id, status=s) for s in ("tentative", "confirmed", "departed")
    ]
    await blacklist(centre, client.id, lock(), actor=DIRECTION)

    with pytest.raises(asyncpg.CheckViolationError):
        await move_stay(centre, tentative, "confirmed")
    await move_stay(centre, confirmed, "present")
    await move_stay(centre, confirmed, "confirmed")
    await move_stay(centre, gone, "departed")


async def test_a_padlock_closing_while_twenty_book_lets_none_in_after_it() -> None:
    centre = uuid4()
    client = await a_client(centre)
    closed = asyncio.Event()

    async def book() -> bool:
        after = closed.is_set()
        try:
            async with tenant_transaction(centre):
                await require_not_blacklisted(centre, client.id)
                await put_stay(centre, client.id)
        except ClientBlacklisted:
            return False
        return after

    async def close() -> None:
        await blacklist(centre, client.id, lock(), actor=DIRECTION)
        closed.set()

    late = await asyncio.gather(*(book() for _ in range(10)), close(), *(book() for _ in range(10)))

    assert True not in late
    with pytest.raises(ClientBlacklisted):
        await require_not_blacklisted(centre, client.id)
