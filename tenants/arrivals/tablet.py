"""The tablet at the desk: paired once, and showing no more than whose turn it is."""

from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from infra.database import Row, fetch, tenant_transaction
from infra.errors import FieldError, NotFound, Refused
from infra.settings import settings
from tenants.arrivals import rules
from tenants.arrivals.events import TabletPaired, TabletUnpaired
from tenants.centres.pairing import Pairing


class TabletUnknown(Refused):
    """This tablet is not paired, or no longer: pair it again at the desk."""

    code = "tablet_unknown"


class TabletNotPaired(NotFound):
    """The centre has no paired tablet of this id."""

    code = "tablet_not_paired"


TABLETS: Final = Pairing(
    kind="tablet",
    table="tablets",
    paired=TabletPaired,
    unpaired=TabletUnpaired,
    nameless=lambda: rules.GuestInvalid(errors=(FieldError("/name", "required", "a name to tell tablets apart"),)),
    not_paired=TabletNotPaired,
    unknown=TabletUnknown,
)
"""Who opens the arrivals' page with a tablet's token is the centre's desk."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """A stay of the day on the tablet: whose it is, how many are to be named, who is to sign.

    People are shown by first name and initial; an organisation's name is nobody's secret.
    """

    stay_id: UUID
    name: str
    unknown: int
    to_sign: tuple[tuple[UUID, str], ...]
    adults: tuple[tuple[UUID, str], ...] = ()
    """On whose form a child under fifteen may stand."""
    asks_email: bool = False
    """The card is this person's own, and has no address that reaches them."""
    asks_phone: bool = False


def tablet_address(slug: str, token: str) -> str:
    """Return what a tablet opens once to be the centre's."""
    return f"{settings().public_url.rstrip('/')}/t/{slug}/{token}"


async def turns(centre_id: UUID, token: str, *, today: date) -> list[Turn]:
    """Return the day's arrivals that still lack somebody's name or signature: nothing that anybody answered.

    Raises:
        TabletUnknown: the token is no paired tablet's.
    """
    async with tenant_transaction(centre_id, read_only=True):
        await TABLETS.holder(centre_id, token)
        rows = await fetch(
            """SELECT stay.id, coalesce(client.name, '') AS name, coalesce(client.kind, '') AS kind,
                      coalesce(client.first_name, '') AS first_name, coalesce(client.last_name, '') AS last_name,
                      client.kind = 'person' AND client.email_quality <> 'valid' AS asks_email,
                      client.kind = 'person' AND NOT EXISTS (SELECT FROM client_phones AS phone WHERE phone.centre_id = $1
                          AND phone.client_id = client.id AND phone.e164 <> '') AS asks_phone,
                      coalesce(guest.with_form, '[]') AS with_form,
                      greatest(0, coalesce(stay.pax, stay.expected_pax, 0) - coalesce(guest.known, 0)) AS unknown
               FROM stays AS stay
               LEFT JOIN clients AS client ON client.centre_id = $1 AND client.id = stay.client_id
               LEFT JOIN LATERAL (
                   SELECT count(*) AS known,
                          jsonb_agg(jsonb_build_array(id, surname, first_names, police_form) ORDER BY created_at, id)
                              FILTER (WHERE police_form IN ('filled', 'signed') AND adult_id IS NULL) AS with_form
                   FROM guests WHERE centre_id = $1 AND stay_id = stay.id) AS guest ON true
               WHERE stay.centre_id = $1 AND stay.arrival = $2 AND stay.status IN ('confirmed', 'present')
               ORDER BY name, stay.id""",
            centre_id,
            today,
        )
    shown = [_turn(row) for row in rows]
    return [turn for turn in shown if turn.unknown or turn.to_sign]


def _turn(row: Row) -> Turn:
    forms = msgspec.json.decode(row["with_form"], type=list[tuple[UUID, str, str, str]])
    named = [(guest_id, rules.short_name(surname, first), state) for guest_id, surname, first, state in forms]
    return Turn(
        stay_id=row["id"],
        name=rules.short_name(row["last_name"], row["first_name"]) if row["kind"] == "person" else row["name"],
        unknown=row["unknown"],
        asks_email=bool(row["asks_email"]),
        asks_phone=bool(row["asks_phone"]),
        to_sign=tuple((guest_id, name) for guest_id, name, state in named if state == "filled"),
        adults=tuple((guest_id, name) for guest_id, name, _ in named),
    )
