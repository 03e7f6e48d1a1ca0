"""Asked once after the departure, scored once, told by a provider: a low score makes one task."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from datetime import date, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from infra.actor import job
from infra.audit import history
from infra.clock import today
from infra.database import execute, fetch, network_transaction, tenant_transaction
from infra.errors import RightMissing
from infra.inbox import StoredEvent
from tenants.centres.rules import CentreRef
from tenants.clients.merging import merge_clients, undo_merge
from tenants.clients.queries import ClientUnknown
from tenants.retention.erasing import erase_client
from tenants.retention.operations import forget_old_reviews
from tenants.satisfaction.operations import (
    SatisfactionSettingsInvalid,
    answer_survey,
    ask_departed,
    change_settings,
    take_review,
)
from tenants.satisfaction.provider import (
    ReviewsUnavailable,
    SignatureWrong,
    apply_webhook,
    pull_reviews,
    verified_webhook,
)
from tenants.satisfaction.public_reviews import (
    PublicReview,
    ReviewErased,
    ReviewLinked,
    ReviewUnknown,
    link_review,
    reviews_of,
    reviews_of_nobody,
    unlink_review,
)
from tenants.satisfaction.queries import SatisfactionSettings, provider_key, scores_of, settings_of
from tenants.satisfaction.rules import Answers, AnswersInvalid, ScoreInvalid, tenths
from tenants.tasks.queries import open_tasks
from tests.factories.accounts import someone
from tests.factories.centres import a_centre
from tests.factories.clients import a_client
from tests.simulators.reviews import Provider, provider
from tests.tenants.clients.test_blacklisting import put_stay

pytestmark = pytest.mark.usefixtures("pools")

ASKER = job("satisfaction")
DIRECTION = someone("centre.edit")
DESK = someone("client.edit", "client.merge", "client.erase")
TODAY = today("Europe/Paris")
KEY = "a-key-of-the-provider"


@pytest.fixture
async def outside(pools: None) -> AsyncIterator[Provider]:
    """A provider of reviews; no centre asks it any more once it is gone."""
    with provider() as simulated:
        yield simulated
        async with network_transaction():
            asking = await fetch("SELECT centre_id FROM satisfaction_settings WHERE provider_url = $1", simulated.url)
        for row in asking:
            async with tenant_transaction(row["centre_id"]):
                await execute(
                    "UPDATE satisfaction_settings SET provider_url = '' WHERE centre_id = $1", row["centre_id"]
                )


async def a_departed_stay(centre: UUID, *, days_ago: int = 1, email: str = "parti@orange.fr") -> UUID:
    """Make a stay that left so many days ago."""
    client = await a_client(centre, email=email)
    stay = await put_stay(centre, client.id, status="departed")
    async with tenant_transaction(centre):
        await execute(
            "UPDATE stays SET arrival = $3, departure = $4 WHERE centre_id = $1 AND id = $2",
            centre, stay, TODAY - timedelta(days=days_ago + 2), TODAY - timedelta(days=days_ago),
        )  # fmt: skip
    return stay


async def mailed(centre: UUID) -> list[str]:
    async with tenant_transaction(centre, read_only=True):
        rows = await fetch("SELECT key FROM mails WHERE centre_id = $1 ORDER BY key", centre)
    return [row["key"] for row in rows]


async def tasks(centre: UUID) -> list[tuple[str, UUID, str]]:
    async with tenant_transaction(centre, read_only=True):
        return [(task.kind, task.subject_id, task.facts["score"]) for task in await open_tasks(centre)]


async def score(centre: UUID, stay: UUID) -> int | None:
    async with tenant_transaction(centre, read_only=True):
        return (await scores_of(centre, [stay])).get(stay)


async def test_who_left_yesterday_is_asked_once_and_nobody_else_is() -> None:
    centre = (await a_centre()).id
    left = await a_departed_stay(centre)
    await a_departed_stay(centre, days_ago=0)
    await a_departed_stay(centre, days_ago=9)
    await a_departed_stay(centre, email="")

    asked = [await ask_departed(centre, TODAY, actor=ASKER) for _ in range(2)]

    assert asked == [1, 0]
    assert await mailed(centre) == [f"satisfaction:{left}"]


async def test_a_centre_that_does_not_ask_writes_to_nobody() -> None:
    centre = (await a_centre()).id
    await a_departed_stay(centre)
    await change_settings(centre, SatisfactionSettings(survey_on=False), key=None, version=0, actor=DIRECTION)

    assert await ask_departed(centre, TODAY, actor=ASKER) == 0
    assert await mailed(centre) == []


async def test_a_low_answer_makes_one_task_and_a_good_one_none() -> None:
    centre = (await a_centre()).id
    bad, good = await a_departed_stay(centre), await a_departed_stay(centre)

    for _ in range(2):
        await answer_survey(centre, bad, Answers(overall=2, room=1, comment="du bruit"), actor=ASKER)
    await answer_survey(centre, good, Answers(overall=5), actor=ASKER)

    assert (await score(centre, bad), await score(centre, good)) == (20, 50)
    assert await tasks(centre) == [("low_score", bad, "2,0")]


@pytest.mark.parametrize(
    "answers", [Answers(), Answers(overall=6), Answers(overall=3, meals=0), Answers(overall=3, comment="x" * 4001)]
)
async def test_answers_that_cannot_be_are_refused_and_not_kept(answers: Answers) -> None:
    centre = (await a_centre()).id
    stay = await a_departed_stay(centre)

    with pytest.raises(AnswersInvalid):
        await answer_survey(centre, stay, answers, actor=ASKER)

    assert await score(centre, stay) is None
    assert await tasks(centre) == []


@pytest.mark.parametrize(
    ("given", "scale", "kept"), [(8.4, 10, 42), (4, 5, 40), (0, 10, 0), (97, 100, 49), (10, 10, 50)]
)
def test_a_providers_score_is_read_in_its_scale(given: float, scale: float, kept: int) -> None:
    assert tenths(given, scale) == kept


@pytest.mark.parametrize(("given", "scale"), [(11, 10), (-1, 10), (1, 0)])
def test_a_score_out_of_its_scale_is_refused(given: float, scale: float) -> None:
    with pytest.raises(ScoreInvalid):
        tenths(given, scale)


async def test_our_own_answer_goes_before_a_providers_and_the_same_review_twice_is_one() -> None:
    centre = (await a_centre()).id
    asked, told = await a_departed_stay(centre), await a_departed_stay(centre)
    await answer_survey(centre, asked, Answers(overall=4), actor=ASKER)

    taken = [await take_review(centre, stay, 25, "bof", actor=ASKER) for stay in (asked, told, told, uuid4())]

    assert taken == [False, True, False, False]
    assert (await score(centre, asked), await score(centre, told)) == (40, 25)
    assert await tasks(centre) == [("low_score", told, "2,5")]


async def a_centre_with_provider(url: str = "https://reviews.example") -> CentreRef:
    """Make a centre that has a provider's key."""
    centre = await a_centre()
    await change_settings(centre.id, SatisfactionSettings(provider_url=url), key=KEY, version=0, actor=DIRECTION)
    return centre


