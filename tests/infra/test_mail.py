import asyncio
from collections.abc import Iterator
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra import settings as settings_module
from infra.actor import job
from infra.database import fetch_row, fetch_value, tenant_transaction
from infra.files import save_file
from infra.ids import new_id
from infra.mail import Action, RecipientInvalid, checked_address, queue_mail
from infra.mail.addresses import header_text
from infra.mail.layout import html_part, readable
from infra.mail.queries import due_mails, mails
from infra.mail.sending import MailNotFailed, MailUnknown, retry_mail, send_mail, send_mails
from infra.services.ports import free_port
from tests.simulators.smtp import MailServer, mail_server

ACTOR = job("test")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with mail_server() as running:
        monkeypatch.setenv("HALTE_SMTP_URL", running.url)
        monkeypatch.setenv("HALTE_MAIL_DELAYS", "0,0")
        settings_module.settings.cache_clear()
        yield running
    monkeypatch.undo()
    settings_module.settings.cache_clear()


async def a_mail(
    centre_id: UUID, *, key: str = "", attachments: tuple[UUID, ...] = (), subject: str = "Votre demande"
) -> UUID:
    async with tenant_transaction(centre_id):
        return await queue_mail(
            key=key or str(new_id()),
            subject_kind="enquiry",
            subject_id=new_id(),
            recipient="morel@college-ferry.fr",
            subject=subject,
            text="Bonjour,\n\nVoici <votre> lien : https://halte.example/x.",
            action=Action("Ouvrir la page", "https://halte.example/m/abc"),
            reply_to="fil+abc@halte.example",
            sender_name="Centre de Kerfany",
            footer="Centre de Kerfany\n29350 Moëlan-sur-Mer",
            attachments=attachments,
            actor=ACTOR,
        )


async def state(centre_id: UUID, mail_id: UUID) -> tuple[str, int]:
    async with tenant_transaction(centre_id, read_only=True):
        row = await fetch_row("SELECT state, attempts FROM mails WHERE id = $1", mail_id)
    assert row is not None
    return row["state"], row["attempts"]


@pytest.mark.usefixtures("pools")
async def test_a_mail_goes_out_once_with_text_html_and_its_files(server: MailServer) -> None:
    centre_id = new_id()
    async with tenant_transaction(centre_id):
        file_id = await save_file("devis été.pdf", "application/pdf", b"%PDF-1.7")
    mail_id = await a_mail(centre_id, attachments=(file_id,))

    assert await send_mail(centre_id, mail_id)
    assert not await send_mail(centre_id, mail_id)

    [message] = server.messages
    assert message["Subject"] == "Votre demande"
    assert message["From"] == "Centre de Kerfany <halte@127.0.0.1>"
    assert message["To"] == "morel@college-ferry.fr"
    assert message["Reply-To"] == "Centre de Kerfany <fil+abc@halte.example>"
    assert message["Message-ID"] == f"<{mail_id}@127.0.0.1>"
    text, page = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None and page is not None
    assert "Voici <votre> lien" in text.get_content() and "https://halte.example/m/abc" in text.get_content()
    assert "Voici &lt;votre&gt; lien" in page.get_content()
    [attached] = list(message.iter_attachments())
    assert (attached.get_filename(), attached.get_content()) == ("devis été.pdf", b"%PDF-1.7")
    assert await state(centre_id, mail_id) == ("sent", 1)


@pytest.mark.usefixtures("pools")
async def test_the_same_key_makes_one_mail() -> None:
    centre_id = new_id()

    first, second = await a_mail(centre_id, key="welcome:1"), await a_mail(centre_id, key="welcome:1")

    assert first == second
    async with tenant_transaction(centre_id, read_only=True):
        assert await fetch_value("SELECT count(*) FROM outbox WHERE kind = 'mails.queued'") == 1


@pytest.mark.usefixtures("pools")
async def test_two_workers_send_one_mail_once(server: MailServer) -> None:
    centre_id = new_id()
    mail_id = await a_mail(centre_id)
    server.delay_seconds = 0.2

    took = await asyncio.gather(*(send_mail(centre_id, mail_id) for _ in range(8)))

    assert sorted(took) == [False] * 7 + [True]
    assert len(server.messages) == 1


@pytest.mark.usefixtures("pools")
async def test_a_mail_is_tried_again_and_then_ends_in_the_list_where_staff_retry_it(server: MailServer) -> None:
    centre_id = new_id()
    mail_id = await a_mail(centre_id)
    server.answers = ["451 later", "451 later", "451 later"]

    for attempts in (1, 2):
        assert not await send_mail(centre_id, mail_id)
        assert await state(centre_id, mail_id) == ("queued", attempts)
        assert (centre_id, mail_id) in await due_mails(limit=100_000)
    assert not await send_mail(centre_id, mail_id)

    assert await state(centre_id, mail_id) == ("failed", 3)
    async with tenant_transaction(centre_id, read_only=True):
        [line] = await mails(state="failed")
    assert line.id == mail_id and "451" in line.error
    assert (centre_id, mail_id) not in await due_mails(limit=100_000)

    await retry_mail(centre_id, mail_id, actor=ACTOR)
    assert await send_mail(centre_id, mail_id)
    assert await state(centre_id, mail_id) == ("sent", 1)
    with pytest.raises(MailNotFailed):
        await retry_mail(centre_id, mail_id, actor=ACTOR)


