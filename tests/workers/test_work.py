"""Nothing is lost and nothing is done twice, whatever is killed. Real processes, real Redis, real SMTP."""

import asyncio
import time
from pathlib import Path
from uuid import UUID

import pytest
import redis

from infra.actor import job
from infra.database import fetch_value, relay_transaction, tenant_transaction
from infra.ids import new_id
from infra.mail import queue_mail
from tests.simulators.smtp import MailServer
from tests.workers.conftest import Work, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


async def queue_one(centre_id: UUID) -> UUID:
    async with tenant_transaction(centre_id):
        return await queue_mail(
            key=str(new_id()),
            subject_kind="enquiry",
            subject_id=new_id(),
            recipient="morel@college-ferry.fr",
            subject="Votre demande",
            text="Bonjour",
            sender_name="Centre de Kerfany",
            actor=job("test", request_id="request-of-the-form"),
        )


async def until_sent(centre_id: UUID, count: int, *, seconds: float = 60.0) -> float:
    began = time.monotonic()
    while True:
        async with tenant_transaction(centre_id, read_only=True):
            sent = await fetch_value("SELECT count(*) FROM mails WHERE centre_id = $1 AND state = 'sent'", centre_id)
        async with relay_transaction():
            open_ = await fetch_value(
                """SELECT (SELECT count(*) FROM outbox_deliveries WHERE done_at IS NULL)
                       + (SELECT count(*) FROM outbox WHERE relayed_at IS NULL)"""
            )
        if sent == count and open_ == 0:
            return time.monotonic() - began
        assert time.monotonic() - began < seconds, f"{sent} of {count} sent, {open_} deliveries open"
        await asyncio.sleep(0.1)


def message_ids(mail: MailServer) -> list[str]:
    return [message["Message-ID"] for message in mail.messages]


async def test_a_queued_mail_is_sent_and_its_log_carries_the_request(work: Work, mail: MailServer) -> None:
    centre_id = new_id()
    wait_for(lambda: bool(work.children("worker")))
    await queue_one(centre_id)

    await until_sent(centre_id, 1)

    assert len(mail.messages) == 1
    assert '"request_id": "request-of-the-form"' in work.log.read_text()


async def test_a_worker_killed_in_the_middle_of_a_mail_is_replaced_and_the_mail_goes_out(
    work: Work, mail: MailServer
) -> None:
    centre_id = new_id()
    mail.delay_seconds = 2
    await queue_one(centre_id)
    await asyncio.to_thread(wait_for, lambda: mail.begun == 1)

    killed = work.kill("worker")
    mail.delay_seconds = 0
    seconds = await until_sent(centre_id, 1)

    assert seconds < 60
    assert killed not in work.children("worker")
    assert len(set(message_ids(mail))) == 1


async def test_an_emptied_redis_loses_nothing(work: Work, mail: MailServer, queue: redis.Redis) -> None:
    centre_id = new_id()
    for _ in range(20):
        await queue_one(centre_id)
        queue.flushall()

    await until_sent(centre_id, 20)

    assert len(set(message_ids(mail))) == 20


async def test_a_killed_relay_is_replaced_and_nothing_is_lost(work: Work, mail: MailServer) -> None:
    centre_id = new_id()
    killed = work.kill("relay")
    for _ in range(5):
        await queue_one(centre_id)

    await until_sent(centre_id, 5)

    assert killed not in work.children("relay")
    assert len(message_ids(mail)) == 5


async def test_a_killed_parent_takes_its_children_with_it(work: Work) -> None:
    wait_for(lambda: all(work.children(name) for name in ("relay", "scheduler", "worker")))
    pids = [pid for name in ("relay", "scheduler", "worker") for pid in work.children(name)]

    work.process.kill()
    work.process.wait()

    await asyncio.to_thread(wait_for, lambda: not any(_is_alive(pid) for pid in pids), seconds=20)


async def test_a_mail_server_that_refuses_for_a_while_delays_mails_and_loses_none(work: Work, mail: MailServer) -> None:
    centre_id = new_id()
    mail.answers = ["451 later", "451 later"]
    await queue_one(centre_id)

    await until_sent(centre_id, 1)

    assert mail.begun == 3
    assert len(mail.messages) == 1


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False
