"""The tablet at the desk: paired once, and showing no more than whose turn it is."""

import secrets
from datetime import date
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch, tenant_transaction
from infra.errors import FieldError, NotFound
from infra.ids import new_id
from infra.outbox import record
from infra.settings import settings
from tenants.arrivals import queries, rules
from tenants.arrivals.events import TabletPaired, TabletUnpaired


class TabletNotPaired(NotFound):
    """The centre has no paired tablet of this id."""

    code = "tablet_not_paired"


class Paired(msgspec.Struct, frozen=True, kw_only=True):
    """A tablet just paired; its token is shown now and never again."""

    id: UUID
    token: str


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """A stay of the day on the tablet: whose it is, how many are to be named, who is to sign.

    People are shown by first name and initial; an organisation's name is nobody's secret.
    """

    stay_id: UUID
    name: str
    unknown: int
    to_sign: tuple[tuple[UUID, str], ...]
    asks_email: bool = False
    """The card is this person's own, and has no address that reaches them."""
    asks_phone: bool = False


async def pair_tablet(centre_id: UUID, name: str, *, actor: Actor) -> Paired:
    """Pair a tablet: who opens the arrivals' page with this token is the centre's desk.

    Raises:
        GuestInvalid: the tablet has no name.
    """
    if not name.strip():
        raise rules.GuestInvalid(errors=(FieldError("/name", "required", "a name to tell tablets apart"),))
    paired = Paired(id=new_id(), token=secrets.token_urlsafe(32))
    async with tenant_transaction(centre_id):
        await execute(
            "INSERT INTO tablets (id, centre_id, name, token_hash, paired_at) VALUES ($1, $2, $3, $4, $5)",
            paired.id,
            centre_id,
            name.strip(),
            queries.token_digest(paired.token),
            now(),
        )
        await audit("tablet", paired.id, "pair", actor=actor, after={"name": name.strip()})
        await record(TabletPaired(subject_id=paired.id), actor=actor)
    return paired


def tablet_address(slug: str, token: str) -> str:
    """Return what a tablet opens once to be the centre's."""
    return f"{settings().public_url.rstrip('/')}/t/{slug}/{token}"


async def unpair_tablet(centre_id: UUID, tablet_id: UUID, *, actor: Actor) -> None:
    """End a tablet's pairing at once.

    Raises:
        TabletNotPaired: none of this id is paired.
    """
    async with tenant_transaction(centre_id):
        ended = await execute(
            "UPDATE tablets SET unpaired_at = $3 WHERE centre_id = $1 AND id = $2 AND unpaired_at IS NULL",
            centre_id,
            tablet_id,
            now(),
        )
        if not ended:
            raise TabletNotPaired()
        await audit("tablet", tablet_id, "unpair", actor=actor)
        await record(TabletUnpaired(subject_id=tablet_id), actor=actor)


async def turns(centre_id: UUID, token: str, *, today: date) -> list[Turn]:
    """Return the day's arrivals that still lack somebody's name or signature: nothing that anybody answered.

    Raises:
        TabletUnknown: the token is no paired tablet's.
    """
    async with tenant_transaction(centre_id, read_only=True):
        await queries.tablet(centre_id, token)
        rows = await fetch(
            """SELECT stay.id, coalesce(client.name, '') AS name, coalesce(client.kind, '') AS kind,
                      coalesce(client.first_name, '') AS first_name, coalesce(client.last_name, '') AS last_name,
                      client.kind = 'person' AND client.email_quality <> 'valid' AS asks_email,
                      client.kind = 'person' AND NOT EXISTS (SELECT FROM client_phones AS phone WHERE phone.centre_id = $1
                          AND phone.client_id = client.id AND phone.e164 <> '') AS asks_phone,
                      guest.ids, guest.surnames, guest.first_names,
                      greatest(0, coalesce(stay.pax, stay.expected_pax, 0) - coalesce(guest.known, 0)) AS unknown
               FROM stays AS stay
               LEFT JOIN clients AS client ON client.centre_id = $1 AND client.id = stay.client_id
               LEFT JOIN LATERAL (
                   SELECT count(*) AS known,
                          array_agg(id ORDER BY created_at) FILTER (WHERE signs) AS ids,
                          array_agg(surname ORDER BY created_at) FILTER (WHERE signs) AS surnames,
                          array_agg(first_names ORDER BY created_at) FILTER (WHERE signs) AS first_names
                   FROM (SELECT *, police_form = 'filled' AND adult_id IS NULL AS signs FROM guests
                         WHERE centre_id = $1 AND stay_id = stay.id) AS one) AS guest ON true
               WHERE stay.centre_id = $1 AND stay.arrival = $2 AND stay.status IN ('confirmed', 'present')
               ORDER BY name, stay.id""",
            centre_id,
            today,
        )
    shown = [
        Turn(
            stay_id=row["id"],
            name=rules.short_name(row["last_name"], row["first_name"]) if row["kind"] == "person" else row["name"],
            unknown=row["unknown"],
            asks_email=bool(row["asks_email"]),
            asks_phone=bool(row["asks_phone"]),
            to_sign=tuple(
                (guest_id, rules.short_name(surname, first_names))
                for guest_id, surname, first_names in zip(
                    row["ids"] or (), row["surnames"] or (), row["first_names"] or (), strict=True
                )
            ),
        )
        for row in rows
    ]
    return [turn for turn in shown if turn.unknown or turn.to_sign]
