"""Pre-check-in: by link before the arrival, on the tablet at the desk."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from infra import signing
from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch_row, fetch_value, tenant_transaction
from infra.errors import FieldError
from infra.ids import new_id
from infra.outbox import record
from infra.settings import settings
from tenants.arrivals import events, queries, rules
from tenants.arrivals.guests import require_expected
from tenants.stays.queries import stay as stay_of

PURPOSE = "pre_check_in"


class LinkMade(msgspec.Struct, frozen=True, kw_only=True):
    """A pre-check-in link."""

    url: str
    expires_at: datetime


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
        require_expected(stay)
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
        require_expected(stay)
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
        require_expected(stay)
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
