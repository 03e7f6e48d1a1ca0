"""The network's values from a day on: renamed, split, retired; old years keep comparing."""

from datetime import date, timedelta
from itertools import count

import pytest

from infra.actor import Actor, ActorKind, job
from infra.clock import today
from infra.database import system_transaction
from infra.errors import RightMissing
from tenants.code_lists import queries
from tenants.code_lists.changing import (
    NewValue,
    ValueInvalid,
    ValueKey,
    ValueRetired,
    ValueThere,
    ValueUnknown,
    add_value,
    rename_value,
    retire_value,
    split_value,
)
from tenants.code_lists.operations import add_to_lists, load_lists
from tenants.code_lists.rules import FEDERATIONS, packaged_lists, read_lists

pytestmark = pytest.mark.usefixtures("pools")

NETWORK = job("tests")
TODAY = today(queries.NETWORK_ZONE)
TOMORROW = TODAY + timedelta(days=1)
_number = count(1)


async def a_value(label: str = "Essai", *, from_day: date = TODAY) -> ValueKey:
    """Add a value of a name of its own to the ways of knowing the centre."""
    return await add_value(
        "discovery_channel", "", NewValue(label=f"{label} {next(_number)}"), from_day=from_day, actor=NETWORK
    )


async def labels(day: date) -> dict[str, str]:
    async with system_transaction(read_only=True):
        return {value.code: value.label for value in await queries.values("discovery_channel", day=day)}


async def test_a_value_renamed_from_tomorrow_keeps_its_name_until_then_and_its_code_for_ever() -> None:
    key = await a_value("Radio")
    before = (await labels(TODAY))[key.code]

    await rename_value(key, "Radio locale", from_day=TOMORROW, actor=NETWORK)

    assert (await labels(TODAY))[key.code] == before
    assert (await labels(TOMORROW))[key.code] == "Radio locale"


async def test_a_value_retired_from_tomorrow_is_offered_today_and_no_more_tomorrow() -> None:
    key = await a_value()

    await retire_value(key, from_day=TOMORROW, actor=NETWORK)

    assert key.code in await labels(TODAY)
    assert key.code not in await labels(TOMORROW)


async def test_a_retired_value_is_not_retired_again() -> None:
    key = await a_value(from_day=TODAY - timedelta(days=9))
    await retire_value(key, from_day=TODAY - timedelta(days=2), actor=NETWORK)

    with pytest.raises(ValueRetired):
        await retire_value(key, from_day=TOMORROW, actor=NETWORK)


async def test_a_split_value_gives_way_to_its_parts_which_count_under_it_through_two_splits() -> None:
    key = await a_value("Réseaux sociaux", from_day=TODAY - timedelta(days=400))
    first, second = await split_value(
        key, [NewValue(label=f"Partie {next(_number)}"), NewValue(label=f"Partie {next(_number)}")],
        from_day=TODAY - timedelta(days=30), actor=NETWORK,
    )  # fmt: skip
    parts = [NewValue(label=f"Part {next(_number)}"), NewValue(label=f"Part {next(_number)}")]
    third, fourth = await split_value(second, parts, from_day=TODAY, actor=NETWORK)

    offered = await labels(TODAY)
    assert {first.code, third.code, fourth.code} <= offered.keys()
    assert {key.code, second.code} & offered.keys() == set()
    assert {key.code, first.code} & (await labels(TODAY - timedelta(days=300))).keys() == {key.code}
    async with system_transaction(read_only=True):
        roots = await queries.comparable_codes("discovery_channel")
    assert {roots[each.code] for each in (first, second, third, fourth)} == {key.code}


async def test_what_cannot_be_is_refused_and_nothing_changes() -> None:
    key = await a_value()
    before = await labels(TOMORROW)
    missing = ValueKey(list="discovery_channel", category="", code="no_such")

    for refusal, attempt in (
        (ValueUnknown, retire_value(missing, from_day=TODAY, actor=NETWORK)),
        (ValueUnknown, rename_value(missing, "X", from_day=TODAY, actor=NETWORK)),
        (ValueInvalid, rename_value(key, "  ", from_day=TODAY, actor=NETWORK)),
        (ValueInvalid, split_value(key, [NewValue(label="Une")], from_day=TODAY, actor=NETWORK)),
        (
            ValueThere,
            split_value(key, [NewValue(label="Brochure"), NewValue(label="B")], from_day=TODAY, actor=NETWORK),
        ),
        (ValueThere, add_value("discovery_channel", "", NewValue(label="Brochure"), from_day=TODAY, actor=NETWORK)),
        (ValueUnknown, add_value("discovery_channel", "x", NewValue(label="X"), from_day=TODAY, actor=NETWORK)),
        (ValueUnknown, add_value("stay_purpose", "", NewValue(label="X"), from_day=TODAY, actor=NETWORK)),
        (ValueUnknown, add_value("stay_purpose", "nobles", NewValue(label="X"), from_day=TODAY, actor=NETWORK)),
        (RightMissing, retire_value(key, from_day=TODAY, actor=Actor(kind=ActorKind.STAFF, name="Réception"))),
    ):
        with pytest.raises(refusal):
            await attempt

    assert await labels(TOMORROW) == before


async def test_loading_a_release_leaves_what_the_network_decided_by_date() -> None:
    key = await a_value("Salon du tourisme")
    await rename_value(key, "Salon", from_day=TODAY, actor=NETWORK)
    before = await labels(TODAY)

    await load_lists(packaged_lists(), actor=NETWORK)

    assert await labels(TODAY) == before


async def test_the_sports_of_the_federations_are_added_once_behind_the_five() -> None:
    sports = read_lists(FEDERATIONS.read_text(encoding="utf-8"))

    await add_to_lists(sports, actor=NETWORK)
    again = await add_to_lists(sports, actor=NETWORK)

    async with system_transaction(read_only=True):
        offered = await queries.options("stay_purpose", "sports_camp")
    assert again == 0
    assert len(offered) >= 40
    assert [option.code for option in offered[:5]] == [
        "cycle_touring", "badminton", "rural_sport", "boxing", "nordic_walking",
    ]  # fmt: skip