def signed(body: bytes, *, key: str = KEY, at: int | None = None) -> str:
    stamp = str(int(time.time()) if at is None else at)
    return f"t={stamp},v1={hmac.new(key.encode(), stamp.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


async def test_a_signed_webhook_scores_the_stay_once() -> None:
    centre = await a_centre_with_provider()
    stay = await a_departed_stay(centre.id)
    body = json.dumps({"id": "r1", "reference": str(stay), "score": 4, "scale": 10, "comment": "froid"}).encode()

    verified = await verified_webhook(centre.slug, body, signed(body))
    assert verified is not None
    event = StoredEvent(id=uuid4(), source="satisfaction", event_id=verified[0], payload=verified[1])
    applied = [await apply_webhook(event, actor=ASKER) for _ in range(2)]

    assert verified[0] == f"{centre.id}:r1"
    assert applied == [True, False]
    assert await score(centre.id, stay) == 20


async def told(centre: CentreRef, **review: object) -> bool:
    """Bring a review in by the provider's signed webhook."""
    body = json.dumps(review).encode()
    verified = await verified_webhook(centre.slug, body, signed(body))
    assert verified is not None
    event = StoredEvent(id=uuid4(), source="satisfaction", event_id=verified[0], payload=verified[1])
    return await apply_webhook(event, actor=ASKER)


