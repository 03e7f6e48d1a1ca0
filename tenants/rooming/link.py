"""The leader's link: who holds it fills in this one list, without a password, for as long as the stay is expected or here."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from infra import signing
from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch_value, tenant_transaction
from infra.outbox import record
from infra.settings import settings
from tenants.clients.blacklisting import require_not_blacklisted
from tenants.rooming import queries
from tenants.rooming.events import RoomingLinkMade
from tenants.rooming.operations import OPEN, lock_list
from tenants.stays.queries import Stay
from tenants.stays.statuses import StayStatusRefuses
from tenants.stays.writing import once_a_minute, write_about_stay

PURPOSE: Final = "rooming list"
_FILL: Final = {"fr": "Remplir la liste", "en": "Fill in the list"}


class LinkMade(msgspec.Struct, frozen=True, kw_only=True):
    """The address to give to the leader; `mailed_to` where it was sent."""

    url: str
    expires_at: datetime
    mailed_to: str = ""


async def make_rooming_link(centre_id: UUID, stay_id: UUID, *, mail: bool = False, actor: Actor) -> LinkMade:
    """Make the leader's link, or the same again; with `mail`, send it to who leads the group.

    Raises:
        StayUnknown, StayStatusRefuses, ClientBlacklisted: there is no list to fill in.
        RecipientInvalid: it was to be mailed, and the card has no address that reaches anybody.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_list(centre_id, stay_id, submitted=True)
        # Until the end of the departure day, wherever on earth the centre is.
        expires_at = datetime.combine(stay.fields.departure, datetime.min.time(), UTC) + timedelta(days=2)
        token = signing.sign(PURPOSE, centre_id, stay_id, expires_at=expires_at)
        url = f"{settings().public_url.rstrip('/')}/l/{token}"
        mailed_to = await _leader_address(centre_id, stay) if mail else ""
        if mail:
            await write_about_stay(
                centre_id,
                stay,
                mailed_to,
                ("tenants.rooming", "rooming_link"),
                key=once_a_minute("rooming-link", stay),
                button=(_FILL, url),
                actor=actor,
                group=stay.client_name,
            )
        await audit("stay", stay_id, "make_rooming_link", actor=actor, after={"mailed": bool(mailed_to)})
        await record(RoomingLinkMade(subject_id=stay_id, version=stay.version), actor=actor)
    return LinkMade(url=url, expires_at=expires_at, mailed_to=mailed_to)


def read_link(token: str) -> signing.Signed:
    """Return the stay whose list a token opens.

    Raises:
        LinkInvalid, LinkExpired: it opens none.
    """
    return signing.read(PURPOSE, token)


async def list_by_link(token: str, *, opening: bool = False) -> queries.RoomingList:
    """Return the list that a token opens; `opening` notes that somebody did.

    Raises:
        LinkInvalid, LinkExpired: the token opens nothing.
        StayUnknown, StayStatusRefuses, ClientBlacklisted: the list died with its stay, or nothing is taken from there.
    """
    link = read_link(token)
    async with tenant_transaction(link.centre_id):
        if opening:
            await lock_list(link.centre_id, link.subject_id, submitted=True)
            await execute(
                "UPDATE rooming_lists SET opened_at = $3 WHERE centre_id = $1 AND stay_id = $2 AND opened_at IS NULL",
                link.centre_id,
                link.subject_id,
                now(),
            )
        found = await queries.rooming_list(link.centre_id, link.subject_id)
        if found.stay.status not in OPEN:
            raise StayStatusRefuses(f"the stay is {found.stay.status}", status=found.stay.status, gesture="rooming")
        if found.stay.fields.client_id is not None:
            await require_not_blacklisted(link.centre_id, found.stay.fields.client_id)
    return found


async def _leader_address(centre_id: UUID, stay: Stay) -> str:
    """Return the address of who is on site with the group, else of who booked, else the card's; empty for none."""
    found = await fetch_value(
        """SELECT email FROM (
               SELECT email, CASE WHEN 'on_site' = ANY(roles) THEN 1 WHEN 'booking' = ANY(roles) THEN 2 ELSE 4 END AS place
               FROM client_contacts WHERE centre_id = $1 AND client_id = $2 AND email <> ''
               UNION ALL SELECT email, 3 FROM clients WHERE centre_id = $1 AND id = $2 AND email <> '') AS reached
           ORDER BY place LIMIT 1""",
        centre_id,
        stay.fields.client_id,
    )
    return found or ""
