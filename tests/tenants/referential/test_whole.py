"""The whole network at once: linked, its keys written anew, matched by weights of its own."""

import random
from collections.abc import AsyncIterator
from datetime import date
from functools import partial
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from infra.actor import Actor, ActorKind, job
from infra.database import fetch, network_transaction, system_transaction, tenant_transaction
from infra.errors import RightMissing
from tenants.clients.queries import compared_cards
from tenants.imports.card_table import read_bare_card
from tenants.referential import models
from tenants.referential.charts import weights_page
from tenants.referential.learning import learn
from tenants.referential.link_runs import (
    LinkRunGoing,
    LinkRunUnknown,
    RunState,
    begin_run,
    link_runs,
    only_run,
)
from tenants.referential.matching.entities import LINKS_FROM
from tenants.referential.matching.levels import COMPARISONS
from tenants.referential.matching.versions import MODEL
from tenants.referential.reviewing import unlink
from tenants.referential.undoing_runs import RunUndone, undo_run, undoing_of
from tenants.referential.whole import Cards, link_network, rekey
from tests.factories.card_makers import exports
from tests.factories.clients import Over, a_client
from tests.servers import Servers

pytestmark = pytest.mark.usefixtures("pools")

ACTOR = job("tests")
SOMEBODY: Over = {
    "first_name": "Gwenola",
    "last_name": "Quiniou",
    "email": "gwenola.q@free.fr",
    "phone": "06 61 62 63 69",
}
SOMEBODY_ELSE: Over = {
    "first_name": "Titouan",
    "last_name": "Abgrall",
    "email": "titouan.abgrall@orange.fr",
    "phone": "06 71 72 73 79",
}


@pytest.fixture(autouse=True)
async def superuser(servers: Servers, pools: None) -> AsyncIterator[asyncpg.Connection]:
    """Let each test meet its own cards only, and leave the first weights in use."""
    connection = await asyncpg.connect(servers.postgres.superuser_url.rsplit("/", 1)[0] + "/" + servers.database)
    for table in ("identity_cards", "identity_refusals", "identity_links", "identity_link_runs"):
        await connection.execute(f"DELETE FROM {table}")
    yield connection
    await connection.execute("DELETE FROM identity_models")
    await connection.close()
    models.forget_current()


async def parted(superuser: asyncpg.Connection, *cards: UUID) -> None:
    """Give each card an identity of its own, as if they had come in before the matcher."""
    for card in cards:
        identity = uuid4()
        await superuser.execute("INSERT INTO identities (id, made_at) VALUES ($1, now())", identity)
        await superuser.execute("UPDATE identity_cards SET identity_id = $1 WHERE card_id = $2", identity, card)
    await superuser.execute("DELETE FROM identity_links")


async def identities() -> dict[UUID, UUID]:
    async with network_transaction():
        return {row["card_id"]: row["identity_id"] for row in await fetch("SELECT * FROM identity_cards")}


async def test_cards_of_one_person_that_came_in_apart_are_linked_once_and_can_be_cut(
    superuser: asyncpg.Connection,
) -> None:
    one, other = await a_client(uuid4(), SOMEBODY), await a_client(uuid4(), SOMEBODY)
    stranger = await a_client(uuid4(), first_name="Titouan", last_name="Abgrall", email="", phone="")
    await parted(superuser, one.id, other.id, stranger.id)
    before = await identities()

    counted = await link_network(actor=ACTOR, dry_run=True)
    unchanged = await identities()
    found = await link_network(actor=ACTOR)
    again = await link_network(actor=ACTOR)

    assert (counted.cards, counted.joined, unchanged) == (3, 1, before)
    assert (found.joined, again.joined) == (1, 0)
    now = await identities()
    assert now[one.id] == now[other.id] != now[stranger.id]
    async with network_transaction():
        (link,) = await fetch("SELECT id, agreed, model, decided_by FROM identity_links")
    assert (set(link["agreed"]) >= {"email", "phone"}, link["model"], link["decided_by"]) == (
        True,
        MODEL.version,
        "matcher",
    )
    await unlink(link["id"], actor=ACTOR)
    parted_again = await identities()
    assert parted_again[one.id] != parted_again[other.id]
    assert (await link_network(actor=ACTOR)).refused == 1


