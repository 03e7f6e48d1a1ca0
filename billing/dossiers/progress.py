"""Where a dossier stands: the one place that writes its state and running totals, from the facts."""

from uuid import UUID

import msgspec

from billing.dossiers.events import DossierChanged, DossierMoved
from billing.dossiers.rules import Facts, State, due_minor, state_of
from billing.ledger.queries import paid_minor
from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch_row
from infra.errors import Conflict, NotFound, StaleVersion
from infra.outbox import record


class DossierUnknown(NotFound):
    """This centre has no such dossier."""

    code = "dossier_unknown"


class DossierWithoutThread(Conflict):
    """This dossier began without a demande: there is no conversation to write in."""

    code = "dossier_without_thread"


class Locked(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier held until the transaction ends: nobody else changes it, its lines, quotes or money meanwhile."""

    id: UUID
    version: int
    number: str
    enquiry_id: UUID | None
    stay_id: UUID
    client_id: UUID
    state: State
    started: bool
    treated: bool
    archived: bool
    sale_booked: bool
    currency: str
    paid_minor: int


async def lock(centre_id: UUID, dossier_id: UUID, *, version: int | None = None) -> Locked:
    """Hold a dossier's row until the transaction ends.

    Raises:
        DossierUnknown: the centre has none of that id.
        StaleVersion: somebody saved it since `version`.
    """
    row = await fetch_row(
        """SELECT id, version, number, enquiry_id, stay_id, client_id, state, started, treated, archived, sale_booked,
               currency, paid_minor
           FROM dossiers WHERE centre_id = $1 AND id = $2 FOR UPDATE""",
        centre_id,
        dossier_id,
    )
    if row is None:
        raise DossierUnknown
    if version is not None and row["version"] != version:
        raise StaleVersion
    return msgspec.convert(dict(row), Locked)


async def settle(
    centre_id: UUID, dossier_id: UUID, *, actor: Actor, started: bool = False, treated: bool | None = None
) -> Locked:
    """Compute the totals and the state anew from lines, quotes and ledger, write them and record what moved.

    Args:
        centre_id: whose dossier.
        dossier_id: the dossier, locked by the caller.
        actor: who caused it.
        started: something was done that takes it out of « Nouveaux dossiers ».
        treated: the tick « Traité » as it is from now on; None leaves it.

    Returns:
        The dossier as it stands now.
    """
    before = await lock(centre_id, dossier_id)
    row = await fetch_row(
        """SELECT
               (SELECT coalesce(sum(total_minor), 0)::bigint FROM dossier_lines
                WHERE centre_id = $1 AND dossier_id = $2) AS lines_minor,
               (SELECT total_minor FROM quotes
                WHERE centre_id = $1 AND dossier_id = $2 AND state = 'accepted') AS accepted_minor,
               EXISTS (SELECT FROM quotes
                WHERE centre_id = $1 AND dossier_id = $2 AND accepted_at IS NOT NULL) AS ever_accepted""",
        centre_id,
        dossier_id,
    )
    assert row is not None  # a SELECT of subqueries always has a row
    facts = Facts(
        started=before.started or started,
        accepted_minor=row["accepted_minor"],
        ever_accepted=row["ever_accepted"],
        paid_minor=await paid_minor(centre_id, dossier_id),
        treated=before.treated if treated is None else treated,
        archived=before.archived,
    )
    state = state_of(facts)
    await execute(
        """UPDATE dossiers SET version = version + 1, state = $3, started = $4, total_minor = $5, paid_minor = $6,
               due_minor = $7, treated = $8, changed_at = $9 WHERE centre_id = $1 AND id = $2""",
        centre_id,
        dossier_id,
        state,
        facts.started,
        row["lines_minor"],
        facts.paid_minor,
        due_minor(facts, lines_minor=row["lines_minor"]),
        facts.treated,
        now(),
    )
    version = before.version + 1
    await record(DossierChanged(subject_id=dossier_id, version=version), actor=actor)
    if state is not before.state:
        await audit("dossier", dossier_id, "move", actor=actor, before={"state": before.state}, after={"state": state})
        moved = DossierMoved(subject_id=dossier_id, version=version, before=before.state, after=state)
        await record(moved, actor=actor)
    return msgspec.structs.replace(
        before,
        version=version,
        state=state,
        started=facts.started,
        treated=facts.treated,
        paid_minor=facts.paid_minor,
    )


async def enquiry_of(centre_id: UUID, dossier_id: UUID) -> UUID:
    """Return the demande whose thread is the dossier's.

    Raises:
        DossierUnknown: the centre has none of that id.
        DossierWithoutThread: it began without a demande.
    """
    row = await fetch_row("SELECT enquiry_id FROM dossiers WHERE centre_id = $1 AND id = $2", centre_id, dossier_id)
    if row is None:
        raise DossierUnknown
    if row["enquiry_id"] is None:
        raise DossierWithoutThread
    enquiry_id: UUID = row["enquiry_id"]
    return enquiry_id
