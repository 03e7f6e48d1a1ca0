"""Stripe asked instead of told, through the same inbox: for a demo that no webhook can reach."""

import pytest

from billing.dossiers.rules import State
from billing.payments.checkout import open_payment_link
from billing.payments.polling import poll_stripe_events, webhooks_cannot_come
from infra.database import execute, fetch, relay_transaction
from infra.inbox import StoredEvent
from infra.settings import Settings
from tests.billing.reading import seen, stay_status
from tests.billing.stripe_events import apply_all, press
from tests.factories.centres import a_centre
from tests.factories.dossiers import an_accepted_dossier, token_of
from tests.infra.services.payments.simulator import Simulator
from workers.schedule import Job, take_due_jobs

pytestmark = pytest.mark.usefixtures("pools")


async def inbox(event_ids: list[str]) -> list[StoredEvent]:
    async with relay_transaction():
        rows = await fetch(
            "SELECT id, source, event_id, payload FROM inbox WHERE event_id = ANY($1) ORDER BY received_at", event_ids
        )
        await execute("UPDATE inbox SET done_at = now() WHERE event_id = ANY($1)", event_ids)
    return [StoredEvent(**{**dict(row), "payload": row["payload"].encode()}) for row in rows]


async def test_a_deposit_paid_at_stripe_is_booked_without_a_webhook_and_once(simulator: Simulator) -> None:
    centre = await a_centre(stripe_account=simulator.account)
    made, _, accepted = await an_accepted_dossier(centre.id)
    opened = await open_payment_link(token_of(accepted.payment_url))
    press(simulator, opened.checkout_url, "pay")

    new = await poll_stripe_events()
    await apply_all(await inbox(new))

    assert new
    dossier = await seen(centre.id, made.id)
    assert dossier.state is State.DEPOSIT_PAID
    assert await stay_status(centre.id, dossier.stay_id) == "confirmed"
    assert await poll_stripe_events() == []


@pytest.mark.parametrize(
    ("told", "cannot"),
    [
        (Settings(demo=True, stripe_key="sk_test_1"), True),
        (Settings(demo=True, stripe_key="sk_test_1", stripe_api_base="http://127.0.0.1:9"), False),
        (Settings(demo=True), False),
        (Settings(stripe_key="sk_live_1"), False),
    ],
)
def test_only_a_demo_at_stripe_itself_asks(told: Settings, *, cannot: bool) -> None:
    assert webhooks_cannot_come(told) is cannot


async def test_a_job_that_is_not_wanted_is_never_taken() -> None:
    async def run() -> None:
        raise AssertionError

    assert await take_due_jobs({"poll-nothing": Job(run=run, every_seconds=1, wanted=lambda: False)}) == []
    assert await take_due_jobs({"poll-something": Job(run=run, every_seconds=1, wanted=lambda: True)}) == [
        "poll-something"
    ]
