"""`halte bench`: the figures, both sides of each measured in one run; what is not reached is said, and fails nothing."""

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from infra.bootstrap import ROOT
from infra.checks.figures import Figure, Measured

HELP = """\
halte bench                 every short benchmark, one after the other
halte bench NAME…           these (halte bench --list says which there are)
halte bench referential --cards FILE [--truth COLUMN] --out OUT.csv
                            link a file of cards, beside Splink; --all: other makers' files too (--help says more)
halte bench referential-spark --cards FILE
                            one model of Splink's on DuckDB and on Spark: the same pairs, the same weights (Java 17)
halte bench soak            the long ones whole: hours; RESULTS.md gets a line for each
  --json                    one JSON document instead of the table

Each benchmark runs in a process of its own, on servers of its own (in var/bench). Take the ratios: times are this
machine's, today's. A speed that is not reached is said and fails nothing.
Exit codes: 0 measured, 1 a benchmark could not run or something that must hold did not, 2 no such benchmark."""

RESULTS: Final = ROOT / "tests" / "benchmarks" / "RESULTS.md"


class Benchmark(NamedTuple):
    """One benchmark: its body as `module:function`, called without arguments, returning figures; and a line of help."""

    body: str
    help: str
    is_soak: bool = False


BENCHMARKS: Final[Mapping[str, Benchmark]] = {
    "stay": Benchmark("tests.benchmarks.stay:measure", "create a stay with ten beds: API, bare route, pgbench"),
    "read": Benchmark("tests.benchmarks.read:measure", "read one centre's rows: API, bare route, pgbench"),
    "hot-centre": Benchmark("tests.benchmarks.hot_centre:measure", "32 clients book at one centre through the API"),
    "search": Benchmark("tests.benchmarks.search:measure", "find a card among 100,000 as one types"),
    "planning": Benchmark("tests.benchmarks.stock:measure", "a month of 500 rooms, what is free, a race for beds"),
    "planning-drawn": Benchmark(
        "tests.benchmarks.planning_drawn:measure",
        "300 beds over 60 days read, drawn in the terminal, and steps of the cursor",
    ),
    "ledger": Benchmark("tests.benchmarks.ledger:measure", "book money, against TPC-B"),
    "quote-pdf": Benchmark("tests.benchmarks.quote_pdf:measure", "print a quote, beside weasyprint"),
    "pages": Benchmark("tests.benchmarks.pages:measure", "the public pages on a slow phone, in Chromium"),
    "mail": Benchmark("tests.benchmarks.mail:measure", "the worker's mails, against a plain smtplib loop"),
    "desk": Benchmark("tests.benchmarks.desk:measure", "ten gestures of a receptionist: keys and seconds"),
    "terminal": Benchmark("tests.benchmarks.terminal:measure", "log in by SSH, press keys, count memory"),
    "demande": Benchmark("tests.benchmarks.enquiry:measure", "a demande from the form to a terminal that is open"),
    "desk-start": Benchmark(
        "tests.benchmarks.desk_start:measure", "log in to a drawn Accueil, beside a bare session and harlequin"
    ),
    "demo": Benchmark("tests.benchmarks.demo:measure", "halte demo, from a fresh clone and again"),
    "referential-online": Benchmark(
        "tests.benchmarks.referential_online:measure", "match cards as they are saved, against the same in bulk"
    ),
    "soak-stock": Benchmark("tests.benchmarks.soak:stock", "100,000 attempts at a centre's beds", is_soak=True),
    "soak-desk": Benchmark(
        "tests.benchmarks.receptionists:measure",
        "20 receptionists for five minutes, the server killed once",
        is_soak=True,
    ),
    "soak-search": Benchmark(
        "tests.benchmarks.search:measure_network",
        "find a card among 100,000 of a centre, in a network of a million",
        is_soak=True,
    ),
    "soak-webhooks": Benchmark("tests.benchmarks.soak:webhooks", "10,000 shuffled payment histories", is_soak=True),
    "soak-kills": Benchmark(
        "tests.benchmarks.soak:kills",
        "200 kills of API, relay, worker, Redis and PostgreSQL, in a whole demo",
        is_soak=True,
    ),
    "soak-referential": Benchmark(
        "tests.benchmarks.referential_million:measure",
        "files of 1,000, 100,000 and 1,000,000 cards linked, the seed's pair among each",
        is_soak=True,
    ),
    "soak-network": Benchmark(
        "tests.benchmarks.referential_network:measure",
        "a million cards of 43 centres into PostgreSQL, linked at once, then met at desks",
        is_soak=True,
    ),
    "soak-fuzz": Benchmark("tests.benchmarks.soak:wrong_input", "every wrong input at every door", is_soak=True),
}


