"""`halte bench referential`: link a file of cards, and read it against the truth and beside Splink."""

import argparse
import csv
import os
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from infra.checks.bench import commit, machine
from infra.clock import now
from infra.errors import DomainError
from tenants.imports.card_table import CardTable, read_card_table
from tenants.referential.matching.bulk import Linked, forget_shared, link
from tenants.referential.matching.candidates import pairs
from tenants.referential.matching.columns import Columns
from tenants.referential.matching.training import train
from tests.benchmarks.linkage import Linkage, linkage
from tests.benchmarks.referential_all import measure_rest

EPILOG = """\
The file is CSV, plain or gzipped, however encoded and separated: record_id, and any of first_name, last_name,
organisation, email, phone, birth_date, street, postal_code, city, country, by these names or their usual others, in French
too. The weights are learnt from it; --truth only reads the result. OUT has
record_id and cluster_id, each record once, and is written before anything slower is measured."""


def main(arguments: Sequence[str]) -> int:
    """Run the command; 0 measured, 1 the file cannot be read or something that must hold did not."""
    parser = argparse.ArgumentParser(prog="halte bench referential", description=__doc__, epilog=EPILOG)
    parser.add_argument("--cards", type=Path, metavar="FILE", help="the cards, .csv or .csv.gz")
    parser.add_argument("--truth", metavar="COLUMN", help="the column that says who each card is")
    parser.add_argument("--out", type=Path, metavar="OUT.csv", help="where the clusters go")
    parser.add_argument("--all", action="store_true", help="the rest too: other makers' files, public ones, online")
    parser.add_argument("--size", type=int, default=20_000, metavar="N", help="cards of each of the makers of --all")
    parser.add_argument("--no-splink", action="store_true", help="measure ours alone")
    try:
        given = parser.parse_args(list(arguments))
        if (given.cards is None) != (given.out is None) or not (given.cards or given.all):
            parser.error("--cards FILE goes with --out OUT.csv; --all stands with or without them")
    except SystemExit as end:
        return int(end.code or 0)
    print(f"{now():%Y-%m-%d %H:%M} UTC, commit {commit()}, {machine()}", flush=True)
    code = _measure_file(given.cards, given.truth, given.out, splink=not given.no_splink) if given.cards else 0
    if given.all and code == 0:
        held = measure_rest(_row, size=given.size, splink=not given.no_splink)
        return 0 if held else 1
    return code


def _measure_file(cards: Path, truth: str | None, out: Path, *, splink: bool) -> int:
    if not out.parent.is_dir() or (out.exists() and cards.exists() and out.samefile(cards)):
        print(f"halte bench referential: {out} cannot be written", file=sys.stderr)
        return 1
    try:
        table, seconds = _read(cards, truth)
    except (DomainError, OSError) as error:
        print(f"halte bench referential: {error}", file=sys.stderr)
        return 1
    linked, columns, learning, linking = _link(table)
    _write(out, table.ids, linked)
    print(f"wrote {out}: {len(table.ids)} records", flush=True)
    clusters = [table.ids[first] for first in linked.persons.tolist()]
    read = linkage(table.persons, clusters) if table.persons and table.ids else None
    _print_ours(table, read, cleaning=seconds, learning=learning, linking=linking, compared=linked.compared)
    walk_ins = _linked_walk_ins(columns, linked)
    _row("walk-ins linked", str(walk_ins), "0", walk_ins == 0)
    if splink:
        _print_beside(table, read, learning + linking)
    _print_unanswered(read is not None)
    return 1 if walk_ins else 0


def _read(path: Path, truth: str | None) -> tuple[CardTable, float]:
    began, worked = time.perf_counter(), _processor_seconds()
    table = read_card_table(path, today=now().date(), truth=truth)
    taken, worked = time.perf_counter() - began, _processor_seconds() - worked
    print(f"read and cleaned in {taken:.1f} s, of which {worked:.1f} s of processor time, on {os.cpu_count()} cores")
    return table, taken


def _processor_seconds() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _link(table: CardTable) -> tuple[Linked, Columns, float, float]:
    began = time.perf_counter()
    columns = Columns(table.cards)
    forget_shared(columns)
    found = pairs(columns)
    model = train(columns, version="this file's", found=found)
    learnt = time.perf_counter()
    linked = link(columns, model, found=found)
    return linked, columns, learnt - began, time.perf_counter() - learnt


