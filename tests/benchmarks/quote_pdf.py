"""Print a quote, warm: the bytes that the client gets."""

import statistics
from collections.abc import Callable

from infra.checks.figures import Figure, at_most, side
from tests.benchmarks.doors import prepared
from tests.benchmarks.wire import each_took


async def a_snapshot() -> Callable[[], bytes]:
    """Send a quote and return what prints it."""
    import msgspec

    from billing.quotes.printing import print_quote
    from billing.quotes.rules import Snapshot
    from infra.database import fetch_value, tenant_transaction
    from tests.factories.centres import a_centre
    from tests.factories.dossiers import a_dossier, a_sent_quote

    centre = await a_centre()
    made = await a_dossier(centre.id)
    sent = await a_sent_quote(centre.id, made.id)
    async with tenant_transaction(centre.id, read_only=True):
        kept = await fetch_value("SELECT snapshot FROM quotes WHERE centre_id = $1 AND id = $2", centre.id, sent.id)
    snapshot = msgspec.json.decode(kept, type=Snapshot)
    return lambda: print_quote(snapshot)


def measure() -> list[Figure]:
    """Print it a hundred times."""
    printed = prepared(a_snapshot)
    first = printed()
    spent = each_took(lambda _: printed(), [b""] * 100)
    different = sum(printed() != first for _ in range(3))
    return [
        at_most(
            "a quote as PDF, warm",
            statistics.median(spent),
            30,
            sides=[side("typst", spent)],
            note=f"{len(first) // 1000} kB; weasyprint is in none of the locks: not compared",
        ),
        at_most("prints that differ from the first", different, 0, unit="", must=True),
    ]
