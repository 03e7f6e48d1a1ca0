"""Setting rates, noting exemptions, and putting what is owed on a dossier."""

from typing import Final
from uuid import UUID

import msgspec

from billing.catalogue import reasons
from billing.catalogue.rules import ProductType, Unit
from billing.dossiers.operations import DossierRef
from billing.dossiers.progress import lock, settle
from billing.dossiers.rules import DossierTreated
from billing.money import Money
from billing.tourist_tax.queries import of_stay
from billing.tourist_tax.rules import BY_HAND, ExemptionInvalid, Rate, TaxLine, check_rate
from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch_row, tenant_transaction
from infra.errors import FieldError
from infra.ids import new_id
from tenants.stays.rows import lock_stay

TAX_CODE: Final = "447800"
"""What is collected for the commune: no revenue, no VAT (CGI art. 267 II-2°)."""


async def set_rate(centre_id: UUID, rate: Rate, *, actor: Actor) -> None:
    """Set what the commune takes from a day on; another rate of the same day takes its place.

    Raises:
        RightMissing: the actor lacks `rate.edit`.
        RateInvalid: a figure cannot be right.
    """
    actor.require("rate.edit")
    check_rate(rate)
    names = Rate.__struct_fields__
    async with tenant_transaction(centre_id):
        await execute(
            f"""INSERT INTO tourist_tax_rates (id, centre_id, by_name, set_at, {", ".join(names)})
                VALUES ($1, $2, $3, $4, {", ".join(f"${place}" for place in range(5, 5 + len(names)))})
                ON CONFLICT (centre_id, first_day) DO UPDATE SET by_name = excluded.by_name, set_at = excluded.set_at,
                    {", ".join(f"{name} = excluded.{name}" for name in names if name != "first_day")}""",
            new_id(),
            centre_id,
            actor.name,
            now(),
            *(getattr(rate, name) for name in names),
        )
        await audit("centre", centre_id, "tourist_tax_rate", actor=actor, after=rate)


async def exempt(centre_id: UUID, stay_id: UUID, reason: str, people: int, *, actor: Actor) -> None:
    """Note that so many adults of a stay are exempt for a reason of the law; 0 takes it back.

    Raises:
        RightMissing: the actor lacks `stay.edit`.
        StayUnknown: the centre has no such stay.
        ExemptionInvalid: the reason is not one that the desk says, or the number cannot be.
    """
    actor.require("stay.edit")
    if reason not in list(BY_HAND):
        raise ExemptionInvalid(errors=(FieldError("/reason", "unknown", f"one of {', '.join(BY_HAND)}"),))
    if not 0 <= people <= 10_000:
        raise ExemptionInvalid(errors=(FieldError("/people", "out_of_range", "a number of people"),))
    async with tenant_transaction(centre_id):
        await lock_stay(centre_id, stay_id)
        await execute(
            "DELETE FROM tourist_tax_exemptions WHERE centre_id = $1 AND stay_id = $2 AND reason = $3",
            centre_id,
            stay_id,
            reason,
        )
        if people:
            await execute(
                """INSERT INTO tourist_tax_exemptions (id, centre_id, stay_id, reason, people, by_name, set_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)""",
                new_id(),
                centre_id,
                stay_id,
                reason,
                people,
                actor.name,
                now(),
            )
        await audit("stay", stay_id, "tourist_tax_exemption", actor=actor, after={"reason": reason, "people": people})


async def put_on_dossier(centre_id: UUID, dossier_id: UUID, *, version: int | None = None, actor: Actor) -> DossierRef:
    """Put the tax that the dossier's stay owes on it, in the place of what stood there; nothing where it owes none.

    Raises:
        RightMissing: the actor lacks `dossier.edit`.
        DossierUnknown: the centre has no such dossier.
        StaleVersion, DossierTreated: it was saved since, or is closed to changes.
    """
    actor.require("dossier.edit")
    async with tenant_transaction(centre_id):
        dossier = await lock(centre_id, dossier_id, version=version)
        if dossier.treated:
            raise DossierTreated
        lines = await of_stay(centre_id, dossier.stay_id)
        await execute(
            "DELETE FROM dossier_lines WHERE centre_id = $1 AND dossier_id = $2 AND accounting_code = $3",
            centre_id,
            dossier_id,
            TAX_CODE,
        )
        exempt_lines = [line for line in lines if line.reason]
        for line in lines:
            if line.minor:
                await _put(centre_id, dossier_id, line, exempt_lines)
        await audit("dossier", dossier_id, "tourist_tax", actor=actor, after={"lines": msgspec.to_builtins(lines)})
        after = await settle(centre_id, dossier_id, actor=actor)
    return DossierRef(id=after.id, version=after.version, number=after.number)


async def tax_again(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> None:
    """Count the tax on the dossier of a stay again, after the stay moved, where it stands on one and comes to another sum."""
    async with tenant_transaction(centre_id):
        row = await fetch_row(
            """SELECT dossier.id, sum(line.total_minor)::bigint AS minor FROM dossiers AS dossier
               JOIN dossier_lines AS line ON line.centre_id = $1 AND line.dossier_id = dossier.id
                   AND line.accounting_code = $3
               WHERE dossier.centre_id = $1 AND dossier.stay_id = $2 AND NOT dossier.treated GROUP BY dossier.id""",
            centre_id,
            stay_id,
            TAX_CODE,
        )
        if row is None:
            return
        owed = await of_stay(centre_id, stay_id)
        if sum(line.minor + line.additional_minor for line in owed) != row["minor"]:
            await put_on_dossier(centre_id, row["id"], actor=actor)


async def _put(centre_id: UUID, dossier_id: UUID, line: TaxLine, exempt_lines: list[TaxLine]) -> None:
    rate = reasons.Reason(code=reasons.Code.TOURIST_TAX, name=line.category, price=Money(line.unit_minor))
    exempt = (reasons.Reason(code=reasons.Code.TAX_EXEMPT, name=one.reason, number=one.nights) for one in exempt_lines)
    rows: list[tuple[str, int, int, reasons.Reasons]] = [
        ("Taxe de séjour", line.nights, line.unit_minor, (rate, *exempt))
    ]
    if line.additional_minor:
        share = reasons.Reason(code=reasons.Code.ADDITIONAL_TAX, price=Money(line.minor))
        rows.append(("Taxe additionnelle départementale", 1, line.additional_minor, (share,)))
    for label, quantity, unit_minor, said in rows:
        await execute(
            """INSERT INTO dossier_lines (id, centre_id, dossier_id, position, service_id, label, product_type, unit,
                   quantity, quantity_by_hand, nights, unit_price_minor, currency, total_minor, vat_basis_points,
                   accounting_code, reasons)
               SELECT $1, $2, $3, coalesce(max(position), 0) + 1, NULL, $4, $5, $6, $7, true, 1, $8, 'EUR', $9, 0, $10, $11
               FROM dossier_lines WHERE centre_id = $2 AND dossier_id = $3""",
            new_id(),
            centre_id,
            dossier_id,
            label,
            ProductType.MISCELLANEOUS,
            Unit.PIECE,
            quantity,
            unit_minor,
            quantity * unit_minor,
            TAX_CODE,
            reasons.as_stored(said),
        )
