"""What the soak of kills plays for: a centre of a running demo with beds, a desk, and deposits that await their webhooks.

Run as a program on the demo's settings, since a process reads its settings once: `python -m tests.journeys.stakes COUNT`.
"""

import asyncio
import json
import sys
from uuid import UUID

import msgspec

from infra.database import execute, tenant_transaction
from infra.ids import new_id
from infra.pools import Role, close_pools, open_pools


class Stakes(msgspec.Struct, frozen=True):
    """A centre and what is to happen in it."""

    centre_id: UUID
    slug: str
    token: str
    client_id: UUID
    bed_ids: list[UUID]
    dossier_ids: list[UUID]
    events: list[str]
    """One webhook's body for each dossier: its deposit is paid."""


async def lay(count: int) -> Stakes:
    """Make them by the real operations, as many dossiers as asked for."""
    from billing.payments.links import link_for
    from billing.payments.rules import Part
    from tests.factories.accounts import a_user
    from tests.factories.centres import a_centre
    from tests.factories.clients import a_client
    from tests.factories.dossiers import an_accepted_dossier
    from tests.factories.stays import a_room

    await open_pools(Role.APP, Role.NETWORK, Role.RELAY, size=4)
    try:
        account = f"acct_{new_id().hex}"
        centre = await a_centre(stripe_account=account)
        desk = await a_user(centre, "direction")
        room = await a_room(centre.id, beds=4, dormitory=True)
        client = await a_client(centre.id)
        dossiers, events = [], []
        for _ in range(count):
            made, quote, _ = await an_accepted_dossier(centre.id)
            session_id = new_id()
            async with tenant_transaction(centre.id):
                link = await link_for(centre.id, quote, Part.DEPOSIT)
                await execute(
                    """INSERT INTO checkout_sessions (id, centre_id, link_id, dossier_id, part, amount_minor, currency,
                           state, stripe_account, stripe_session, url, created_at, expires_at)
                       VALUES ($1, $2, $3, $4, 'deposit', 3000, 'EUR', 'open', $5, $6, '', now(),
                           now() + interval '4 hours')""",
                    session_id,
                    centre.id,
                    link.id,
                    made.id,
                    account,
                    f"cs_{session_id.hex}",
                )
            dossiers.append(made.id)
            events.append(_paid(session_id, centre.id, account))
    finally:
        await close_pools()
    beds = [bed.id for bed in room.beds]
    return Stakes(centre.id, centre.slug, desk.access_token, client.id, beds, dossiers, events)


def _paid(session_id: UUID, centre_id: UUID, account: str) -> str:
    return json.dumps(
        {
            "id": f"evt_{session_id.hex}",
            "object": "event",
            "type": "checkout.session.completed",
            "created": 1_795_000_000,
            "account": account,
            "data": {
                "object": {
                    "id": f"cs_{session_id.hex}",
                    "object": "checkout.session",
                    "payment_status": "paid",
                    "status": "complete",
                    "amount_total": 3_000,
                    "currency": "eur",
                    "payment_intent": f"pi_{session_id.hex}",
                    "metadata": {"halte_centre": str(centre_id), "halte_session": str(session_id)},
                }
            },
        }
    )


if __name__ == "__main__":
    print(msgspec.json.encode(asyncio.run(lay(int(sys.argv[1])))).decode())
