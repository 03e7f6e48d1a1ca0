"""Every read of client cards; the centre comes first, always. Called inside a transaction."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import msgspec

from infra.clock import today
from infra.database import Row, fetch, fetch_row, fetch_value
from infra.errors import NotFound
from tenants.clients.profiles import Profile
from tenants.clients.rules import PARTS, ClientFields, Contact, Kind, Phone, display_name
from tenants.referential.matching.features import Written


class ClientUnknown(NotFound):
    """This centre has no such client card."""

    code = "client_unknown"


class Blacklisting(msgspec.Struct, frozen=True, kw_only=True):
    """A lock on a card, until the evening of its last day."""

    id: UUID
    reason: str
    evidence_day: date
    last_day: date
    by: str
    set_day: date
    letter_sent_day: date | None = None
    letter_means: str | None = None


class ConsentGiven(msgspec.Struct, frozen=True, kw_only=True):
    """That campaigns may be sent by `kind` (email, sms): since when, where and to which words it was agreed."""

    kind: str
    at: datetime
    source: str
    text: str


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """A card with what hangs on it."""

    id: UUID
    version: int
    name: str
    fields: ClientFields
    status: str
    email_quality: str
    blacklisting: Blacklisting | None
    mended: list[str]
    as_written: list[str]
    source: str
    anonymised: bool
    consents: list[ConsentGiven]


class MergedCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card that went into another and can be given back; `id` is the merge's."""

    id: UUID
    name: str
    reference: str
    merged_at: datetime
    merged_by: str


_FIELDS = tuple(name for name in ClientFields.__struct_fields__ if name not in PARTS)
_ONE = f"""
    SELECT id, version, name, status, email_quality, mended, as_written, source, anonymised, {", ".join(_FIELDS)},
        email_consent_at, email_consent_source, email_consent_text, sms_consent_at, sms_consent_source, sms_consent_text,
        ARRAY (SELECT m.code FROM client_marketing_codes m WHERE m.centre_id = c.centre_id AND m.client_id = c.id
            ORDER BY m.code) AS marketing_codes,
        (SELECT coalesce(json_agg(json_build_object('number', p.number, 'e164', p.e164, 'mobile', p.mobile)
            ORDER BY p.position), '[]') FROM client_phones p WHERE p.centre_id = c.centre_id AND p.client_id = c.id) AS phones,
        (SELECT coalesce(json_agg(json_build_object('name', k.name, 'email', k.email, 'phone', k.phone, 'roles', k.roles)
            ORDER BY k.position), '[]') FROM client_contacts k WHERE k.centre_id = c.centre_id AND k.client_id = c.id) AS contacts,
        (SELECT coalesce(json_agg(json_build_object('network', n.network, 'handle', n.handle, 'given', n.given,
            'detail', n.detail, 'day', n.day, 'by_name', n.by_name) ORDER BY n.position), '[]')
            FROM client_profiles n WHERE n.centre_id = c.centre_id AND n.client_id = c.id) AS profiles
    FROM clients c WHERE centre_id = $1 AND id = $2"""


async def client(centre_id: UUID, client_id: UUID, *, lock: bool = False) -> Client:
    """Return a card; `lock` holds its row until the transaction ends.

    Raises:
        ClientUnknown: the centre has none with this id.
    """
    row = await fetch_row(_ONE + (" FOR NO KEY UPDATE OF c" if lock else ""), centre_id, client_id)
    if row is None:
        raise ClientUnknown()
    fields = ClientFields(
        **{name: row[name] for name in _FIELDS},  # arrays come as lists
        phones=msgspec.json.decode(row["phones"], type=list[Phone]),
        contacts=msgspec.json.decode(row["contacts"], type=list[Contact]),
        marketing_codes=list(row["marketing_codes"]),
        profiles=msgspec.json.decode(row["profiles"], type=list[Profile]),
    )
    return Client(
        id=row["id"],
        version=row["version"],
        name=row["name"] or display_name(fields),
        fields=fields,
        status=row["status"],
        email_quality=row["email_quality"],
        blacklisting=await blacklisting(centre_id, client_id),
        mended=list(row["mended"]),
        as_written=list(row["as_written"] or ()),
        source=row["source"],
        anonymised=row["anonymised"],
        consents=[
            ConsentGiven(
                kind=kind,
                at=row[f"{kind}_consent_at"],
                source=row[f"{kind}_consent_source"],
                text=row[f"{kind}_consent_text"],
            )
            for kind in ("email", "sms")
            if row[f"{kind}_consent_at"] is not None
        ],
    )


