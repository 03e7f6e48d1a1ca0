"""Splink's m and u, over the matcher's own levels."""

import random
from datetime import date

import pytest

from tenants.imports.card_table import read_bare_card
from tenants.referential.learning import Trainer, learn
from tenants.referential.matching.levels import COMPARISONS, First
from tenants.referential.matching.model import level_bits
from tenants.referential.whole import Cards
from tests.factories.card_makers import exports

WHY = "the packages of the group bench are not installed: halte bench referential --help installs them"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_splink_learns_what_halte_learns_from_the_same_levels() -> None:
    pytest.importorskip("splink", reason=WHY)
    made = exports(1.0)(random.Random(3), 700)
    features = [
        read_bare_card({name: value for name, value in card.items() if name != "person_id"}, today=date(2026, 11, 22))
        for card in made
    ]
    cards = Cards([], [], features, frozenset())

    ours = learn(cards, version="v").model
    theirs = learn(cards, version="v", trainer=Trainer.SPLINK).model

    for name in COMPARISONS:
        assert sum(theirs.match[name]) == pytest.approx(1), name
        assert sum(theirs.chance[name]) == pytest.approx(1), name
    assert theirs.match != ours.match
    assert theirs.match["organisation"] == ours.match["organisation"]
    mine, others = (level_bits(model.match["first"], model.chance["first"]) for model in (ours, theirs))
    assert others[First.SAME] == pytest.approx(mine[First.SAME], abs=1.5)
    assert others[First.INITIAL] == pytest.approx(mine[First.INITIAL], abs=1.5)
    assert max(mine[First.OTHER], others[First.OTHER]) < -2
