"""Print a quote, warm: the bytes that the client gets, beside weasyprint where a Python has it."""

import importlib.util
import os
import statistics
import subprocess
import sys
from html import escape
from pathlib import Path

import msgspec

from infra.checks.figures import Figure, at_most, side
from tests.benchmarks.doors import prepared
from tests.benchmarks.wire import each_took

ROUNDS, OTHERS_ROUNDS = 100, 20
WEASYPRINT = "HALTE_BENCH_WEASYPRINT"
"""The variable that names a Python with weasyprint; it is in none of the locks, since it needs Pango from the system."""


async def a_snapshot() -> bytes:
    """Send a quote and return what was printed of it."""
    from infra.database import fetch_value, tenant_transaction
    from tests.factories.centres import a_centre
    from tests.factories.dossiers import a_dossier, a_sent_quote

    centre = await a_centre()
    made = await a_dossier(centre.id)
    sent = await a_sent_quote(centre.id, made.id)
    async with tenant_transaction(centre.id, read_only=True):
        kept: str = await fetch_value(
            "SELECT snapshot FROM quotes WHERE centre_id = $1 AND id = $2", centre.id, sent.id
        )
    return kept.encode()


def measure() -> list[Figure]:
    """Print it a hundred times, and the same words by weasyprint."""
    from billing.quotes.printing import print_quote, sheet
    from billing.quotes.rules import Snapshot

    snapshot = msgspec.json.decode(prepared(a_snapshot), type=Snapshot)
    first = print_quote(snapshot)
    spent = each_took(lambda _: print_quote(snapshot), [b""] * ROUNDS)
    different = sum(print_quote(snapshot) != first for _ in range(3))
    figures = [
        at_most(
            "a quote as PDF, warm",
            statistics.median(spent),
            30,
            sides=[side("typst", spent)],
            note=f"{len(first) // 1000} kB",
        ),
        at_most("prints that differ from the first", different, 0, unit="", must=True),
    ]
    theirs = by_weasyprint(page_of(msgspec.to_builtins(sheet(snapshot))))
    if theirs:
        ratio = at_most(
            "the same ÷ weasyprint's", statistics.median(spent) / statistics.median(theirs), 0.1, unit="×",
            sides=[side("typst", spent), side("weasyprint", theirs)],
        )  # fmt: skip
        figures.append(ratio)
    else:
        figures[0] = msgspec.structs.replace(
            figures[0], note=f"{len(first) // 1000} kB; {WEASYPRINT} names no Python with weasyprint: not compared"
        )
    return figures


def by_weasyprint(page: str) -> list[float]:
    """Return what printing a page takes weasyprint, in milliseconds; nothing where it is nowhere."""
    python = os.environ.get(WEASYPRINT) or (sys.executable if importlib.util.find_spec("weasyprint") else "")
    if not python:
        return []
    command = [python, str(Path(__file__).with_name("weasyprint_quote.py")), str(OTHERS_ROUNDS)]
    done = subprocess.run(command, input=page, capture_output=True, text=True, check=True)
    return msgspec.json.decode(done.stdout, type=list[float])


def page_of(sheet: dict[str, object]) -> str:
    """Return the words of a quote as a page of about the same look: a head, facts, a table, notes."""

    def told(value: object) -> str:
        if isinstance(value, dict):
            return "".join(f"<td>{told(each)}</td>" for each in value.values())
        if isinstance(value, list):
            return "".join(
                f"<tr>{told(each) if isinstance(each, dict) else f'<td>{told(each)}</td>'}</tr>" for each in value
            )
        return escape(str(value))

    parts = "".join(
        f"<table>{told(sheet[name])}</table>" for name in ("centre", "client", "facts", "rows", "vat", "notes", "foot")
    )
    style = "body{font:10pt sans-serif}table{width:100%;border-collapse:collapse}td{border-bottom:1px solid #ccc;padding:4px}"
    return f"<!doctype html><style>{style}</style><h1>{told(sheet['title'])}</h1>{parts}<p>{told(sheet['total'])}</p>"
