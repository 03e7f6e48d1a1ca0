"""Texts go out once, to who agreed, when they may ring, within what the centre pays; the gateway's reports are followed."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import msgspec
import pytest

from infra import settings as settings_module
from infra.actor import job
from infra.database import Row, execute, fetch, fetch_row, tenant_transaction
from infra.errors import RightMissing, StaleVersion
from infra.ids import new_id
from infra.inbox import StoredEvent
from infra.sms import brevo as brevo_module
from infra.sms.brevo import Brevo
from infra.sms.gateway import Later, Rejected, Taken, Unheard
from tenants.centres.rules import CentreRef
from tenants.clients.operations import add_client, change_client
from tenants.clients.queries import client as client_of
from tenants.clients.rules import Consent
from tenants.retention.erasing import erase_client
from tenants.text_messages import operations, queries
from tenants.text_messages.reports import ReportNotProved, apply_report, verified_report
from tenants.text_messages.rules import TextNotAllowed, TextSettings, TextSettingsInvalid, TextsNotSetUp
from tenants.text_messages.sending import MakeGateway, send_due_texts, send_text
from tests.factories.accounts import someone
from tests.factories.centres import a_centre
from tests.factories.clients import client_fields
from tests.simulators.texts import KEY, Texts, shown_at, texts

pytestmark = pytest.mark.usefixtures("pools")

WORK = job("texts")
DIRECTION = someone("centre.edit")
TOKEN = "un-jeton-de-vingt-signes.ou-plus"
WEDNESDAY = "2027-03-10T10:00:00+00:00"
PHONE = "+33652527272"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator["Clock"]:
    """A clock that stands still on a Wednesday morning."""
    standing = Clock(monkeypatch)
    standing.at(WEDNESDAY)
    yield standing
    monkeypatch.undo()
    settings_module.settings.cache_clear()


class Clock:
    """The clock of a test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch

    def at(self, instant: str) -> None:
        """Stand at an instant."""
        self._patch.setenv("HALTE_NOW", instant)
        settings_module.settings.cache_clear()


@pytest.fixture
def outside() -> Iterator[Texts]:
    """Brevo."""
    with texts() as simulated:
        yield simulated


def through(outside: Texts) -> MakeGateway:
    return partial(Brevo, url=outside.url)


async def a_centre_that_texts(**over: object) -> CentreRef:
    """Make a centre that is set up to send."""
    centre = await a_centre(postal_code="29930")
    wanted = TextSettings(sender="Kerfany", **over)  # type: ignore[arg-type]
    await operations.change_settings(centre.id, wanted, key=KEY, report_token=TOKEN, version=0, actor=DIRECTION)
    return centre


async def an_agreeing_client(centre_id: UUID, *, phone: str = "06 52 52 72 72", agrees: bool = True) -> UUID:
    fields = msgspec.structs.replace(client_fields(phone=phone), sms_consent=agrees)
    consent = Consent(source="contact_form", text="Oui, par SMS.")
    return (await add_client(centre_id, fields, consent=consent, actor=WORK)).id


async def a_text(centre_id: UUID, client_id: UUID, *, key: str = "", days: int = 5, text: str = "Bonjour") -> UUID:
    return await operations.queue_text(
        centre_id,
        client_id,
        key=key or f"test:{uuid4()}",
        subject_kind="client",
        subject_id=client_id,
        text=text,
        expires_at=datetime.fromisoformat(WEDNESDAY).astimezone(UTC) + timedelta(days=days),
        actor=WORK,
    )


async def row_of(centre_id: UUID, text_id: UUID) -> Row:
    async with tenant_transaction(centre_id, read_only=True):
        row = await fetch_row("SELECT * FROM text_messages WHERE centre_id = $1 AND id = $2", centre_id, text_id)
    assert row is not None
    return row


async def facts(centre_id: UUID, text_id: UUID) -> list[str]:
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch("SELECT kind FROM outbox WHERE subject_id = $1 ORDER BY sequence", text_id)
    return [row["kind"].removeprefix("text_messages.") for row in rows]


async def spent(centre_id: UUID) -> int:
    month = datetime.fromisoformat(WEDNESDAY).date().replace(day=1)
    async with tenant_transaction(centre_id, read_only=True):
        return await queries.spent_ten_thousandths(centre_id, month)


