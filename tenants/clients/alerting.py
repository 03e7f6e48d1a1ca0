"""The network's alert: a centre asks, a second person of the network confirms, the others learn whom to call.

Across the walls go the name and the phone of a centre, to cards of the same identity and no namesake; never the reason.
There the lock holds too (`require_not_blacklisted`). The alert ends with the lock.
"""

from datetime import date, datetime
from uuid import UUID

import asyncpg
import msgspec

from infra.actor import Actor, ActorKind
from infra.audit import audit, audit_network
from infra.clock import now
from infra.database import fetch, fetch_row, fetch_value, system_transaction, tenant_transaction, violated
from infra.errors import Conflict, NotFound, Refused
from infra.ids import new_id
from infra.outbox import record
from tenants.clients import queries
from tenants.clients.blacklisting import NotBlacklisted, lock_question
from tenants.clients.events import BlacklistAlertDecided


class AlertAsked(Conflict):
    """The network was asked already."""

    code = "alert_asked"


class AlertUnknown(NotFound):
    """No such alert waits for a decision."""

    code = "alert_unknown"


class AlertByAsker(Refused):
    """Who asked for an alert does not confirm it: somebody else does."""

    code = "alert_by_asker"


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a centre's own request; `confirmed` is None while it waits."""

    asked_at: datetime
    asked_by: str
    decided_at: datetime | None
    confirmed: bool | None


class WaitingAlert(msgspec.Struct, frozen=True, kw_only=True):
    """What the network decides on: no name of the person."""

    id: UUID
    centre_name: str
    asked_at: datetime
    asked_by: str
    reason: str
    evidence_day: date
    last_day: date
    other_centres: int
    """How many other centres have a card of the same identity."""


async def ask_alert(centre_id: UUID, client_id: UUID, *, actor: Actor) -> None:
    """Ask the network to tell the other centres whom to call about a locked client.

    Raises:
        RightMissing: the actor lacks `client.blacklist`.
        ClientUnknown: the centre has no such card.
        NotBlacklisted: it is not locked.
        AlertAsked: the network was asked for this lock.
    """
    actor.require("client.blacklist")
    async with tenant_transaction(centre_id):
        card = await queries.client(centre_id, client_id)
        if card.blacklisting is None:
            raise NotBlacklisted()
        made = await fetch_value(
            "SELECT blacklist_alert_ask($1, $2, $3, $4, $5)",
            new_id(),
            card.blacklisting.id,
            actor.name,
            actor.account_id,
            now(),
        )
        if not made:
            raise AlertAsked()
        await audit("client", client_id, "ask_alert", actor=actor, after={"alert": "asked"})


async def alert_of(blacklisting_id: UUID) -> Alert | None:
    """Return what became of the alert about a lock of this centre; inside the caller's transaction."""
    row = await fetch_row("SELECT * FROM blacklist_alert_of($1)", blacklisting_id)
    return None if row is None else Alert(**row)


async def waiting_alerts(*, actor: Actor) -> list[WaitingAlert]:
    """Return what waits for the network's decision, the oldest first.

    Raises:
        RightMissing: the actor lacks `referential.review`.
    """
    actor.require("referential.review")
    async with system_transaction(read_only=True):
        return [WaitingAlert(**row) for row in await fetch("SELECT * FROM blacklist_alerts_waiting()")]


async def decide_alert(alert_id: UUID, *, confirmed: bool, actor: Actor) -> None:
    """Confirm an alert, or refuse it.

    Raises:
        RightMissing: the actor lacks `referential.review`.
        AlertUnknown: no such alert waits.
        AlertByAsker: the actor asked for it.
    """
    actor.require("referential.review")
    if actor.kind is not ActorKind.JOB and actor.account_id is None:
        raise AlertByAsker()  # a decision has somebody who took it
    try:
        async with system_transaction():
            for row in await fetch("SELECT * FROM blacklist_alert_cards($1) AS card_id", alert_id):
                await lock_question(row["card_id"], shared=False)
            centre_id = await fetch_value(
                "SELECT blacklist_alert_decide($1, $2, $3, $4, $5)",
                alert_id,
                confirmed,
                actor.name,
                actor.account_id,
                now(),
            )
            if centre_id is None:
                raise AlertUnknown()
            after: dict[str, object] = {"confirmed": confirmed, "centre_id": centre_id}
            await audit_network("blacklist_alert", alert_id, "decide", actor=actor, after=after)
            await record(BlacklistAlertDecided(subject_id=alert_id), actor=actor)
    except asyncpg.CheckViolationError as error:
        if violated(error) != "blacklist_alerts_decided_by_id_check":
            raise
        raise AlertByAsker() from error
