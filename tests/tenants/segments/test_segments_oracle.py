"""What a segment's SQL finds is what reading each client in plain Python finds: no more, no less."""

import asyncio
import random
from datetime import date
from uuid import UUID, uuid4

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

import tenants.segments.offered  # noqa: F401 - those of the tenants
from infra.database import fetch, tenant_transaction
from infra.pools import Role, close_pools, open_pools
from tenants.segments.compiling import answers, belonging, condition
from tenants.segments.criteria import Criterion, Kind, registry
from tenants.segments.expressions import Asked, Either, Every, Expression, Never, check
from tenants.segments.records import Record
from tests.factories.segments import DAY, keep_records

Found = set[UUID]


async def found_by_sql(centre_id: UUID, expression: Expression) -> Found:
    check(expression, registry())
    arguments: list[object] = [centre_id]
    asked = condition(expression, arguments, day=DAY)
    looked_up = belonging(expression, arguments, day=DAY, card="listed")
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch(
            f"""SELECT c.id, false AS listed FROM clients c WHERE c.centre_id = $1 AND {asked}
                UNION ALL SELECT listed.id, true FROM clients listed WHERE listed.centre_id = $1 AND {looked_up}""",
            *arguments,
        )
    found: Found = {row["id"] for row in rows if not row["listed"]}
    assert {row["id"] for row in rows if row["listed"]} == found
    return found


def found_by_reading(records: dict[UUID, Record], expression: Expression) -> Found:
    return {client_id for client_id, record in records.items() if answers(expression, record, DAY)}


def asked_of(criterion: Criterion, records: list[Record], dice: random.Random) -> Asked:
    """Ask what is true of some of the clients, at the very edge of it or beside it."""
    values = [value for record in records if (value := criterion.reading(record, DAY)) not in (None, frozenset())]
    value = dice.choice(values) if values else None
    code = criterion.code
    if criterion.kind is Kind.NUMBER:
        low = (value if isinstance(value, int) else 0) + dice.choice((-1, 0, 0, 1))
        high = low + dice.randrange(4)
        return dice.choice(
            (
                Asked(criterion=code, at_least=low),
                Asked(criterion=code, at_most=low),
                Asked(criterion=code, at_least=low, at_most=high),
            )
        )
    if criterion.kind is Kind.YES_NO:
        return Asked(criterion=code, yes=dice.random() < 0.6)
    members = sorted(value, key=str) if isinstance(value, frozenset) else []
    if criterion.kind is Kind.DAYS:
        day = next((each for each in members if isinstance(each, date)), DAY.today)
        return dice.choice(
            (
                Asked(criterion=code, first_day=day),
                Asked(criterion=code, last_day=day),
                Asked(criterion=code, first_day=day, last_day=day),
            )
        )
    if criterion.kind is Kind.CODES:
        return Asked(
            criterion=code, codes=[str(each) for each in members[:2]] or list(criterion.choices[:1]) or ["none"]
        )
    word = str(dice.choice(members)) if members else ""
    return Asked(criterion=code, text=word[: dice.randrange(1, 5)].upper() if criterion.split(word[:1]) else "qui")


TREES = st.recursive(
    st.tuples(st.just("is"), st.integers(0, 10_000), st.integers(0, 2**32)),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3)),
        st.tuples(st.just("not"), inner),
    ),
    max_leaves=8,
)


def grown(tree: tuple, records: list[Record]) -> Expression:  # type: ignore[type-arg]
    """Make an expression of a tree's shape over these clients."""
    match tree:
        case ("is", number, seed):
            criteria = list(registry().values())
            return asked_of(criteria[number % len(criteria)], records, random.Random(seed))
        case ("not", inner):
            return Never(of=grown(inner, records))
        case ("and", parts):
            return Every(of=[grown(part, records) for part in parts])
        case _:
            return Either(of=[grown(part, records) for part in tree[1]])


@pytest.mark.usefixtures("servers")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(seed=st.integers(0, 2**32), trees=st.lists(TREES, min_size=8, max_size=12))
def test_any_tree_finds_over_any_clients_what_reading_them_finds(seed: int, trees: list[tuple]) -> None:  # type: ignore[type-arg]
    async def compare() -> None:
        await open_pools(Role.APP, size=2)
        try:
            centre = uuid4()
            records = await keep_records(centre, random.Random(seed), 20)
            for tree in trees:
                expression = grown(tree, list(records.values()))
                assert await found_by_sql(centre, expression) == found_by_reading(records, expression), expression
        finally:
            await close_pools()

    asyncio.run(compare())


@pytest.mark.usefixtures("pools")
async def test_each_criterion_alone_tells_some_clients_from_others_as_reading_them_does() -> None:
    centre, dice = uuid4(), random.Random(20261122)
    records = await keep_records(centre, dice, 60)
    blind = []
    for criterion in registry().values():
        told_apart, tries = False, 0
        while tries < (12 if criterion.kind is Kind.DAYS else 6) or (not told_apart and tries < 12):
            tries += 1
            expression = asked_of(criterion, list(records.values()), dice)
            found = await found_by_sql(centre, expression)
            assert found == found_by_reading(records, expression), expression
            told_apart |= 0 < len(found) < len(records)
        if not told_apart:
            blind.append(criterion.code)
    assert blind == []


def test_there_are_fifty_criteria_and_more_each_in_two_languages() -> None:
    known = registry()

    assert len(known) >= 110
    assert {"services", "discovery_channel"} <= known.keys()
    assert [code for code, each in known.items() if not each.french or not each.english or code != each.code] == []
    for words in ([each.french for each in known.values()], [each.english for each in known.values()]):
        assert len(set(words)) == len(words)