async def test_a_text_goes_out_once_as_the_gateway_wants_it(clock: Clock, outside: Texts) -> None:
    centre = await a_centre_that_texts()
    client = await an_agreeing_client(centre.id)
    first, again = [await a_text(centre.id, client, key="one", text="Bonjour de l’hôtel") for _ in range(2)]

    answers = await asyncio.gather(*(send_text(centre.id, first, gateway=through(outside)) for _ in range(3)))

    assert first == again
    assert [answer for answer in answers if answer is not None] == [Taken("1500000")]
    (sent,) = outside.received
    path, header = shown_at(str(sent["webUrl"]))
    assert (path, header[:6]) == (f"/webhooks/texts/{centre.slug}", "Basic ")
    assert {name: sent[name] for name in ("sender", "recipient", "content", "type", "tag", "unicodeEnabled")} == {
        "sender": "Kerfany", "recipient": "33652527272", "content": "Bonjour de l'hotel STOP au 36111", "type": "marketing",
        "tag": str(first), "unicodeEnabled": False,
    }  # fmt: skip
    assert await facts(centre.id, first) == ["queued", "sent"]
    assert await spent(centre.id) == 450


async def test_nobody_is_written_to_without_a_mobile_a_consent_and_a_key(clock: Clock) -> None:
    centre, silent = await a_centre_that_texts(), await a_centre()
    for phone, agrees in (("02 98 39 41 27", True), ("06 52 52 72 72", False), ("", True)):
        client = await an_agreeing_client(centre.id, phone=phone, agrees=agrees)
        with pytest.raises(TextNotAllowed):
            await a_text(centre.id, client)
    client = await an_agreeing_client(silent.id)
    with pytest.raises(TextsNotSetUp):
        await a_text(silent.id, client)
    async with tenant_transaction(centre.id, read_only=True):
        assert await queries.texts(centre.id) == []


async def test_a_text_of_saturday_evening_rings_on_monday_and_one_too_late_not_at_all(
    clock: Clock, outside: Texts
) -> None:
    centre = await a_centre_that_texts()
    client = await an_agreeing_client(centre.id)
    clock.at("2027-03-13T20:00:00+00:00")
    waits, late = await a_text(centre.id, client), await a_text(centre.id, client, days=4)

    assert [await send_text(centre.id, each, gateway=through(outside)) for each in (waits, late)] == [None, None]
    assert str((await row_of(centre.id, waits))["next_at"]) == "2027-03-15 08:00:00+00:00"
    clock.at("2027-03-15T08:00:00+00:00")
    answers = [await send_text(centre.id, each, gateway=through(outside)) for each in (waits, late)]

    assert answers == [Taken("1500000"), None]
    assert (await row_of(centre.id, late))["reason"] == "too_late"
    assert await facts(centre.id, late) == ["queued", "failed"]
    assert len(outside.received) == 1


async def test_a_retry_that_falls_in_the_evening_waits_for_the_morning(clock: Clock, outside: Texts) -> None:
    centre = await a_centre_that_texts()
    text = await a_text(centre.id, await an_agreeing_client(centre.id))
    outside.refusal = (402, "not_enough_credits", "no credit")
    assert isinstance(await send_text(centre.id, text, gateway=through(outside)), Later)
    outside.refusal = None
    clock.at("2027-03-10T19:30:00+00:00")

    assert await send_text(centre.id, text, gateway=through(outside)) is None
    assert str((await row_of(centre.id, text))["next_at"]) == "2027-03-11 08:00:00+00:00"
    assert outside.received == []


@pytest.mark.parametrize(
    ("refusal", "reason", "pause"),
    [
        ((401, "unauthorized", "Key not found"), "key_refused (unauthorized: Key not found)", 60),
        ((403, "account_under_validation", ""), "key_refused (account_under_validation)", 60),
        ((402, "not_enough_credits", "no"), "no_credit (not_enough_credits: no)", 60),
        ((429, "too_many_requests", ""), "too_many (too_many_requests)", 240),
    ],
)
async def test_what_may_be_taken_later_waits_and_costs_nothing(
    clock: Clock, outside: Texts, refusal: tuple[int, str, str], reason: str, pause: int
) -> None:
    centre = await a_centre_that_texts()
    text = await a_text(centre.id, await an_agreeing_client(centre.id))
    outside.refusal, outside.wait_seconds = refusal, "240"

    await send_text(centre.id, text, gateway=through(outside))

    row = await row_of(centre.id, text)
    assert (row["state"], row["reason"], row["in_doubt"], row["attempts"]) == ("queued", reason, False, 1)
    assert row["next_at"] == datetime.fromisoformat(WEDNESDAY) + timedelta(seconds=pause)
    assert await spent(centre.id) == 0


