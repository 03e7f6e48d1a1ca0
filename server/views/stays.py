"""Stays, rooms and days in the contract's structs, with what billing and arrivals know of them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from uuid import UUID

import msgspec

from billing.dossiers.queries import dossiers_of_stays
from infra.errors import DomainError, FieldError
from server.contract import stays as wire
from server.contract.arrivals import PoliceForm
from tenants.arrivals import queries as arrivals
from tenants.arrivals.check_in import keys_of
from tenants.arrivals.police import SignedForm, signature_drawn
from tenants.clients.queries import centre_today
from tenants.housekeeping.queries import rooms_not_ready
from tenants.referential.queries import known_elsewhere
from tenants.rooms.rules import FreeRoom, Room
from tenants.stays import queries
from tenants.stays.planning import Bar, Day
from tenants.stays.rules import CountryCount, HeadCounts, NewStayFields, StayFields, is_mixed

_TYPED = ("client_id", "arrival", "departure", "expected_pax", "contacted_day", "booked_day", "booking_category",
    "booking_type", "purpose_category", "purpose", "purpose_detail", "region", "notes", "payer_id", "arrival_time",
    "contacts", "acm_number", "firm_day", "free_one_in", "free_most", "room_type", "payer_note")  # fmt: skip


_AFTER = frozenset({"balance", "keys_back"})
"""What a stay that is over may still owe."""


async def stay_view(centre_id: UUID, stay_id: UUID) -> wire.Stay:
    """Return a stay as the contract has it; inside the caller's transaction.

    Raises:
        StayUnknown: the centre has none of this id.
    """
    stay = await queries.stay(centre_id, stay_id)
    dossier = (await dossiers_of_stays(centre_id, [stay_id])).get(stay_id)
    return wire.Stay(
        id=stay.id,
        version=stay.version,
        status=stay.status,
        fields=_wire_fields(stay.fields),
        client_name=stay.client_name,
        pax=stay.pax,
        nights=stay.nights,
        option_until=stay.option_until,
        rooms=[
            wire.HeldRoom(
                room_id=held.room_id,
                room=held.room,
                bed_ids=list(held.bed_ids),
                arrival=held.arrival,
                departure=held.departure,
                status=held.status,
            )
            for held in stay.rooms
        ],
        guests=[
            wire.Guest(
                id=guest.id,
                name=f"{guest.first_names} {guest.surname}".strip(),
                country=guest.country,
                police_form="missing" if guest.police_form == "filled" else guest.police_form,
                room=guest.room,
            )
            for guest in await arrivals.guests(centre_id, stay_id)
        ],
        dossier_id=dossier.id if dossier else None,
        dossier_number=dossier.number if dossier else None,
        blacklisted=stay.blacklisted,
        payer_name=stay.payer_name,
        extra_beds=stay.extra_beds,
        free_places=stay.free_places,
        frozen_pax=stay.frozen_pax,
        cancellation_reason=stay.cancellation_reason or "",
        mixed=is_mixed(stay.fields.counts),
        waiting=stay.waiting,
    )


async def arrival_lines(centre_id: UUID, lines: Sequence[queries.StayLine]) -> list[wire.ArrivalLine]:
    """Return stays as lines with what each still needs: a few queries, however many there are."""
    ids = [line.id for line in lines]
    known = await known_elsewhere({line.client_id for line in lines if line.client_id is not None}) if ids else {}
    missing = await arrivals.guests_missing(centre_id, ids) if ids else {}
    dossiers = await dossiers_of_stays(centre_id, ids) if ids else {}
    keys = await keys_of(centre_id, ids) if ids else {}
    today = await centre_today(centre_id) if ids else date.min
    coming = [line.id for line in lines if line.arrival <= today and line.status in ("option", "confirmed")]
    unready = await rooms_not_ready(centre_id, coming, today) if coming else {}
    shown = []
    for line in lines:
        dossier, lacks = dossiers.get(line.id), missing.get(line.id)
        open_needs = {
            "balance": dossier is not None and dossier.due.minor > 0,
            "police_forms": lacks is not None and lacks.unsigned > 0,
            "beds": line.beds < max(1, line.pax or line.expected_pax or 0),
            "counts": not line.counts_known,
            "pre_check_in": lacks is not None and lacks.pre_check_in,
            "rooms_not_ready": line.id in unready,
            "keys": line.status == "present" and line.id not in keys and line.arrival == today,
            "keys_back": line.departure <= today and line.id in keys and keys[line.id].out > 0,
        }
        over = line.status in ("departed", "cancelled", "no_show")
        shown.append(
            wire.ArrivalLine(
                stay_id=line.id,
                dossier_id=dossier.id if dossier else None,
                name=line.name,
                pax=line.pax if line.pax is not None else line.expected_pax,
                rooms=list(line.rooms),
                arrival=line.arrival,
                departure=line.departure,
                arrival_time=line.arrival_time,
                status=line.status,
                signal_centres=known.get(line.client_id, 0) if line.client_id is not None else 0,
                needs=[name for name, is_open in open_needs.items() if is_open and (not over or name in _AFTER)],
            )
        )
    return shown


def typed_fields(fields: wire.StayFields) -> StayFields:
    """Return the fiche that was sent as the domain has it."""
    counts = HeadCounts(**msgspec.structs.asdict(fields.counts))
    return StayFields(
        counts=counts,
        services=tuple(fields.services),
        nationalities=tuple(CountryCount(entry.country, entry.people) for entry in fields.nationalities),
        residences=tuple(CountryCount(entry.country, entry.people) for entry in fields.residences),
        **{name: getattr(fields, name) for name in _TYPED},
    )


def new_fields(new: wire.NewStay) -> NewStayFields:
    """Return the stay that was sent as the domain has it."""
    return NewStayFields(
        **msgspec.structs.asdict(typed_fields(new.fields)),
        status=new.status,
        option_until=new.option_until,
        bed_ids=tuple(new.bed_ids),
        overbook=new.overbook,
    )


def _wire_fields(fields: StayFields) -> wire.StayFields:
    return wire.StayFields(
        services=list(fields.services),
        counts=wire.HeadCounts(**msgspec.structs.asdict(fields.counts)),
        nationalities=[wire.CountryCount(country=entry.country, people=entry.people) for entry in fields.nationalities],
        residences=[wire.CountryCount(country=entry.country, people=entry.people) for entry in fields.residences],
        **{name: getattr(fields, name) for name in _TYPED},
    )


def room_view(room: Room) -> wire.Room:
    """Return a room as the contract has it."""
    return wire.Room(
        id=room.id,
        version=room.version,
        name=room.name,
        building=room.building,
        floor=room.floor,
        room_type=room.room_type,
        dormitory=room.dormitory,
        accessible=room.accessible,
        beds=[wire.Bed(id=bed.id, label=bed.label, kind=bed.kind) for bed in room.beds],
    )


def bar_view(bar: Bar) -> wire.PlanningBar:
    """Return a bar of the planning as the contract has it."""
    return wire.PlanningBar(
        id=bar.id,
        stay_id=bar.stay_id,
        room_id=bar.room_id,
        arrival=bar.arrival,
        departure=bar.departure,
        beds=bar.beds,
        pax=bar.pax,
        label=bar.label,
        status=bar.status,
        colour=bar.colour,
    )


def day_view(day: Day) -> wire.PlanningDay:
    """Return the foot of a day as the contract has it."""
    return wire.PlanningDay(**msgspec.structs.asdict(day))


def free_room_view(room: FreeRoom) -> wire.FreeRoom:
    """Return what is free of a room as the contract has it."""
    return wire.FreeRoom(
        room_id=room.room_id,
        room=room.room,
        room_type=room.room_type,
        dormitory=room.dormitory,
        accessible=room.accessible,
        free_bed_ids=list(room.free_bed_ids),
    )


def police_form_view(shown: SignedForm) -> PoliceForm:
    """Return a police form as the contract has it."""
    return PoliceForm(
        guest_id=shown.guest_id, signature=signature_drawn(shown.signature), **msgspec.structs.asdict(shown.form)
    )


def cursor_day(key: str) -> date | None:
    """Return the day of a cursor's key, or None where it is no day."""
    try:
        return date.fromisoformat(key)
    except ValueError:
        return None


@contextmanager
def within(prefix: str, *, but: frozenset[str] = frozenset()) -> Iterator[None]:
    """Point errors in fields at their place in the body that was sent: the domain knows its own structs only."""
    try:
        yield
    except DomainError as error:
        error.errors = tuple(
            FieldError(one.pointer if one.pointer in but else prefix + one.pointer, one.code, one.message)
            for one in error.errors
        )
        raise
