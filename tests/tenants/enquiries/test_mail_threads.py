"""The mails of one demande are one conversation in the client's mail program."""

from collections.abc import Iterator
from email.message import EmailMessage
from uuid import UUID

import pytest

from billing.dossiers.lines import NewLine
from billing.dossiers.operations import promote
from billing.money import Money
from infra import settings as settings_module
from infra.database import fetch, tenant_transaction
from infra.mail.sending import send_mail
from tenants.enquiries.operations import answer
from tests.factories.centres import a_centre
from tests.factories.dossiers import TESTER, a_dossier, a_sent_quote
from tests.factories.enquiries import an_enquiry
from tests.simulators.smtp import MailServer, mail_server

pytestmark = pytest.mark.usefixtures("pools")

CAR = NewLine(label="Divers : car", unit_price=Money(28_000), vat_basis_points=1000)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server that the settings lead to, and a domain of our own."""
    with mail_server() as running:
        monkeypatch.setenv("HALTE_SMTP_URL", running.url)
        monkeypatch.setenv("HALTE_MAIL_DOMAIN", "courrier.example")
        settings_module.settings.cache_clear()
        yield running
    monkeypatch.undo()
    settings_module.settings.cache_clear()


async def sent(server: MailServer, centre_id: UUID) -> list[EmailMessage]:
    """Send every mail of the centre, oldest first, and return what arrived."""
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch("SELECT id FROM mails WHERE centre_id = $1 ORDER BY id", centre_id)
    for row in rows:
        assert await send_mail(centre_id, row["id"])
    return list(server.messages)


async def test_confirmation_answer_and_quote_of_a_demande_refer_to_one_thread(server: MailServer) -> None:
    centre = await a_centre()
    enquiry = await an_enquiry(centre.id)
    await answer(centre.id, enquiry.id, "Nous avons de la place.", actor=TESTER)
    made = await promote(centre.id, enquiry.id, CAR, client_id=None, arrival=None, departure=None, actor=TESTER)
    await a_sent_quote(centre.id, made.id)

    messages = await sent(server, centre.id)

    thread = f"<thread.{enquiry.id}@courrier.example>"
    assert [(message["References"], message["In-Reply-To"]) for message in messages] == [(thread, thread)] * 3
    assert len({message["Message-ID"] for message in messages}) == 3


async def test_two_demandes_are_two_threads_and_a_dossier_without_one_has_its_own(server: MailServer) -> None:
    centre = await a_centre()
    await an_enquiry(centre.id)
    await an_enquiry(centre.id, email="autre@college.example")
    made = await a_dossier(centre.id)
    await a_sent_quote(centre.id, made.id)

    threads = [message["References"] for message in await sent(server, centre.id)]

    assert len(set(threads)) == 3
    assert threads[2] == f"<thread.{made.id}@courrier.example>"