async def test_what_will_never_be_taken_fails_at_once(clock: Clock, outside: Texts) -> None:
    centre = await a_centre_that_texts()
    text = await a_text(centre.id, await an_agreeing_client(centre.id))
    outside.refusal = (400, "invalid_parameter", "Invalid telephone number")

    assert isinstance(await send_text(centre.id, text, gateway=through(outside)), Rejected)
    row = await row_of(centre.id, text)
    assert (row["state"], row["reason"]) == ("failed", "invalid (invalid_parameter: Invalid telephone number)")
    assert await facts(centre.id, text) == ["queued", "failed"]


@pytest.mark.parametrize("arrived", [True, False])
async def test_what_was_not_answered_is_looked_up_before_it_is_sent_again(
    clock: Clock, outside: Texts, monkeypatch: pytest.MonkeyPatch, *, arrived: bool
) -> None:
    centre = await a_centre_that_texts()
    text = await a_text(centre.id, await an_agreeing_client(centre.id))
    if arrived:
        outside.loses_answers = True
    else:
        outside.refusal = (500, "", "")
    assert isinstance(await send_text(centre.id, text, gateway=through(outside)), Unheard)
    row = await row_of(centre.id, text)
    assert (row["in_doubt"], await spent(centre.id)) == (True, 450)
    outside.loses_answers, outside.refusal, outside.asked = False, None, []
    clock.at("2027-03-10T10:05:00+00:00")

    assert await send_text(centre.id, text, gateway=through(outside)) == Taken("1500000")
    assert len(outside.received) == 1
    asked = ["GET /v3/transactionalSMS/statistics/events", "POST /v3/transactionalSMS/send"]
    assert outside.asked == (asked[:1] if arrived else asked)
    assert await spent(centre.id) == 450


async def test_a_gateway_that_is_slow_is_not_waited_for(
    clock: Clock, outside: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brevo_module, "SECONDS", 0.05)
    centre = await a_centre_that_texts()
    text = await a_text(centre.id, await an_agreeing_client(centre.id))
    outside.delay_seconds = 0.6

    assert await send_text(centre.id, text, gateway=through(outside)) == Unheard("ReadTimeout")


async def test_a_claim_whose_worker_died_is_looked_up_too(clock: Clock, outside: Texts) -> None:
    centre = await a_centre_that_texts()
    text = await a_text(centre.id, await an_agreeing_client(centre.id))
    await send_text(centre.id, text, gateway=through(outside))
    async with tenant_transaction(centre.id):
        await execute(
            "UPDATE text_messages SET state = 'queued', in_doubt = true, next_at = $2 WHERE centre_id = $1",
            centre.id, datetime.fromisoformat(WEDNESDAY),
        )  # fmt: skip

    assert await send_text(centre.id, text, gateway=through(outside)) == Taken("1500000")
    assert len(outside.received) == 1


async def test_a_month_costs_at_most_its_cap_even_when_all_go_at_once(clock: Clock, outside: Texts) -> None:
    centre = await a_centre_that_texts(part_price_ten_thousandths=4000, monthly_cap_minor=100)
    client = await an_agreeing_client(centre.id)
    waiting = [await a_text(centre.id, client) for _ in range(4)]

    answers = await asyncio.gather(*(send_text(centre.id, each, gateway=through(outside)) for each in waiting))

    assert len([answer for answer in answers if isinstance(answer, Taken)]) == 2
    assert len(outside.received) == 2
    assert await spent(centre.id) == 8000
    reasons = sorted([(await row_of(centre.id, each))["reason"] for each in waiting])
    assert reasons == ["", "", "monthly_cap", "monthly_cap"]
    clock.at("2027-04-01T10:00:00+00:00")
    later = await a_text(centre.id, client, days=40)
    assert isinstance(await send_text(centre.id, later, gateway=through(outside)), Taken)


