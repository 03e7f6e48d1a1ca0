"""What stewards decide mends the weights where these are badly off, and nowhere else, whatever the stewards' leaning."""

import random
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from uuid import UUID, uuid4

import msgspec
import numpy as np
import numpy.typing as npt
import pytest

from infra.actor import Actor, ActorKind, job
from infra.database import fetch_value, network_transaction
from tenants.imports.card_table import read_bare_card
from tenants.referential import models, reviewing
from tenants.referential.learning import learn
from tenants.referential.matching import candidates
from tenants.referential.matching.bulk import forget_shared, link
from tenants.referential.matching.columns import Columns
from tenants.referential.matching.features import Features
from tenants.referential.matching.labelled import MOST_BITS, Labelled, Taught, mended
from tenants.referential.matching.levels import COMPARISONS, First
from tenants.referential.matching.model import Model, score, shares_of
from tenants.referential.matching.training import train, with_prior_and_kin
from tenants.referential.matching.versions import MODEL
from tenants.referential.pairs import labels
from tenants.referential.review_rules import Label, Verdict
from tenants.referential.whole import Cards
from tests.benchmarks.linkage import linkage
from tests.factories.card_makers import exports
from tests.factories.referential import a_pair

ACTOR = job("tests")
Persons = npt.NDArray[np.str_]


@cache
def network() -> tuple[Columns, Persons, Model]:
    """Return the cards of a seeded network, who is who, and the weights that they teach."""
    made = exports(1.0)(random.Random(3), 2_500)
    columns = Columns(
        read_bare_card({name: value for name, value in card.items() if name != "person_id"}, today=date(2026, 11, 22))
        for card in made
    )
    forget_shared(columns)
    return columns, np.array([card["person_id"] for card in made]), train(columns, version="right")


def badly_off(model: Model) -> Model:
    """Return weights that take initials for next to impossible on two cards of one person."""
    first = np.array(model.match["first"])
    first[First.INITIAL - 1] = 0.005
    match: Mapping[str, list[float]] = {**model.match, "first": [float(value) for value in first / first.sum()]}
    return with_prior_and_kin(network()[0], msgspec.structs.replace(model, match=dict(match)))


def asked(model: Model, *, pairs: int = 400, wrong: float = 0.0, said: bool = True) -> Labelled:
    """Ask of the doubtful pairs, as the queue does; of a share of them a steward says one thing whatever is true."""
    columns, persons, _ = network()
    dice = np.random.default_rng(1)
    one, other = (side.astype(np.int32) for side in np.divmod(candidates.pairs(columns), len(columns)))
    bits = score(columns, one, other, model=model, shares=shares_of(columns), cards=len(columns)).bits
    chosen = dice.permutation(np.flatnonzero((bits > -3) & (bits < 6)))[:pairs]
    one, other = one[chosen], other[chosen]
    truth = persons[one] == persons[other]
    return Labelled(one, other, np.where(dice.random(len(chosen)) < wrong, said, truth))


def f1(model: Model) -> float:
    columns, persons, _ = network()
    return linkage(list(persons), [str(first) for first in link(columns, model).persons]).f1


def test_labels_mend_an_m_that_is_badly_off_within_their_bounds() -> None:
    columns, _, right = network()
    bad = badly_off(right)

    better, taught = mended(columns, bad, asked(bad))

    initial = First.INITIAL - 1
    assert bad.match["first"][initial] < better.match["first"][initial] < right.match["first"][initial]
    assert (taught.used, taught.unused_because, taught.moved["first.initial"]) == (400, "", MOST_BITS)
    assert "first.initial" in taught.suspect
    for name in COMPARISONS:
        moves = np.log2(np.array(better.match[name]) / np.array(bad.match[name]))
        assert np.abs(moves).max() <= MOST_BITS + 1e-6
        assert sum(better.match[name]) == pytest.approx(1)
    assert better.chance == bad.chance
    assert f1(with_prior_and_kin(columns, better)) > f1(bad) + 0.03


