import asyncio
import smtplib
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest

from infra.database import tenant_transaction
from infra.files import file
from infra.ids import new_id
from infra.mail.operations import mail_domain
from infra.services.ports import answers, free_port
from tenants.enquiries import queries
from tenants.enquiries.correspondence import reply_address
from tests.factories.centres import a_centre
from tests.factories.enquiries import an_enquiry
from tests.simulators.smtp import MailServer
from tests.workers.conftest import wait_for, working
from workers.inbound import listen, take

pytestmark = pytest.mark.usefixtures("pools")


@pytest.fixture
async def port(pools: None) -> AsyncIterator[int]:
    free, stopped = free_port(), asyncio.Event()
    listening = asyncio.create_task(listen(stopped, host="127.0.0.1", port=free))
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", free)
        except OSError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        break
    yield free
    stopped.set()
    await listening


def a_reply(to: str, *, text: str = "Oui, merci !", message_id: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Mme Morel <morel@college-ferry.fr>"
    message["To"] = to
    message["Subject"] = "Re : votre demande"
    message["Message-ID"] = message_id or f"<{new_id()}@ferry>"
    message.set_content(text + "\n\nLe 21 nov. 2026 à 10:42, Kerfany a écrit :\n> Bonjour\n")
    return message


async def hand_over(port: int, message: EmailMessage, *, to: str | None = None) -> None:
    def send() -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.send_message(message, to_addrs=[to] if to else None)

    await asyncio.to_thread(send)


async def thread(centre_id: UUID, enquiry_id: UUID) -> list[queries.MessageFacts]:
    async with tenant_transaction(centre_id, read_only=True):
        return (await queries.messages(centre_id, enquiry_id, notes=True))[1:]


async def test_an_answer_by_mail_comes_back_into_its_thread_once_with_its_files(port: int) -> None:
    centre = await a_centre()
    enquiry = await an_enquiry(centre.id)
    message = a_reply(reply_address(enquiry.id).upper(), message_id="<once@ferry>")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="liste.pdf")

    await hand_over(port, message)
    await hand_over(port, message)

    [said] = await thread(centre.id, enquiry.id)
    assert (said.direction, said.author, said.text) == ("in", "Mme Morel", "Oui, merci !")
    [attached] = said.attachments
    assert attached.file_id is not None
    async with tenant_transaction(centre.id, read_only=True):
        assert (await file(attached.file_id)).content == b"%PDF-1.7"
        assert (await queries.enquiry(centre.id, enquiry.id)).unread


@pytest.mark.parametrize(
    "address",
    ["halte@{domain}", "fil+abc@{domain}", "fil+{other}@{domain}", "{local}x@{domain}", "{local}@elsewhere.example"],
)
async def test_an_address_that_is_not_signed_by_us_is_refused(port: int, address: str) -> None:
    centre = await a_centre()
    enquiry = await an_enquiry(centre.id)
    local = reply_address(enquiry.id).partition("@")[0]
    to = address.format(domain=mail_domain(), local=local, other="a" * 45)

    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        await hand_over(port, a_reply(to), to=to)

    assert refused.value.recipients[to][0] == 550
    assert await thread(centre.id, enquiry.id) == []


async def test_a_signed_address_of_no_enquiry_is_refused(port: int) -> None:
    with pytest.raises(smtplib.SMTPDataError) as refused:
        await hand_over(port, a_reply(reply_address(new_id())))

    assert refused.value.smtp_code == 550


async def test_an_absence_is_noted_and_does_not_ring(port: int) -> None:
    centre = await a_centre()
    enquiry = await an_enquiry(centre.id)
    message = a_reply(reply_address(enquiry.id), text="Je suis absente.")
    message["Auto-Submitted"] = "auto-replied"

    await hand_over(port, message)

    [noted] = await thread(centre.id, enquiry.id)
    assert noted.direction == "note" and "Je suis absente." in noted.text


async def test_a_mail_too_large_is_refused_before_it_is_read(port: int) -> None:
    centre = await a_centre()
    enquiry = await an_enquiry(centre.id)
    message = a_reply(reply_address(enquiry.id), text="x" * 900)
    message.add_attachment(b"0" * 26 * 1024 * 1024, maintype="application", subtype="pdf", filename="gros.pdf")

    with pytest.raises(smtplib.SMTPResponseException) as refused:
        await hand_over(port, message)

    assert refused.value.smtp_code == 552
    assert await thread(centre.id, enquiry.id) == []


async def test_without_a_database_the_server_in_front_is_asked_to_try_again() -> None:
    from infra.pools import close_pools

    centre = await a_centre()
    enquiry = await an_enquiry(centre.id)
    await close_pools()

    assert (await take(enquiry.id, a_reply("x@y.fr").as_bytes())).startswith("451")


async def test_lmtp_is_spoken_too(port: int) -> None:
    def greet() -> int:
        with smtplib.LMTP("127.0.0.1", port) as client:
            client.ehlo_or_helo_if_needed()
            return client.noop()[0]

    assert await asyncio.to_thread(greet) == 250


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_halte_work_starts_the_listener_where_a_port_is_set(tmp_path: Path, mail: MailServer) -> None:
    centre, free = await a_centre(), free_port()
    enquiry = await an_enquiry(centre.id)

    with working(tmp_path / "log", HALTE_SMTP_URL=mail.url, HALTE_INBOUND_PORT=str(free), HALTE_METRICS_PORT="0"):
        await asyncio.to_thread(wait_for, lambda: answers(free))
        await hand_over(free, a_reply(reply_address(enquiry.id)))

    [said] = await thread(centre.id, enquiry.id)
    assert said.text == "Oui, merci !"
