"""Opening a dossier, its lines, its marks. Each change ends with `settle`, which computes where the dossier stands."""

from datetime import date
from uuid import UUID

import msgspec

from billing.catalogue.queries import service
from billing.catalogue.reasons import as_stored
from billing.client_terms.filling import take_stay
from billing.client_terms.queries import defaults_of
from billing.dossiers import queries
from billing.dossiers.events import DossierCreated
from billing.dossiers.lines import (
    Line,
    LineChange,
    NewLine,
    changed_line,
    line_of_service,
    miscellaneous_line,
)
from billing.dossiers.progress import Locked, lock, settle
from billing.dossiers.rules import DossierTreated, State, number_of
from infra.actor import Actor
from infra.audit import audit
from infra.clock import now, today
from infra.database import execute, fetch_row, fetch_value, tenant_transaction
from infra.errors import Conflict, FieldError, Invalid, NotFound
from infra.ids import new_id
from infra.outbox import record
from tenants.centres.queries import centre
from tenants.centres.rules import require_open
from tenants.clients.blacklisting import require_not_blacklisted
from tenants.enquiries.operations import choose_client, link_dossier_made
from tenants.enquiries.queries import enquiry
from tenants.stays.rows import StayUnknown
from tenants.stays.rules import HeadCounts, NewStayFields


class EnquiryAlreadyDossier(Conflict):
    """A colleague has just made it a dossier: add the service there."""

    code = "enquiry_already_dossier"


class StayHasDossier(Conflict):
    """This stay already belongs to a dossier."""

    code = "stay_has_dossier"


class DatesMissing(Invalid):
    """The enquiry has no dates: give the arrival and the departure."""

    code = "dates_missing"


class LineUnknown(NotFound):
    """This dossier has no such line."""

    code = "line_unknown"


