"""A few cards are matched in plain Python, files of them as arrays: to the bit, both say the same."""

import random

import hypothesis.strategies as st
import msgspec
import numpy as np
from hypothesis import given, settings
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from tenants.referential.matching import pair_bits
from tenants.referential.matching.candidates import RECIPES, keys
from tenants.referential.matching.columns import Columns, Spelling
from tenants.referential.matching.crowd import Crowd
from tenants.referential.matching.entities import LINKS_FROM, Gathering, square
from tenants.referential.matching.features import Features
from tenants.referential.matching.field_pairs import may_be_like, may_be_slips
from tenants.referential.matching.keys import (
    blocking_keys,
    counted_keys,
    live_shares,
    network_size,
    share_of,
    strong_keys,
)
from tenants.referential.matching.levels import COMPARISONS
from tenants.referential.matching.model import Scores, score
from tenants.referential.matching.pair_bits import Scale
from tenants.referential.matching.versions import MODEL

FIRSTS = [
    "",
    *["p", "patrick", "pat", "patrice", "patrik", "martin", "m", "jeanmarc", "jm", "marie", "mario", "mariette", "zoe"],
]
LASTS = ["", *["m", "martin", "martinez", "marti", "lefebvre", "lefevre", "patrick", "faure", "petit", "zq"]]
ORGANISATIONS = ["mairie plougastel", "plougastel mairie", "mairie", "mairies plougastel", "ecole jules ferry"]
MAILBOXES = [
    "patrick.martin",
    "p.martin",
    "patric.martin",
    "marti",
    "chambre12",
    "chambre13",
    "lilas.bleus",
    "lilas.bleux",
    "abc",
]
PHONES = ["+33652527272", "+33652527227", "+33652527273", "+33298001122", "+33611223344"]
BIRTHS = [
    "",
    *["1956-12-28", "1956-12-27", "1956-11-28", "1957-12-28", "1958-03-04", "1958-04-03", "1980-01-01", "1956-01-01"],
]
STREETS = ["", "3 rue des ecoles", "3 rue de l ecole", "13 rue des ecoles", "8 quai de l odet"]
TOWNS = ["", "quimper", "quimperle", "brest", "bourg blanc"]
FATHER_AND_SON = [
    Features(first="patrick", last="martin", birth=birth, phones=("+33652527272",))
    for birth in ("1956-12-28", "1980-01-01")
]
SEEDS = st.integers(0, 1 << 32)


def a_crowd(seed: int, size: int) -> tuple[list[Features], dict[int, int]]:
    """Return cards that agree, nearly agree and differ in every way, and how many of the network's have each value."""
    dice = random.Random(seed)
    crowd = [*FATHER_AND_SON, *(a_card(dice) for _ in range(size - len(FATHER_AND_SON)))]
    known = sorted(frozenset().union(*map(counted_keys, crowd)))
    return crowd, {key: dice.choice((2, 40, 5_000, 9_000)) for key in known if dice.random() < 0.8}


def a_card(dice: random.Random) -> Features:
    """Return a person's card, or now and then an organisation's."""
    reached = dice.choice(("email", "relay", ""))
    address = f"{dice.choice(MAILBOXES)}@{dice.choice(('free.fr', 'orange.fr'))}"
    phones = tuple(dice.sample(PHONES, dice.randrange(4)))
    organisation = dice.choice(ORGANISATIONS) if dice.random() < 0.2 else ""
    return Features(
        organisation=organisation,
        first="" if organisation else mistyped(dice, dice.choice(FIRSTS)),
        last="" if organisation else mistyped(dice, dice.choice(LASTS)),
        other_last="" if organisation else dice.choice(["", "", *LASTS]),
        birth="" if organisation else dice.choice(BIRTHS),
        email=address if reached == "email" else "",
        relay=address if reached == "relay" else "",
        phones=phones,
        street=mistyped(dice, dice.choice(STREETS)),
        postal_code=dice.choice(("", "29000", "29900", "29300", "75011")),
        town=dice.choice(TOWNS),
    )


def mistyped(dice: random.Random, text: str) -> str:
    """Return a text with up to three letters wrong, missing or too many: likenesses on both sides of every limit."""
    for _ in range(dice.choice((0, 0, 1, 2, 3))):
        at = dice.randrange(len(text) + 1)
        text = text[:at] + dice.choice(("", "a", "n", "zo")) + text[at + dice.randrange(2) :]
    return text


def as_arrays(crowd: list[Features], counts: dict[int, int]) -> Scores:
    """Compare all pairs of a crowd as files do."""
    columns = Columns(crowd)
    one, other = (side.astype(np.int32) for side in np.triu_indices(len(crowd), 1))
    shares = live_shares(columns, counts, model=MODEL, cards=30_000)
    return score(columns, one, other, model=MODEL, shares=shares, cards=network_size(30_000))


@settings(max_examples=8, deadline=None)
@given(seed=SEEDS)
def test_one_pair_gets_the_levels_and_the_bits_that_arrays_give_to_the_last(seed: int) -> None:
    crowd, counts = a_crowd(seed, 45)
    scale = Scale(MODEL, counts, cards=30_000)

    one_by_one = [scale.weigh(one, other) for place, one in enumerate(crowd) for other in crowd[place + 1 :]]

    arrays = as_arrays(crowd, counts)
    levels, fields = (np.array([by[name] for name in COMPARISONS]).T.tolist() for by in (arrays.levels, arrays.fields))
    assert [list(map(int, found.levels)) for found in one_by_one] == levels
    assert [list(found.fields) for found in one_by_one] == fields
    assert [found.bits for found in one_by_one] == arrays.bits.tolist()