async def test_a_pass_is_kept_and_taken_back_whole_and_its_pairs_may_be_linked_again(
    superuser: asyncpg.Connection,
) -> None:
    cards = [(await a_client(uuid4(), SOMEBODY)).id for _ in range(3)]
    other = [(await a_client(uuid4(), SOMEBODY_ELSE)).id for _ in range(2)]
    await parted(superuser, *cards, *other)

    found = await link_network(actor=ACTOR)
    assert found.run_id is not None
    newcomer = await a_client(uuid4(), SOMEBODY)
    joined = await identities()
    assert len({joined[card] for card in [*cards, newcomer.id]}) == 1 == len({joined[card] for card in other})
    async with network_transaction():
        (run,) = await link_runs()
        concerned = await undoing_of(found.run_id)
    assert (run.id, run.started_by, run.model, run.threshold) == (found.run_id, ACTOR.name, MODEL.version, LINKS_FROM)
    assert (run.cards, run.planned, run.links, run.standing, run.state) == (5, 3, 3, 3, RunState.COMPLETE)
    assert (concerned.links, concerned.cards) == (3, 5)

    undone = await undo_run(found.run_id, actor=ACTOR)

    parted_again = await identities()
    assert undone == RunUndone(cut=3, left=0)
    assert await undo_run(found.run_id, actor=ACTOR) == RunUndone(cut=0, left=0)
    assert len({parted_again[card] for card in cards}) == 3 and len({parted_again[card] for card in other}) == 2
    held_by = [card for card in cards if parted_again[card] == parted_again[newcomer.id]]
    assert len(held_by) == 1, "the save since then made a link of its own, which stays"
    async with network_transaction():
        (run,) = await link_runs()
        assert await fetch("SELECT FROM identity_refusals") == []
    assert (run.state, run.standing, run.undone_by) == (RunState.UNDONE, 0, ACTOR.name)
    assert (await link_network(actor=ACTOR)).joined == 3


async def test_what_a_pass_leaves_undecided_waits_for_stewards_until_it_is_taken_back(
    superuser: asyncpg.Connection,
) -> None:
    somewhere: Over = {"last_name": "Quiniou", "email": "", "postal_code": "29000", "town": "Quimper"}
    for name in ("Patrick", "Paul", "P"):
        await a_client(uuid4(), somewhere, first_name=name)
    await superuser.execute("DELETE FROM identity_proposals")
    waits = "SELECT card_id, other_card_id, bits FROM identity_proposals ORDER BY bits DESC, card_id"

    counted = await link_network(actor=ACTOR, dry_run=True)
    assert await superuser.fetch(waits) == []
    found, again = await link_network(actor=ACTOR), await link_network(actor=ACTOR)

    waiting = await superuser.fetch(waits)
    assert (counted.proposed, found.joined, found.proposed, len(waiting), again.proposed) == (2, 0, 2, 2, 0)
    assert found.run_id is not None
    await undo_run(found.run_id, actor=ACTOR)
    assert await superuser.fetch(waits) == []


async def test_a_pass_that_broke_off_stands_as_far_as_it_came_and_can_be_taken_back(
    superuser: asyncpg.Connection,
) -> None:
    one, other = await a_client(uuid4(), SOMEBODY), await a_client(uuid4(), SOMEBODY)
    await parted(superuser, one.id, other.id)

    def break_off(done: int, whole: int) -> None:
        raise KeyboardInterrupt(f"{done} of {whole}")

    with pytest.raises(KeyboardInterrupt, match="1 of 1"):
        await link_network(actor=ACTOR, progress=break_off)

    async with network_transaction():
        (run,) = await link_runs()
    assert (run.state, run.links, run.finished_at) == (RunState.STOPPED, 1, None)
    assert (await link_network(actor=ACTOR)).joined == 0
    assert (await undo_run(run.id, actor=ACTOR)).cut == 1
    assert len(set((await identities()).values())) == 2
    with pytest.raises(LinkRunUnknown):
        await undo_run(uuid4(), actor=ACTOR)


