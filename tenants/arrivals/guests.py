"""The people of a stay and their police forms: written down once, signed once."""

from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch_value, tenant_transaction
from infra.errors import Conflict, NotFound, StaleVersion
from infra.ids import new_id
from infra.outbox import record
from tenants.arrivals import events, queries, rules
from tenants.arrivals.rules import GuestFields
from tenants.arrivals.sealing import seal
from tenants.stays.queries import Stay
from tenants.stays.queries import stay as stay_of
from tenants.stays.rows import StayUnknown
from tenants.stays.statuses import StayStatusRefuses


class AlreadySigned(Conflict):
    """The police form is signed: it does not change any more."""

    code = "already_signed"


class FormNotFilled(Conflict):
    """There is nothing to sign yet: the form is not filled in, or none is needed."""

    code = "form_not_filled"


class AdultUnknown(NotFound):
    """The accompanying adult is no guest of this stay."""

    code = "adult_unknown"


class GuestRef(msgspec.Struct, frozen=True):
    """A guest, as saved; `police_form` says what is still wanted."""

    id: UUID
    version: int
    police_form: str


async def save_guest(
    centre_id: UUID,
    stay_id: UUID,
    guest: GuestFields,
    *,
    guest_id: UUID | None = None,
    version: int | None = None,
    actor: Actor,
) -> GuestRef:
    """Write down a guest of the stay, or correct one; a foreign guest's form goes sealed to where only the police read.

    Raises:
        StayUnknown, StayStatusRefuses: there is none, or it is not expected.
        GuestInvalid: a field is missing or cannot be.
        GuestUnknown, AdultUnknown, StaleVersion, AlreadySigned: the guest to correct, or their adult.
    """
    async with tenant_transaction(centre_id):
        stay = await stay_of(centre_id, stay_id)
        require_expected(stay)
        rules.check_guest(guest, arrival=stay.fields.arrival)
        adult = await _adult_of(centre_id, stay_id, guest)
        needs_form = rules.needs_police_form(guest.country)
        state = "filled" if needs_form else "not_needed"
        if needs_form and adult is not None and adult.police_form == "signed":
            # Who stands on a form stands under its signature, whichever came first.
            state = "signed"
        if guest_id is None:
            saved = GuestRef(new_id(), 1, state)
            await execute(
                """INSERT INTO guests (id, centre_id, stay_id, adult_id, surname, first_names, country, police_form,
                       version, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)""",
                saved.id,
                centre_id,
                stay_id,
                guest.adult_id,
                guest.surname.strip(),
                guest.first_names.strip(),
                guest.country,
                state,
                now(),
            )
        else:
            saved = await _correct(centre_id, stay_id, guest_id, guest, state=state, version=version)
        if needs_form:
            form = rules.form_of(guest, arrival=stay.fields.arrival, departure=stay.fields.departure)
            await execute(
                """INSERT INTO police_forms (id, centre_id, guest_id, sealed, filled_at, destroy_after)
                   VALUES ($1, $2, $3, $4, $5, $6)""",
                new_id(),
                centre_id,
                saved.id,
                seal("form", centre_id, saved.id, msgspec.json.encode(form)),
                now(),
                rules.destroy_after(stay.fields.arrival),
            )
        # The trail says that a guest was saved, not what they said: the form is for the police alone.
        await audit("stay", stay_id, "save_guest", actor=actor, after={"guest_id": saved.id, "police_form": state})
        await record(events.GuestSaved(subject_id=stay_id, version=stay.version, guest_id=saved.id), actor=actor)
    return saved


async def sign_police_form(centre_id: UUID, guest_id: UUID, drawn: str, *, actor: Actor) -> GuestRef:
    """Seal a guest's signature under their form; from then on neither changes.

    Raises:
        SignatureInvalid: `drawn` is neither the path data of an SVG nor a PNG as a data URL, or too large.
        GuestUnknown: the centre has no such guest.
        FormNotFilled, AlreadySigned: there is nothing to sign.
    """
    signature = rules.check_signature(drawn)
    async with tenant_transaction(centre_id):
        guest = await _lock_guest(centre_id, guest_id)
        if guest.police_form == "signed":
            raise AlreadySigned()
        if guest.police_form != "filled":
            raise FormNotFilled()
        arrival = await fetch_value(
            "SELECT arrival FROM stays WHERE centre_id = $1 AND id = $2", centre_id, guest.stay_id
        )
        await execute(
            """INSERT INTO police_signatures (id, centre_id, guest_id, sealed, signed_at, destroy_after)
               VALUES ($1, $2, $3, $4, $5, $6)""",
            new_id(),
            centre_id,
            guest_id,
            seal("signature", centre_id, guest_id, signature),
            now(),
            rules.destroy_after(arrival),
        )
        # Children on this adult's form are signed for with it.
        await execute(
            """UPDATE guests SET police_form = 'signed', version = version + 1
               WHERE centre_id = $1 AND (id = $2 OR adult_id = $2) AND police_form = 'filled'""",
            centre_id,
            guest_id,
        )
        await audit("stay", guest.stay_id, "sign_police_form", actor=actor, after={"guest_id": guest_id})
        await record(events.PoliceFormSigned(subject_id=guest.stay_id, guest_id=guest_id), actor=actor)
    return GuestRef(guest_id, guest.version + 1, "signed")


def require_expected(stay: Stay) -> None:
    """Refuse whoever is not to come any more, or not yet.

    Raises:
        StayStatusRefuses: with the status.
    """
    if stay.status not in ("tentative", "option", "confirmed", "present"):
        raise StayStatusRefuses(f"the stay is {stay.status}", status=stay.status, gesture="pre_check_in")


async def _lock_guest(centre_id: UUID, guest_id: UUID) -> queries.Guest:
    await fetch_value("SELECT id FROM guests WHERE centre_id = $1 AND id = $2 FOR UPDATE", centre_id, guest_id)
    return await queries.guest(centre_id, guest_id)


async def _adult_of(centre_id: UUID, stay_id: UUID, guest: GuestFields) -> queries.Guest | None:
    """Return the adult on whose form a child stands, locked: they may be signing it."""
    if guest.adult_id is None:
        return None
    try:
        adult = await _lock_guest(centre_id, guest.adult_id)
    except queries.GuestUnknown as error:
        raise AdultUnknown() from error
    if adult.stay_id != stay_id or adult.adult_id is not None:
        raise AdultUnknown()
    return adult


async def _correct(
    centre_id: UUID, stay_id: UUID, guest_id: UUID, guest: GuestFields, *, state: str, version: int | None
) -> GuestRef:
    before = await _lock_guest(centre_id, guest_id)
    if before.stay_id != stay_id:
        raise StayUnknown()
    if before.police_form == "signed":
        raise AlreadySigned()
    if version is not None and version != before.version:
        raise StaleVersion(f"the guest is at version {before.version}", version=before.version)
    await execute(
        """UPDATE guests SET surname = $3, first_names = $4, country = $5, police_form = $6, adult_id = $7,
               version = version + 1
           WHERE centre_id = $1 AND id = $2""",
        centre_id,
        guest_id,
        guest.surname.strip(),
        guest.first_names.strip(),
        guest.country,
        state,
        guest.adult_id,
    )
    return GuestRef(guest_id, before.version + 1, state)
