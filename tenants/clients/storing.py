"""Writing cards into their tables, one or a thousand at a time. Operations decide; this only writes."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from infra.clock import now
from infra.database import execute, execute_many
from tenants.clients import parts
from tenants.clients.rules import PARTS, CleanCard, ClientFields, Consent, display_name, sort_key
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
    said = (fields.organisation, fields.last_name, fields.first_name, fields.contact_name, fields.town, fields.email)
    return " ".join(text.words(" ".join(filter(None, said))))


_TYPED = tuple(name for name in ClientFields.__struct_fields__ if name not in PARTS)
_DERIVED = ("name", "sort_key", "search", "email_quality", "written", "mended", "as_written", "changed_at")
_KINDS = ("email", "sms")
_CONSENT = tuple(f"{kind}_consent_{what}" for kind in _KINDS for what in ("at", "source", "text"))
_MADE = ("id", "centre_id", "status", "source", "foreign_id", "source_row", "version", "created_at")
_COLUMNS = (*_MADE, *_CONSENT, *_TYPED, *_DERIVED)
_MANY = f"""INSERT INTO clients ({", ".join(_COLUMNS)})
    VALUES ({", ".join(f"${index}" for index in range(1, len(_COLUMNS) + 1))})"""
_ONE = f"""WITH {parts.WRITTEN} INSERT INTO clients ({", ".join(_COLUMNS)})
    VALUES ({", ".join(f"${index}" for index in range(parts.ARGUMENTS + 1, parts.ARGUMENTS + len(_COLUMNS) + 1))})"""
"""A card and what stands beside it; the card goes first, so that whoever has its reference is waited for before any word."""
_CHANGED = (*_TYPED, *_DERIVED)
_KEPT = {"written": "written || "}
"""What came first is not forgotten when a card is saved again."""
BESIDE = ("client_phones", "client_contacts", "client_marketing_codes", "client_profiles", "client_words")
"""The tables of what stands beside a card: made again from its fields."""
_UPDATE = f"""WITH {
    ", ".join(f"no_{table} AS (DELETE FROM {table} WHERE centre_id = $1 AND client_id = $2)" for table in BESIDE)
} UPDATE clients SET version = version + 1,
    {
    ", ".join(
        f"{kind}_consent_{what} = CASE WHEN ${first} THEN ${index} ELSE {kind}_consent_{what} END"
        for kind, first in zip(_KINDS, (3, 7), strict=True)
        for index, what in enumerate(("at", "source", "text"), start=first + 1)
    )
},
    {", ".join(f"{name} = {_KEPT.get(name, '')}${index}" for index, name in enumerate(_CHANGED, start=11))}
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
        card.as_written or None,
        now(),
    )


def _consent(consent: Consent | None, kind: str, *, given: bool) -> tuple[object, ...]:
    if not given or consent is None:
        return (None, "", "")
    return (now(), consent.source, consent.text or CAMPAIGNS[kind])


async def insert_cards(centre_id: UUID, cards: Sequence[NewCard]) -> None:
    """Write new cards, each with its phones, contacts, codes, profiles and words. Their fields already have a reference."""
    rows = [
        (
            *(new.id, centre_id, new.status, new.source, new.foreign_id, _json(new.source_row), 1, now()),
            *_consent(new.consent, "email", given=new.card.fields.email_consent),
            *_consent(new.consent, "sms", given=new.card.fields.sms_consent),
            *_typed(new.card),
            *_derived(new.card),
        )
        for new in cards
    ]
    beside = [(new.id, new.card.fields) for new in cards]
    if len(cards) == 1:
        await execute(_ONE, *parts.arguments(centre_id, beside), *rows[0])
        return
    await execute_many(_MANY, rows)
    await parts.write_parts(centre_id, beside)


async def update_card(centre_id: UUID, client_id: UUID, card: CleanCard, *, consents: Mapping[str, Consent]) -> None:
    """Write a card over, one version on; `consents` are those just agreed to, by kind; withdrawn ones are erased."""
    given = {"email": card.fields.email_consent, "sms": card.fields.sms_consent}
    written = [
        (kind in consents or not given[kind], *_consent(consents.get(kind), kind, given=given[kind])) for kind in _KINDS
    ]
    await execute(_UPDATE, centre_id, client_id, *written[0], *written[1], *_typed(card), *_derived(card))
    # Not in one statement with the deletions: it would still find the words that go.
    await parts.write_parts(centre_id, [(client_id, card.fields)])
