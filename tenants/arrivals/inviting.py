"""The pre-check-in link by mail: some days before the arrival by itself, or when the desk asks for it."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from infra.actor import Actor, job
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch, fetch_value, tenant_transaction
from infra.errors import FieldError, Invalid
from infra.ids import new_id
from infra.outbox import record
from tenants.arrivals import events
from tenants.arrivals.operations import LinkMade, make_pre_check_in_link
from tenants.arrivals.survey import SURVEY_DAYS
from tenants.clients.recipients import IS_REACHED_ON_SITE
from tenants.stays.queries import stay as stay_of
from tenants.stays.writing import arrival_address, once_a_minute, write_about_stay

PRE_CHECK_IN_DAYS: Final = 3
"""How many days before the arrival it goes out, where the centre has not said otherwise."""
_OPEN: Final = {
    "fr": "Préparer mon arrivée",
    "en": "Prepare my arrival",
    "de": "Meine Anreise vorbereiten",
    "nl": "Mijn aankomst voorbereiden",
    "es": "Preparar mi llegada",
    "it": "Preparare il mio arrivo",
}


class PreCheckInDaysInvalid(Invalid):
    """The pre-check-in link goes out from 1 to 60 days before the arrival; 0 sends none by itself."""

    code = "pre_check_in_days_invalid"


async def pre_check_in_days(centre_id: UUID) -> int:
    """Return how many days before the arrival the centre's link goes out; 0 where it does not by itself."""
    days = await fetch_value("SELECT pre_check_in_days FROM arrival_settings WHERE centre_id = $1", centre_id)
    return PRE_CHECK_IN_DAYS if days is None else int(days)


async def set_pre_check_in_days(centre_id: UUID, days: int, *, actor: Actor) -> None:
    """Say how many days before the arrival the link goes out; 0 for never by itself.

    Raises:
        PreCheckInDaysInvalid: as it says.
    """
    if not 0 <= days <= 60:
        raise PreCheckInDaysInvalid(errors=(FieldError("/days", "out_of_range", "from 0 to 60"),))
    async with tenant_transaction(centre_id):
        before: dict[str, object] = {"pre_check_in_days": await pre_check_in_days(centre_id)}
        version = await fetch_value(
            """INSERT INTO arrival_settings (id, centre_id, survey_days, pre_check_in_days, version)
               VALUES ($1, $2, $3, $4, 1)
               ON CONFLICT (centre_id) DO UPDATE SET pre_check_in_days = excluded.pre_check_in_days,
                   version = arrival_settings.version + 1 RETURNING version""",
            new_id(),
            centre_id,
            SURVEY_DAYS,
            days,
        )
        after: dict[str, object] = {"pre_check_in_days": days}
        await audit("centre", centre_id, "set_pre_check_in_days", actor=actor, before=before, after=after)
        await record(events.PreCheckInDaysSet(subject_id=centre_id, version=version), actor=actor)


async def mail_pre_check_in(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> tuple[LinkMade, str]:
    """Make the stay's link, or the same again, and mail it to its client; return it and the address.

    A booking platform's relay address will do: it reaches the guest about this stay.

    Raises:
        StayUnknown, StayStatusRefuses: nobody is expected.
        RecipientInvalid: neither a contact on site nor the card has an address, or the stay has no card.
    """
    async with tenant_transaction(centre_id):
        made = await make_pre_check_in_link(centre_id, stay_id, actor=actor)
        stay = await stay_of(centre_id, stay_id)
        recipient = await arrival_address(centre_id, stay)
        await write_about_stay(
            centre_id,
            stay,
            recipient,
            ("tenants.arrivals", "pre_check_in"),
            key=once_a_minute("pre-check-in", stay),
            button=(_OPEN, made.url),
            actor=actor,
        )
        await execute(
            "UPDATE guest_links SET mailed_to = $3, mailed_at = $4 WHERE centre_id = $1 AND stay_id = $2",
            centre_id,
            stay_id,
            recipient,
            now(),
        )
        await audit("stay", stay_id, "mail_pre_check_in_link", actor=actor, after={"mailed": True})
        await record(events.PreCheckInLinkMailed(subject_id=stay_id, version=stay.version), actor=actor)
    return made, recipient


async def mail_due_pre_check_ins(centre_id: UUID, today: date) -> int:
    """Mail the link of each stay that arrives within the centre's days and was not asked yet; return how many.

    May run twice: the second time finds nothing. Who has no address is left for the desk, which can copy the link.
    """
    async with tenant_transaction(centre_id, read_only=True):
        days = await pre_check_in_days(centre_id)
        rows = await fetch(
            f"""SELECT stay.id FROM stays AS stay
               JOIN clients AS client ON client.centre_id = $1 AND client.id = stay.client_id
               WHERE stay.centre_id = $1 AND stay.status = 'confirmed' AND stay.arrival > $2 AND stay.arrival <= $3
                 AND {IS_REACHED_ON_SITE}
                 AND NOT EXISTS (SELECT FROM guest_links AS link WHERE link.centre_id = $1 AND link.stay_id = stay.id
                     AND (link.mailed_at IS NOT NULL OR link.completed_at IS NOT NULL))
               ORDER BY stay.arrival, stay.id""",
            centre_id,
            today,
            today + timedelta(days=days),
        )
    for row in rows:
        await mail_pre_check_in(centre_id, row["id"], actor=job("pre-check-in"))
    return len(rows)
