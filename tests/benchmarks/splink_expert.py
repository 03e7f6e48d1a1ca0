"""Splink on DuckDB with an expert's settings, trained on the very cards that ours read: what ours is measured beside.

Keys and comparisons are those with which the figures of the referential were first taken, less those whose column is empty
in over 95 % of the rows.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import msgspec
import pyarrow as pa
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

from tenants.referential.matching.features import Features
from tenants.referential.splink_training import quietly
from tests.benchmarks.linkage import Linkage, linkage

THRESHOLDS = (0.5, 0.9, 0.95, 0.99, 0.999, 0.9999)
_EMPTY = 0.95
_RULES = (
    ("phone",), ("email",), ("first", "last"), ("last", "dob"), ("first", "dob"), ("last", "cp"), ("addr", "cp"), ("dob", "cp"),
)  # fmt: skip
_COLUMNS = ("first", "last", "last2", "email", "phone", "dob", "addr", "street", "cp", "city", "org")


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What Splink made of the cards."""

    seconds: float
    """Training, prediction and clustering at one threshold."""
    best: Linkage | None
    """At the threshold that the truth likes best; None where the truth is not told."""
    threshold: float


def link_by_splink(ids: Sequence[str], cards: Sequence[Features], truth: Sequence[str] | None) -> Beside:
    """Train, predict and cluster, as an expert would, and read it at its best."""
    with TemporaryDirectory(prefix="halte-splink-") as spill, quietly():
        return _link(ids, cards, truth, Path(spill))


def _link(ids: Sequence[str], cards: Sequence[Features], truth: Sequence[str] | None, spill: Path) -> Beside:
    connection = duckdb.connect()
    connection.execute(
        f"SET threads = 2; SET enable_progress_bar = false; SET memory_limit = '12GB'; SET temp_directory = '{spill}'"
    )
    table = cards_table(ids, cards)
    filled = filled_columns(table)
    connection.register("given", table)
    connection.execute("CREATE TABLE cards AS SELECT * FROM given")
    began = time.perf_counter()
    linker = Linker(DuckDBAPI(connection=connection).register(connection.table("cards")), expert_settings(filled))
    train_expert(linker, filled)
    predicted = linker.inference.predict(threshold_match_probability=0.05)
    seconds = time.perf_counter() - began
    best: tuple[Linkage | None, float] = (None, 0.95)
    for threshold in THRESHOLDS if truth else (0.95,):
        began = time.perf_counter()
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predicted, threshold_match_probability=threshold
        )
        if threshold == 0.95:
            seconds += time.perf_counter() - began
        if truth:
            found = dict(connection.execute(f"SELECT unique_id, cluster_id FROM {clusters.physical_name}").fetchall())
            read = linkage(truth, [found.get(card, card) for card in ids])
            if best[0] is None or read.f1 > best[0].f1:
                best = (read, threshold)
    return Beside(seconds=seconds, best=best[0], threshold=best[1])


def cards_table(ids: Sequence[str], cards: Sequence[Features]) -> pa.Table:
    """Return the cards as Splink reads them, those of nobody left out; what is unknown is null."""
    kept = [(name, card) for name, card in zip(ids, cards, strict=True) if not card.walk_in]
    values: dict[str, list[str | None]] = {
        "unique_id": [name for name, _ in kept],
        "first": [card.first or None for _, card in kept],
        "last": [card.last or None for _, card in kept],
        "last2": [card.other_last or None for _, card in kept],
        "email": [card.email or card.relay or None for _, card in kept],
        "phone": [card.phones[0] if card.phones else None for _, card in kept],
        "dob": [card.birth or None for _, card in kept],
        "addr": [card.street or None for _, card in kept],
        "street": [card.street.partition(" ")[2] or card.street or None for _, card in kept],
        "cp": [card.postal_code or None for _, card in kept],
        "city": [card.town or None for _, card in kept],
        "org": [card.organisation or None for _, card in kept],
    }
    return pa.table({name: pa.array(column, type=pa.string()) for name, column in values.items()})


def filled_columns(table: pa.Table) -> set[str]:
    """Return the columns of which more than a twentieth says something."""
    return {name for name in _COLUMNS if table[name].null_count < _EMPTY * len(table)}


def expert_settings(filled: set[str], *, jaro_winkler: str = "jaro_winkler_similarity") -> SettingsCreator:
    """Return keys and comparisons, less those of columns that are not filled; in SQL that DuckDB and Spark both read.

    Args:
        filled: the columns that say something.
        jaro_winkler: what the database calls it.
    """
    rules = [block_on(*rule) for rule in _RULES if set(rule) <= filled]
    return SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[*rules, "l.first = r.last and l.last = r.first"],
        comparisons=[comparison for name, comparison in _comparisons(jaro_winkler).items() if name in filled],
    )


def _comparisons(jaro_winkler: str) -> dict[str, object]:
    def custom(name: str, *steps: object) -> object:
        return comparisons.CustomComparison(output_column_name=name, comparison_levels=list(steps))

    def sql(condition: str, label: str) -> levels.CustomLevel:
        return levels.CustomLevel(condition, label_for_charts=label)

    return {
        "first": custom(
            "first",
            levels.NullLevel("first"),
            levels.ExactMatchLevel("first", term_frequency_adjustments=True),
            sql("(length(first_l)=1 or length(first_r)=1) and substr(first_l,1,1)=substr(first_r,1,1)", "initial"),
            sql("first_l = last_r or first_r = last_l", "swapped"),
            levels.JaroWinklerLevel("first", 0.92),
            sql("substr(first_l,1,3)=substr(first_r,1,3)", "prefix3"),
            levels.JaroWinklerLevel("first", 0.8),
            levels.ElseLevel(),
        ),
        "last": custom(
            "last",
            levels.NullLevel("last"),
            levels.ExactMatchLevel("last", term_frequency_adjustments=True),
            sql("(length(last_l)=1 or length(last_r)=1) and substr(last_l,1,1)=substr(last_r,1,1)", "initial"),
            sql(
                "last_l = last2_r or last_r = last2_l or last2_l = last2_r or first_l = last_r or first_r = last_l",
                "second name or swap",
            ),
            levels.JaroWinklerLevel("last", 0.92),
            levels.JaroWinklerLevel("last", 0.85),
            levels.ElseLevel(),
        ),
        "dob": comparisons.DateOfBirthComparison("dob", input_is_string=True),
        "email": comparisons.EmailComparison("email"),
        "phone": comparisons.DamerauLevenshteinAtThresholds("phone", [1]),
        "cp": custom(
            "place",
            sql("cp_l is null or cp_r is null", "null").configure(is_null_level=True),
            sql("addr_l=addr_r and cp_l=cp_r", "addr+cp"),
            sql(f"cp_l=cp_r and {jaro_winkler}(street_l,street_r)>0.9", "street~+cp"),
            sql("cp_l=cp_r", "cp"),
            sql("levenshtein(cp_l,cp_r)<=1", "cp~"),
            levels.ElseLevel(),
        ),
    }


def train_expert(linker: Linker, filled: set[str]) -> None:
    """Estimate the prior, u and m as an expert would."""
    sure = (("first", "last", "dob"), ("email", "first"), ("phone", "first", "last"))
    linker.training.estimate_probability_two_random_records_match(
        [block_on(*rule) for rule in sure if set(rule) <= filled] or [block_on("first", "last")], recall=0.6
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in (("first", "last"), ("dob",)):
        if set(rule) <= filled:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*rule), estimate_without_term_frequencies=True, max_pairs=2e6
            )
