"""What follows a closed padlock: a letter, stays to decide, an end by itself, an alert that two people decide."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from infra.actor import Actor, job
from infra.audit import history
from infra.clock import today
from infra.database import execute, fetch, tenant_transaction
from infra.errors import RightMissing
from infra.files import file
from tenants.clients import queries
from tenants.clients.alerting import (
    AlertAsked,
    AlertByAsker,
    AlertUnknown,
    alert_of,
    ask_alert,
    decide_alert,
    waiting_alerts,
)
from tenants.clients.blacklist_letter import LetterInvalid, LetterSent, blacklist_letter, send_letter
from tenants.clients.blacklisted_stays import StayNotWaiting, keep_stay, stays_to_decide
from tenants.clients.blacklisting import (
    NewBlacklisting,
    NotBlacklisted,
    alerts_about,
    blacklist,
    end_blacklistings,
    lift_blacklist,
    lift_paid,
)
from tenants.stays.operations import cancel_stay
from tests.factories.accounts import a_network_user, actor_of, an_actor, someone
from tests.factories.centres import a_centre
from tests.factories.clients import a_client
from tests.tenants.clients.test_blacklisting import put_stay

pytestmark = pytest.mark.usefixtures("pools")

DIRECTION = someone("client.blacklist")
TODAY = today("Europe/Paris")


def lock(reason: str = "unpaid", *, last_day: date = TODAY + timedelta(days=90)) -> NewBlacklisting:
    return NewBlacklisting(reason=reason, evidence_day=TODAY, last_day=last_day)


async def is_locked(centre: UUID, client: UUID) -> bool:
    async with tenant_transaction(centre, read_only=True):
        return await queries.blacklisting(centre, client) is not None


async def mails(centre: UUID) -> list[tuple[str, str, int]]:
    async with tenant_transaction(centre, read_only=True):
        rows = await fetch("SELECT recipient, subject, attachments FROM mails WHERE centre_id = $1", centre)
    return [(row["recipient"], row["subject"], len(msgspec.json.decode(row["attachments"]))) for row in rows]


async def test_the_letter_is_a_pdf_made_once_and_the_same_again() -> None:
    centre = await a_centre()
    client = await a_client(centre.id, last_name="D'Angelo", street="3 rue de l'Église")
    await blacklist(centre.id, client.id, lock("damage"), actor=DIRECTION)

    first = await blacklist_letter(centre.id, client.id, actor=DIRECTION)
    again = await blacklist_letter(centre.id, client.id, actor=DIRECTION)

    assert first.content.startswith(b"%PDF-")
    assert (again.id, again.content) == (first.id, first.content)


async def test_a_letter_sent_by_mail_goes_once_with_its_pdf_and_its_day_is_noted() -> None:
    centre = await a_centre()
    client = await a_client(centre.id, email="exclu@orange.fr")
    await blacklist(centre.id, client.id, lock("violence"), actor=DIRECTION)

    await send_letter(centre.id, client.id, "email", day=TODAY, actor=DIRECTION)
    with pytest.raises(LetterSent):
        await send_letter(centre.id, client.id, "post", day=TODAY, actor=DIRECTION)

    [(recipient, subject, attachments)] = await mails(centre.id)
    assert (recipient, attachments) == ("exclu@orange.fr", 1)
    assert subject.startswith("Nous ne pouvons plus vous recevoir avant le")
    async with tenant_transaction(centre.id, read_only=True):
        noted = await queries.blacklisting(centre.id, client.id)
        assert (await history(client.id))[0].action == "send_letter"
    assert noted is not None
    assert (noted.letter_sent_day, noted.letter_means) == (TODAY, "email")


async def test_a_letter_that_cannot_go_so_is_refused_and_nothing_is_sent() -> None:
    centre = await a_centre()
    client, free = await a_client(centre.id, email=""), await a_client(centre.id)
    await blacklist(centre.id, client.id, lock(), actor=DIRECTION)

    for refusal, attempt in (
        (LetterInvalid, send_letter(centre.id, client.id, "email", day=TODAY, actor=DIRECTION)),
        (LetterInvalid, send_letter(centre.id, client.id, "pigeon", day=TODAY, actor=DIRECTION)),
        (LetterInvalid, send_letter(centre.id, client.id, "post", day=TODAY + timedelta(days=1), actor=DIRECTION)),
        (NotBlacklisted, send_letter(centre.id, free.id, "post", day=TODAY, actor=DIRECTION)),
        (RightMissing, send_letter(centre.id, client.id, "post", day=TODAY, actor=someone("client.edit"))),
    ):
        with pytest.raises(refusal):
            await attempt

    assert await mails(centre.id) == []


async def test_the_letter_is_another_centres_secret() -> None:
    ours, theirs = await a_centre(), await a_centre()
    client = await a_client(ours.id)
    await blacklist(ours.id, client.id, lock(), actor=DIRECTION)
    paper = await blacklist_letter(ours.id, client.id, actor=DIRECTION)

    with pytest.raises(Exception, match="file"):
        async with tenant_transaction(theirs.id, read_only=True):
            await file(paper.id)


async def test_stays_to_come_are_listed_and_decided_one_by_one_never_by_themselves() -> None:
    made = await a_centre()
    client = await a_client(made.id)
    one = await put_stay(made.id, client.id, status="confirmed")
    two = await put_stay(made.id, client.id, status="tentative")
    gone = await put_stay(made.id, client.id, status="departed")
    await blacklist(made.id, client.id, lock("nuisance"), actor=DIRECTION)

    await keep_stay(made.id, client.id, one, actor=DIRECTION)
    await cancel_stay(made.id, two, reason="centre", actor=someone("stay.edit"))

    async with tenant_transaction(made.id, read_only=True):
        decided = {stay.stay_id: stay.decision for stay in await stays_to_decide(made.id, client.id)}
    assert decided == {one: "kept", two: "cancelled"}
    for nothing in (one, two, gone):
        with pytest.raises(StayNotWaiting):
            await keep_stay(made.id, client.id, nothing, actor=DIRECTION)


async def test_a_paid_debt_lifts_its_lock_and_no_other() -> None:
    centre = uuid4()
    debtor, vandal = await a_client(centre), await a_client(centre)
    await blacklist(centre, debtor.id, lock("unpaid"), actor=DIRECTION)
    await blacklist(centre, vandal.id, lock("damage"), actor=DIRECTION)

    lifted = [await lift_paid(centre, client.id, actor=job("billing")) for client in (debtor, vandal, debtor)]

    assert lifted == [True, False, False]
    assert [await is_locked(centre, client.id) for client in (debtor, vandal)] == [False, True]


async def test_the_night_ends_what_is_over_and_says_how_many() -> None:
    centre = uuid4()
    over, running = await a_client(centre), await a_client(centre)
    for client in (over, running):
        await blacklist(centre, client.id, lock("fraud"), actor=DIRECTION)
    async with tenant_transaction(centre):
        await execute(
            """UPDATE client_blacklistings SET evidence_day = $3, last_day = $3
               WHERE centre_id = $1 AND client_id = $2""",
            centre,
            over.id,
            TODAY - timedelta(days=1),
        )

    ended = [await end_blacklistings(centre, TODAY, actor=job("blacklist")) for _ in range(2)]

    assert ended == [1, 0]
    assert await is_locked(centre, running.id)
    async with tenant_transaction(centre, read_only=True):
        assert (await history(over.id))[0].actor_name == "blacklist"


async def two_cards_of_one_person(last_name: str = "Kermarrec") -> tuple[UUID, UUID, UUID, UUID]:
    """Make the same person's card at two centres, and say whose they are."""
    ours, theirs = await a_centre(), await a_centre()
    number = f"06 {uuid4().int % 90 + 10} {uuid4().int % 90 + 10} {uuid4().int % 90 + 10} {uuid4().int % 90 + 10}"
    born = date(1980, 3, uuid4().int % 27 + 1)
    mail = f"{uuid4().hex[:12]}@orange.fr"
    person = {"first_name": "Ludovic", "last_name": last_name, "phone": number, "email": mail, "birth_date": born}
    here = await a_client(ours.id, **person)  # type: ignore[arg-type]
    there = await a_client(theirs.id, **person)  # type: ignore[arg-type]
    return ours.id, here.id, theirs.id, there.id