def test_right_weights_link_as_well_as_before_whatever_stewards_lean_to() -> None:
    columns, _, right = network()
    before = f1(right)

    for wrong, said in ((0.0, True), (0.3, True), (0.3, False)):
        after, taught = mended(columns, right, asked(right, wrong=wrong, said=said))
        assert (after == right) == (taught.unused_because == "no_better")
        assert after == right or f1(with_prior_and_kin(columns, after)) > before - 0.01, (wrong, said, taught)


def test_a_leaning_is_told_apart_from_what_a_field_says() -> None:
    columns, _, right = network()
    bad = badly_off(right)

    for said in (True, False):
        better, taught = mended(columns, bad, asked(bad, wrong=0.3, said=said))
        assert (taught.leaning_bits > 1) is said and (taught.leaning_bits < -1) is not said
        assert better.match["first"][First.INITIAL - 1] > 2 * bad.match["first"][First.INITIAL - 1]


def test_a_few_labels_or_only_one_kind_teach_nothing() -> None:
    columns, _, right = network()
    bad = badly_off(right)
    few = asked(bad, pairs=99)
    alike = asked(bad, wrong=1.0, said=True)

    assert mended(columns, bad, few)[1].unused_because == "too_few"
    assert mended(columns, bad, alike) == (bad, Taught(same=400, different=0, unused_because="too_few"))
    nobody = np.empty(0, dtype=np.int32)
    nothing = Labelled(nobody, nobody, np.empty(0, dtype=bool))
    assert mended(columns, bad, nothing)[0] is bad


def test_a_network_s_labels_are_found_among_its_cards_and_others_are_left_out() -> None:
    ids = [uuid4() for _ in range(2)]
    cards = Cards(ids, ids, [Features(last="faure"), Features(last="faure")], frozenset())

    said = [
        Label(card_id=ids[0], other_card_id=ids[1], same=True),
        Label(card_id=ids[0], other_card_id=uuid4(), same=False),
    ]
    learnt = learn(cards, version="v", labels=said)

    assert learnt.taught == Taught(same=1, different=0, unused_because="too_few")


@pytest.mark.usefixtures("pools")
async def test_the_last_word_on_a_pair_is_its_label() -> None:
    pairs = [await a_pair(uuid4(), uuid4()) for _ in range(4)]
    steward = Actor(
        kind=ActorKind.NETWORK, name="N. Le Bihan", account_id=uuid4(), rights=frozenset({"referential.review"})
    )
    verdicts = (Verdict.SAME, Verdict.DIFFERENT, Verdict.LATER, Verdict.DIFFERENT)
    made = [await reviewing.decide(*pair, said, actor=steward) for pair, said in zip(pairs, verdicts, strict=True)]
    await reviewing.take_back(made[3], actor=steward)
    async with network_transaction():
        link_id = await fetch_value("SELECT id FROM identity_links WHERE card_id = ANY ($1)", list(pairs[0]))
    before = await ours(pairs)

    await reviewing.unlink(link_id, actor=steward)

    assert before == {frozenset(pairs[0]): True, frozenset(pairs[1]): False}
    assert await ours(pairs) == {frozenset(pairs[0]): False, frozenset(pairs[1]): False}


async def ours(pairs: Sequence[tuple[UUID, UUID]]) -> dict[frozenset[UUID], bool]:
    """Return the labels of these pairs, each of which has one at most."""
    known = {frozenset(pair) for pair in pairs}
    async with network_transaction():
        found = [label for label in await labels() if {label.card_id, label.other_card_id} in known]
    assert len(found) == len({frozenset((label.card_id, label.other_card_id)) for label in found})
    return {frozenset((label.card_id, label.other_card_id)): label.same for label in found}


@pytest.mark.usefixtures("pools")
async def test_a_version_says_how_many_labels_it_was_learnt_from() -> None:
    mine = msgspec.structs.replace(MODEL, version=f"labels {uuid4()}")

    await models.keep_model(mine, cards=1_000, labels=312, trainer="splink", actor=ACTOR)

    (kept,) = [one for one in await models.versions() if one.version == mine.version]
    assert (kept.cards, kept.labels, kept.trainer, kept.used_since) == (1_000, 312, "splink", None)