def chosen(names: Sequence[str]) -> list[str]:
    """Return the benchmarks asked for; all the short ones where none is."""
    if not names:
        return [name for name, benchmark in BENCHMARKS.items() if not benchmark.is_soak]
    soaks = [name for name, benchmark in BENCHMARKS.items() if benchmark.is_soak]
    return [each for name in names for each in (soaks if name == "soak" else [name])]


def run(name: str) -> Measured:
    """Run one benchmark in a process of its own, its log on stderr."""
    busy, began = _processor_ticks(), time.monotonic()
    with tempfile.NamedTemporaryFile(prefix="halte-bench-", suffix=".json") as answer:
        command = [sys.executable, "-m", "tests.benchmarks", BENCHMARKS[name].body, answer.name]
        done = subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=False)
        written = Path(answer.name).read_bytes()
    if done.returncode != 0 or not written:
        return Measured(benchmark=name, failure=f"it ended with {done.returncode}", seconds=time.monotonic() - began)
    return Measured(
        benchmark=name,
        figures=msgspec.json.decode(written, type=tuple[Figure, ...]),
        idle=_idle_since(busy),
        seconds=time.monotonic() - began,
    )


def _processor_ticks() -> tuple[int, int]:
    """Return the machine's idle ticks and all of them, or two zeroes where the system does not say."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0, 0
    ticks = [int(value) for value in stat.read_text().split("\n", 1)[0].split()[1:9]]
    return ticks[3] + ticks[4], sum(ticks)


def _idle_since(before: tuple[int, int]) -> float:
    idle, whole = _processor_ticks()
    return (idle - before[0]) / (whole - before[1]) if whole > before[1] else 0.0


def table(measured: Measured) -> str:
    """Return a benchmark's figures as plain lines."""
    head = f"── {measured.benchmark}  ({measured.seconds:.0f} s, machine {measured.idle:.0%} idle)"
    if measured.failure:
        return f"{head}\n  could not run: {measured.failure}"
    lines = [head]
    for figure in measured.figures:
        mark = {None: "", True: "reached", False: "NOT REACHED"}[figure.reached]
        value = f"{figure.value:.4g} {figure.unit}".strip()
        lines.append(f"  {figure.name:<62} {value:>14}   {figure.goal:<10} {mark}".rstrip())
        lines += [f"      {side}" for side in figure.sides]
        if figure.note:
            lines.append(f"      {figure.note}")
    return "\n".join(lines)


def machine() -> str:
    """Say what this ran on."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def commit() -> str:
    """Return the short name of the commit measured, with a + where files differ from it."""
    named = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--exclude=*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return named.stdout.strip() or "unknown"


def remember(measured: Measured) -> None:
    """Append a soak's outcome to RESULTS.md."""
    said = "; ".join(
        f"{figure.name}: {figure.value:g} {figure.unit}".rstrip()
        + {None: "", True: "", False: " (not reached)"}[figure.reached]
        + (f" ({figure.note})" if figure.note else "")
        for figure in measured.figures
    )
    row = (datetime.now(UTC).date(), commit(), machine(), measured.benchmark, f"{measured.seconds:.0f} s")
    with RESULTS.open("a") as results:
        results.write("| " + " | ".join([*map(str, row), measured.failure or said]) + " |\n")


def main(arguments: list[str]) -> int:
    """Run `halte bench [NAME…] [--json] [--list]`."""
    if arguments[:1] in (["referential"], ["referential-spark"]):
        # Only here: a file to read instead of servers, and packages that nobody else needs.
        body = import_module(f"tests.benchmarks.{arguments[0].replace('-', '_')}")
        return int(body.main(arguments[1:]))
    options = {argument for argument in arguments if argument.startswith("-")}
    if options & {"--help", "-h"}:
        print(HELP)
        return 0
    if "--list" in options:
        print("\n".join(f"{name:<15} {benchmark.help}" for name, benchmark in BENCHMARKS.items()))
        return 0
    names = chosen([argument for argument in arguments if not argument.startswith("-")])
    if unknown := [*(set(names) - BENCHMARKS.keys()), *(options - {"--json"})]:
        print(f"halte bench: there is no {', '.join(sorted(unknown))}; halte bench --list, --help", file=sys.stderr)
        return 2
    if not RESULTS.parent.is_dir():
        print("halte bench: this installation has no benchmarks: run it in a checkout", file=sys.stderr)
        return 1
    as_json, outcomes = "--json" in options, []
    if not as_json:
        print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {commit()}, {machine()}", flush=True)
    for name in names:
        measured = run(name)
        outcomes.append(measured)
        if not as_json:
            print(table(measured), flush=True)
        if BENCHMARKS[name].is_soak:
            remember(measured)
    if as_json:
        document = {"commit": commit(), "machine": machine(), "benchmarks": outcomes}
        print(msgspec.json.format(msgspec.json.encode(document)).decode())
    return 1 if any(measured.failed for measured in outcomes) else 0
