"""The padlock: closing it, lifting it, and the one question every way in asks before it takes a reservation.

Lawful as the CNIL wants it: reasons from a closed list and no free text, the day of the evidence, an end within three
years after which it opens by itself, an audit entry for every gesture.
"""

from datetime import date
from enum import StrEnum
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch, tenant_transaction
from infra.errors import Conflict, FieldError, Invalid, NotFound, Refused
from infra.ids import new_id
from infra.outbox import record
from tenants.clients import queries
from tenants.clients.blacklisted_stays import list_stays_to_come
from tenants.clients.events import ClientBlacklistingLifted, ClientBlacklistingSet

LONGEST_YEARS = 3


class Reason(StrEnum):
    """Why a card may be locked; there is no other reason, and no text."""

    UNPAID = "unpaid"
    DAMAGE = "damage"
    NUISANCE = "nuisance"
    VIOLENCE = "violence"
    FRAUD = "fraud"


class ClientBlacklisted(Refused):
    """Ce client est indésirable : aucune réservation ne peut être prise pour cette fiche."""

    code = "client_blacklisted"


class ClientAlerted(ClientBlacklisted):
    """Le réseau demande d'appeler un autre centre avant toute réservation pour ce client."""

    code = "client_alerted"


class WhomToCall(msgspec.Struct, frozen=True, kw_only=True):
    """All that another centre sees of a lock that the network shares."""

    centre_name: str
    phone: str


class BlacklistingInvalid(Invalid):
    """The lock asked for is not one the law allows; the fields say why."""

    code = "blacklisting_invalid"


class AlreadyBlacklisted(Conflict):
    """Cette fiche est déjà verrouillée."""

    code = "already_blacklisted"


class NotBlacklisted(NotFound):
    """Cette fiche n'est pas verrouillée."""

    code = "not_blacklisted"


class NewBlacklisting(msgspec.Struct, frozen=True, kw_only=True):
    """A lock as it is asked for."""

    reason: str
    evidence_day: date
    """When what is reproached happened, or was established."""
    last_day: date
    """The lock's last day; the next morning it is open."""


def latest_end(day: date) -> date:
    """Return the last day a lock closed on `day` may have: the same date three years on, the 28th for a 29 February."""
    try:
        return day.replace(year=day.year + LONGEST_YEARS)
    except ValueError:
        return day.replace(year=day.year + LONGEST_YEARS, day=28)


def check(new: NewBlacklisting, *, today: date) -> None:
    """Refuse a lock that is not allowed.

    Raises:
        BlacklistingInvalid: unknown reason, evidence to come, an end in the past or more than three years away.
    """
    errors = []
    if new.reason not in tuple(Reason):
        errors.append(FieldError("/reason", "unknown", ", ".join(Reason)))
    if new.evidence_day > today:
        errors.append(FieldError("/evidence_day", "in_the_future", "La date des faits ne peut pas être à venir."))
    if new.last_day < today:
        errors.append(FieldError("/last_day", "past", "La fin ne peut pas être déjà passée."))
    if new.last_day > latest_end(today):
        errors.append(FieldError("/last_day", "too_long", f"Trois ans au plus : jusqu'au {latest_end(today)}."))
    if errors:
        raise BlacklistingInvalid(errors=tuple(errors))


