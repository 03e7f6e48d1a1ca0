"""Other dates rehearsed and taken: lines kept and repriced, beds in the way, the quote lost, revived, or made again; what a cancellation costs."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from billing.dossiers.cancelling import (
    ScaleInvalid,
    Step,
    cancel_with_or_without_fee,
    cancellation_cost,
    set_cancellation_scale,
    share_of,
)
from billing.dossiers.dates import (
    DatesNeedRehearsal,
    QuoteCommitted,
    QuoteNotLost,
    Way,
    WayUnknown,
    change_dates,
    rehearse_dates,
    require_no_quote_under_way,
    revive_quote,
)
from billing.dossiers.lines import NewLine
from billing.dossiers.operations import add_line
from billing.money import Money
from infra.clock import today
from infra.database import fetch, tenant_transaction
from infra.errors import StaleVersion
from tenants.rooms.stock import BedTaken
from tenants.stays.operations import hold_beds
from tenants.tasks.queries import open_tasks
from tests.billing.reading import facts, seen
from tests.factories.centres import a_centre
from tests.factories.dossiers import TESTER, a_dossier, a_sent_quote, a_service, an_accepted_dossier
from tests.factories.stays import a_room, a_stay, beds_of

pytestmark = pytest.mark.usefixtures("pools")

FIRST, LAST = date(2027, 3, 16), date(2027, 3, 19)


async def states(centre_id: UUID, dossier_id: UUID) -> list[str]:
    """Return the states of a dossier's quotes, the newest first."""
    return [quote.state for quote in (await seen(centre_id, dossier_id)).quotes]


async def a_priced_dossier(centre_id: UUID) -> UUID:
    """Open a dossier for 52 with a « divers » line of 100 € and full board at 41.50 €."""
    made = await a_dossier(centre_id)
    service = await a_service(centre_id)
    await add_line(centre_id, made.id, NewLine(service_id=service.id), actor=TESTER)
    return made.id


async def test_a_rehearsal_says_what_is_kept_and_repriced_and_changes_nothing() -> None:
    centre = await a_centre()
    dossier_id = await a_priced_dossier(centre.id)
    await a_sent_quote(centre.id, dossier_id)
    before = await seen(centre.id, dossier_id)

    shown = await rehearse_dates(
        centre.id, dossier_id, arrival=FIRST + timedelta(days=7), departure=LAST + timedelta(days=8)
    )

    assert [(line.verdict, line.before.minor, line.after.minor) for line in shown.lines] == [
        ("kept", 10_000, 10_000),
        ("repriced", 52 * 3 * 4_150, 52 * 4 * 4_150),
    ]
    assert (shown.ways, shown.quote_number, shown.accepted) == ((Way.LOSE, Way.REQUOTE), 1, False)
    assert await seen(centre.id, dossier_id) == before


async def test_who_has_the_beds_is_named_and_there_is_no_way_out() -> None:
    centre = await a_centre()
    dossier_id = await a_priced_dossier(centre.id)
    stay_id = (await seen(centre.id, dossier_id)).stay_id
    room = await a_room(centre.id, name="B1")
    await hold_beds(centre.id, stay_id, beds_of(room), actor=TESTER)
    there = await a_stay(centre.id, bed_ids=beds_of(room), arrival=LAST, nights=2)

    shown = await rehearse_dates(centre.id, dossier_id, arrival=FIRST, departure=LAST + timedelta(days=1))

    assert [(one.room, one.stay_id) for one in shown.blocked] == [("B1", there.id)]
    assert shown.ways == ()
    with pytest.raises(BedTaken):
        await change_dates(
            centre.id,
            dossier_id,
            arrival=FIRST,
            departure=LAST + timedelta(days=1),
            way="lose",
            version=None,
            actor=TESTER,
        )
    stay = (await seen(centre.id, dossier_id)).stay
    assert (stay.arrival, stay.departure) == (FIRST, LAST)


async def test_moving_loses_the_quote_whose_links_die_and_coming_back_revives_it() -> None:
    centre = await a_centre()
    dossier_id = await a_priced_dossier(centre.id)
    quote = await a_sent_quote(centre.id, dossier_id)
    week = timedelta(days=7)

    with pytest.raises(DatesNeedRehearsal):
        async with tenant_transaction(centre.id, read_only=True):
            await require_no_quote_under_way(centre.id, (await seen(centre.id, dossier_id)).stay_id)
    await change_dates(
        centre.id, dossier_id, arrival=FIRST + week, departure=LAST + week, way="lose", version=None, actor=TESTER
    )
    assert await states(centre.id, dossier_id) == ["lost"]
    assert "quotes.lost" in await facts(centre.id, "quotes.")
    with pytest.raises(QuoteNotLost):
        await revive_quote(centre.id, dossier_id, quote.id, actor=TESTER)

    await change_dates(centre.id, dossier_id, arrival=FIRST, departure=LAST, way="lose", version=None, actor=TESTER)
    await revive_quote(centre.id, dossier_id, quote.id, actor=TESTER)
    assert await states(centre.id, dossier_id) == ["sent"]


