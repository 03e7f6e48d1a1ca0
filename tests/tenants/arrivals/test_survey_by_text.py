"""An e-mail asked for by text where the card has none of its own, won back with its origin and consent, and counted."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from uuid import UUID

import msgspec
import pytest

from infra import settings as settings_module
from infra.database import Row, fetch, tenant_transaction
from infra.outbox.deliveries import Fact
from infra.sms.brevo import Brevo
from tenants.arrivals.contact import give_contact
from tenants.arrivals.survey import Answers, mail_instead_of_text, send_due_surveys, send_survey
from tenants.arrivals.survey_answers import answer_survey
from tenants.clients.operations import add_client
from tenants.clients.queries import client as client_of
from tenants.clients.rules import Consent
from tenants.referential.quality import Sieve
from tenants.referential.reach import Reach, count_reachable, reach
from tenants.tasks.queries import Task, open_tasks
from tenants.text_messages.operations import change_settings, refuse_more
from tenants.text_messages.rules import TextSettings
from tenants.text_messages.sending import send_text
from tests.factories.centres import a_centre
from tests.factories.clients import a_client, client_fields
from tests.factories.stays import ARRIVAL, DESK, a_confirmed_stay
from tests.simulators.texts import KEY, Texts, texts
from workers.subscriptions import SUBSCRIPTIONS, consume

pytestmark = pytest.mark.usefixtures("pools")

RELAY = "anna.123456@guest.booking.com"
TODAY = ARRIVAL - timedelta(days=3)


@pytest.fixture(autouse=True)
def _a_standing_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HALTE_NOW", f"{TODAY + timedelta(days=1)}T10:00:00+00:00")
    settings_module.settings.cache_clear()
    yield
    monkeypatch.undo()
    settings_module.settings.cache_clear()


@pytest.fixture
def outside() -> Iterator[Texts]:
    with texts() as simulated:
        yield simulated


async def a_texting_centre() -> UUID:
    centre = await a_centre(name="Centre de l'Anse")
    wanted = TextSettings(sender="LAnse")
    await change_settings(centre.id, wanted, key=KEY, report_token="", version=None, actor=DESK)
    return centre.id


async def an_expected_client(
    centre_id: UUID, email: str, *, phone: str = "06 52 52 72 72", agrees: bool = True, language: str = "fr"
) -> tuple[UUID, UUID]:
    """Make a card and its stay; return both ids."""
    fields = client_fields(email=email, phone=phone, language=language)
    made = await add_client(
        centre_id, msgspec.structs.replace(fields, sms_consent=agrees), consent=Consent(source="desk"), actor=DESK
    )
    return made.id, (await a_confirmed_stay(centre_id, client_id=made.id)).id


async def queued(centre_id: UUID) -> dict[UUID, Row]:
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch("SELECT * FROM text_messages WHERE centre_id = $1", centre_id)
    return {row["subject_id"]: row for row in rows}


async def mailed(centre_id: UUID) -> list[str]:
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch("SELECT recipient FROM mails WHERE centre_id = $1 ORDER BY recipient", centre_id)
    return [row["recipient"] for row in rows]


async def won(centre_id: UUID) -> list[tuple[str, str, str, bool]]:
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch("SELECT * FROM won_emails WHERE centre_id = $1 ORDER BY won_at, id", centre_id)
    return [(row["origin"], row["quality_before"], row["quality_after"], row["agreed"]) for row in rows]


async def test_the_survey_goes_by_text_where_there_is_no_address_of_their_own_and_an_agreed_mobile() -> None:
    centre_id = await a_texting_centre()
    _, relay = await an_expected_client(centre_id, RELAY)
    _, without = await an_expected_client(centre_id, "", language="de", phone="+49 1512 3456789")
    await an_expected_client(centre_id, "own@orange.fr")
    await an_expected_client(centre_id, RELAY.replace("anna", "zoe"), agrees=False)
    await an_expected_client(centre_id, "", agrees=False)

    assert [await send_due_surveys(centre_id, TODAY) for _ in range(2)] == [4, 0]

    found = await queued(centre_id)
    assert {stay: row["recipient"] for stay, row in found.items()} == {relay: "+33652527272", without: "+4915123456789"}
    assert found[relay]["body"].startswith("Centre de l'Anse : votre séjour du 10/03. Pour bien vous recevoir")
    assert found[without]["body"].startswith("Centre de l'Anse: Ihr Aufenthalt ab 10/03. Bitte nennen")
    assert {row["parts"] for row in found.values()} == {2}
    assert await mailed(centre_id) == ["own@orange.fr", "zoe.123456@guest.booking.com"]


async def test_a_centre_without_texts_mails_the_relay_as_before() -> None:
    centre_id = (await a_centre()).id
    await an_expected_client(centre_id, RELAY)
    await an_expected_client(centre_id, "")

    assert await send_due_surveys(centre_id, TODAY) == 1
    assert (await mailed(centre_id), await queued(centre_id)) == ([RELAY], {})


async def test_where_the_text_fails_the_relay_is_written_to_once_and_not_once_they_answered(outside: Texts) -> None:
    centre_id = await a_texting_centre()
    stays = [(await an_expected_client(centre_id, f"{name}.1@guest.booking.com"))[1] for name in ("anna", "bea")]
    answered, silent = stays
    await send_due_surveys(centre_id, TODAY)
    await answer_survey(centre_id, answered, Answers(arrival_time="17:00"), actor=DESK)
    outside.refusal = (400, "invalid_parameter", "Invalid telephone number")
    found = await queued(centre_id)
    assert await mail_instead_of_text(centre_id, found[silent]["id"], actor=DESK) is False
    for row in found.values():
        await send_text(centre_id, row["id"], gateway=partial(Brevo, url=outside.url))

    told = [await mail_instead_of_text(centre_id, found[stay]["id"], actor=DESK) for stay in (silent, silent, answered)]

    assert told == [True, False, False]
    assert await mailed(centre_id) == ["bea.1@guest.booking.com"]


async def test_a_text_that_failed_with_no_address_to_write_to_waits_at_the_desk_until_they_answer(
    outside: Texts,
) -> None:
    centre_id = await a_texting_centre()
    stays = {name: (await an_expected_client(centre_id, email))[1] for name, email in (("none", ""), ("relay", RELAY))}
    await send_due_surveys(centre_id, TODAY)
    outside.refusal = (400, "invalid_parameter", "Invalid telephone number")
    for row in (await queued(centre_id)).values():
        await send_text(centre_id, row["id"], gateway=partial(Brevo, url=outside.url))

    await told(centre_id, times=2)
    (task,) = await waiting(centre_id)
    assert (task.kind, task.subject_id) == ("text_failed", stays["none"])
    assert task.facts == {"arrival": ARRIVAL.isoformat(), "reason": "invalid"}
    await answer_survey(centre_id, stays["none"], Answers(arrival_time="17:00"), actor=DESK)
    await told(centre_id, times=2)

    assert await waiting(centre_id) == []


async def test_a_text_that_was_refused_by_stop_troubles_nobody(outside: Texts) -> None:
    centre_id = await a_texting_centre()
    await an_expected_client(centre_id, "")
    await send_due_surveys(centre_id, TODAY)
    await refuse_more(centre_id, "+33652527272", actor=DESK)
    (row,) = (await queued(centre_id)).values()
    await send_text(centre_id, row["id"], gateway=partial(Brevo, url=outside.url))

    await told(centre_id)

    assert ((await queued(centre_id))[row["subject_id"]]["state"], outside.received) == ("failed", [])
    assert await waiting(centre_id) == []


async def told(centre_id: UUID, *, times: int = 1) -> None:
    """Let the consumers of texts and surveys have every fact of the centre, so many times over."""
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch("SELECT id, kind, payload FROM outbox WHERE centre_id = $1 ORDER BY sequence", centre_id)
    for row in rows * times:
        fact = Fact(id=row["id"], centre_id=centre_id, kind=row["kind"], payload=row["payload"].encode(), request_id="")
        for name in {"survey-of-failed-text", "task-of-text"} & {*SUBSCRIPTIONS.get(row["kind"], ())}:
            await consume(name, fact)


async def waiting(centre_id: UUID) -> list[Task]:
    async with tenant_transaction(centre_id, read_only=True):
        return await open_tasks(centre_id)


async def test_who_answered_stop_is_mailed_again_and_the_desk_sends_by_the_same_rule() -> None:
    centre_id = await a_texting_centre()
    _, stay = await an_expected_client(centre_id, RELAY)

    assert (await send_survey(centre_id, stay, actor=DESK)).mailed_to == "+33652527272"
    await refuse_more(centre_id, "+33652527272", actor=DESK)
    assert (await send_survey(centre_id, stay, actor=DESK)).mailed_to == RELAY
    assert len(await queued(centre_id)) == 1


async def test_an_address_won_back_stands_on_the_card_with_its_origin_and_its_consent() -> None:
    centre_id = (await a_centre()).id
    agreeing, stay = await an_expected_client(centre_id, RELAY)
    silent, other = await an_expected_client(centre_id, "")
    known, third = await an_expected_client(centre_id, "own@orange.fr")

    await answer_survey(
        centre_id, stay, Answers(email="anna@orange.fr", agreed_words="Oui, les actualités."), actor=DESK
    )
    await answer_survey(centre_id, stay, Answers(email="autre@orange.fr", agreed_words="Oui"), actor=DESK)
    await give_contact(centre_id, other, email="bea@orange.fr", actor=DESK)
    await answer_survey(centre_id, third, Answers(email="new@orange.fr", agreed_words="Oui"), actor=DESK)

    async with tenant_transaction(centre_id, read_only=True):
        cards = [await client_of(centre_id, each) for each in (agreeing, silent, known)]
    assert [card.fields.email for card in cards] == ["anna@orange.fr", "bea@orange.fr", "own@orange.fr"]
    by_mail = [[each for each in card.consents if each.kind == "email"] for card in cards]
    assert [(each.source, each.text) for each in by_mail[0]] == [("arrival_survey", "Oui, les actualités.")]
    assert by_mail[1:] == [[], []]
    assert await won(centre_id) == [
        ("arrival_survey", "ota_alias", "valid", True),
        ("pre_check_in", "empty", "valid", False),
    ]


async def test_a_relay_given_for_a_relay_is_not_won() -> None:
    centre_id = (await a_centre()).id
    _, stay = await an_expected_client(centre_id, "")
    await answer_survey(centre_id, stay, Answers(email=RELAY), actor=DESK)
    assert await won(centre_id) == []


async def test_a_month_keeps_its_last_count_by_source_and_another_centre_sees_none() -> None:
    centre_id, other = (await a_centre()).id, (await a_centre()).id
    _, stay = await an_expected_client(centre_id, RELAY)
    await a_client(centre_id)
    await add_client(centre_id, client_fields(email=""), source="import:pms", actor=DESK)
    before, march = TODAY.replace(month=2, day=27), TODAY.replace(day=1)
    await count_reachable(centre_id, before)
    await count_reachable(centre_id, march)
    await answer_survey(centre_id, stay, Answers(email="anna@orange.fr"), actor=DESK)
    for _ in range(2):
        await count_reachable(centre_id, TODAY)

    async with tenant_transaction(centre_id, read_only=True):
        whole = await reach(Sieve(centre_id=centre_id))
        imported = await reach(Sieve(centre_id=centre_id, source="import:pms"))
    async with tenant_transaction(other, read_only=True):
        assert await reach(Sieve()) == []
    assert whole == [
        Reach(name="2027-02", cards=3, reachable=1, won=0),
        Reach(name="2027-03", cards=3, reachable=2, won=1),
    ]
    assert imported == [Reach(name=month, cards=1, reachable=0, won=0) for month in ("2027-02", "2027-03")]