async def blacklist(centre_id: UUID, client_id: UUID, new: NewBlacklisting, *, actor: Actor) -> None:
    """Close the padlock. Stays that exist are left as they are, to be decided one by one.

    Raises:
        RightMissing: the actor lacks `client.blacklist`.
        ClientUnknown: the centre has no such card.
        BlacklistingInvalid: the lock is not one the law allows.
        AlreadyBlacklisted: it is closed already.
    """
    actor.require("client.blacklist")
    async with tenant_transaction(centre_id):
        await lock_question(client_id, shared=False)
        card = await queries.client(centre_id, client_id)
        check(new, today=await queries.centre_today(centre_id))
        if card.blacklisting is not None:
            raise AlreadyBlacklisted()
        # One that ended by itself makes room: it stays in the history as ended.
        await execute(
            """UPDATE client_blacklistings SET lifted_at = $3, lifted_by = 'ended'
               WHERE centre_id = $1 AND client_id = $2 AND lifted_at IS NULL""",
            centre_id,
            client_id,
            now(),
        )
        blacklisting_id = new_id()
        await execute(
            """INSERT INTO client_blacklistings
                   (id, centre_id, client_id, reason, evidence_day, last_day, set_at, set_by)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
            blacklisting_id,
            centre_id,
            client_id,
            new.reason,
            new.evidence_day,
            new.last_day,
            now(),
            actor.name,
        )
        await list_stays_to_come(centre_id, client_id, blacklisting_id)
        await audit("client", client_id, "blacklist", actor=actor, before={"blacklisting": None}, after=new)
        await record(ClientBlacklistingSet(subject_id=client_id, version=card.version), actor=actor)


async def lift_blacklist(centre_id: UUID, client_id: UUID, *, actor: Actor) -> None:
    """Open the padlock before its last day.

    Raises:
        RightMissing: the actor lacks `client.blacklist`.
        ClientUnknown: the centre has no such card.
        NotBlacklisted: it is open already.
    """
    actor.require("client.blacklist")
    async with tenant_transaction(centre_id):
        await lock_question(client_id, shared=False)
        card = await queries.client(centre_id, client_id)
        if card.blacklisting is None:
            raise NotBlacklisted()
        await _lift(centre_id, card, by=actor.name, actor=actor)


async def lift_paid(centre_id: UUID, client_id: UUID, *, actor: Actor) -> bool:
    """Open a padlock that an unpaid debt closed, because the payment arrived; say whether there was one."""
    async with tenant_transaction(centre_id):
        await lock_question(client_id, shared=False)
        card = await queries.client(centre_id, client_id)
        if card.blacklisting is None or card.blacklisting.reason != Reason.UNPAID:
            return False
        await _lift(centre_id, card, by="paid", actor=actor)
    return True


async def end_blacklistings(centre_id: UUID, today: date, *, actor: Actor) -> int:
    """Open the padlocks whose last day has passed: they let reservations in already, and are now so in the books too.

    Returns:
        How many there were.
    """
    async with tenant_transaction(centre_id):
        rows = await fetch(
            """SELECT client_id FROM client_blacklistings
               WHERE centre_id = $1 AND lifted_at IS NULL AND last_day < $2 ORDER BY client_id""",
            centre_id,
            today,
        )
        for row in rows:
            await lock_question(row["client_id"], shared=False)
            await _lift(centre_id, await queries.client(centre_id, row["client_id"]), by="ended", actor=actor)
    return len(rows)


async def _lift(centre_id: UUID, card: queries.Client, *, by: str, actor: Actor) -> None:
    await execute(
        """UPDATE client_blacklistings SET lifted_at = $3, lifted_by = $4
           WHERE centre_id = $1 AND client_id = $2 AND lifted_at IS NULL""",
        centre_id,
        card.id,
        now(),
        by,
    )
    after: dict[str, object] = {"blacklisting": None, "because": by}
    await audit("client", card.id, "lift_blacklist", actor=actor, before=card.blacklisting, after=after)
    await record(ClientBlacklistingLifted(subject_id=card.id, version=card.version), actor=actor)


async def require_not_blacklisted(centre_id: UUID, client_id: UUID) -> None:
    """Refuse a reservation for a locked card: the one check of every way in, inside its transaction.

    Holds the lock's question until that transaction ends, so that the padlock cannot close in between; those who only
    ask do not wait for one another.

    Raises:
        ClientBlacklisted: the card is locked today, by the centre's calendar.
        ClientAlerted: another centre locked the same person and the network shares it: says whom to call, not why.
        ClientUnknown: the centre has no such card.
    """
    async with tenant_transaction(centre_id):
        await lock_question(client_id, shared=True)
        locked = await queries.blacklisting(centre_id, client_id)
        if locked is not None:
            raise ClientBlacklisted(until=locked.last_day.isoformat())
        for first in await alerts_about(client_id):
            raise ClientAlerted(f"call {first.centre_name} first", centre=first.centre_name, phone=first.phone)
        await queries.client_name(centre_id, client_id)


async def is_kept_out(centre_id: UUID, client_id: UUID) -> bool:
    """Say whether no reservation is taken for a card now: its own padlock, or one that the network shares."""
    return await queries.blacklisting(centre_id, client_id) is not None or bool(await alerts_about(client_id))


async def alerts_about(client_id: UUID) -> list[WhomToCall]:
    """Return the centres to call about a card of this centre; inside the caller's transaction."""
    return [WhomToCall(**row) for row in await fetch("SELECT * FROM blacklist_alerts_about($1)", client_id)]


async def lock_question(client_id: UUID, *, shared: bool) -> None:
    """Take the lock that the database's own guard (`refuse_blacklisted_client`) takes too."""
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    await execute(f"SELECT {function}(hashtextextended($1, 1))", str(client_id))
