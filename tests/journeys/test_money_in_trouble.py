"""The story's money and mails while the house breaks: workers killed, Redis emptied, webhooks three times and out of order."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import asyncpg
import httpx
import pytest
import redis

from infra.services.processes import command_line, wait_until
from tests.journeys import pages
from tests.journeys.affairs import quoted
from tests.journeys.demo import Demo, Desk, running_demo
from tests.journeys.first_story import Story
from tests.journeys.pages import a_browser
from tests.journeys.selling import link_in
from tests.tui.gateway.processes import children

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600), pytest.mark.xdist_group("journeys")]

SLUG: Final = "la-vigie"
GROUP, TEACHER = "Lycée Brizeux", "claude.perrot@lycee-brizeux.example"


@pytest.fixture
def story(demo_var: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A demo started for this alone, since it will be broken, with a centre like the first story's."""
    with running_demo(demo_var) as demo, a_browser() as browser:
        told = Story(demo, browser, tmp_path_factory.mktemp("keys"), SLUG)
        told.provision()
        yield told


def test_one_ledger_and_one_mail_each_whatever_breaks(story: Story) -> None:
    desk = story.desk("commercial")
    dossier_id, quote = quoted(story, desk, client_id=None, group=GROUP, email=TEACHER, days=30)
    page = pages.fresh(story.browser)
    pages.accept_quote(page, quote, "Claude Perrot")
    story.demo.payments(repeat=3, reorder="shuffle", hold_ms=500)

    pay_while_breaking(story, link_in(story.demo.mail(TEACHER, "accepté").text, "p"))
    until_state(desk, dossier_id, "deposit_paid")
    story.demo.mail(TEACHER, "Votre réservation est confirmée", seconds=90)

    desk.ask("POST", f"/dossiers/{dossier_id}/payment-links", {"part": "balance", "mail": True})
    pay_while_breaking(story, link_in(story.demo.mail(TEACHER, "Votre règlement", seconds=90).text, "p"))
    until_state(desk, dossier_id, "paid")
    story.demo.mail(TEACHER, "Votre séjour est réglé", seconds=90)
    wait_until(lambda: not waiting(story.demo), timeout_seconds=60, pause_seconds=0.5)

    sent = httpx.get(f"{story.demo.described.payments}/_events", timeout=10).json()
    assert len(sent) >= 6, "the simulator sent its events several times"
    dossier = desk.ask("GET", f"/dossiers/{dossier_id}")
    payments = dossier["payments"]
    assert isinstance(payments, list)
    assert sorted(payment["state"] for payment in payments) == ["paid", "paid"]
    total = dossier["total"]
    assert isinstance(total, dict)
    assert sum(payment["amount"]["minor"] for payment in payments) == total["minor"]
    books = ledger(story.demo, desk)
    assert books["sum"] == 0
    assert books["cash"] == total["minor"]
    assert books["keys"] == books["transactions"]
    by_subject = Counter(
        mail.subject for mail in {mail.message_id: mail for mail in story.demo.mails(TEACHER)}.values()
    )
    assert set(by_subject.values()) == {1}, by_subject


def pay_while_breaking(story: Story, link: str) -> None:
    """Pay on the hosted page; as the webhooks leave, kill the workers and empty Redis, twice."""
    page = pages.fresh(story.browser)
    pages.pay(page, link, simulator=story.demo.described.payments)
    for _ in range(2):
        killed = kill_workers(story.demo)
        with redis.Redis.from_url(story.demo.described.redis) as queue:
            queue.flushall()
        assert killed
        wait_until(lambda: bool(workers(story.demo)), timeout_seconds=20)
    page.context.close()


def workers(demo: Demo) -> list[int]:
    """Return the pids of `halte work` and of all that it started."""
    parents = [pid for pid in children(demo.described.pid) if "infra work" in command_line(pid)]
    return [pid for parent in parents for pid in (*children(parent), parent)]


def kill_workers(demo: Demo) -> list[int]:
    """Kill -9 every worker process, the relay and their parent; the supervisor brings them back."""
    found = workers(demo)
    for pid in found:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not set(found) & set(workers(demo)), timeout_seconds=20)
    return found


def until_state(desk: Desk, dossier_id: str, state: str) -> None:
    """Wait until a dossier has come to a state, a minute after the last break at most."""
    reached = wait_until(
        lambda: desk.ask("GET", f"/dossiers/{dossier_id}")["state"] == state, timeout_seconds=90, pause_seconds=0.5
    )
    assert reached, desk.ask("GET", f"/dossiers/{dossier_id}")["state"]


def waiting(demo: Demo) -> int:
    """Return how many mails still wait to leave."""
    return int(asked(demo, "SELECT count(*) AS n FROM mails WHERE state = 'queued'")["n"])


def ledger(demo: Demo, desk: Desk) -> dict[str, int]:
    """Sum the centre's books."""
    row = asked(
        demo,
        """SELECT (SELECT coalesce(sum(minor), 0) FROM ledger_entries) AS sum,
                      (SELECT coalesce(sum(e.minor), 0) FROM ledger_entries e
                         JOIN ledger_accounts a ON a.centre_id = e.centre_id AND a.id = e.account_id
                        WHERE a.kind = 'bank') AS cash,
                      (SELECT count(*) FROM ledger_transactions) AS transactions,
                      (SELECT count(DISTINCT key) FROM ledger_transactions) AS keys""",
    )
    return {name: int(row[name]) for name in ("sum", "cash", "transactions", "keys")}


def asked(demo: Demo, sql: str) -> asyncpg.Record:
    """Ask the database as the application does, with this centre's scope and no other."""
    # In a thread: the browser's driver keeps a loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _asked(demo, sql)).result()


async def _asked(demo: Demo, sql: str) -> asyncpg.Record:
    connection = await asyncpg.connect(demo.described.database_app)
    try:
        async with connection.transaction():
            found = await connection.fetchrow("SELECT id FROM find_centre($1)", SLUG)
            await connection.execute("SELECT set_config('halte.centre', $1, true)", str(found["id"]))
            return await connection.fetchrow(sql)
    finally:
        await connection.close()
