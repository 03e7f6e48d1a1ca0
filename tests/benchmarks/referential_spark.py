"""`halte bench referential-spark`: one model on Splink's two backends, for a network that outgrows one machine.

Splink is trained on DuckDB, as an expert would, and predicts every pair that its keys bring together; Spark, in local mode,
predicts with the very m, u and prior. The pairs are to be the same, and their weights within a hundredth of a bit.

Jaro and Winkler's likeness is two numbers in two libraries: Splink's own for Spark takes an odd count of letters out of their
order as it is, DuckDB's rounds it down (claudine and pauline: 0.79 and 0.81), and its last digit depends on how it was
compiled. So Spark's workers ask DuckDB.
"""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import duckdb
import msgspec
import numpy as np
import pyarrow as pa

from infra.checks.bench import commit, machine
from infra.clock import now
from infra.errors import DomainError
from tenants.imports.card_table import read_card_table
from tenants.referential.matching.features import Features
from tenants.referential.splink_training import quietly
from tests.benchmarks.splink_expert import cards_table, expert_settings, filled_columns, train_expert

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

WITHIN_BITS: Final = 0.01
_MEMORY: Final = "6g"
Settings = dict[str, object]


class Engines(msgspec.Struct, frozen=True, kw_only=True):
    """What the two engines made of the same cards with the same model."""

    pairs: int
    """That both weighed."""
    only_duckdb: int
    only_spark: int
    furthest_bits: float
    """The greatest difference of one pair's weight."""
    apart: int
    """Pairs whose weights differ by more than they may."""
    duckdb_seconds: float
    """Of prediction; so is Spark's."""
    spark_seconds: float

    @property
    def same(self) -> bool:
        """Whether either may be used for the other."""
        return not (self.only_duckdb or self.only_spark) and self.furthest_bits <= WITHIN_BITS


def missing() -> str:
    """Say what is not there that Spark needs, or nothing."""
    if find_spec("pyspark") is None or find_spec("splink") is None:
        return "the group spark is not installed (python3 -m infra bench referential-spark installs it)"
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "there is no Java: on Debian, apt install openjdk-17-jre-headless"
    return ""


def main(arguments: Sequence[str]) -> int:
    """Run the command; 0 the same, 1 something is missing or differs."""
    parser = argparse.ArgumentParser(prog="halte bench referential-spark", description=__doc__)
    parser.add_argument("--cards", type=Path, metavar="FILE", required=True, help="the cards, .csv or .csv.gz")
    parser.add_argument("--size", type=int, default=100_000, metavar="N", help="how many of them, from the first on")
    try:
        given = parser.parse_args(list(arguments))
    except SystemExit as end:
        return int(end.code or 0)
    if lacking := missing():
        print(f"halte bench referential-spark: {lacking}", file=sys.stderr)
        return 1
    print(f"{now():%Y-%m-%d %H:%M} UTC, commit {commit()}, {machine()}", flush=True)
    try:
        table = read_card_table(given.cards, today=now().date())
    except (DomainError, OSError) as error:
        print(f"halte bench referential-spark: {error}", file=sys.stderr)
        return 1
    found = compare_engines(table.ids[: given.size], table.cards[: given.size])
    print(
        f"── {min(len(table.ids), given.size)} cards, Splink's model trained on DuckDB, every pair of its keys predicted"
    )
    for name, value, goal in (
        ("pairs that both weighed", f"{found.pairs}", ""),
        ("pairs of DuckDB's alone / of Spark's alone", f"{found.only_duckdb} / {found.only_spark}", "0 / 0"),
        (f"pairs whose weights are more than {WITHIN_BITS} bit apart", f"{found.apart}", "0"),
        ("furthest apart of one pair's weights, bits", f"{found.furthest_bits:.2g}", f"≤ {WITHIN_BITS}"),
    ):
        print(f"  {name:<62} {value:>14}   {goal}".rstrip())
    print(
        f"      prediction: DuckDB {found.duckdb_seconds:.1f} s, Spark {found.spark_seconds:.1f} s, load {os.getloadavg()[0]:.1f}"
    )
    print("  the same" if found.same else "  NOT THE SAME")
    return 0 if found.same else 1


def compare_engines(ids: Sequence[str], cards: Sequence[Features]) -> Engines:
    """Train on DuckDB, predict with that model on DuckDB and on Spark, and compare every pair."""
    table = cards_table(ids, cards)
    with quietly(), TemporaryDirectory(prefix="halte-spark-") as spill:
        trained, here, duckdb_seconds = _by_duckdb(table, Path(spill))
        there, spark_seconds = _by_spark(table, trained, Path(spill))
    both = here.keys() & there.keys()
    return Engines(
        pairs=len(both),
        only_duckdb=len(here) - len(both),
        only_spark=len(there) - len(both),
        furthest_bits=max((abs(here[pair] - there[pair]) for pair in both), default=0.0),
        apart=sum(abs(here[pair] - there[pair]) > WITHIN_BITS for pair in both),
        duckdb_seconds=duckdb_seconds,
        spark_seconds=spark_seconds,
    )