async def compared_cards(centre_id: UUID, *, after: UUID | None, limit: int = 200) -> dict[UUID, Written]:
    """Return what the referential compares of some of a centre's cards, in the order of their ids; erased ones are left out."""
    rows = await fetch(
        """SELECT c.id, c.kind, c.organisation, c.first_name, c.last_name, c.email, c.birth_date, c.street, c.postal_code,
               c.town, c.country, ARRAY (SELECT coalesce(nullif(p.e164, ''), p.number) FROM client_phones p
                   WHERE p.centre_id = c.centre_id AND p.client_id = c.id ORDER BY p.position) AS phones
           FROM clients c WHERE c.centre_id = $1 AND ($2::uuid IS NULL OR c.id > $2) AND NOT c.anonymised
           ORDER BY c.id LIMIT $3""",
        centre_id,
        after,
        limit,
    )
    return {
        row["id"]: Written(
            organisation=row["organisation"] if row["kind"] == Kind.ORGANISATION else "",
            first_name=row["first_name"],
            last_name=row["last_name"],
            email=row["email"],
            phones=tuple(row["phones"]),
            birth_date=row["birth_date"],
            street=row["street"],
            postal_code=row["postal_code"],
            town=row["town"],
            country=row["country"],
        )
        for row in rows
    }


async def client_name(centre_id: UUID, client_id: UUID) -> str:
    """Return the name that lists, planning and mails show.

    Raises:
        ClientUnknown: the centre has none with this id.
    """
    name = await fetch_value("SELECT name FROM clients WHERE centre_id = $1 AND id = $2", centre_id, client_id)
    if name is None:
        raise ClientUnknown()
    return str(name)


async def client_names(centre_id: UUID, client_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of several cards by id; unknown ids are left out."""
    rows = await fetch(
        "SELECT id, name FROM clients WHERE centre_id = $1 AND id = ANY($2)", centre_id, list(client_ids)
    )
    return {row["id"]: row["name"] for row in rows}


async def find_by_email(centre_id: UUID, email: str) -> list[UUID]:
    """Return the cards that hold an address, oldest first (at most twenty)."""
    rows = await fetch(
        """SELECT id FROM clients WHERE centre_id = $1 AND lower(email) = lower($2) AND email <> ''
           ORDER BY id LIMIT 20""",
        centre_id,
        email,
    )
    return [row["id"] for row in rows]


async def centre_today(centre_id: UUID) -> date:
    """Return the centre's calendar date."""
    zone = await fetch_value("SELECT time_zone FROM centres WHERE id = $1", centre_id)
    return today(zone or "Europe/Paris")


async def blacklisting(centre_id: UUID, client_id: UUID) -> Blacklisting | None:
    """Return the lock on a card, or None; a lock whose last day has passed is none."""
    row = await fetch_row(
        """SELECT id, reason, evidence_day, last_day, set_by AS by, set_at::date AS set_day, letter_sent_day, letter_means
           FROM client_blacklistings
           WHERE centre_id = $1 AND client_id = $2 AND lifted_at IS NULL""",
        centre_id,
        client_id,
    )
    if row is None or row["last_day"] < await centre_today(centre_id):
        return None
    return Blacklisting(**row)


async def merges_into(centre_id: UUID, kept_id: UUID) -> list[MergedCard]:
    """Return the cards that went into this one and can be given back, the latest first.

    Raises:
        ClientUnknown: the centre has no such card.
    """
    await client_name(centre_id, kept_id)
    rows = await fetch(
        """SELECT id, coalesce(merged_row ->> 'name', '') AS name, coalesce(merged_row ->> 'reference', '') AS reference,
               merged_at, merged_by FROM client_merges
           WHERE centre_id = $1 AND kept_id = $2 AND undone_at IS NULL AND merged_row <> '{}'
           ORDER BY merged_at DESC, id DESC""",
        centre_id,
        kept_id,
    )
    return [MergedCard(**row) for row in rows]


async def find_by_foreign_ids(centre_id: UUID, source: str, foreign_ids: list[str]) -> dict[str, UUID]:
    """Return the cards that an earlier import made, by the source's own id."""
    rows: list[Row] = await fetch(
        "SELECT foreign_id, id FROM clients WHERE centre_id = $1 AND source = $2 AND foreign_id = ANY($3)",
        centre_id,
        source,
        foreign_ids,
    )
    return {row["foreign_id"]: row["id"] for row in rows}