@pytest.mark.usefixtures("pools")
async def test_a_mail_refused_for_good_is_not_tried_again(server: MailServer) -> None:
    centre_id = new_id()
    mail_id = await a_mail(centre_id)
    server.answers = ["554 never"]

    await send_mail(centre_id, mail_id)

    assert await state(centre_id, mail_id) == ("failed", 1)


@pytest.mark.usefixtures("pools")
async def test_a_handful_goes_out_by_one_connection_each_marked_once(server: MailServer) -> None:
    centre_id = new_id()
    handful = [await a_mail(centre_id) for _ in range(5)]

    took = await asyncio.gather(send_mails(centre_id, handful), send_mails(centre_id, handful[::-1]))

    assert sorted(took) == [0, 5]
    assert [message["Message-ID"] for message in server.messages] == [f"<{one}@127.0.0.1>" for one in handful]
    assert len(server.peers) == 1
    assert [await state(centre_id, one) for one in handful] == [("sent", 1)] * 5
    async with tenant_transaction(centre_id, read_only=True):
        assert await fetch_value("SELECT count(*) FROM outbox WHERE kind = 'mails.sent'") == 5


@pytest.mark.usefixtures("pools")
async def test_one_refused_among_a_handful_delays_none_of_the_others(server: MailServer) -> None:
    centre_id = new_id()
    handful = [await a_mail(centre_id) for _ in range(3)]
    server.answers = ["554 never"]

    assert await send_mails(centre_id, handful) == 2

    assert [await state(centre_id, one) for one in handful] == [("failed", 1), ("sent", 1), ("sent", 1)]


@pytest.mark.usefixtures("pools")
async def test_a_server_that_hangs_up_after_a_message_is_called_again(server: MailServer) -> None:
    centre_id = new_id()
    handful = [await a_mail(centre_id) for _ in range(3)]
    server.one_each = True

    assert await send_mails(centre_id, handful) == 3

    assert len(server.peers) == 3
    assert [await state(centre_id, one) for one in handful] == [("sent", 1)] * 3


@pytest.mark.usefixtures("pools")
async def test_a_server_that_is_not_there_is_asked_once_for_a_handful(server: MailServer) -> None:
    centre_id = new_id()
    handful = [await a_mail(centre_id) for _ in range(3)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HALTE_SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
        settings_module.settings.cache_clear()
        assert await send_mails(centre_id, handful) == 0

    assert [await state(centre_id, one) for one in handful] == [("queued", 1)] * 3
    settings_module.settings.cache_clear()
    assert await send_mails(centre_id, handful) == 3


@pytest.mark.usefixtures("pools")
async def test_another_centre_can_neither_send_nor_retry_it(server: MailServer) -> None:
    mail_id = await a_mail(new_id())

    assert not await send_mail(new_id(), mail_id)
    with pytest.raises(MailUnknown):
        await retry_mail(new_id(), mail_id, actor=ACTOR)
    assert server.messages == []


@pytest.mark.usefixtures("pools")
async def test_nothing_in_a_subject_begins_another_header(server: MailServer) -> None:
    centre_id = new_id()
    mail_id = await a_mail(centre_id, subject="Bonjour\r\nBcc: all@example.org\n\nbody")

    await send_mail(centre_id, mail_id)

    [message] = server.messages
    assert message["Bcc"] is None
    assert message["Subject"] == "Bonjour Bcc: all@example.org body"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" M.Morel@Ecole-Ferry.FR ", "M.Morel@ecole-ferry.fr"),
        ("a+b@exämple.fr", "a+b@xn--exmple-cua.fr"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert checked_address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "a",
        "a@",
        "@b.fr",
        "a@b",
        "a b@c.fr",
        "a@b.fr, c@d.fr",
        "A <a@b.fr>",
        "a@b.fr\nBcc: c@d.fr",
        "a@b..fr",
        "é@b.fr",
        "a" * 65 + "@b.fr",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(RecipientInvalid):
        checked_address(typed)


@given(st.text())
def test_a_header_is_one_line(text: str) -> None:
    assert header_text(text).splitlines() in ([], [header_text(text)])


@given(st.text())
def test_nothing_typed_becomes_markup(text: str) -> None:
    page = html_part(
        f"x{text}<script>", title=text, sender_name=text, action=None, footer=text, colour=text, language="fr"
    )

    assert "<script" not in page


@pytest.mark.parametrize(("colour", "shown"), [("#0b5d3b", "#0b5d3b"), ("#ffee00", "#1f3a4d"), ("red", "#1f3a4d")])
def test_a_colour_that_white_text_cannot_be_read_on_is_replaced(colour: str, shown: str) -> None:
    assert readable(colour) == shown