def _by_duckdb(table: pa.Table, spill: Path) -> tuple[Settings, dict[tuple[str, str], float], float]:
    from splink import Linker
    from splink.backends.duckdb import DuckDBAPI

    filled = filled_columns(table)
    with duckdb.connect() as connection:
        connection.execute(
            f"SET threads = 2; SET enable_progress_bar = false; SET memory_limit = '8GB'; SET temp_directory = '{spill}'"
        )
        connection.register("given", table)
        connection.execute("CREATE TABLE cards AS SELECT * FROM given")
        linker = Linker(DuckDBAPI(connection=connection).register(connection.table("cards")), expert_settings(filled))
        train_expert(linker, filled)
        began = time.perf_counter()
        predicted = linker.inference.predict()
        seconds = time.perf_counter() - began
        rows = connection.execute(f"SELECT unique_id_l, unique_id_r, match_weight FROM {predicted.physical_name}")
        return linker.misc.save_model_to_json(), _weights(rows.fetchall()), seconds


def _by_spark(table: pa.Table, trained: Settings, spill: Path) -> tuple[dict[tuple[str, str], float], float]:
    from splink import Linker
    from splink.backends.spark import SparkAPI

    settings = expert_settings(filled_columns(table), jaro_winkler="jaro_winkler").create_settings_dict("spark")
    with _session(spill) as session:
        api = SparkAPI(spark_session=session, num_partitions_on_repartition=8)
        _offer_likeness(session)
        linker = Linker(api.register(session.createDataFrame(table)), _with_weights(settings, trained))
        began = time.perf_counter()
        frame = linker.inference.predict().as_spark_dataframe()
        rows = frame.select("unique_id_l", "unique_id_r", "match_weight").toArrow()
        seconds = time.perf_counter() - began
    return _weights(zip(*(column.to_pylist() for column in rows.columns), strict=True)), seconds


def _with_weights(settings: Settings, trained: Mapping[str, object]) -> Settings:
    """Give settings in one SQL the m, u and prior that were learnt in another: level by level, in their order."""
    comparisons = [
        mine
        | {
            "comparison_levels": [
                level | {name: learnt[name] for name in ("m_probability", "u_probability") if name in learnt}
                for level, learnt in zip(
                    _list(mine["comparison_levels"]), _list(theirs["comparison_levels"]), strict=True
                )
            ]
        }
        for mine, theirs in zip(_list(settings["comparisons"]), _list(trained["comparisons"]), strict=True)
    ]
    prior = "probability_two_random_records_match"
    return settings | {"comparisons": comparisons, prior: trained[prior]}


def _list(value: object) -> list[dict[str, object]]:
    return msgspec.convert(value, list[dict[str, object]])


@contextmanager
def _session(spill: Path) -> "Iterator[SparkSession]":
    from pyspark.sql import SparkSession
    from splink.backends.spark import similarity_jar_location

    settings = {
        "spark.jars": similarity_jar_location(),
        # Else days begin when the machine's zone says.
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.memory": _MEMORY,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.local.dir": str(spill),
        "spark.sql.warehouse.dir": str(spill / "warehouse"),
        "spark.sql.shuffle.partitions": "8",
        "spark.default.parallelism": "8",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.driver.maxResultSize": "4g",
    }
    # Else its workers are whatever Python the path names first.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master("local[2]").appName("halte")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    session.sparkContext.setCheckpointDir(str(spill / "checkpoints"))
    try:
        yield session
    finally:
        session.stop()


def _offer_likeness(session: "SparkSession") -> None:
    """Have Spark's workers ask DuckDB how alike two texts are; after Splink has offered its own under this name."""
    from pyspark.sql.functions import PandasUDFType, pandas_udf

    # Inside, so that it travels by value: a worker on another machine has DuckDB, and need not have Halte.
    def likeness(one: object, other: object) -> object:
        """Of two columns of pandas', as Spark hands them over."""
        pairs = pa.table({"one": pa.array(one, pa.string()), "other": pa.array(other, pa.string())})
        with duckdb.connect() as connection:
            connection.execute("SET threads = 1")
            asked = connection.from_arrow(pairs).project("jaro_winkler_similarity(one, other) AS alike")
            return asked.to_arrow_table()["alike"].to_pandas()

    session.udf.register("jaro_winkler", pandas_udf(likeness, "double", PandasUDFType.SCALAR))


def _weights(
    rows: "Sequence[tuple[str, str, float]] | Iterator[tuple[str, str, float]]",
) -> dict[tuple[str, str], float]:
    return {(one, other) if one < other else (other, one): float(np.float64(weight)) for one, other, weight in rows}
