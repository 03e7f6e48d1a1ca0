"""Pre-check-in, guests and their signatures: by link before the arrival, on the tablet at the desk."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from infra import signing
from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch_row, fetch_value, tenant_transaction
from infra.errors import Conflict, FieldError, NotFound, StaleVersion
from infra.ids import new_id
from infra.outbox import record
from infra.settings import settings
from tenants.arrivals import events, queries, rules
from tenants.arrivals.rules import GuestFields
from tenants.arrivals.sealing import seal
from tenants.stays.queries import Stay
from tenants.stays.queries import stay as stay_of
from tenants.stays.rows import StayUnknown
from tenants.stays.statuses import StayStatusRefuses

PURPOSE = "pre_check_in"


class AlreadySigned(Conflict):
    """The police form is signed: it does not change any more."""

    code = "already_signed"


class FormNotFilled(Conflict):
    """There is nothing to sign yet: the form is not filled in, or none is needed."""

    code = "form_not_filled"


class AdultUnknown(NotFound):
    """The accompanying adult is no guest of this stay."""

    code = "adult_unknown"


class LinkMade(msgspec.Struct, frozen=True, kw_only=True):
    """A pre-check-in link."""

    url: str
    expires_at: datetime


class GuestRef(msgspec.Struct, frozen=True):
    """A guest, as saved; `police_form` says what is still wanted."""

    id: UUID
    version: int
    police_form: str


class PreCheckIn(msgspec.Struct, frozen=True, kw_only=True):
    """What the pre-check-in page shows and asks: only what is missing. Guests are shown by their short names."""

    centre_id: UUID
    stay_id: UUID
    client_name: str
    language: str
    arrival: str
    departure: str
    asks_arrival_time: bool
    asks_email: bool
    asks_phone: bool
    expected: int
    guests: tuple[tuple[str, str], ...]
    """Short name and police form of each guest that is known."""
    completed: bool


async def make_pre_check_in_link(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> LinkMade:
    """Make the stay's link, or the same again; it dies when the stay ends.

    Raises:
        StayUnknown: the centre has no such stay.
        StayStatusRefuses: it is cancelled, over, or nobody came.
    """
    async with tenant_transaction(centre_id):
        stay = await stay_of(centre_id, stay_id)
        _require_expected(stay)
        # Until the end of the departure day, wherever on earth the centre is.
        expires_at = datetime.combine(stay.fields.departure, datetime.min.time(), UTC) + timedelta(days=2)
        await execute(
            """INSERT INTO guest_links (id, centre_id, stay_id, expires_at, created_at) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (centre_id, stay_id) DO UPDATE SET expires_at = excluded.expires_at""",
            new_id(),
            centre_id,
            stay_id,
            expires_at,
            now(),
        )
        token = signing.sign(PURPOSE, centre_id, stay_id, expires_at=expires_at)
        await audit("stay", stay_id, "make_pre_check_in_link", actor=actor)
        await record(events.PreCheckInLinkMade(subject_id=stay_id, version=stay.version), actor=actor)
    return LinkMade(url=f"{settings().public_url}/i/{token}", expires_at=expires_at)


def read_link(token: str) -> signing.Signed:
    """Return the stay that a pre-check-in token opens.

    Raises:
        LinkInvalid, LinkExpired: it opens none.
    """
    return signing.read(PURPOSE, token)


async def pre_check_in(token: str) -> PreCheckIn:
    """Open the page of a link: what is known and what is asked of this one stay.

    Raises:
        LinkInvalid, LinkExpired: the token opens nothing.
        StayUnknown, StayStatusRefuses: the stay is not expected any more.
    """
    link = read_link(token)
    async with tenant_transaction(link.centre_id):
        page = await arrival_page(link.centre_id, link.subject_id)
        await execute(
            "UPDATE guest_links SET opened_at = $3 WHERE centre_id = $1 AND stay_id = $2 AND opened_at IS NULL",
            link.centre_id,
            link.subject_id,
            now(),
        )
    return page


async def arrival_page(centre_id: UUID, stay_id: UUID) -> PreCheckIn:
    """Return what one stay's people are asked, on the page by link and on the tablet alike.

    Raises:
        StayUnknown, StayStatusRefuses: there is none, or it is not expected.
    """
    async with tenant_transaction(centre_id):
        stay = await stay_of(centre_id, stay_id)
        _require_expected(stay)
        guests = await queries.guests(centre_id, stay_id)
        link = await queries.link_of(centre_id, stay_id)
        card = await fetch_row(
            """SELECT client.language, client.email_quality,
                      EXISTS (SELECT FROM client_phones AS phone WHERE phone.centre_id = $1
                          AND phone.client_id = client.id AND phone.e164 <> '') AS has_phone
               FROM clients AS client WHERE client.centre_id = $1 AND client.id = $2""",
            centre_id,
            stay.fields.client_id,
        )
    return PreCheckIn(
        centre_id=centre_id,
        stay_id=stay_id,
        client_name=stay.client_name,
        language=card["language"] if card is not None else "fr",
        arrival=stay.fields.arrival.isoformat(),
        departure=stay.fields.departure.isoformat(),
        asks_arrival_time=not stay.fields.arrival_time,
        asks_email=card is not None and card["email_quality"] != "valid",
        asks_phone=card is not None and not card["has_phone"],
        expected=stay.pax if stay.pax is not None else stay.fields.expected_pax or 0,
        guests=tuple((rules.short_name(guest.surname, guest.first_names), guest.police_form) for guest in guests),
        completed=link is not None and link.completed_at is not None,
    )


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
        _require_expected(stay)
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


async def complete_pre_check_in(centre_id: UUID, stay_id: UUID, *, arrival_time: str = "", actor: Actor) -> None:
    """Say that the stay's people have answered; with their time of arrival where they gave one (HH:MM).

    Raises:
        StayUnknown, StayStatusRefuses: there is none, or it is not expected.
        GuestInvalid: the time is none.
    """
    if arrival_time:
        try:
            datetime.strptime(arrival_time, "%H:%M").replace(tzinfo=UTC)
        except ValueError as error:
            raise rules.GuestInvalid(errors=(FieldError("/arrival_time", "unreadable", "a time, HH:MM"),)) from error
    async with tenant_transaction(centre_id):
        stay = await stay_of(centre_id, stay_id)
        _require_expected(stay)
        await execute(
            """UPDATE guest_links SET completed_at = coalesce(completed_at, $3) WHERE centre_id = $1 AND stay_id = $2""",
            centre_id,
            stay_id,
            now(),
        )
        version = await fetch_value(
            """UPDATE stays SET arrival_time = CASE WHEN $3 = '' THEN arrival_time ELSE $3 END, version = version + 1
               WHERE centre_id = $1 AND id = $2 RETURNING version""",
            centre_id,
            stay_id,
            arrival_time,
        )
        await audit(
            "stay",
            stay_id,
            "complete_pre_check_in",
            actor=actor,
            before={"arrival_time": stay.fields.arrival_time},
            after={"arrival_time": arrival_time or stay.fields.arrival_time},
        )
        await record(events.PreCheckInCompleted(subject_id=stay_id, version=version), actor=actor)


def _require_expected(stay: Stay) -> None:
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
