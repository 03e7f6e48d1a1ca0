"""Files of a thousand cards, a hundred thousand and a million, linked from end to end, the seed's pair among each.

`HALTE_SOAK_CARDS` is the size of the largest. The cards are of a maker of the project's own, so that accuracy is a development
figure; that the pair links, and that nobody's cards do not, must hold. Time is processor time: it does not depend on who else works.
"""

import csv
import os
import random
import resource
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np

from infra.checks.figures import Figure, at_most
from infra.clock import now
from tenants.imports.card_table import CardTable, read_card_table
from tenants.referential.matching.bulk import forget_shared, link
from tenants.referential.matching.candidates import pairs
from tenants.referential.matching.columns import Columns
from tenants.referential.matching.model import Model, score, shares_of
from tenants.referential.matching.training import train
from tests.benchmarks.linkage import linkage
from tests.factories.card_makers import SEED_S_PAIR, Card, exports, numbered

SEED: Final = 20261122
LARGEST: Final = int(os.environ.get("HALTE_SOAK_CARDS", "1000000"))
NOBODY_S: Final = 50


def measure() -> list[Figure]:
    """Link the files, the smallest first."""
    return [figure for size in sorted({1_000, 100_000, LARGEST}) if size <= LARGEST for figure in _measure(size)]


def _measure(size: int) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="halte-bench-") as folder:
        file = _written(Path(folder) / "cards.csv", size)
        began = _processor_seconds()
        table = read_card_table(file, today=now().date(), truth="person_id")
    cleaned = _processor_seconds()
    columns = Columns(table.cards)
    forget_shared(columns)
    found = pairs(columns)
    model = train(columns, version="this file's", found=found)
    learnt = _processor_seconds()
    linked = link(columns, model, found=found)
    done = _processor_seconds()
    assert table.persons is not None
    read = linkage(table.persons, [str(first) for first in linked.persons.tolist()])
    sizes = np.bincount(linked.persons)
    name, memory = f"{size} cards", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    note = f"cleaned in {cleaned - began:.0f} s, learnt in {learnt - cleaned:.0f}, linked in {done - learnt:.0f}; {len(found)} pairs"
    return [
        Figure(name=f"{name}: pair F1", value=read.f1, unit="", note=str(read)),
        Figure(
            name=f"{name}: file to persons, cards a processor second", value=size / (done - began), unit="/s", note=note
        ),
        at_most(f"{name}: memory", memory, 4, unit="GB"),
        at_most(
            f"{name}: the seed's pair left apart",
            int(linked.persons[-1] != linked.persons[-2]),
            0,
            unit="",
            must=True,
            note=f"{_bits_of_the_pair(table, columns, model):.2f} bits",
        ),
        at_most(
            f"{name}: cards of nobody linked",
            int((sizes[linked.persons[columns.walk_in]] > 1).sum()),
            0,
            unit="",
            must=True,
        ),
    ]


def _written(file: Path, size: int) -> Path:
    dice = random.Random(SEED)
    made = list(numbered(exports(1.0)(dice, size), dice))
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, list(dict.fromkeys(name for card in made[:1] for name in card)))
        writer.writeheader()
        writer.writerows(chain(made, _added()))
    return file


def _added() -> Iterator[Card]:
    for number in range(NOBODY_S):
        yield {"record_id": f"nobody-{number}", "last_name": "CLIENT DE PASSAGE", "person_id": f"nobody-{number}"}
    for side, card in enumerate(SEED_S_PAIR):
        yield {"record_id": f"seed-{side}", **card, "person_id": "seed"}


def _bits_of_the_pair(table: CardTable, columns: Columns, model: Model) -> float:
    one, other = (np.array([len(table.ids) - back], dtype=np.int32) for back in (2, 1))
    return float(score(columns, one, other, model=model, shares=shares_of(columns), cards=len(columns)).bits[0])


def _processor_seconds() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