async def test_one_pass_at_a_time_and_none_is_taken_back_meanwhile(superuser: asyncpg.Connection) -> None:
    one, other = await a_client(uuid4(), SOMEBODY), await a_client(uuid4(), SOMEBODY)
    await parted(superuser, one.id, other.id)
    earlier = (await link_network(actor=ACTOR)).run_id
    before = await identities()
    assert earlier is not None

    async with only_run():
        going = await begin_run(model=MODEL.version, actor=ACTOR)
        async with network_transaction():
            states = {run.id: run.state for run in await link_runs()}
        for refused in (link_network(actor=ACTOR), undo_run(earlier, actor=ACTOR), undo_run(going, actor=ACTOR)):
            with pytest.raises(LinkRunGoing):
                await refused
        assert (await link_network(actor=ACTOR, dry_run=True)).joined == 0

    assert states == {earlier: RunState.COMPLETE, going: RunState.GOING}
    async with network_transaction():
        assert {run.id: run.state for run in await link_runs()}[going] is RunState.STOPPED
    assert await identities() == before
    await link_network(actor=ACTOR)


async def test_only_who_may_review_links_the_network(superuser: asyncpg.Connection) -> None:
    one, other = await a_client(uuid4(), SOMEBODY), await a_client(uuid4(), SOMEBODY)
    await parted(superuser, one.id, other.id)
    before = await identities()

    for asked in (link_network, partial(undo_run, uuid4())):
        with pytest.raises(RightMissing):
            await asked(actor=Actor(kind=ActorKind.STAFF, name="Réception"))

    assert await identities() == before


async def test_keys_are_written_anew_where_they_changed_and_identities_stay(superuser: asyncpg.Connection) -> None:
    centre = uuid4()
    one, other = await a_client(centre, SOMEBODY), await a_client(centre, first_name="Titouan", last_name="Abgrall")
    kept = "SELECT card_id, identity_id, features, keys FROM identity_cards ORDER BY card_id"
    right = [dict(row) for row in await superuser.fetch(kept)]
    await superuser.execute("UPDATE identity_cards SET features = '{}', keys = '{}' WHERE card_id = $1", one.id)
    await superuser.execute("DELETE FROM identity_keys WHERE card_id = $1", one.id)

    changes = []
    for _ in range(2):
        async with tenant_transaction(centre):
            cards = await compared_cards(centre, after=None)
            changes.append(await rekey(centre, cards))

    assert cards.keys() == {one.id, other.id}
    assert changes == [1, 0]
    assert [dict(row) for row in await superuser.fetch(kept)] == right


async def test_a_version_in_use_is_what_links_are_made_by(superuser: asyncpg.Connection) -> None:
    mine = msgspec.structs.replace(MODEL, version="the network's own")
    with pytest.raises(models.ModelUnknown):
        await models.use_model(mine.version, actor=ACTOR)
    await models.keep_model(mine, cards=1_000, actor=ACTOR)
    async with system_transaction(read_only=True):
        assert (await models.current_model()).version == MODEL.version

    await models.use_model(mine.version, actor=ACTOR)
    await a_client(uuid4(), SOMEBODY)
    await a_client(uuid4(), SOMEBODY)

    known = {one.version: (one.cards, one.in_use) for one in await models.versions()}
    assert known == {"the network's own": (1_000, True), MODEL.version: (100_000, False)}
    async with network_transaction():
        assert [row["model"] for row in await fetch("SELECT model FROM identity_links")] == ["the network's own"]
    for version, other in ((MODEL.version, mine.version), (mine.version, MODEL.version), (MODEL.version, mine.version)):
        await models.use_model(version, actor=ACTOR)
        used = {one.version: one.in_use for one in await models.versions()}
        async with system_transaction(read_only=True):
            assert (used, (await models.current_model()).version) == ({version: True, other: False}, version)


def test_a_network_learns_from_its_own_cards_and_draws_what_it_learnt() -> None:
    made = exports(1.0)(random.Random(3), 1_500)
    features = [
        read_bare_card({name: value for name, value in card.items() if name != "person_id"}, today=date(2026, 11, 22))
        for card in made
    ]

    model = learn(Cards([], [], features, frozenset()), version="<b>").model
    page = weights_page(model, cards=1_500)

    assert all(abs(sum(model.match[name]) - 1) < 1e-6 for name in COMPARISONS)
    assert model.match["first"][0] > 0.5 > model.chance["first"][0]
    assert ("&lt;b&gt;" in page, "<b>" in page, "1,500 cards" in page) == (True, False, True)
    assert page.count("<tr>") >= sum(len(levels) + 1 for levels in COMPARISONS.values())
