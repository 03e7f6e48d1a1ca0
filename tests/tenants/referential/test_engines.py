"""One model on two engines: DuckDB for a machine, Spark for more than one."""

import random
from datetime import date

import pytest

from tenants.imports.card_table import read_bare_card
from tests.factories.card_makers import exports


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore")
def test_spark_weighs_the_same_pairs_as_duckdb() -> None:
    pytest.importorskip("splink", reason="the group spark is not installed: halte bench referential-spark installs it")
    from tests.benchmarks.referential_spark import compare_engines, missing

    if lacking := missing():
        pytest.skip(lacking)
    made = exports(1.0)(random.Random(3), 1_000)
    cards = [
        read_bare_card({name: value for name, value in card.items() if name != "person_id"}, today=date(2026, 11, 22))
        for card in made
    ]

    found = compare_engines([f"R{place:05d}" for place in range(len(cards))], cards)

    assert found.pairs > 500
    assert found.same, found
