"""Links made, cut, refused and taken back in any order: the identities are what a model says, whatever came before."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from types import NoneType
from uuid import UUID, uuid4

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from infra.actor import Actor, ActorKind
from infra.clock import now
from infra.database import execute, fetch, fetch_value, network_transaction, system_transaction, tenant_transaction
from infra.pools import Role, close_pools, open_pools
from tenants.clients.operations import change_client
from tenants.clients.queries import client
from tenants.referential import reviewing
from tenants.referential.review_rules import DecisionUnknown, LinkUnknown, PairContradicts, PairDecided, Verdict
from tenants.referential.undoing_runs import RunUndone, undo_run
from tests.factories.clients import IMPORTER
from tests.factories.referential import a_join, a_pass, a_proposal, a_stranger

STEWARD = Actor(
    kind=ActorKind.NETWORK,
    name="N. Le Bihan",
    account_id=uuid4(),
    rights=frozenset({"referential.link", "referential.review"}),
)
CARDS = 6


class Model:
    """Who is who, said simply: cards hang together by the links that stand."""

    def __init__(self, cards: list[UUID]) -> None:
        self.cards = cards
        self.links: dict[UUID, tuple[UUID, UUID]] = {}
        """Decision or first link's decision → the pair that a link which stands joins."""
        self.refused: set[frozenset[UUID]] = set()

    def group(self, card: UUID) -> frozenset[UUID]:
        """Return the cards that hang together with one."""
        found = {card}
        while True:
            more = {end for pair in self.links.values() if found & set(pair) for end in pair} | found
            if more == found:
                return frozenset(found)
            found = more

    def groups(self) -> set[frozenset[UUID]]:
        """Return all of them."""
        return {self.group(card) for card in self.cards}

    def contradicts(self, one: UUID, other: UUID) -> bool:
        """Say whether joining would bring refused cards together."""
        here, there = self.group(one), self.group(other)
        return any(frozenset((a, b)) in self.refused for a in here for b in there)


class Deciding(RuleBasedStateMachine):
    """A steward with a few cards, at the real operations."""

    run: Callable[[Awaitable[object]], object]

    @initialize()
    def begin(self) -> None:
        """Make the cards."""

        async def made() -> list[UUID]:
            return [await a_stranger(uuid4()) for _ in range(CARDS)]

        cards = self.run(made())
        assert isinstance(cards, list)
        self.model = Model(cards)
        self.made: list[tuple[UUID, str, UUID, UUID, UUID | None]] = []
        """Decisions that stand: id, what it was (same, different, cut), the pair, and the decision whose link it cut."""
        self.runs: dict[UUID, list[UUID]] = {}
        """The links of each pass over the network that was not taken back."""

    @rule(
        one=st.integers(0, CARDS - 1),
        other=st.integers(0, CARDS - 1),
        verdict=st.sampled_from(["same", "same", "different"]),
    )
    def decide(self, one: int, other: int, verdict: str) -> None:
        """Propose a pair and decide it."""
        if one == other:
            return
        pair = (self.model.cards[one], self.model.cards[other])
        self.run(a_proposal(*pair))
        refused, joined = frozenset(pair) in self.model.refused, self.model.group(pair[0]) == self.model.group(pair[1])
        try:
            decision = self.run(reviewing.decide(*pair, Verdict(verdict), actor=STEWARD))
        except PairDecided:
            assert refused or (joined and verdict == "same")
            return
        except PairContradicts:
            assert verdict == "same" and self.model.contradicts(*pair)
            return
        assert isinstance(decision, UUID)
        assert not refused
        if verdict == "same":
            assert not joined and not self.model.contradicts(*pair)
            self.model.links[decision] = pair
        else:
            self.model.refused.add(frozenset(pair))
        self.made.append((decision, verdict, *pair, None))

    @precondition(lambda self: bool(self.model.links))
    @rule(data=st.data())
    def cut(self, data: st.DataObject) -> None:
        """Cut a link that stands."""
        by = data.draw(st.sampled_from(sorted(self.model.links)))
        link_id = self.run(_link_between(*self.model.links[by]))
        assert isinstance(link_id, UUID)
        decision = self.run(reviewing.unlink(link_id, actor=STEWARD))
        assert isinstance(decision, UUID)
        pair = self.model.links.pop(by)
        self.model.refused.add(frozenset(pair))
        self.made.append((decision, "cut", *pair, by))

    @precondition(lambda self: bool(self.made))
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        """Take any decision back."""
        place = data.draw(st.integers(0, len(self.made) - 1))
        decision, what, one, other, _by = self.made[place]
        pair = (one, other)
        self.model.refused -= {frozenset(pair)} if what == "cut" else set()
        joinable = self.model.group(one) != self.model.group(other) and not self.model.contradicts(one, other)
        try:
            self.run(reviewing.take_back(decision, actor=STEWARD))
        except PairDecided:
            assert (what == "same" and decision not in self.model.links) or (what == "cut" and not joinable)
        except PairContradicts:
            assert what == "cut" and not joinable
        else:
            self.made.pop(place)
            if what == "same":
                self.model.links.pop(decision)
            elif what == "cut":
                assert joinable
                self.model.links[decision] = pair
            else:
                self.model.refused.discard(frozenset(pair))
            return
        if what == "cut":
            self.model.refused.add(frozenset(pair))

    @rule(pairs=st.lists(st.tuples(st.integers(0, CARDS - 1), st.integers(0, CARDS - 1)), min_size=1, max_size=4))
    def pass_over(self, pairs: list[tuple[int, int]]) -> None:
        """Link some pairs in one pass over the network."""
        joins = [a_join(self.model.cards[one], self.model.cards[other]) for one, other in pairs if one != other]
        written = []
        for join in joins:
            pair = (join.card, join.other)
            if self.model.group(join.card) != self.model.group(join.other) and not self.model.contradicts(*pair):
                self.model.links[join.id] = pair
                written.append(join.id)
        run_id = self.run(a_pass(*joins, actor=STEWARD))
        assert isinstance(run_id, UUID)
        self.runs[run_id] = written

    @precondition(lambda self: bool(self.runs))
    @rule(data=st.data(), parts=st.booleans())
    def undo_pass(self, data: st.DataObject, parts: bool) -> None:
        """Take a pass back, whole or broken off after its first link and asked again."""
        run_id = data.draw(st.sampled_from(sorted(self.runs)))
        standing = [link for link in self.runs.pop(run_id) if self.model.links.pop(link, None)]
        cut = 0
        if parts:
            first = self.run(undo_run(run_id, actor=STEWARD, most=1))
            assert first == RunUndone(cut=min(len(standing), 1), left=max(len(standing) - 1, 0))
            cut = first.cut
        assert self.run(undo_run(run_id, actor=STEWARD)) == RunUndone(cut=len(standing) - cut, left=0)
        assert self.run(_groups(self.model.cards)) == self.model.groups()

    def teardown(self) -> None:
        """Compare who hangs together with the model."""
        if hasattr(self, "model"):
            assert self.run(_groups(self.model.cards)) == self.model.groups()