async def test_the_schedule_sends_what_is_due_in_every_centre_and_stops_where_nobody_answers(
    clock: Clock, outside: Texts
) -> None:
    ours = set()
    for _ in range(2):
        centre = await a_centre_that_texts()
        ours.add(str(await a_text(centre.id, await an_agreeing_client(centre.id))))
    outside.refusal = (500, "", "")
    assert await send_due_texts(gateway=through(outside)) == 0
    assert len(outside.asked) == 1
    outside.refusal = None
    clock.at("2027-03-10T11:00:00+00:00")

    assert await send_due_texts(gateway=through(outside)) >= 2
    assert sorted(each["tag"] for each in outside.received if each["tag"] in ours) == sorted(ours)


async def told(centre: CentreRef, payload: bytes, authorization: str = f"Bearer {TOKEN}") -> bool:
    verified = await verified_report(centre.slug, payload, authorization)
    assert verified is not None
    event = StoredEvent(id=new_id(), source="texts", event_id=verified[0], payload=verified[1])
    return await apply_report(event, actor=WORK)


async def test_reports_are_followed_in_any_order_and_once(clock: Clock, outside: Texts) -> None:
    centre = await a_centre_that_texts()
    client = await an_agreeing_client(centre.id)
    arrives, bounces = await a_text(centre.id, client), await a_text(centre.id, client)
    for each in (arrives, bounces):
        await send_text(centre.id, each, gateway=through(outside))

    moved = [
        await told(centre, outside.report(status, place=place, **more))
        for place, status, more in (
            (0, "delivered", {"sms_count": 2}), (0, "delivered", {}), (0, "hard_bounce", {}), (0, "sent", {}),
            (1, "soft_bounce", {}), (1, "hard_bounce", {"description": "unknown subscriber"}), (1, "sent", {}),
        )
    ]  # fmt: skip

    assert moved == [True, False, False, False, False, True, False]
    states = [(row["state"], row["reason"]) for row in [await row_of(centre.id, each) for each in (arrives, bounces)]]
    assert states == [("delivered", ""), ("failed", "hard_bounce: unknown subscriber")]
    assert await facts(centre.id, arrives) == ["queued", "sent", "delivered"]
    assert await facts(centre.id, bounces) == ["queued", "sent", "failed"]


async def test_a_report_that_comes_before_our_own_mark_ends_the_doubt(clock: Clock, outside: Texts) -> None:
    centre = await a_centre_that_texts()
    text = await a_text(centre.id, await an_agreeing_client(centre.id))
    outside.loses_answers = True
    await send_text(centre.id, text, gateway=through(outside))
    await told(centre, outside.report("delivered"))
    clock.at("2027-03-10T11:00:00+00:00")

    assert await send_text(centre.id, text, gateway=through(outside)) is None
    assert (await row_of(centre.id, text))["provider_id"] == "1500000"
    assert len(outside.received) == 1


async def test_only_who_shows_the_token_is_believed(clock: Clock, outside: Texts) -> None:
    centre, other = await a_centre_that_texts(), await a_centre()
    await send_text(centre.id, await a_text(centre.id, await an_agreeing_client(centre.id)), gateway=through(outside))
    body = outside.report("delivered")
    _path, header = shown_at(str(outside.received[0]["webUrl"]))

    for wrong in ("", "Bearer", "Bearer x", f"Bearer {TOKEN}x", "Basic eDp5", "Basic é", f"Digest {TOKEN}"):
        with pytest.raises(ReportNotProved):
            await verified_report(centre.slug, body, wrong)
    shown = [await verified_report(centre.slug, body, right) for right in (header, f"Bearer {TOKEN}")]
    assert shown[0] == shown[1] and shown[0] is not None
    assert await verified_report(other.slug, body, header) is None
    assert await verified_report("no-such-centre", body, header) is None
    assert await verified_report(centre.slug, b'{"msg_status": "opened", "to": "1"}', header) == ("", b"")