class DossierRef(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier, as made or changed."""

    id: UUID
    version: int
    number: str


def _ref(dossier: Locked) -> DossierRef:
    return DossierRef(id=dossier.id, version=dossier.version, number=dossier.number)


async def promote(
    centre_id: UUID,
    enquiry_id: UUID,
    first_line: NewLine,
    *,
    client_id: UUID | None = None,
    arrival: date | None = None,
    departure: date | None = None,
    actor: Actor,
) -> DossierRef:
    """Make an enquiry a dossier with its first service: the client's card, a tentative stay, the dossier, the line.

    Args:
        centre_id: whose enquiry.
        enquiry_id: the enquiry.
        first_line: the service.
        client_id: the card; None takes the enquiry's, else opens one from what it says.
        arrival: where the enquiry has none, or another.
        departure: likewise; not a night of the stay.
        actor: who.

    Raises:
        EnquiryUnknown: this centre has none of that id.
        EnquiryAlreadyDossier: it has a dossier; `number` says which.
        DatesMissing: nobody said when.
        ClientBlacklisted: the padlock is closed.
        As `add_line`.
    """
    actor.require("dossier.edit")
    async with tenant_transaction(centre_id):
        require_open(await centre(centre_id))
        facts = await enquiry(centre_id, enquiry_id, lock=True)
        known = await queries.number_of_enquiry(centre_id, enquiry_id)
        if known is not None:
            raise EnquiryAlreadyDossier(f"C'est déjà le dossier {known}", number=known)
        first_day, last_day = arrival or facts.arrival, departure or facts.departure
        if first_day is None or last_day is None:
            missing = [("/arrival", first_day, "L'arrivée manque"), ("/departure", last_day, "Le départ manque")]
            raise DatesMissing(
                errors=tuple(FieldError(pointer, "required", words) for pointer, day, words in missing if day is None)
            )
        chosen = await choose_client(centre_id, enquiry_id, client_id, actor=actor)
        stay = await take_stay(
            centre_id,
            NewStayFields(
                client_id=chosen,
                arrival=first_day,
                departure=last_day,
                counts=HeadCounts(**msgspec.structs.asdict(facts.counts)),
            ),
            actor=actor,
        )
        dossier_id = await _open(centre_id, client_id=chosen, stay_id=stay.id, enquiry_id=enquiry_id, actor=actor)
        await _put_line(centre_id, await lock(centre_id, dossier_id), first_line, actor=actor)
        answered = await link_dossier_made(centre_id, enquiry_id, actor=actor)
        return _ref(await settle(centre_id, dossier_id, actor=actor, started=answered))


async def open_dossier(centre_id: UUID, stay_id: UUID, first_line: NewLine, *, actor: Actor) -> DossierRef:
    """Make a dossier for a stay that began without an enquiry (phone, desk, import), with its first service.

    Raises:
        StayUnknown: the centre has no such stay, or it has no client.
        StayHasDossier: it belongs to one already.
        ClientBlacklisted: the padlock is closed.
        As `add_line`.
    """
    actor.require("dossier.edit")
    async with tenant_transaction(centre_id):
        require_open(await centre(centre_id))
        stay = await fetch_row(
            "SELECT client_id FROM stays WHERE centre_id = $1 AND id = $2 FOR UPDATE", centre_id, stay_id
        )
        if stay is None or stay["client_id"] is None:
            raise StayUnknown
        if await fetch_value("SELECT id FROM dossiers WHERE centre_id = $1 AND stay_id = $2", centre_id, stay_id):
            raise StayHasDossier
        dossier_id = await _open(centre_id, client_id=stay["client_id"], stay_id=stay_id, enquiry_id=None, actor=actor)
        await _put_line(centre_id, await lock(centre_id, dossier_id), first_line, actor=actor)
        return _ref(await settle(centre_id, dossier_id, actor=actor))


async def _open(centre_id: UUID, *, client_id: UUID, stay_id: UUID, enquiry_id: UUID | None, actor: Actor) -> UUID:
    await require_not_blacklisted(centre_id, client_id)
    agreed = await defaults_of(centre_id, client_id)
    dossier_id, day = new_id(), today((await centre(centre_id)).time_zone)
    # One at a time in a centre, so that two never count to the same number; the UNIQUE is behind it.
    await execute("SELECT pg_advisory_xact_lock(hashtextextended('dossier ' || $1::text, 0))", str(centre_id))
    last: str | None = await fetch_value(
        "SELECT max(number) FROM dossiers WHERE centre_id = $1 AND number LIKE $2", centre_id, f"P{day:%y%m%d}%"
    )
    number = number_of(day, int(last[7:]) + 1 if last else 1)
    await execute(
        """INSERT INTO dossiers (id, centre_id, version, number, enquiry_id, stay_id, client_id, state, started, treated,
               archived, sale_booked, currency, total_minor, paid_minor, due_minor, created_at, changed_at,
               commission_basis_points)
           VALUES ($1, $2, 1, $3, $4, $5, $6, $7, false, false, false, false, 'EUR', 0, 0, 0, $8, $8, $9)""",
        dossier_id,
        centre_id,
        number,
        enquiry_id,
        stay_id,
        client_id,
        State.NEW,
        now(),
        agreed.commission_basis_points,
    )
    await audit("dossier", dossier_id, "open", actor=actor, after={"number": number, "stay_id": str(stay_id)})
    await record(DossierCreated(subject_id=dossier_id, version=1), actor=actor)
    return dossier_id


async def add_line(
    centre_id: UUID, dossier_id: UUID, new: NewLine, *, version: int | None = None, actor: Actor
) -> DossierRef:
    """Put a service, or a « divers » line, on a dossier.

    Raises:
        DossierUnknown, ServiceUnknown: the centre has none of that id.
        StaleVersion: somebody saved the dossier since `version`.
        DossierTreated: it is marked as treated.
        ServiceInactive: the service is no longer sold.
        QuantityMissing: nobody typed the quantity and the head-count is unknown.
        LineInvalid: a field cannot be right; each is named.
    """
    actor.require("dossier.edit")
    async with tenant_transaction(centre_id):
        dossier = await _lock_untreated(centre_id, dossier_id, version)
        await _put_line(centre_id, dossier, new, actor=actor)
        return _ref(await settle(centre_id, dossier_id, actor=actor))


async def _lock_untreated(centre_id: UUID, dossier_id: UUID, version: int | None) -> Locked:
    dossier = await lock(centre_id, dossier_id, version=version)
    if dossier.treated:
        raise DossierTreated
    return dossier


async def _put_line(centre_id: UUID, dossier: Locked, new: NewLine, *, actor: Actor) -> None:
    if new.service_id is None:
        line = miscellaneous_line(new_id(), new, by=actor.name)
    else:
        sold = await service(centre_id, new.service_id)
        stay = await queries.stay_facts(centre_id, dossier.stay_id)
        client = await queries.client_facts(centre_id, dossier.client_id)
        line = line_of_service(new_id(), new, sold, stay, client, by=actor.name)
    await execute(
        """INSERT INTO dossier_lines (id, centre_id, dossier_id, position, service_id, label, product_type, unit,
               quantity, quantity_by_hand, nights, unit_price_minor, currency, total_minor, vat_basis_points,
               accounting_code, reasons)
           SELECT $1, $2, $3, coalesce(max(position), 0) + 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
           FROM dossier_lines WHERE centre_id = $2 AND dossier_id = $3""",
        line.id,
        centre_id,
        dossier.id,
        line.service_id,
        line.label,
        line.product_type,
        line.unit,
        line.quantity,
        line.quantity_by_hand,
        line.nights,
        line.unit_price.minor,
        line.unit_price.currency,
        line.total.minor,
        line.vat_basis_points,
        line.accounting_code,
        as_stored(line.reasons),
    )
    await audit("dossier", dossier.id, "add_line", actor=actor, after=line)


async def change_line(
    centre_id: UUID, dossier_id: UUID, line_id: UUID, change: LineChange, *, version: int | None, actor: Actor
) -> DossierRef:
    """Change a line's label, quantity or price.

    Raises:
        DossierUnknown, LineUnknown: there is none of that id.
        StaleVersion: somebody saved the dossier since `version`.
        DossierTreated: it is marked as treated.
        LineInvalid: a field cannot be right; each is named.
    """
    actor.require("dossier.edit")
    async with tenant_transaction(centre_id):
        await _lock_untreated(centre_id, dossier_id, version)
        before = await _line(centre_id, dossier_id, line_id)
        after = changed_line(before, change, by=actor.name)
        await save_line(centre_id, after)
        await audit("dossier", dossier_id, "change_line", actor=actor, before=before, after=after)
        return _ref(await settle(centre_id, dossier_id, actor=actor))


async def remove_line(
    centre_id: UUID, dossier_id: UUID, line_id: UUID, *, version: int | None, actor: Actor
) -> DossierRef:
    """Take a line off; without its last service a dossier stays a dossier.

    Raises:
        DossierUnknown, LineUnknown: there is none of that id.
        StaleVersion: somebody saved the dossier since `version`.
        DossierTreated: it is marked as treated.
    """
    actor.require("dossier.edit")
    async with tenant_transaction(centre_id):
        await _lock_untreated(centre_id, dossier_id, version)
        before = await _line(centre_id, dossier_id, line_id)
        await execute("DELETE FROM dossier_lines WHERE centre_id = $1 AND id = $2", centre_id, line_id)
        await audit("dossier", dossier_id, "remove_line", actor=actor, before=before)
        return _ref(await settle(centre_id, dossier_id, actor=actor))


async def _line(centre_id: UUID, dossier_id: UUID, line_id: UUID) -> Line:
    for line in await queries.lines(centre_id, dossier_id):
        if line.id == line_id:
            return line
    raise LineUnknown


async def save_line(centre_id: UUID, line: Line) -> None:
    """Write a line of a dossier that the caller holds."""
    await execute(
        """UPDATE dossier_lines SET label = $3, quantity = $4, quantity_by_hand = $5, nights = $6,
               unit_price_minor = $7, total_minor = $8, reasons = $9 WHERE centre_id = $1 AND id = $2""",
        centre_id,
        line.id,
        line.label,
        line.quantity,
        line.quantity_by_hand,
        line.nights,
        line.unit_price.minor,
        line.total.minor,
        as_stored(line.reasons),
    )
