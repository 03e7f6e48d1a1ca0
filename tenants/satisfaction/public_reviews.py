"""Public reviews that name no stay: staff say whose they are, and take it back.

They come by the provider's signed webhook and by no other way: nothing is fetched from where they were published.
"""

from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch, fetch_row, tenant_transaction
from infra.errors import Conflict, NotFound
from infra.outbox import record
from tenants.clients import queries as clients
from tenants.clients.events import ClientReviewLinked, ClientReviewUnlinked

OFFERED: Final = 100
"""So many of the reviews of nobody are offered, the latest."""


class ReviewUnknown(NotFound):
    """The centre has no such review, or not on this card."""

    code = "review_unknown"


class ReviewLinked(Conflict):
    """Cet avis est déjà rattaché à une fiche."""

    code = "review_linked"


class ReviewErased(Conflict):
    """Cette fiche est effacée : rien ne s'y rattache."""

    code = "review_card_erased"


class PublicReview(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody published about the centre: where, when, and how many tenths of five; empty what was not told."""

    id: UUID
    site: str
    author: str
    day: date
    score_tenths: int
    comment: str
    url: str
    linked_by: str | None = None


_COLUMNS = "id, site, author, day, score_tenths, comment, url, linked_by"


async def reviews_of_nobody(centre_id: UUID) -> list[PublicReview]:
    """Return the reviews that are on no card, the latest first; inside the caller's transaction."""
    rows = await fetch(
        f"""SELECT {_COLUMNS} FROM public_reviews WHERE centre_id = $1 AND client_id IS NULL
            ORDER BY day DESC, id DESC LIMIT $2""",
        centre_id,
        OFFERED,
    )
    return [PublicReview(**row) for row in rows]


async def reviews_of(centre_id: UUID, client_id: UUID) -> list[PublicReview]:
    """Return the reviews that were linked to a card, the latest first; inside the caller's transaction."""
    rows = await fetch(
        f"""SELECT {_COLUMNS} FROM public_reviews WHERE centre_id = $1 AND client_id = $2
            ORDER BY day DESC, id DESC LIMIT $3""",
        centre_id,
        client_id,
        OFFERED,
    )
    return [PublicReview(**row) for row in rows]


async def keep_review(centre_id: UUID, foreign_id: str, review: PublicReview) -> bool:
    """Keep a review that names no stay; told again it changes nothing, also once it was erased. Say whether it is new."""
    async with tenant_transaction(centre_id):
        made = await fetch_row(
            f"""INSERT INTO public_reviews (centre_id, foreign_id, {_COLUMNS})
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL) ON CONFLICT DO NOTHING RETURNING id""",
            centre_id,
            foreign_id,
            *(getattr(review, name) for name in ("id", "site", "author", "day", "score_tenths", "comment", "url")),
        )
    return made is not None


async def link_review(centre_id: UUID, client_id: UUID, review_id: UUID, *, actor: Actor) -> None:
    """Say that a review is this client's.

    Raises:
        RightMissing: the actor lacks `client.edit`.
        ClientUnknown: the centre has no such card.
        ReviewErased: the card is nobody's any more.
        ReviewUnknown: the centre has no such review.
        ReviewLinked: it is on a card already.
    """
    actor.require("client.edit")
    async with tenant_transaction(centre_id):
        card = await clients.client(centre_id, client_id, lock=True)
        if card.anonymised:
            raise ReviewErased()
        row = await fetch_row(
            f"SELECT {_COLUMNS} FROM public_reviews WHERE centre_id = $1 AND id = $2 FOR UPDATE",
            centre_id,
            review_id,
        )
        if row is None:
            raise ReviewUnknown()
        review = PublicReview(**row)
        if review.linked_by is not None:
            raise ReviewLinked()
        await execute(
            """UPDATE public_reviews SET client_id = $3, linked_at = $4, linked_by = $5
               WHERE centre_id = $1 AND id = $2""",
            centre_id,
            review_id,
            client_id,
            now(),
            actor.name,
        )
        await audit("client", client_id, "link_review", actor=actor, after=_said(review))
        await record(ClientReviewLinked(subject_id=client_id), actor=actor)


async def unlink_review(centre_id: UUID, client_id: UUID, review_id: UUID, *, actor: Actor) -> None:
    """Take a review off a card: it is nobody's again.

    Raises:
        RightMissing: the actor lacks `client.edit`.
        ReviewUnknown: the card has no such review.
    """
    actor.require("client.edit")
    async with tenant_transaction(centre_id):
        row = await fetch_row(
            f"""UPDATE public_reviews SET client_id = NULL, linked_at = NULL, linked_by = NULL
                WHERE centre_id = $1 AND client_id = $2 AND id = $3 RETURNING {_COLUMNS}""",
            centre_id,
            client_id,
            review_id,
        )
        if row is None:
            raise ReviewUnknown()
        await audit("client", client_id, "unlink_review", actor=actor, before=_said(PublicReview(**row)))
        await record(ClientReviewUnlinked(subject_id=client_id), actor=actor)


async def forget_reviews(centre_id: UUID, *, before: date) -> int:
    """Destroy the reviews of nobody that were published before a day; return how many. Inside the caller's transaction."""
    return await execute(
        "DELETE FROM public_reviews WHERE centre_id = $1 AND client_id IS NULL AND day < $2", centre_id, before
    )


def _said(review: PublicReview) -> dict[str, object]:
    """Return what the trail keeps: where and when, not what somebody wrote."""
    return {"site": review.site, "day": review.day, "score_tenths": review.score_tenths}
