"""m and u by Splink's own expectation and maximisation on DuckDB, over the very levels that the matcher compares by.

Splink knows a card by its row: the levels of a pair come from `matching.comparing`, through a function that DuckDB calls. So
the two trainers differ in how they estimate, in nothing that they estimate from. Needs the packages of the group `bench`.
"""

import logging
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np
import numpy.typing as npt

from tenants.referential.matching.columns import Columns
from tenants.referential.matching.comparing import compare
from tenants.referential.matching.field_pairs import Levels
from tenants.referential.matching.levels import COMPARISONS, UNKNOWN
from tenants.referential.matching.model import Model
from tenants.referential.matching.training import EXPECTED

if TYPE_CHECKING:
    # Packages that an installation need not have: imported where they are used.
    import duckdb
    import pyarrow as pa
    from splink import Linker, SettingsCreator, comparison_library

RANDOM_PAIRS: Final = 3e5
BLOCK_PAIRS: Final = 5e5
Probabilities = npt.NDArray[np.float64]
Weights = Mapping[str, tuple[Probabilities, Probabilities]]
"""m and u by comparison."""
_LEARNT: Final = ("first", "last", "birth", "email", "phone", "place")
_BLOCKS: Final = (("birth",), ("first", "last"))
"""Pairs to learn from: never those of one phone, which are families'. What they were chosen by is not learnt from them."""
_LEAST: Final = 1e-6
"""A level that was never seen may still be."""


class NotTaught(Exception):
    """The cards share neither birth dates nor names: there is nothing for Splink to learn from."""


def learnt_by_splink(columns: Columns, model: Model) -> Model:
    """Return a model with m and u as Splink estimates them; its prior and kin are still those of the model given.

    Organisations keep what they have: Splink has too few pairs of them to say more.

    Raises:
        NotTaught: no two cards share what they could be taught by.
    """
    with quietly():
        estimated = _estimated(columns)
    match = model.match | {name: [float(value) for value in m] for name, (m, _) in estimated.items()}
    chance = model.chance | {name: [float(value) for value in u] for name, (_, u) in estimated.items()}
    return msgspec.structs.replace(model, match=match, chance=chance)


@contextmanager
def quietly() -> Iterator[None]:
    """Keep what Splink says of its progress to itself."""
    logging.disable()
    try:
        with warnings.catch_warnings(), redirect_stdout(StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)


def _estimated(columns: Columns) -> dict[str, tuple[Probabilities, Probabilities]]:
    import duckdb
    from splink import Linker, block_on
    from splink.backends.duckdb import DuckDBAPI

    people = np.flatnonzero((columns["organisation"] == 0) & ~columns.walk_in)
    if len(people) < 2:
        raise NotTaught("there are no two people's cards")
    with duckdb.connect() as connection:
        # One thread: the function below is Python, and its last answer is remembered.
        connection.execute("SET threads = 1; SET enable_progress_bar = false")
        _offer_levels(connection, columns)
        connection.register("given", _table(columns, people))
        connection.execute("CREATE TABLE cards AS SELECT * FROM given")
        given = DuckDBAPI(connection=connection).register(connection.table("cards"))
        guess = {name: (np.asarray(EXPECTED[name]), np.full(len(EXPECTED[name]), _LEAST)) for name in _LEARNT}
        linker = Linker(given, _settings(guess, cards=len(columns)))
        linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=20261122)
        taught = [block for block in _BLOCKS if _shared(connection, block)]
        if not taught:
            raise NotTaught("no two cards share a birth date, or a first and a last name")
        # Anew, with a little for the levels that no random pair was at: beside none at all, any pair would be one person's.
        chance = {name: u for name, (_, u) in _read(linker).items()}
        guess = {name: (m, chance[name]) for name, (m, _) in guess.items()}
        linker = Linker(given, _settings(guess, cards=len(columns)))
        for block in taught:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*block), estimate_without_term_frequencies=True, max_pairs=BLOCK_PAIRS
            )
        return {name: (m, chance[name]) for name, (m, _) in _read(linker).items()}


def _settings(guess: Weights, *, cards: int) -> "SettingsCreator":
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="dedupe_only",
        # Of those that share a birth date or both names, not of all: where Splink begins, and no more.
        probability_two_random_records_match=0.5,
        comparisons=[_comparison(name, *guess[name], cards=cards) for name in _LEARNT],
        blocking_rules_to_generate_predictions=[block_on(*block) for block in _BLOCKS],
    )