@settings(max_examples=30, deadline=None)
@given(text=st.text(st.sampled_from("abnoé' 9ñ日"), min_size=1, max_size=20), seed=SEEDS)
def test_values_that_are_alike_are_never_left_uncompared(text: str, seed: int) -> None:
    dice = random.Random(seed)
    texts = [text, text * 20, *filter(None, (mistyped(dice, mistyped(dice, text)) for _ in range(12)))]
    one, other = (side.astype(np.int32) for side in np.triu_indices(len(texts), 1))
    pairs = [(texts[here], texts[there]) for here, there in zip(one.tolist(), other.tolist(), strict=True)]
    spelling = Spelling(np.array(texts, dtype=object))

    like, slips = may_be_like(spelling, one, other), may_be_slips(spelling, one, other, most=2)

    assert all(like[row] for row, pair in enumerate(pairs) if JaroWinkler.similarity(*pair) >= 0.84)
    assert all(slips[row] for row, pair in enumerate(pairs) if DamerauLevenshtein.distance(*pair) <= 2)


@settings(max_examples=4, deadline=None)
@given(seed=SEEDS)
def test_many_pairs_are_weighed_as_arrays_and_give_the_same(seed: int) -> None:
    crowd, counts = a_crowd(seed, 30)
    scale = Scale(MODEL, counts, cards=30_000)
    pairs = [(one, other) for other in range(30) for one in range(other)]

    as_many = scale.weigh_all(crowd, pairs)

    assert len(pairs) > pair_bits.FEW
    assert as_many == [scale.weigh(crowd[one], crowd[other]) for one, other in pairs]


@settings(max_examples=4, deadline=None)
@given(seed=SEEDS)
def test_a_card_s_keys_are_those_that_arrays_make(seed: int) -> None:
    crowd, _ = a_crowd(seed, 40)
    columns = Columns(crowd)
    blocking: list[set[int]] = [set() for _ in crowd]
    strong: list[set[int]] = [set() for _ in crowd]
    for recipe in RECIPES:
        rows, numbers = keys(columns, recipe)
        for row, number in zip(rows.tolist(), numbers.tolist(), strict=True):
            if not recipe.wide:
                blocking[row].add(number)
            if recipe.strong:
                strong[row].add(number)

    assert [blocking_keys(card) for card in crowd] == blocking
    assert [strong_keys(card) for card in crowd] == strong


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_who_is_likely_nobody_of_a_crowd_is_left_out_and_changes_nothing(seed: int) -> None:
    crowd, counts = a_crowd(seed, 12)
    arrays = as_arrays(crowd, counts)
    whole = Gathering(square(arrays.bits, len(crowd)), square(arrays.fields["first"], len(crowd)))
    whole.join(1, 2)

    found = Crowd([crowd[:1], crowd[1:3], *([card] for card in crowd[3:])], Scale(MODEL, counts, cards=30_000))
    gathering = found.gathering(apart=())

    assert {found.together[row] for row in joined(gathering)} == joined(whole)


def test_an_identity_is_looked_at_whole_once_a_card_of_it_that_shares_a_key_comes_near() -> None:
    asking = Features(first="claire", last="morvan", phones=("+33612345678",), birth="1980-02-03")
    stranger = Features(first="yves", last="petit", phones=("+33698765432",), birth="1951-11-30")
    groups, scale = [[asking], [stranger, asking]], Scale(MODEL, {}, cards=30_000)

    by_the_stranger = Crowd(groups, scale, near=[1])
    by_itself = Crowd(groups, scale, near=[2])

    assert (by_the_stranger.together, [*by_the_stranger.likely([0], over=0.0)]) == ([0], [])
    assert by_itself.together == [0, 1, 2]
    assert [*by_itself.likely([0], over=0.0)] == [(by_itself.between(0, 2).bits, 0, 2)]


def joined(gathering: Gathering) -> set[int]:
    """Gather whoever is the first card's person."""
    while True:
        _, joining, bits = gathering.likest(0)
        if bits < LINKS_FROM:
            return set(gathering.members(0))
        gathering.join(0, joining)


def test_a_field_that_no_card_had_when_the_weights_were_learnt_still_speaks_for_a_pair() -> None:
    learnt = msgspec.structs.replace(MODEL, filled=dict.fromkeys(MODEL.filled, 0.0))
    town_hall = Features(organisation="mairie plougastel", phones=("+33298001122",), postal_code="29470")
    columns, counts = Columns([town_hall, town_hall]), dict.fromkeys(counted_keys(town_hall), 2)
    shares = live_shares(columns, counts, model=learnt, cards=60_000)

    found = score(columns, np.array([0]), np.array([1]), model=learnt, shares=shares, cards=60_000)

    assert 1 < found.fields["organisation"][0] < 20
    assert 1 < found.fields["phone"][0] < 20
    assert shares["organisation"][1] == share_of(
        "organisation", "mairie plougastel", counts, model=learnt, cards=60_000
    )
