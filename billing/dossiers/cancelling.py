"""Cancelling a stay that has a dossier: what it costs by the centre's scale, proposed to whoever bills."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from billing.dossiers.queries import dossier, dossiers_of_stays
from billing.money import Money
from infra.actor import Actor
from infra.audit import audit
from infra.database import execute, execute_many, fetch, tenant_transaction
from infra.errors import FieldError, Invalid
from infra.ids import new_id
from tenants.clients.queries import centre_today
from tenants.stays.operations import cancel_stay
from tenants.stays.queries import stay as stay_of
from tenants.stays.rules import StayRef
from tenants.tasks.operations import raise_task
from tenants.tasks.rules import Kind


class ScaleInvalid(Invalid):
    """A scale has steps of different days, each with a share from nothing to everything."""

    code = "cancellation_scale_invalid"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """From so many days before the arrival on, a cancellation costs this share of the dossier's total."""

    days_before: int
    share_basis_points: int


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What cancelling today would cost; nothing is changed by asking."""

    days_left: int
    total: Money
    share_basis_points: int
    fee: Money
    paid: Money
    number: str
    """The dossier's; empty where the stay has none, and then nothing is owed."""


def share_of(steps: Sequence[Step], *, days_left: int) -> int:
    """Return the share that a cancellation costs: of the step nearest to the arrival that has begun; none before the first."""
    begun = [step for step in steps if days_left <= step.days_before]
    return min(begun, key=lambda step: step.days_before).share_basis_points if begun else 0


async def cancellation_scale(centre_id: UUID) -> list[Step]:
    """Return the centre's scale, the farthest day first; empty where cancelling costs nothing."""
    rows = await fetch(
        """SELECT days_before, share_basis_points FROM cancellation_steps WHERE centre_id = $1
           ORDER BY days_before DESC""",
        centre_id,
    )
    return [Step(days_before=row["days_before"], share_basis_points=row["share_basis_points"]) for row in rows]


async def set_cancellation_scale(centre_id: UUID, steps: Sequence[Step], *, actor: Actor) -> None:
    """Replace the centre's scale.

    Raises:
        ScaleInvalid: a day is negative or comes twice, or a share is none.
    """
    days = [step.days_before for step in steps]
    errors = [
        FieldError(f"/steps/{place}", "out_of_range", "days from 0 to 1000, each once; a share from 0 to 100 %")
        for place, step in enumerate(steps)
        if not 0 <= step.days_before <= 1000
        or not 0 <= step.share_basis_points <= 10_000
        or step.days_before in days[:place]
    ]
    if errors:
        raise ScaleInvalid(errors=tuple(errors))
    async with tenant_transaction(centre_id):
        before = await cancellation_scale(centre_id)
        await execute("DELETE FROM cancellation_steps WHERE centre_id = $1", centre_id)
        await execute_many(
            "INSERT INTO cancellation_steps (id, centre_id, days_before, share_basis_points) VALUES ($1, $2, $3, $4)",
            [(new_id(), centre_id, step.days_before, step.share_basis_points) for step in steps],
        )
        await audit(
            "centre",
            centre_id,
            "set_cancellation_scale",
            actor=actor,
            before={"steps": [msgspec.structs.asdict(step) for step in before]},
            after={"steps": [msgspec.structs.asdict(step) for step in steps]},
        )


async def cancellation_cost(centre_id: UUID, stay_id: UUID, *, today: date | None = None) -> Cost:
    """Return what cancelling the stay would cost today.

    Raises:
        StayUnknown: there is none.
    """
    async with tenant_transaction(centre_id, read_only=True):
        stay = await stay_of(centre_id, stay_id)
        days_left = (stay.fields.arrival - (today or await centre_today(centre_id))).days
        owner = (await dossiers_of_stays(centre_id, [stay_id])).get(stay_id)
        if owner is None:
            return Cost(
                days_left=days_left, total=Money(0), share_basis_points=0, fee=Money(0), paid=Money(0), number=""
            )
        sold = await dossier(centre_id, owner.id)
        share = share_of(await cancellation_scale(centre_id), days_left=days_left)
        total = sold.accepted.total if sold.accepted else sold.total
        return Cost(
            days_left=days_left,
            total=total,
            share_basis_points=share,
            fee=total.share(share),
            paid=sold.paid,
            number=sold.number,
        )


async def cancel_with_or_without_fee(
    centre_id: UUID, stay_id: UUID, *, reason: str, with_fee: bool, actor: Actor
) -> StayRef:
    """Cancel the stay; with a fee, what the scale asks is proposed to whoever bills, as a task on the dossier.

    Money moves by their act only: the fee is a proposal, which the dossier's history keeps.

    Raises:
        As `tenants.stays.operations.cancel_stay`.
    """
    async with tenant_transaction(centre_id):
        cost = await cancellation_cost(centre_id, stay_id)
        owner = (await dossiers_of_stays(centre_id, [stay_id])).get(stay_id)
        cancelled = await cancel_stay(centre_id, stay_id, reason=reason, actor=actor)
        if with_fee and owner is not None and cost.fee.minor > 0:
            facts = {
                "number": owner.number,
                "fee_minor": str(cost.fee.minor),
                "share": str(cost.share_basis_points // 100),
            }
            cause = f"{stay_id}:{cancelled.version}"
            await raise_task(centre_id, Kind.CANCELLATION_FEE, owner.id, cause=cause, facts=facts, actor=actor)
            noted: dict[str, object] = {"fee_minor": cost.fee.minor, "share_basis_points": cost.share_basis_points}
            await audit("dossier", owner.id, "propose_cancellation_fee", actor=actor, after=noted)
    return cancelled