async def unlinked(centre: UUID) -> list[PublicReview]:
    async with tenant_transaction(centre, read_only=True):
        return await reviews_of_nobody(centre)


async def linked(centre: UUID, client: UUID) -> list[PublicReview]:
    async with tenant_transaction(centre, read_only=True):
        return await reviews_of(centre, client)


async def test_a_review_that_names_no_stay_waits_until_staff_say_whose_it_is() -> None:
    centre, other = await a_centre_with_provider(), await a_centre()
    elsewhere = await a_departed_stay(other.id)
    review = {
        "id": "g1", "reference": str(elsewhere), "score": 9, "comment": "Beau  lieu\x00", "site": " Google", "author": "Anne\nM.",
        "day": "2026-05-03T10:00:00Z", "url": "https://reviews.example/g1", "lang": "fr",
    }  # fmt: skip
    assert [await told(centre, **review), await told(centre, **review)] == [False, False]
    await told(centre, id="g2", score=1, site=None, day="hier", url="javascript:alert(1)")
    [kept, bare] = sorted(await unlinked(centre.id), key=lambda each: -each.score_tenths)
    anne, luc = await a_client(centre.id), await a_client(centre.id)

    with pytest.raises(RightMissing):
        await link_review(centre.id, anne.id, kept.id, actor=someone("client.view"))
    with pytest.raises(ClientUnknown):
        await link_review(other.id, anne.id, kept.id, actor=DESK)
    with pytest.raises(ReviewUnknown):
        await link_review(centre.id, anne.id, uuid4(), actor=DESK)
    at_once = await asyncio.gather(
        *(link_review(centre.id, card.id, kept.id, actor=DESK) for card in (anne, luc)), return_exceptions=True
    )
    [holder] = [card.id for card, refused in zip((anne, luc), at_once, strict=True) if refused is None]
    [shown] = await linked(centre.id, holder)
    left = await unlinked(centre.id)
    async with tenant_transaction(centre.id, read_only=True):
        trail = (await history(holder))[0]
    for card in {anne.id, luc.id} - {holder}:
        with pytest.raises(ReviewUnknown):
            await unlink_review(centre.id, card, kept.id, actor=DESK)
    await unlink_review(centre.id, holder, kept.id, actor=DESK)

    day = date(2026, 5, 3)
    assert (kept.site, kept.author, kept.day, kept.score_tenths) == ("Google", "Anne M.", day, 45)
    assert (kept.comment, kept.url) == ("Beau lieu", "https://reviews.example/g1")
    assert (bare.site, bare.day, bare.score_tenths, bare.url) == ("", TODAY, 5, "")
    assert [type(refused) for refused in at_once if refused] == [ReviewLinked]
    assert (shown.id, shown.linked_by, left) == (kept.id, DESK.name, [bare])
    assert (trail.action, msgspec.json.decode(trail.after)["site"]) == ("link_review", "Google")
    assert (await linked(centre.id, holder), len(await unlinked(centre.id))) == ([], 2)
    assert await tasks(centre.id) == []