async def _linked(card: UUID, other: UUID) -> None:
    """Link a card as the matcher does while it is saved."""
    join = {**msgspec.to_builtins(a_join(card, other)), "identity": uuid4(), "former": uuid4()}
    await execute("SELECT referential_link($1, $2)", msgspec.json.encode([join]).decode(), now())


async def _apart(decision: UUID) -> None:
    await reviewing.take_back(decision, actor=STEWARD)


async def _somebody_waits() -> None:
    """Wait until another transaction stands at a lock of the one under way."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
    for _ in range(1_000):
        if await fetch_value(waiting):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waits")


async def _saved(centre_id: UUID, card_id: UUID) -> None:
    async with tenant_transaction(centre_id):
        card = await client(centre_id, card_id)
        fields = msgspec.structs.replace(card.fields, town="Concarneau")
        await change_client(centre_id, card_id, fields, version=card.version, actor=IMPORTER)


async def _groups(cards: list[UUID]) -> set[frozenset[UUID]]:
    async with network_transaction():
        rows = await fetch("SELECT card_id, identity_id FROM identity_cards WHERE card_id = ANY ($1)", cards)
    found: dict[UUID, set[UUID]] = {}
    for row in rows:
        found.setdefault(row["identity_id"], set()).add(row["card_id"])
    return {frozenset(group) for group in found.values()}


async def _ended_by(links: list[UUID]) -> list[str]:
    async with network_transaction():
        rows = await fetch("SELECT undone_by FROM identity_links WHERE id = ANY ($1) AND undone_at IS NOT NULL", links)
    return [row["undone_by"] for row in rows]


async def _link_between(one: UUID, other: UUID) -> UUID | None:
    async with network_transaction():
        found: UUID | None = await fetch_value(
            """SELECT id FROM identity_links WHERE undone_at IS NULL
               AND (card_id, other_card_id) IN (($1, $2), ($2, $1))""",
            one,
            other,
        )
    return found


@contextmanager
def _loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        runner.run(open_pools(Role.APP, Role.NETWORK, size=4))
        try:
            yield runner
        finally:
            runner.run(close_pools())


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.usefixtures("servers")
def test_whatever_is_linked_cut_and_taken_back_the_identities_are_the_model_s() -> None:
    with _loop() as runner:
        Deciding.run = staticmethod(lambda doing: runner.run(_awaited(doing)))
        run_state_machine_as_test(
            Deciding,
            settings=settings(
                max_examples=12,
                stateful_step_count=20,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                derandomize=True,
            ),
        )


async def _awaited(doing: Awaitable[object]) -> object:
    return await doing


@pytest.mark.usefixtures("pools")
async def test_one_pair_decided_by_four_stewards_at_once_is_decided_once() -> None:
    one, other = await a_stranger(uuid4()), await a_stranger(uuid4())
    await a_proposal(one, other)
    verdicts = [Verdict.SAME, Verdict.DIFFERENT, Verdict.SAME, Verdict.DIFFERENT]

    answers = await asyncio.gather(
        *(reviewing.decide(one, other, verdict, actor=STEWARD) for verdict in verdicts), return_exceptions=True
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["PairDecided"] * 3 + ["UUID"]
    won = verdicts[next(place for place, answer in enumerate(answers) if isinstance(answer, UUID))]
    assert (len(await _groups([one, other])) == 1) == (won is Verdict.SAME)
    async with network_transaction():
        assert await fetch_value("SELECT count(*) FROM identity_decisions WHERE card_id = $1", one) == 1


@pytest.mark.usefixtures("pools")
async def test_a_ring_joined_from_all_sides_at_once_is_one_and_comes_apart_again() -> None:
    cards = [await a_stranger(uuid4()) for _ in range(5)]
    ring = [(cards[place], cards[(place + 1) % 5]) for place in range(5)]
    for pair in ring:
        await a_proposal(*pair)

    answers = await asyncio.gather(
        *(reviewing.decide(*pair, Verdict.SAME, actor=STEWARD) for pair in ring), return_exceptions=True
    )

    made = [answer for answer in answers if isinstance(answer, UUID)]
    joined = await _groups(cards)
    assert len(joined) == 5 - len(made), [str(answer) for answer in answers]
    for decision in made:
        await reviewing.take_back(decision, actor=STEWARD)
    assert await _groups(cards) == {frozenset((card,)) for card in cards}
    with pytest.raises(DecisionUnknown):
        await reviewing.take_back(made[0], actor=STEWARD)
    with pytest.raises(LinkUnknown):
        await reviewing.unlink(uuid4(), actor=STEWARD)


@pytest.mark.usefixtures("pools")
async def test_who_joined_one_side_while_its_link_was_being_cut_leaves_with_that_side() -> None:
    eldest, one, friend, newcomer = [await a_stranger(uuid4()) for _ in range(4)]
    for pair in ((eldest, one), (one, friend)):
        await a_proposal(*pair)
    link = await reviewing.decide(one, eldest, Verdict.SAME, actor=STEWARD)
    await reviewing.decide(one, friend, Verdict.SAME, actor=STEWARD)

    async with system_transaction():
        await _linked(newcomer, friend)
        cutting = asyncio.create_task(_apart(link), context=Context())
        await _somebody_waits()
    await cutting

    assert await _groups([eldest, one, friend, newcomer]) == {frozenset((eldest,)), frozenset((one, friend, newcomer))}


@pytest.mark.usefixtures("pools")
async def test_a_pass_is_taken_back_beside_desks_that_save_its_cards_and_stewards_who_cut_its_links() -> None:
    centres = [uuid4() for _ in range(12)]
    pairs = [(await a_stranger(centre), await a_stranger(uuid4())) for centre in centres]
    joins = [a_join(*pair) for pair in pairs]
    run_id = await a_pass(*joins, actor=STEWARD)
    cards = [card for pair in pairs for card in pair]
    assert len(await _groups(cards)) == 12

    answers = await asyncio.gather(
        undo_run(run_id, actor=STEWARD),
        undo_run(run_id, actor=STEWARD),
        *(reviewing.unlink(join.id, actor=STEWARD) for join in joins[:4]),
        *(_saved(centre, one) for centre, (one, _other) in zip(centres, pairs, strict=True)),
        return_exceptions=True,
    )

    unlinked = [answer for answer in answers if isinstance(answer, UUID)]
    assert {type(answer) for answer in answers} <= {RunUndone, UUID, LinkUnknown, NoneType}, answers
    # A save ends a link too, where the card that it changed fits the other no more.
    ended = await _ended_by([join.id for join in joins])
    by_hand = sum(answer.cut for answer in answers if isinstance(answer, RunUndone)) + len(unlinked)
    assert (len(ended), ended.count(STEWARD.name)) == (12, by_hand)
    assert await _groups(cards) == {frozenset((card,)) for card in cards}