async def test_stop_ends_the_consent_of_every_card_with_that_phone_until_it_is_given_again(
    clock: Clock, outside: Texts
) -> None:
    centre, other = await a_centre_that_texts(), await a_centre_that_texts()
    client, spouse = [await an_agreeing_client(centre.id) for _ in range(2)]
    elsewhere = await an_agreeing_client(other.id)
    sent, waiting = await a_text(centre.id, client), await a_text(centre.id, spouse)
    await send_text(centre.id, sent, gateway=through(outside))

    for _ in range(2):
        await told(centre, outside.report("replied", reply="Stop merci"))

    assert await send_text(centre.id, waiting, gateway=through(outside)) is None
    assert (await row_of(centre.id, waiting))["reason"] == "consent_withdrawn"
    async with tenant_transaction(centre.id, read_only=True):
        cards = [await client_of(centre.id, each) for each in (client, spouse)]
    assert [(card.fields.sms_consent, card.consents) for card in cards] == [(False, []), (False, [])]
    await send_text(other.id, await a_text(other.id, elsewhere), gateway=through(outside))
    assert len(outside.received) == 2
    clock.at("2027-03-11T10:00:00+00:00")
    again = msgspec.structs.replace(cards[0].fields, sms_consent=True)
    await change_client(centre.id, client, again, version=None, actor=WORK)
    assert isinstance(await send_text(centre.id, await a_text(centre.id, client), gateway=through(outside)), Taken)


async def test_an_unsubscription_is_stop_and_any_other_answer_is_not(clock: Clock, outside: Texts) -> None:
    centre = await a_centre_that_texts()
    client = await an_agreeing_client(centre.id)
    await send_text(centre.id, await a_text(centre.id, client), gateway=through(outside))

    assert await told(centre, outside.report("replied", reply="Merci à vous")) is False
    async with tenant_transaction(centre.id, read_only=True):
        assert await queries.agreed_mobile(centre.id, client) == PHONE
    assert await told(centre, outside.report("unsubscribe")) is True
    async with tenant_transaction(centre.id, read_only=True):
        assert await queries.agreed_mobile(centre.id, client) == ""


async def test_the_settings_keep_their_secrets_and_refuse_what_cannot_be(clock: Clock) -> None:
    centre = await a_centre_that_texts()
    async with tenant_transaction(centre.id, read_only=True):
        shown = await queries.settings_of(centre.id)
        (stored,) = await fetch("SELECT api_key, report_token FROM text_settings WHERE centre_id = $1", centre.id)
        assert await queries.secrets_of(centre.id) == (KEY, TOKEN)
    wrong = [
        ({"sender": "ab"}, None), ({"sender": "CentreDeKerfany"}, None), ({"sender": "Kerfany!"}, None), ({"sender": "12345"}, None),
        ({"part_price_ten_thousandths": 0}, None), ({"monthly_cap_minor": -1}, None), ({"sender": "Kerfany"}, "court"),
    ]  # fmt: skip
    for over, token in wrong:
        with pytest.raises(TextSettingsInvalid):
            await operations.change_settings(
                centre.id, TextSettings(**over), key=None, report_token=token, version=None, actor=DIRECTION  # type: ignore[arg-type]
            )  # fmt: skip
    with pytest.raises(RightMissing):
        await operations.change_settings(
            centre.id, shown, key="", report_token="", version=None, actor=someone("client.edit")
        )
    with pytest.raises(StaleVersion):
        await operations.change_settings(centre.id, shown, key="", report_token="", version=0, actor=DIRECTION)
    assert KEY.encode() not in stored["api_key"] and TOKEN.encode() not in stored["report_token"]
    assert (shown.has_key, shown.has_report_token, shown.is_set_up, shown.version) == (True, True, True, 1)
    forgot = await operations.change_settings(centre.id, shown, key="", report_token=None, version=1, actor=DIRECTION)
    assert (forgot.has_key, forgot.has_report_token, forgot.is_set_up) == (False, True, False)


async def test_an_erased_client_leaves_no_number_and_gets_no_text(clock: Clock, outside: Texts) -> None:
    centre = await a_centre_that_texts()
    client = await an_agreeing_client(centre.id)
    text = await a_text(centre.id, client)
    await erase_client(centre.id, client, actor=WORK)

    assert await send_text(centre.id, text, gateway=through(outside)) is None
    row = await row_of(centre.id, text)
    assert (row["recipient"], row["body"], row["state"], row["reason"]) == ("", "", "failed", "client_erased")
    assert outside.received == []