async def test_a_linked_review_goes_with_its_card_and_one_of_nobody_after_three_years() -> None:
    centre = await a_centre_with_provider()
    old, young = TODAY - timedelta(days=3 * 366), TODAY - timedelta(days=3 * 360)
    for name, day in (("a", old), ("b", old), ("c", young)):
        await told(
            centre, id=name, score=8, author="Anne Morel", comment="très bien", day=day.isoformat(), site="Google"
        )
    review = next(each for each in await unlinked(centre.id) if each.day == old)
    first, second = await a_client(centre.id), await a_client(centre.id)
    await link_review(centre.id, second.id, review.id, actor=DESK)

    merge = await merge_clients(centre.id, first.id, second.id, version=1, actor=DESK)
    moved = await linked(centre.id, first.id)
    await undo_merge(centre.id, merge, actor=DESK)
    [back] = await linked(centre.id, second.id)
    gone = [await forget_old_reviews(centre.id, TODAY, actor=ASKER) for _ in range(2)]
    await erase_client(centre.id, second.id, actor=DESK)
    for name in ("a", "b"):
        await told(centre, id=name, score=8, author="Anne Morel")

    assert ([each.id for each in moved], back.id) == ([review.id], review.id)
    assert gone == [1, 0]
    [emptied] = await linked(centre.id, second.id)
    assert (emptied.author, emptied.comment, emptied.url, emptied.score_tenths) == ("", "", "", 40)
    with pytest.raises(ReviewErased):
        await link_review(centre.id, second.id, (await unlinked(centre.id))[0].id, actor=DESK)


async def test_a_webhook_that_is_not_the_providers_is_refused() -> None:
    centre, other = await a_centre_with_provider(), await a_centre()
    body = json.dumps({"id": "r1", "reference": str(uuid4()), "score": 4}).encode()

    for signature in (
        "",
        "t=1",
        signed(body, key="another"),
        signed(body + b" "),
        signed(body, at=int(time.time()) - 301),
        "t=x,v1=y",
    ):
        with pytest.raises(SignatureWrong):
            await verified_webhook(centre.slug, body, signature)
    with pytest.raises(SignatureWrong):
        await verified_webhook(centre.slug, b"{}", signed(b"{}"))
    assert await verified_webhook(other.slug, body, signed(body)) is None
    assert await verified_webhook("no-such-centre", body, signed(body)) is None


async def test_reviews_are_pulled_by_the_stays_reference_for_those_without_a_score(outside: Provider) -> None:
    centre = await a_centre_with_provider(outside.url)
    scored, told, silent = [await a_departed_stay(centre.id) for _ in range(3)]
    await answer_survey(centre.id, scored, Answers(overall=5), actor=ASKER)
    outside.reviews = [{"id": "r", "reference": str(told), "score": 9.2, "scale": 10, "lang": "fr"}]

    pulled = [await pull_reviews(centre.id, TODAY, actor=ASKER) for _ in range(2)]

    assert pulled == [1, 0]
    assert await score(centre.id, told) == 46
    assert set(outside.asked) == {str(told), str(silent)}


@pytest.mark.parametrize("status", [500, 401, 302])
async def test_a_provider_that_does_not_answer_is_said_to_be_missing(outside: Provider, status: int) -> None:
    centre = await a_centre_with_provider(outside.url)
    await a_departed_stay(centre.id)
    outside.status = status

    with pytest.raises(ReviewsUnavailable):
        await pull_reviews(centre.id, TODAY, actor=ASKER)


async def test_the_settings_keep_the_key_to_themselves_and_refuse_what_cannot_be() -> None:
    centre = await a_centre_with_provider()
    async with tenant_transaction(centre.id, read_only=True):
        shown = await settings_of(centre.id)
        stored = await fetch("SELECT provider_key FROM satisfaction_settings WHERE centre_id = $1", centre.id)
        assert await provider_key(centre.id) == KEY.encode()
    for wrong in (SatisfactionSettings(provider_url="http://plain.example"), SatisfactionSettings(low_tenths=51)):
        with pytest.raises(SatisfactionSettingsInvalid):
            await change_settings(centre.id, wrong, key=None, version=None, actor=DIRECTION)
    with pytest.raises(RightMissing):
        await change_settings(centre.id, shown, key="", version=None, actor=someone("client.edit"))

    assert KEY not in msgspec.json.encode(shown).decode()
    assert KEY.encode() not in stored[0]["provider_key"]
    assert shown.has_key
