"""Pairs of cards for stewards, proposed as the matcher proposes them."""

from uuid import UUID, uuid4

import msgspec

from infra.actor import Actor
from infra.clock import now
from infra.database import execute, tenant_transaction
from infra.ids import new_id
from tenants.referential.link_runs import Join, begin_run, end_run, write_links
from tenants.referential.matching.features import Features
from tests.factories.clients import IMPORTER, a_client

FIELDS = {"last": 4.1, "first": -2.6, "phone": 6.0}


async def a_proposal(one: UUID, other: UUID, *, bits: float = 1.5) -> None:
    """Put two cards into the queue, at these bits."""
    pair = {
        "card": one, "other": other, "bits": bits, "fields": FIELDS, "agreed": ["last_name", "phone"], "model": "tests",
    }  # fmt: skip
    async with tenant_transaction(new_id()):
        await execute("SELECT referential_propose($1, $2)", msgspec.json.encode([pair]).decode(), now())


def a_join(one: UUID, other: UUID) -> Join:
    """Return a link for a pass to write."""
    return Join(id=new_id(), card=one, other=other, bits=5.0, fields={}, agreed=[], model="tests")


async def a_pass(*joins: Join | tuple[UUID, UUID], actor: Actor = IMPORTER) -> UUID:
    """Link some cards in one pass over the network, and return it."""
    made = [join if isinstance(join, Join) else a_join(*join) for join in joins]
    run_id = await begin_run(model="tests", actor=actor)
    await write_links(run_id, made, {end: Features() for join in made for end in (join.card, join.other)})
    await end_run(run_id)
    return run_id


async def a_stranger(centre_id: UUID) -> UUID:
    """Make the card of somebody who resembles nobody."""
    letters = uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))
    made = await a_client(
        centre_id,
        first_name=letters[:8],
        last_name=letters[8:20],
        email=f"{letters}@orange.fr",
        postal_code="",
        town="",
    )
    return made.id


async def a_pair(centre_id: UUID, other_centre_id: UUID, *, bits: float = 1.5) -> tuple[UUID, UUID]:
    """Make two cards of two centres that nothing but the proposal brings together."""
    one, other = await a_stranger(centre_id), await a_stranger(other_centre_id)
    await a_proposal(one, other, bits=bits)
    return one, other