async def test_making_another_quote_supersedes_and_prices_the_new_nights() -> None:
    centre = await a_centre()
    dossier_id = await a_priced_dossier(centre.id)
    await a_sent_quote(centre.id, dossier_id)

    await change_dates(
        centre.id,
        dossier_id,
        arrival=FIRST,
        departure=LAST + timedelta(days=1),
        way="requote",
        version=None,
        actor=TESTER,
    )

    sold = await seen(centre.id, dossier_id)
    assert [(quote.number, quote.state) for quote in sold.quotes] == [(2, "sent"), (1, "superseded")]
    assert sold.quotes[0].total == Money(10_000 + 52 * 4 * 4_150)


async def test_what_was_accepted_is_never_lost() -> None:
    centre = await a_centre()
    made, _, _ = await an_accepted_dossier(centre.id)
    week = timedelta(days=7)

    shown = await rehearse_dates(centre.id, made.id, arrival=FIRST + week, departure=LAST + week)
    assert (shown.ways, shown.accepted) == ((Way.REQUOTE,), True)
    with pytest.raises(QuoteCommitted):
        await change_dates(
            centre.id, made.id, arrival=FIRST + week, departure=LAST + week, way="lose", version=None, actor=TESTER
        )
    assert await states(centre.id, made.id) == ["accepted"]
    assert (await seen(centre.id, made.id)).stay.arrival == FIRST

    await change_dates(
        centre.id, made.id, arrival=FIRST + week, departure=LAST + week, way="requote", version=None, actor=TESTER
    )
    assert await states(centre.id, made.id) == ["sent", "superseded"]


async def test_the_second_to_change_the_dates_is_told_and_an_unknown_way_is_none() -> None:
    centre = await a_centre()
    dossier_id = await a_priced_dossier(centre.id)

    with pytest.raises(StaleVersion):
        await change_dates(centre.id, dossier_id, arrival=FIRST, departure=LAST, way="lose", version=1, actor=TESTER)
    with pytest.raises(WayUnknown):
        await change_dates(centre.id, dossier_id, arrival=FIRST, departure=LAST, way="keep", version=None, actor=TESTER)


SCALE = (
    Step(days_before=30, share_basis_points=3_000),
    Step(days_before=7, share_basis_points=5_000),
    Step(days_before=0, share_basis_points=10_000),
)


@pytest.mark.parametrize(
    ("days_left", "share"),
    [(90, 0), (31, 0), (30, 3_000), (8, 3_000), (7, 5_000), (1, 5_000), (0, 10_000), (-2, 10_000)],
)
def test_a_cancellation_costs_by_the_days_that_are_left(days_left: int, share: int) -> None:
    assert share_of(SCALE, days_left=days_left) == share
    assert share_of((), days_left=days_left) == 0


@pytest.mark.parametrize("with_fee", [True, False])
async def test_the_fee_of_a_cancellation_is_proposed_where_it_is_wanted(with_fee: bool) -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id, arrival=today("Europe/Paris") + timedelta(days=20))
    await set_cancellation_scale(centre.id, SCALE, actor=TESTER)
    stay_id = (await seen(centre.id, made.id)).stay_id

    cost = await cancellation_cost(centre.id, stay_id)
    await cancel_with_or_without_fee(centre.id, stay_id, reason="client", with_fee=with_fee, actor=TESTER)

    assert (cost.days_left, cost.share_basis_points, cost.fee) == (20, 3_000, Money(3_000))
    async with tenant_transaction(centre.id, read_only=True):
        waiting = [(task.kind, task.subject_id, task.facts.get("fee_minor")) for task in await open_tasks(centre.id)]
        lines = await fetch("SELECT total_minor FROM dossier_lines WHERE centre_id = $1", centre.id)
    assert waiting == ([("cancellation_fee", made.id, "3000")] if with_fee else [])
    assert [row["total_minor"] for row in lines] == [10_000]


@pytest.mark.parametrize(
    "steps",
    [
        (Step(days_before=-1, share_basis_points=0),),
        (Step(days_before=7, share_basis_points=10_001),),
        (SCALE[0], SCALE[0]),
    ],
)
async def test_a_scale_that_cannot_be_is_refused_whole(steps: tuple[Step, ...]) -> None:
    centre = await a_centre()
    with pytest.raises(ScaleInvalid):
        await set_cancellation_scale(centre.id, steps, actor=TESTER)
