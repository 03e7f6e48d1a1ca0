"""Writing cards into their tables, one or a thousand at a time. Operations decide; this only writes."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from infra.clock import now
from infra.database import execute, execute_many
from infra.ids import new_id
from tenants.clients.rules import PARTS, CleanCard, ClientFields, Consent, display_name, sort_key
from tenants.clients.word_index import index_words
from tenants.referential.cleaning import text

CAMPAIGNS = {
    "email": "J'accepte de recevoir les actualités du centre par e-mail.",
    "sms": "J'accepte de recevoir des messages du centre par SMS.",
}
"""The sentences of the consent boxes on the card, recorded when no other is given."""

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


_TYPED = tuple(name for name in ClientFields.__struct_fields__ if name not in PARTS)
_DERIVED = ("name", "sort_key", "search", "email_quality", "written", "mended", "changed_at")
_CONSENT = tuple(f"{kind}_consent_{what}" for kind in ("email", "sms") for what in ("at", "source", "text"))
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


def _consent(consent: Consent | None, kind: str, *, given: bool) -> tuple[object, ...]:
    if not given or consent is None:
        return (None, "", "")
    return (now(), consent.source, consent.text or CAMPAIGNS[kind])


async def insert_cards(centre_id: UUID, cards: Sequence[NewCard]) -> None:
    """Write new cards, each with its phones, contacts, codes and words. Their fields already have a reference."""
    await execute_many(
        _INSERT,
        [
            (
                *(new.id, centre_id, new.status, new.source, new.foreign_id, _json(new.source_row), 1, now()),
                *_consent(new.consent, "email", given=new.card.fields.email_consent),
                *_consent(new.consent, "sms", given=new.card.fields.sms_consent),
                *_typed(new.card),
                *_derived(new.card),
            )
            for new in cards
        ],
    )
    await _insert_parts(centre_id, [(new.id, new.card.fields) for new in cards])


async def update_card(centre_id: UUID, client_id: UUID, card: CleanCard, *, consents: Mapping[str, Consent]) -> None:
    """Write a card over, one version on; `consents` are those just agreed to, by kind; withdrawn ones are erased."""
    # The day of a consent is there before the consent itself, and goes after it: the table takes none without its day.
    for kind, consent in consents.items():
        await _write_consent(centre_id, client_id, kind, _consent(consent, kind, given=True))
    await execute(_UPDATE, centre_id, client_id, *_typed(card), *_derived(card))
    for kind, given in (("email", card.fields.email_consent), ("sms", card.fields.sms_consent)):
        if not given:
            await _write_consent(centre_id, client_id, kind, _consent(None, kind, given=False))
    for table in ("client_phones", "client_contacts", "client_marketing_codes", "client_words"):
        await execute(f"DELETE FROM {table} WHERE centre_id = $1 AND client_id = $2", centre_id, client_id)
    await _insert_parts(centre_id, [(client_id, card.fields)])


async def _write_consent(centre_id: UUID, client_id: UUID, kind: str, written: tuple[object, ...]) -> None:
    await execute(
        f"""UPDATE clients SET {kind}_consent_at = $3, {kind}_consent_source = $4, {kind}_consent_text = $5
            WHERE centre_id = $1 AND id = $2""",
        centre_id,
        client_id,
        *written,
    )


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
    codes = [(new_id(), centre_id, client_id, code) for client_id, fields in cards for code in fields.marketing_codes]
    if codes:
        await execute_many(
            "INSERT INTO client_marketing_codes (id, centre_id, client_id, code) VALUES ($1, $2, $3, $4)", codes
        )
    await index_words(centre_id, cards)
