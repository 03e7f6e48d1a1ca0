"""The pre-check-in link by mail: once by itself, again when asked, in the client's language, with a link that opens the page."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from infra import settings as settings_module
from infra.database import fetch, fetch_value, tenant_transaction
from infra.errors import DomainError
from infra.mail import RecipientInvalid
from infra.mail.sending import send_mails
from tenants.arrivals.inviting import (
    PRE_CHECK_IN_DAYS,
    PreCheckInDaysInvalid,
    mail_due_pre_check_ins,
    mail_pre_check_in,
    pre_check_in_days,
    set_pre_check_in_days,
)
from tenants.arrivals.operations import complete_pre_check_in, pre_check_in
from tenants.arrivals.survey import send_due_surveys
from tenants.clients.rules import Contact
from tenants.stays.operations import cancel_stay
from tenants.stays.statuses import StayStatusRefuses
from tests.factories.centres import a_centre
from tests.factories.clients import a_client, an_organisation
from tests.factories.stays import ARRIVAL, DESK, a_confirmed_stay
from tests.simulators.smtp import MailServer, mail_server

pytestmark = pytest.mark.usefixtures("pools")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server that the centre's mails go to."""
    with mail_server() as running:
        monkeypatch.setenv("HALTE_SMTP_URL", running.url)
        settings_module.settings.cache_clear()
        yield running
    monkeypatch.undo()
    settings_module.settings.cache_clear()


async def an_expected_stay(centre_id: UUID, *, email: str = "anna@schmidt.example", language: str = "fr") -> UUID:
    client = await a_client(centre_id, email=email, language=language)
    return (await a_confirmed_stay(centre_id, client_id=client.id)).id


async def mails_of(centre_id: UUID, stay_id: UUID) -> list[UUID]:
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch("SELECT id FROM mails WHERE centre_id = $1 AND subject_id = $2", centre_id, stay_id)
    return [row["id"] for row in rows]


async def test_the_link_goes_out_once_by_itself_within_the_days_of_the_centre(server: MailServer) -> None:
    centre = await a_centre(name="Centre de Kerfany")
    stay_id = await an_expected_stay(centre.id, language="de")
    too_early = ARRIVAL - timedelta(days=PRE_CHECK_IN_DAYS + 1)

    assert await mail_due_pre_check_ins(centre.id, too_early) == 0
    assert await mail_due_pre_check_ins(centre.id, too_early + timedelta(days=1)) == 1
    assert await mail_due_pre_check_ins(centre.id, ARRIVAL - timedelta(days=1)) == 0

    assert await send_mails(centre.id, await mails_of(centre.id, stay_id)) == 1
    [message] = server.messages
    assert message["To"] == "anna@schmidt.example"
    assert message["Subject"].startswith("Bereiten Sie Ihre Anreise am ")
    body = message.get_body(("plain",))
    assert body is not None
    found = re.search(r"/i/(\S+)", body.get_content())
    assert found is not None
    assert (await pre_check_in(found[1])).stay_id == stay_id


async def test_each_language_of_the_clients_has_its_letter() -> None:
    centre = await a_centre()
    subjects = set()
    for language in ("fr", "en", "de", "nl", "es", "it"):
        stay_id = await an_expected_stay(centre.id, email=f"{language}@guest.example", language=language)
        await mail_pre_check_in(centre.id, stay_id, actor=DESK)
        async with tenant_transaction(centre.id, read_only=True):
            subjects.add(await fetch_value("SELECT left(subject, 12) FROM mails WHERE subject_id = $1", stay_id))
    assert len(subjects) == 6


async def test_whoever_is_on_site_prepares_the_arrival_even_where_the_card_has_no_address() -> None:
    centre = await a_centre()
    leader = Contact(name="Mme Kerbrat", email="kerbrat@ferry.example", roles=["on_site"])
    office = Contact(name="Intendance", email="intendance@ferry.example", roles=["booking", "invoice"])
    reached = []
    for email, contacts in (
        ("", [office, leader]),
        ("college@ferry.example", [office, leader]),
        ("college@ferry.example", [office]),
        ("", [office]),
        ("", [msgspec.structs.replace(office, roles=["invoice"])]),
    ):
        client = await an_organisation(centre.id, email=email, contacts=contacts)
        stay = await a_confirmed_stay(centre.id, client_id=client.id)
        sent = await mail_due_pre_check_ins(centre.id, ARRIVAL - timedelta(days=1))
        assert await send_due_surveys(centre.id, ARRIVAL - timedelta(days=1)) == sent
        async with tenant_transaction(centre.id, read_only=True):
            reached.append(
                [row["recipient"] for row in await fetch("SELECT recipient FROM mails WHERE subject_id = $1", stay.id)]
            )

    assert reached == [
        ["kerbrat@ferry.example"] * 2,
        ["kerbrat@ferry.example"] * 2,
        ["college@ferry.example"] * 2,
        ["intendance@ferry.example"] * 2,
        [],
    ]


async def test_who_answered_is_not_asked_and_who_lost_the_mail_gets_it_again() -> None:
    centre = await a_centre()
    answered, lost = await an_expected_stay(centre.id), await an_expected_stay(centre.id, email="b@guest.example")
    made, mailed_to = await mail_pre_check_in(centre.id, lost, actor=DESK)
    again, _ = await mail_pre_check_in(centre.id, lost, actor=DESK)
    await mail_pre_check_in(centre.id, answered, actor=DESK)
    await complete_pre_check_in(centre.id, answered, arrival_time="17:00", actor=DESK)

    assert await mail_due_pre_check_ins(centre.id, ARRIVAL - timedelta(days=1)) == 0

    assert (again.url, mailed_to) == (made.url, "b@guest.example")
    assert len(await mails_of(centre.id, lost)) == 1, "a double click is one mail"


async def test_nobody_without_an_address_and_no_cancelled_stay_is_written_to() -> None:
    centre = await a_centre()
    silent = await an_expected_stay(centre.id, email="")
    cancelled = await an_expected_stay(centre.id, email="c@guest.example")
    await cancel_stay(centre.id, cancelled, reason="dates", actor=DESK)

    assert await mail_due_pre_check_ins(centre.id, ARRIVAL - timedelta(days=1)) == 0
    refusals: tuple[tuple[UUID, type[DomainError]], ...] = ((silent, RecipientInvalid), (cancelled, StayStatusRefuses))
    for stay_id, refusal in refusals:
        with pytest.raises(refusal):
            await mail_pre_check_in(centre.id, stay_id, actor=DESK)
        assert await mails_of(centre.id, stay_id) == []
    async with tenant_transaction(centre.id, read_only=True):
        assert await fetch_value("SELECT count(*) FROM guest_links") == 0


async def test_a_centre_says_how_many_days_before_and_may_say_never() -> None:
    centre = await a_centre()
    await an_expected_stay(centre.id)
    async with tenant_transaction(centre.id, read_only=True):
        assert await pre_check_in_days(centre.id) == PRE_CHECK_IN_DAYS
    await set_pre_check_in_days(centre.id, 0, actor=DESK)
    for wrong in (-1, 61):
        with pytest.raises(PreCheckInDaysInvalid):
            await set_pre_check_in_days(centre.id, wrong, actor=DESK)

    assert await mail_due_pre_check_ins(centre.id, ARRIVAL - timedelta(days=1)) == 0
    await set_pre_check_in_days(centre.id, 10, actor=DESK)
    assert await mail_due_pre_check_ins(centre.id, ARRIVAL - timedelta(days=10)) == 1