def _write(out: Path, ids: Sequence[str], linked: Linked) -> None:
    unfinished = out.with_name(out.name + ".unfinished")
    with unfinished.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["record_id", "cluster_id"])
        writer.writerows((name, ids[first]) for name, first in zip(ids, linked.persons.tolist(), strict=True))
    unfinished.replace(out)


def _linked_walk_ins(columns: Columns, linked: Linked) -> int:
    """Count the cards of nobody that stand with another."""
    sizes = [0] * len(columns)
    for first in linked.persons.tolist():
        sizes[first] += 1
    return sum(sizes[linked.persons[row]] > 1 for row in columns.walk_in.nonzero()[0].tolist())


def _row(name: str, value: str, goal: str, reached: bool | None) -> None:
    mark = {None: "", True: "reached", False: "NOT REACHED"}[reached]
    print(f"  {name:<66} {value:>16}   {goal:<12} {mark}".rstrip(), flush=True)


def _print_ours(
    table: CardTable, read: Linkage | None, *, cleaning: float, learning: float, linking: float, compared: int
) -> None:
    cards = max(len(table.ids), 1)
    print(
        f"── {cards} cards; goals of standard files of 100,000 and 1,000,000 cards, where they differ, stand in that order"
    )
    if read is not None:
        large = cards > 300_000
        f1, precision = (0.935, 0.955) if large else (0.95, 0.965)
        _row("pair F1 (a standard file)", f"{read.f1:.4f}", f"≥ {f1}", read.f1 >= f1)
        _row("pair precision (a standard file)", f"{read.precision:.4f}", f"≥ {precision}", read.precision >= precision)
        _row("pair F1 (a dirty and clean mix)", f"{read.f1:.4f}", "≥ 0.915", read.f1 >= 0.915)
        _row("pair precision (a dirty and clean mix)", f"{read.precision:.4f}", "≥ 0.968", read.precision >= 0.968)
        _row("B-cubed F1", f"{read.bcubed_f1:.4f}", "≥ 0.958", read.bcubed_f1 >= 0.958)
        print(f"      {read}")
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024**2
    _row("cleaned, records/s", f"{cards / cleaning:,.0f}", "≥ 25,000", cards / cleaning >= 25_000)
    _row("linked, records/s (learning included)", f"{cards / (learning + linking):,.0f}", "", None)
    print(
        f"      learning {learning:.1f} s, linking {linking:.1f} s, {compared} pairs compared, load {os.getloadavg()[0]:.1f}"
    )
    whole = cleaning + learning + linking
    if cards >= 900_000:
        _row(
            "file to persons, s for a million cards", f"{whole * 1e6 / cards:.0f}", "≤ 180", whole * 1e6 / cards <= 180
        )
    _row("memory, GB", f"{memory:.2f}", "≤ 4", memory <= 4)


def _print_beside(table: CardTable, read: Linkage | None, seconds: float) -> None:
    from tests.benchmarks.splink_expert import link_by_splink

    print("── beside Splink expert, the same cleaned cards, the same run", flush=True)
    beside = link_by_splink(table.ids, table.cards, table.persons)
    ratio = beside.seconds / seconds
    _row("our records/s over Splink's (training, linking, clustering)", f"{ratio:.2f}", "≥ 1", ratio >= 1)
    print(f"      ours {seconds:.1f} s, Splink {beside.seconds:.1f} s, load {os.getloadavg()[0]:.1f}")
    if read is not None and beside.best is not None:
        lead = read.f1 - beside.best.f1
        _row("F1 beyond Splink's best threshold (a standard file)", f"{lead:+.4f}", "≥ +0.04", lead >= 0.04)
        _row("F1 beyond Splink's best threshold (another maker's file)", f"{lead:+.4f}", "≥ +0.03", lead >= 0.03)
        print(f"      Splink at p ≥ {beside.threshold:g}: {beside.best}")


def _print_unanswered(has_truth: bool) -> None:
    print("── this file cannot answer")
    unanswered = [
        "files of other makers, FEBRL3, FEBRL4, the seed's pair, insert and races through PostgreSQL, online against bulk: --all",
        "the seed's pair among 100,000 cards and a million: halte bench soak-referential; a network of them: soak-network",
        "words mended, twins, namesakes, families: tests/tenants/referential",
    ]
    if not has_truth:
        unanswered.insert(0, "F1, precision and B-cubed, without --truth")
    for line in unanswered:
        print(f"  {line}")
