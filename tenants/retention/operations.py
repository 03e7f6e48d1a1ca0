"""What runs every night: what was not heard of for three years goes, and it is certified how many."""

from datetime import date
from typing import Final
from uuid import UUID

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import fetch, fetch_value, tenant_transaction
from infra.errors import Conflict, FieldError, Invalid
from tenants.clients.blacklisting import end_blacklistings
from tenants.retention.certifying import certify
from tenants.retention.erasing import erase_client, last_contact_before
from tenants.satisfaction.public_reviews import forget_reviews

PROSPECT_YEARS: Final = 3
LONGEST_WISH: Final = 200
_AT_ONCE: Final = 200
"""In one night: the rest the next, so that no night takes the desk's morning."""


class WishMissing(Invalid):
    """An objection is taken back at the client's wish alone: it is noted how they said it."""

    code = "wish_missing"


class NoObjection(Conflict):
    """The card bears no objection: it was taken back already, or never made here."""

    code = "no_objection"


def years_before(day: date, years: int) -> date:
    """Return the same date some years before; the 28th for a 29 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


async def erase_old_prospects(centre_id: UUID, today: date, *, actor: Actor) -> int:
    """Erase the prospects whose last contact is three years old, and certify how many; may run twice."""
    until = years_before(today, PROSPECT_YEARS)
    async with tenant_transaction(centre_id):
        found = (await last_contact_before(centre_id, until))[:_AT_ONCE]
        for client_id in found:
            await erase_client(centre_id, client_id, actor=actor)
        await certify(centre_id, "prospects", until, len(found), actor=actor)
    return len(found)


async def forget_old_reviews(centre_id: UUID, today: date, *, actor: Actor) -> int:
    """Destroy the public reviews, three years old, that nobody said were a client's, and certify how many; may run twice."""
    until = years_before(today, PROSPECT_YEARS)
    async with tenant_transaction(centre_id):
        gone = await forget_reviews(centre_id, before=until)
        await certify(centre_id, "reviews", until, gone, actor=actor)
    return gone


async def end_old_blacklistings(centre_id: UUID, today: date, *, actor: Actor) -> int:
    """End the padlocks whose last day has passed, and certify how many; may run twice."""
    async with tenant_transaction(centre_id):
        ended = await end_blacklistings(centre_id, today, actor=actor)
        await certify(centre_id, "blacklistings", today, ended, actor=actor)
    return ended


async def object_to_referential(centre_id: UUID, client_id: UUID, *, actor: Actor) -> bool:
    """Note that a client objects to being recognised elsewhere: no centre is told of them any more.

    Raises:
        RightMissing: the actor lacks `client.edit`.

    Returns:
        Whether the referential knows the card.
    """
    actor.require("client.edit")
    async with tenant_transaction(centre_id):
        rows = await fetch("SELECT referential_object($1, $2) AS done", client_id, now())
        done = bool(rows and rows[0]["done"])
        if done:
            await audit("client", client_id, "object", actor=actor, after={"referential": "objected"})
    return done


async def take_back_objection(centre_id: UUID, client_id: UUID, *, wish: str, actor: Actor) -> None:
    """End a client's objection, at their wish: they are recognised again, everywhere and at once.

    It ends on the card it was made on. The same person's at another centre goes on, and silences them all: what one desk was
    told is not undone by another, which is not told of it either.

    Args:
        centre_id: the centre that noted it.
        client_id: the card.
        wish: how the client said so, for the trail; up to 200 characters.
        actor: who notes it.

    Raises:
        RightMissing: the actor lacks `client.edit`.
        WishMissing: it is empty, or too long.
        NoObjection: there is none on this card.
    """
    actor.require("client.edit")
    said = " ".join(wish.split())
    if not said or len(said) > LONGEST_WISH:
        raise WishMissing(errors=(FieldError("/wish", "required" if not said else "too_long", said[:20]),))
    async with tenant_transaction(centre_id):
        if not await fetch_value("SELECT referential_take_back_objection($1)", client_id):
            raise NoObjection()
        was: dict[str, object] = {"referential": "objected"}
        now_is: dict[str, object] = {"referential": "shown"}
        await audit("client", client_id, f"take_back_objection: {said}", actor=actor, before=was, after=now_is)
