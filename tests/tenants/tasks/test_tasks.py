"""What waits for a person: raised once for each cause, done by staff, or by itself once the cause is gone."""

import asyncio
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from billing.dossiers.cancelling import Step, cancel_with_or_without_fee, set_cancellation_scale
from billing.money import Money
from billing.payments.by_hand import ManualPayment, record_payment
from billing.payments.giving_back import refund
from infra.clock import today
from infra.database import execute, fetch, tenant_transaction
from infra.ids import new_id
from infra.mail import queue_mail
from infra.mail.sending import retry_mail
from infra.outbox.deliveries import Fact
from tenants.stays.operations import cancel_stay, confirm_stay, end_options, undo_cancellation
from tenants.tasks.operations import TaskUnknown, finish_task, raise_task
from tenants.tasks.queries import Task, count_open, open_tasks
from tenants.tasks.rules import Kind
from tests.billing.reading import facts, seen
from tests.factories.centres import a_centre
from tests.factories.dossiers import TESTER, a_dossier, an_accepted_dossier
from workers.subscriptions import SUBSCRIPTIONS, consume

pytestmark = pytest.mark.usefixtures("pools")


async def work(centre_id: UUID, *, times: int = 1) -> None:
    """Let the consumers of tasks have every fact of the centre, so many times over."""
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch("SELECT id, kind, payload FROM outbox WHERE centre_id = $1 ORDER BY sequence", centre_id)
    for row in rows * times:
        fact = Fact(id=row["id"], centre_id=centre_id, kind=row["kind"], payload=row["payload"].encode(), request_id="")
        for name in SUBSCRIPTIONS.get(row["kind"], ()):
            if name.startswith("task"):
                await consume(name, fact)


async def waiting(centre_id: UUID) -> list[Task]:
    async with tenant_transaction(centre_id, read_only=True):
        return await open_tasks(centre_id)


async def an_ended_option(centre_id: UUID) -> tuple[UUID, UUID, str]:
    """Accept a quote and let its option's day pass; return dossier, stay and the dossier's number."""
    made, _, _ = await an_accepted_dossier(centre_id)
    dossier = await seen(centre_id, made.id)
    async with tenant_transaction(centre_id):
        await execute(
            "UPDATE stays SET status = 'option', option_until = $2 WHERE id = $1",
            dossier.stay_id,
            today("Europe/Paris"),
        )
        await execute("UPDATE stays SET option_until = option_until - 1 WHERE id = $1", dossier.stay_id)
    assert await end_options(centre_id, today("Europe/Paris")) == 1
    return made.id, dossier.stay_id, dossier.number


async def test_a_fee_waits_for_whoever_bills_until_the_cancellation_is_taken_back() -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id, arrival=today("Europe/Paris") + timedelta(days=20))
    stay_id = (await seen(centre.id, made.id)).stay_id
    await set_cancellation_scale(centre.id, [Step(days_before=30, share_basis_points=3_000)], actor=TESTER)
    kinds = []
    for undone in (True, False):
        await cancel_with_or_without_fee(centre.id, stay_id, reason="mistake", with_fee=True, actor=TESTER)
        await work(centre.id)
        kinds.append([task.kind for task in await waiting(centre.id)])
        if undone:
            await undo_cancellation(centre.id, stay_id, actor=TESTER)
            await work(centre.id, times=2)
            kinds.append([task.kind for task in await waiting(centre.id)])
    assert kinds == [["cancellation_fee"], [], ["cancellation_fee"]]


async def test_an_option_that_ended_with_a_dossier_waits_once_until_the_stay_is_sold() -> None:
    centre = await a_centre()
    dossier_id, stay_id, number = await an_ended_option(centre.id)

    await work(centre.id, times=3)

    [task] = await waiting(centre.id)
    assert (task.kind, task.subject_kind, task.subject_id) == ("option_ended", "dossier", dossier_id)
    assert task.facts == {"number": number}
    assert await facts(centre.id, "tasks.") == ["tasks.raised"]
    await confirm_stay(centre.id, stay_id, reason="accord écrit", actor=TESTER)
    await work(centre.id, times=2)
    assert await waiting(centre.id) == []
    assert await facts(centre.id, "tasks.") == ["tasks.raised", "tasks.finished"]