async def seen(centre: UUID, client: UUID) -> list[str]:
    async with tenant_transaction(centre, read_only=True):
        return [each.centre_name for each in await alerts_about(client)]


async def test_an_alert_confirmed_by_a_second_person_tells_the_others_whom_to_call_until_the_lock_ends() -> None:
    ours, here, theirs, there = await two_cards_of_one_person()
    namesake = await a_client(
        theirs, first_name="Ludovic", last_name="Kermarrec", email="", birth_date=date(1951, 1, 2)
    )
    steward = await actor_of(await a_network_user("network_steward"))
    await blacklist(ours, here, lock("violence"), actor=DIRECTION)
    await ask_alert(ours, here, actor=DIRECTION)
    waiting = [alert for alert in await waiting_alerts(actor=steward) if alert.reason == "violence"][-1]
    before = await seen(theirs, there)

    await decide_alert(waiting.id, confirmed=True, actor=steward)

    assert (before, waiting.other_centres) == ([], 1)
    assert await seen(theirs, there) == [waiting.centre_name]
    assert await seen(theirs, namesake.id) == []
    assert await seen(ours, here) == []
    with pytest.raises(AlertUnknown):
        await decide_alert(waiting.id, confirmed=False, actor=steward)
    await lift_blacklist(ours, here, actor=DIRECTION)
    assert await seen(theirs, there) == []