def _read(linker: "Linker") -> dict[str, tuple[Probabilities, Probabilities]]:
    """Return m and u as a linker has them, the levels in our order."""
    found = {}
    for comparison in linker.misc.save_model_to_json()["comparisons"]:
        name = comparison["output_column_name"]
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        found[name] = (
            _whole([level.get("m_probability") for level in levels]),
            _whole([level.get("u_probability") for level in levels]),
        )
    return found


def _table(columns: Columns, people: npt.NDArray[np.int64]) -> "pa.Table":
    """Return each card's row, and as columns what cards are blocked by: whole values, initials left out."""
    import pyarrow as pa

    values: dict[str, pa.Array] = {"unique_id": pa.array(people), "card": pa.array(people)}
    for name in _LEARNT:
        values[name] = pa.nulls(len(people), pa.int32())
    for name, part in (("birth", "whole"), ("first", "full"), ("last", "full")):
        numbers = columns.hashes(name, part)[people]
        values[name] = pa.array(numbers.view(np.int64), mask=numbers == 0)
    return pa.table(values)


def _comparison(
    name: str, match: Probabilities, chance: Probabilities, *, cards: int
) -> "comparison_library.CustomComparison":
    import splink.comparison_level_library as level_library
    from splink import comparison_library

    pair = f"card_l * {cards}::BIGINT + card_r"
    # Naming the column tells Splink which comparisons a block leaves out.
    named = f"({name}_l IS NULL OR true)"
    steps = [level_library.CustomLevel(f"{name}_level({pair}) = {UNKNOWN}").configure(is_null_level=True)]
    for level, m, u in zip(COMPARISONS[name], match, chance, strict=True):
        step = (
            level_library.ElseLevel()
            if level == len(match)
            else level_library.CustomLevel(f"{name}_level({pair}) = {int(level)} AND {named}")
        )
        steps.append(
            step.configure(m_probability=float(m), u_probability=float(u), label_for_charts=level.name.lower())
        )
    return comparison_library.CustomComparison(output_column_name=name, comparison_levels=steps)


def _offer_levels(connection: "duckdb.DuckDBPyConnection", columns: Columns) -> None:
    """Let DuckDB ask at which level a pair compares: `first_level(one * cards + other)` and the like."""
    known = _Known(columns)
    for name in _LEARNT:
        connection.create_function(f"{name}_level", _asked(known, name), ["BIGINT"], "INTEGER", type="arrow")


def _asked(known: "_Known", name: str) -> "Callable[[pa.ChunkedArray], pa.Array]":
    import pyarrow as pa

    return lambda pairs: pa.array(known.levels(pairs.to_numpy(), name).astype(np.int32))


class _Known:
    """The levels of the pairs asked about last: each step of each comparison asks of some of them again."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.pairs: npt.NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self.found: Mapping[str, Levels] = {}

    def levels(self, pairs: npt.NDArray[np.int64], name: str) -> Levels:
        """Return each pair's level of one comparison."""
        places = np.searchsorted(self.pairs, pairs)
        at = np.minimum(places, max(len(self.pairs) - 1, 0))
        if not len(self.pairs) or not np.array_equal(self.pairs[at], pairs):
            self.pairs, at = np.unique(pairs, return_inverse=True)
            one, other = (side.astype(np.int32) for side in np.divmod(self.pairs, len(self.columns)))
            self.found = compare(self.columns, one, other)
        return self.found[name][at]


def _shared(connection: "duckdb.DuckDBPyConnection", block: tuple[str, ...]) -> bool:
    names = ", ".join(block)
    known = " AND ".join(f"{name} IS NOT NULL" for name in block)
    found = connection.execute(
        f"SELECT 1 FROM cards WHERE {known} GROUP BY {names} HAVING count(*) > 1 LIMIT 1"
    ).fetchall()
    return bool(found)


def _whole(values: Sequence[object]) -> Probabilities:
    """Return probabilities that sum to one, a level that was never met having next to none."""
    read = np.array([max(float(value), _LEAST) if isinstance(value, float) else _LEAST for value in values])
    return np.asarray(read / read.sum())
