"""Writing cards into their tables, one or a thousand at a time. Operations decide; this only writes."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from infra.clock import now
from infra.database import execute, execute_many
from infra.ids import new_id
from tenants.clients import words
from tenants.clients.rules import CleanCard, ClientFields, Consent, display_name, sort_key
from tenants.referential.cleaning import text

CAMPAIGNS = "J'accepte de recevoir les actualités du centre par e-mail."
"""The sentence of the consent box on the card, recorded when no other is given."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class NewCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card about to be written."""

    id: UUID
    card: CleanCard
    source: str
    foreign_id: str | None
    consent: Consent | None
    status: str = "prospect"
    source_row: Mapping[str, str] | None = None
    """The row of an import, as it came: the next import of it changes only what the row changed."""


def reference_of(client_id: UUID) -> str:
    """Make the reference of a card that was given none: nine signs that are not mistaken on the phone (45 random bits)."""
    bits = client_id.int & (1 << 45) - 1
    return "".join(_ALPHABET[bits >> shift & 31] for shift in range(40, -1, -5))


def search_text(fields: ClientFields) -> str:
    """Return the words a card is looked for by, for the fragments too short to drive a search."""
    parts = (fields.organisation, fields.last_name, fields.first_name, fields.contact_name, fields.town, fields.email)
    return " ".join(text.words(" ".join(filter(None, parts))))


_TYPED = tuple(name for name in ClientFields.__struct_fields__ if name not in ("phones", "contacts"))
_DERIVED = ("name", "sort_key", "search", "email_quality", "written", "mended", "changed_at")
_CONSENT = ("email_consent_at", "email_consent_source", "email_consent_text")
_MADE = ("id", "centre_id", "status", "source", "foreign_id", "source_row", "version", "created_at")
_COLUMNS = (*_MADE, *_CONSENT, *_TYPED, *_DERIVED)
_INSERT = f"""INSERT INTO clients ({", ".join(_COLUMNS)})
    VALUES ({", ".join(f"${index}" for index in range(1, len(_COLUMNS) + 1))})"""
_CHANGED = (*_TYPED, *_DERIVED)
_UPDATE = f"""UPDATE clients SET version = version + 1,
    {", ".join(f"{name} = ${index}" for index, name in enumerate(_CHANGED, start=3))}
    WHERE centre_id = $1 AND id = $2"""


def _json(values: Mapping[str, str] | None) -> str | None:
    return None if values is None else msgspec.json.encode(values).decode()


def _typed(card: CleanCard) -> tuple[object, ...]:
    return tuple(getattr(card.fields, name) for name in _TYPED)


def _derived(card: CleanCard) -> tuple[object, ...]:
    fields = card.fields
    return (
        display_name(fields),
        sort_key(fields),
        search_text(fields),
        str(card.email_quality),
        _json(card.written),
        card.mended,
        now(),
    )


def _consent(consent: Consent | None, *, given: bool) -> tuple[object, ...]:
    if not given or consent is None:
        return (None, "", "")
    return (now(), consent.source, consent.text or CAMPAIGNS)


async def insert_cards(centre_id: UUID, cards: Sequence[NewCard]) -> None:
    """Write new cards, each with its phones, contacts and words. The card's fields already have their reference."""
    await execute_many(
        _INSERT,
        [
            (
                *(new.id, centre_id, new.status, new.source, new.foreign_id, _json(new.source_row), 1, now()),
                *_consent(new.consent, given=new.card.fields.email_consent),
                *_typed(new.card),
                *_derived(new.card),
            )
            for new in cards
        ],
    )
    await _insert_parts(centre_id, [(new.id, new.card.fields) for new in cards])


async def update_card(centre_id: UUID, client_id: UUID, card: CleanCard, *, consent: Consent | None) -> None:
    """Write a card over, one version on; `consent` is given when it was just agreed to, and erased where withdrawn."""
    await execute(_UPDATE, centre_id, client_id, *_typed(card), *_derived(card))
    if consent is not None or not card.fields.email_consent:
        await execute(
            """UPDATE clients SET email_consent_at = $3, email_consent_source = $4, email_consent_text = $5
               WHERE centre_id = $1 AND id = $2""",
            centre_id,
            client_id,
            *_consent(consent, given=card.fields.email_consent),
        )
    for table in ("client_phones", "client_contacts", "client_words"):
        await execute(f"DELETE FROM {table} WHERE centre_id = $1 AND client_id = $2", centre_id, client_id)
    await _insert_parts(centre_id, [(client_id, card.fields)])


async def _insert_parts(centre_id: UUID, cards: Sequence[tuple[UUID, ClientFields]]) -> None:
    phones = [
        (new_id(), centre_id, client_id, position, phone.number, phone.e164, phone.mobile)
        for client_id, fields in cards
        for position, phone in enumerate(fields.phones)
    ]
    contacts = [
        (new_id(), centre_id, client_id, position, contact.name, contact.email, contact.phone, contact.roles)
        for client_id, fields in cards
        for position, contact in enumerate(fields.contacts)
    ]
    if phones:
        await execute_many(
            """INSERT INTO client_phones (id, centre_id, client_id, position, number, e164, mobile)
               VALUES ($1, $2, $3, $4, $5, $6, $7)""",
            phones,
        )
    if contacts:
        await execute_many(
            """INSERT INTO client_contacts (id, centre_id, client_id, position, name, email, phone, roles)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
            contacts,
        )
    found = {client_id: words.card_words(fields, reference=fields.reference) for client_id, fields in cards}
    pairs = [(client_id, kind, word) for client_id, pairs in found.items() for kind, word in pairs]
    if pairs:
        await execute(
            """INSERT INTO client_words (centre_id, client_id, kind, word)
               SELECT $1, * FROM unnest($2::uuid[], $3::"char"[], $4::text[]) ON CONFLICT DO NOTHING""",
            centre_id,
            [client_id for client_id, _, _ in pairs],
            [kind.encode() for _, kind, _ in pairs],
            [word for _, _, word in pairs],
        )
    # In order, so that two who write the same stems wait for one another and never in a ring.
    stems = sorted(set().union(*(words.stems(pairs) for pairs in found.values())))
    misspelt = sorted((wrong, stem) for stem in stems for wrong in words.misspellings(stem))
    if misspelt:
        await execute(
            """INSERT INTO client_misspellings (centre_id, misspelling, stem)
               SELECT $1, * FROM unnest($2::text[], $3::text[]) AS new (misspelling, stem)
               WHERE NOT EXISTS (SELECT FROM client_misspellings old WHERE old.centre_id = $1
                   AND old.misspelling = new.misspelling AND old.stem = new.stem)
               ON CONFLICT DO NOTHING""",
            centre_id,
            [wrong for wrong, _ in misspelt],
            [stem for _, stem in misspelt],
        )