async def test_a_refused_alert_tells_nobody() -> None:
    ours, here, theirs, there = await two_cards_of_one_person()
    steward = await actor_of(await a_network_user("network_steward"))
    await blacklist(ours, here, lock("fraud"), actor=DIRECTION)
    await ask_alert(ours, here, actor=DIRECTION)
    waiting = [alert for alert in await waiting_alerts(actor=steward) if alert.reason == "fraud"][-1]

    await decide_alert(waiting.id, confirmed=False, actor=steward)

    assert await seen(theirs, there) == []
    async with tenant_transaction(ours, read_only=True):
        card = await queries.client(ours, here)
        assert card.blacklisting is not None
        alert = await alert_of(card.blacklisting.id)
    assert alert is not None
    assert alert.confirmed is False


async def test_who_asked_does_not_confirm_and_nobody_without_the_right_asks_or_decides() -> None:
    centre = await a_centre()
    asker: Actor = await an_actor(centre, "direction")
    client = await a_client(centre.id)
    with pytest.raises(NotBlacklisted):
        await ask_alert(centre.id, client.id, actor=asker)
    await blacklist(centre.id, client.id, lock("nuisance"), actor=asker)
    await ask_alert(centre.id, client.id, actor=asker)
    with pytest.raises(AlertAsked):
        await ask_alert(centre.id, client.id, actor=asker)
    both = msgspec.structs.replace(asker, rights=asker.rights | {"referential.review"})
    waiting = [alert for alert in await waiting_alerts(actor=both) if alert.asked_by == asker.name][-1]

    with pytest.raises(AlertByAsker):
        await decide_alert(waiting.id, confirmed=True, actor=both)
    with pytest.raises(RightMissing):
        await decide_alert(waiting.id, confirmed=True, actor=asker)

    assert waiting.id in {alert.id for alert in await waiting_alerts(actor=both)}
