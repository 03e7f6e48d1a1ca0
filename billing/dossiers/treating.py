"""« Saisie dans le logiciel (Traité) »: the sale is booked, and taken back when the tick goes; putting away."""

from uuid import UUID

from billing.dossiers.operations import DossierRef
from billing.dossiers.progress import Locked, lock, settle
from billing.dossiers.rules import DossierNotPaid, State
from billing.ledger.operations import post
from billing.ledger.queries import last_key, on_account, postings
from billing.ledger.rules import DEPOSITS_HELD, RECEIVABLE, Posting, Sold, reversed_postings, sale
from billing.money import Money
from billing.quotes.queries import frozen
from infra.actor import Actor
from infra.audit import audit
from infra.database import execute, fetch_value, tenant_transaction


async def set_treated(
    centre_id: UUID, dossier_id: UUID, treated: bool, *, version: int | None = None, actor: Actor
) -> DossierRef:
    """Tick or untick « Traité ». Ticking books the sale of the accepted quote; unticking reverses it. Twice changes nothing.

    Raises:
        DossierUnknown: the centre has none of that id.
        StaleVersion: somebody saved the dossier since `version`.
        DossierNotPaid: only a dossier paid in full can be ticked.
    """
    actor.require("dossier.edit")
    async with tenant_transaction(centre_id):
        dossier = await lock(centre_id, dossier_id, version=version)
        if dossier.treated == treated:
            return DossierRef(id=dossier.id, version=dossier.version, number=dossier.number)
        if treated and dossier.state is not State.PAID:
            raise DossierNotPaid
        if treated:
            await _book_sale(centre_id, dossier, actor=actor)
        else:
            await _take_back_sale(centre_id, dossier, actor=actor)
        await execute(
            "UPDATE dossiers SET sale_booked = $3 WHERE centre_id = $1 AND id = $2",
            centre_id,
            dossier_id,
            treated,
        )
        action = "tick_treated" if treated else "untick_treated"
        await audit("dossier", dossier_id, action, actor=actor, after={"treated": treated})
        settled = await settle(centre_id, dossier_id, actor=actor, treated=treated)
        return DossierRef(id=settled.id, version=settled.version, number=settled.number)


async def _book_sale(centre_id: UUID, dossier: Locked, *, actor: Actor) -> None:
    quote_id = await fetch_value(
        "SELECT id FROM quotes WHERE centre_id = $1 AND dossier_id = $2 AND state = 'accepted'", centre_id, dossier.id
    )
    offer = await frozen(centre_id, quote_id)
    entries = sale(
        [Sold(line.accounting_code, line.vat_basis_points, line.total) for line in offer.lines],
        held=Money(dossier.paid_minor, dossier.currency),
    )
    if entries:
        key = f"sale:{dossier.id}:{dossier.version}"
        await post(centre_id, key, entries, dossier_id=dossier.id, description=f"Vente {dossier.number}", actor=actor)


async def _take_back_sale(centre_id: UUID, dossier: Locked, *, actor: Actor) -> None:
    """Reverse the sale; what was given back meanwhile came off the receivable, and comes off the deposits held now."""
    key = await last_key(centre_id, dossier.id, prefix="sale:")
    if key is None:
        return
    entries = reversed_postings(await postings(centre_id, key))
    words = f"Annulation de vente {dossier.number}"
    reverse_key = f"unsale:{dossier.id}:{dossier.version}"
    await post(centre_id, reverse_key, entries, dossier_id=dossier.id, description=words, actor=actor)
    left = Money(await on_account(centre_id, dossier.id, RECEIVABLE.kind), dossier.currency)
    if left.minor:
        moved = [Posting(RECEIVABLE, -left), Posting(DEPOSITS_HELD, left)]
        moved_key = f"unsale-rest:{dossier.id}:{dossier.version}"
        await post(centre_id, moved_key, moved, dossier_id=dossier.id, description=words, actor=actor)


async def set_archived(
    centre_id: UUID, dossier_id: UUID, archived: bool, *, version: int | None = None, actor: Actor
) -> DossierRef:
    """Put a dossier away, or take it out again: its state is then what the facts make it.

    Raises:
        DossierUnknown: the centre has none of that id.
        StaleVersion: somebody saved the dossier since `version`.
    """
    actor.require("dossier.edit")
    async with tenant_transaction(centre_id):
        dossier = await lock(centre_id, dossier_id, version=version)
        if dossier.archived != archived:
            await execute(
                "UPDATE dossiers SET archived = $3 WHERE centre_id = $1 AND id = $2", centre_id, dossier_id, archived
            )
            action = "archive" if archived else "take_out_of_archive"
            await audit("dossier", dossier_id, action, actor=actor, after={"archived": archived})
            dossier = await settle(centre_id, dossier_id, actor=actor)
        return DossierRef(id=dossier.id, version=dossier.version, number=dossier.number)
