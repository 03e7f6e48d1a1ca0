"""What stands beside a card, written all in one statement: a round trip costs as much as what it writes, and there are six tables."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from infra.database import execute
from infra.ids import new_id
from tenants.clients import word_index
from tenants.clients.rules import ClientFields
from tenants.clients.word_index import columns

WRITTEN: Final = f"""{word_index.WRITTEN},
    phones AS (
        INSERT INTO client_phones (id, centre_id, client_id, position, number, e164, mobile)
        SELECT n.id, $1, n.client_id, n.position, n.number, n.e164, n.mobile
        FROM unnest($11::uuid[], $12::uuid[], $13::smallint[], $14::text[], $15::text[], $16::boolean[])
            AS n (id, client_id, position, number, e164, mobile)),
    contacts AS (
        INSERT INTO client_contacts (id, centre_id, client_id, position, name, email, phone, roles)
        SELECT n.id, $1, n.client_id, n.position, n.name, n.email, n.phone, string_to_array(n.roles, ' ')
        FROM unnest($17::uuid[], $18::uuid[], $19::smallint[], $20::text[], $21::text[], $22::text[], $23::text[])
            AS n (id, client_id, position, name, email, phone, roles)),
    codes AS (
        INSERT INTO client_marketing_codes (id, centre_id, client_id, code)
        SELECT n.id, $1, n.client_id, n.code FROM unnest($24::uuid[], $25::uuid[], $26::text[]) AS n (id, client_id, code)),
    profiles AS (
        INSERT INTO client_profiles (id, centre_id, client_id, position, network, handle, given, detail, day, by_name)
        SELECT n.id, $1, n.client_id, n.position, n.network, n.handle, n.given, n.detail, n.day, n.by_name
        FROM unnest($27::uuid[], $28::uuid[], $29::smallint[], $30::text[], $31::text[], $32::text[], $33::text[], $34::date[], $35::text[])
            AS n (id, client_id, position, network, handle, given, detail, day, by_name))"""
"""What writes them, in a statement whose first arguments are `arguments`; the centre is the first of all."""
ARGUMENTS: Final = word_index.ARGUMENTS + 25


def arguments(centre_id: UUID, cards: Sequence[tuple[UUID, ClientFields]]) -> tuple[object, ...]:
    """Return what `WRITTEN` asks for, for cards that have nothing beside them yet; each comes with its reference."""
    phones = (
        (new_id(), client_id, position, phone.number, phone.e164, phone.mobile)
        for client_id, fields in cards
        for position, phone in enumerate(fields.phones)
    )
    contacts = (
        (new_id(), client_id, position, contact.name, contact.email, contact.phone, " ".join(contact.roles))
        for client_id, fields in cards
        for position, contact in enumerate(fields.contacts)
    )
    codes = ((new_id(), client_id, code) for client_id, fields in cards for code in fields.marketing_codes)
    profiles = (
        (new_id(), client_id, position, each.network, each.handle, each.given, each.detail, each.day, each.by_name)
        for client_id, fields in cards
        for position, each in enumerate(fields.profiles)
    )
    beside = (*columns(phones, 6), *columns(contacts, 7), *columns(codes, 3), *columns(profiles, 9))
    return (*word_index.arguments(centre_id, cards), *beside)


async def write_parts(centre_id: UUID, cards: Sequence[tuple[UUID, ClientFields]]) -> None:
    """Write what stands beside cards that have nothing beside them yet; each comes with its reference."""
    await execute(f"WITH {WRITTEN} SELECT", *arguments(centre_id, cards))