async def test_money_for_an_ended_option_waits_until_it_went_back() -> None:
    centre = await a_centre()
    dossier_id, stay_id, number = await an_ended_option(centre.id)
    payment_id = await record_payment(
        centre.id, dossier_id, ManualPayment(means="transfer", amount=Money(3_000)), actor=TESTER
    )

    await work(centre.id, times=2)

    assert {(task.kind, task.facts.get("stay", "")) for task in await waiting(centre.id)} == {
        ("option_ended", ""),
        ("stay_left_unconfirmed", "tentative"),
    }
    await cancel_stay(centre.id, stay_id, reason="client", actor=TESTER)
    await work(centre.id)
    assert [(task.kind, task.facts["number"]) for task in await waiting(centre.id)] == [
        ("stay_left_unconfirmed", number)
    ]
    await refund(centre.id, payment_id, None, reason="", actor=TESTER)
    await work(centre.id)
    assert await waiting(centre.id) == []


async def test_a_task_that_staff_did_is_not_raised_again_by_the_same_cause() -> None:
    centre = await a_centre()
    await an_ended_option(centre.id)
    await work(centre.id)
    [task] = await waiting(centre.id)

    await finish_task(centre.id, task.id, actor=TESTER)
    await finish_task(centre.id, task.id, actor=TESTER)
    await work(centre.id, times=2)

    assert await waiting(centre.id) == []
    assert await facts(centre.id, "tasks.") == ["tasks.raised", "tasks.finished"]
    with pytest.raises(TaskUnknown):
        await finish_task((await a_centre()).id, task.id, actor=TESTER)


async def test_ten_who_notice_at_once_raise_one() -> None:
    centre, subject = await a_centre(), new_id()

    made = await asyncio.gather(
        *(
            raise_task(centre.id, Kind.MAIL_FAILED, subject, cause=str(number), facts={}, actor=TESTER)
            for number in range(10)
        )
    )

    assert len([one for one in made if one is not None]) == 1
    async with tenant_transaction(centre.id, read_only=True):
        assert await count_open(centre.id) == 1


async def test_a_mail_that_failed_for_good_waits_until_it_is_tried_again_and_again_if_it_fails_again() -> None:
    centre = await a_centre()
    about = new_id()
    async with tenant_transaction(centre.id):
        mail_id = await queue_mail(
            key=str(new_id()),
            subject_kind="dossier",
            subject_id=about,
            recipient="parti@college.example",
            subject="Votre devis",
            text="Bonjour",
            sender_name=centre.name,
            actor=TESTER,
        )
    await fails(centre.id, mail_id)
    await work(centre.id, times=2)
    [task] = await waiting(centre.id)
    assert (task.kind, task.subject_id, task.facts) == (
        "mail_failed", mail_id, {"about": "dossier", "about_id": str(about)},
    )  # fmt: skip

    await retry_mail(centre.id, mail_id, actor=TESTER)
    await work(centre.id)
    assert await waiting(centre.id) == []
    await fails(centre.id, mail_id)
    await work(centre.id)

    assert [task.kind for task in await waiting(centre.id)] == ["mail_failed"]


async def fails(centre_id: UUID, mail_id: UUID) -> None:
    """Let the mail fail for good as the sender does, without a mail server."""
    from infra.mail.sending import send_mail

    async with tenant_transaction(centre_id):
        # An attachment that is not there cannot be composed: trying again cannot help.
        missing = msgspec.json.encode([new_id()]).decode()
        await execute("UPDATE mails SET attachments = $2 WHERE id = $1", mail_id, missing)
    assert not await send_mail(centre_id, mail_id)
