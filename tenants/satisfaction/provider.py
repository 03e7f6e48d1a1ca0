"""An outside provider of reviews: pulled by the stay's reference, or told by a signed webhook.

The interface is the one of Qualitelis and its kind: `GET <url>/reviews?reference=…` with a bearer key answers
`{"reviews": [{"id", "reference", "score", "scale", "comment"}]}`; a webhook is one such review, signed
`t=<seconds>,v1=<hex of HMAC-SHA256 over "t.body">` with the same key. A stay's reference is its id; a review that a
webhook tells without one, or with one that is no stay's, is kept apart with the `site`, `author`, `day` and `url` it tells.
"""

import hashlib
import hmac
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import httpx
import msgspec

from infra.actor import Actor
from infra.clock import now
from infra.database import tenant_transaction
from infra.errors import Refused, Unavailable
from infra.ids import new_id
from infra.inbox import StoredEvent
from tenants.centres.queries import by_slug
from tenants.clients.queries import centre_today
from tenants.referential.cleaning.dates import read_day
from tenants.referential.cleaning.text import tidy
from tenants.satisfaction import queries
from tenants.satisfaction.operations import take_review
from tenants.satisfaction.public_reviews import PublicReview, keep_review
from tenants.satisfaction.rules import COMMENT_LIMIT, LINE_LIMIT, read_link, tenths

TOLERANCE_SECONDS: Final = 300
PULLED_DAYS: Final = 30
_AT_ONCE: Final = 100
_SECONDS: Final = 10.0


class SignatureWrong(Refused):
    """The webhook is not signed by the provider, or too long ago."""

    code = "signature_wrong"


class ReviewsUnavailable(Unavailable):
    """The provider of reviews does not answer, or answers something else."""

    code = "reviews_unavailable"


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """A review as providers send it; what we do not need is passed over."""

    id: str
    reference: str = ""
    score: float
    scale: float = 10.0
    comment: str = ""
    site: str | None = None
    author: str | None = None
    day: str | None = None
    url: str | None = None


class _Reviews(msgspec.Struct, frozen=True):
    reviews: list[Review] = []


class _Told(msgspec.Struct, frozen=True):
    """What the inbox keeps of a webhook."""

    centre_id: UUID
    review: Review


async def verified_webhook(slug: str, payload: bytes, signature: str) -> tuple[str, bytes] | None:
    """Verify a webhook and return its event's id and what the inbox keeps; None where the centre takes none.

    Raises:
        SignatureWrong: as it says.
    """
    centre = await by_slug(slug)
    if centre is None:
        return None
    async with tenant_transaction(centre.id, read_only=True):
        key = await queries.provider_key(centre.id)
    if not key:
        return None
    parts = dict(part.split("=", 1) for part in signature.split(",") if "=" in part)
    stamp = parts.get("t", "")
    wanted = hmac.new(key, stamp.encode() + b"." + payload, hashlib.sha256).hexdigest()
    if not stamp.isdigit() or not hmac.compare_digest(wanted, parts.get("v1", "")):
        raise SignatureWrong()
    if abs(now().timestamp() - int(stamp)) > TOLERANCE_SECONDS:
        raise SignatureWrong()
    try:
        review = msgspec.json.decode(payload, type=Review)
    except msgspec.MsgspecError as error:
        raise SignatureWrong("it is no review") from error
    return f"{centre.id}:{review.id}", msgspec.json.encode(_Told(centre.id, review))


async def apply_webhook(event: StoredEvent, *, actor: Actor) -> bool:
    """Apply a review that the inbox kept; twice changes nothing. Say whether it is the stay's score now."""
    told = msgspec.json.decode(event.payload, type=_Told)
    return await _take(told.centre_id, told.review, actor=actor)


async def pull_reviews(centre_id: UUID, today: date, *, actor: Actor) -> int:
    """Ask the provider for the stays that left in the last month and have no score; return how many it had.

    Raises:
        ReviewsUnavailable: it does not answer, or answers something else; what came before is kept.
    """
    async with tenant_transaction(centre_id, read_only=True):
        wanted, key = await queries.settings_of(centre_id), await queries.provider_key(centre_id)
        first_day = today - timedelta(days=PULLED_DAYS)
        stays = await queries.stays_to_pull(centre_id, first_day=first_day, limit=_AT_ONCE)
    if not wanted.provider_url or not key:
        return 0
    taken = 0
    headers = {"Authorization": f"Bearer {key.decode()}"}
    async with httpx.AsyncClient(timeout=_SECONDS, headers=headers, follow_redirects=False) as client:
        for stay_id in stays:
            for review in await _reviews(client, wanted.provider_url, stay_id):
                taken += await _take(centre_id, review, actor=actor)
    return taken


async def _reviews(client: httpx.AsyncClient, url: str, stay_id: UUID) -> list[Review]:
    try:
        answer = await client.get(f"{url.rstrip('/')}/reviews", params={"reference": str(stay_id)})
        answer.raise_for_status()
        found = msgspec.json.decode(answer.content, type=_Reviews).reviews
    except (httpx.HTTPError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ReviewsUnavailable() from error
    return [review for review in found if review.reference == str(stay_id)]


async def _take(centre_id: UUID, review: Review, *, actor: Actor) -> bool:
    score, comment = tenths(review.score, review.scale), review.comment[:COMMENT_LIMIT]
    async with tenant_transaction(centre_id, read_only=True):
        stay_id = await queries.stay_named(centre_id, review.reference)
        today = await centre_today(centre_id)
    if stay_id is not None:
        return await take_review(centre_id, stay_id, score, comment, actor=actor)
    told = read_day((review.day or "")[:10], today=today)
    kept = PublicReview(
        id=new_id(),
        site=tidy(review.site or "")[:LINE_LIMIT],
        author=tidy(review.author or "")[:LINE_LIMIT],
        day=min(told or today, today),
        score_tenths=score,
        comment=tidy(comment, lines=True),
        url=read_link(review.url or ""),
    )
    await keep_review(centre_id, review.id, kept)
    return False
