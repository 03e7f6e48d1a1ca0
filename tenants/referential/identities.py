"""An identity as stewards read it: its cards, the best view of them, what joined and parted them. In a network transaction."""

from uuid import UUID

import msgspec

from infra.database import fetch, fetch_value
from tenants.referential.cleaning.emails import read_email
from tenants.referential.cleaning.phones import looks_like_phone, read_phone
from tenants.referential.matching.features import Features
from tenants.referential.matching.keys import strong_keys
from tenants.referential.pairs import cards_shown
from tenants.referential.review_rules import CardShown, CardUnknown, Decided, IdentityShown, best_values
from tenants.referential.rules import LinkMade

FOUND_AT_MOST = 20


async def identity_of(card_id: UUID) -> IdentityShown:
    """Return the identity that a card is in.

    Raises:
        CardUnknown: the referential has no such card.
    """
    identity_id = await fetch_value("SELECT identity_id FROM identity_cards WHERE card_id = $1", card_id)
    if identity_id is None:
        raise CardUnknown()
    members = await fetch(
        "SELECT card_id, objected_at FROM identity_cards WHERE identity_id = $1 ORDER BY card_id", identity_id
    )
    ids = [row["card_id"] for row in members]
    shown = await cards_shown(ids)
    cards = [shown[each] for each in ids if each in shown]
    return IdentityShown(
        id=identity_id,
        cards=cards,
        best=best_values(cards),
        links=await links_of(ids),
        decisions=await _decisions_of(ids),
        objected=any(row["objected_at"] for row in members),
    )


async def links_of(card_ids: list[UUID]) -> list[LinkMade]:
    """Return the links that cards took part in, oldest first, undone ones included: how they came and went."""
    rows = await fetch(
        """SELECT l.id, l.card_id, l.other_card_id, l.bits, l.fields, l.agreed, l.round, l.model, l.decided_by,
               l.made_at, l.undone_at, l.undone_by
           FROM identity_links l WHERE l.card_id = ANY ($1) OR l.other_card_id = ANY ($1) ORDER BY l.made_at, l.id""",
        card_ids,
    )
    return [msgspec.convert({**row, "fields": msgspec.json.decode(row["fields"])}, LinkMade) for row in rows]


async def _decisions_of(card_ids: list[UUID]) -> list[Decided]:
    rows = await fetch(
        """SELECT d.id, d.card_id, d.other_card_id, d.verdict, d.decided_at, d.decided_by, d.undone_at, d.undone_by
           FROM identity_decisions d WHERE d.card_id = ANY ($1) OR d.other_card_id = ANY ($1)
           ORDER BY d.decided_at, d.id""",
        card_ids,
    )
    return [msgspec.convert(dict(row), Decided) for row in rows]


async def find_cards(named: str) -> list[CardShown]:
    """Return the cards of any centre with exactly this reference, e-mail address or phone."""
    asked = named.strip()
    features = Features(
        email=read_email(asked).address if "@" in asked else "",
        phones=tuple(filter(None, [read_phone(asked, "FR").e164 if looks_like_phone(asked) else ""])),
    )
    rows = await fetch(
        """SELECT k.id FROM centres c JOIN clients k ON k.centre_id = c.id AND k.reference = upper($1)
           WHERE NOT k.anonymised
           UNION SELECT i.card_id FROM identity_keys i WHERE i.key = ANY ($2) LIMIT $3""",
        asked,
        list(strong_keys(features)),
        FOUND_AT_MOST,
    )
    shown = await cards_shown([row["id"] for row in rows])
    return sorted(shown.values(), key=lambda card: (card.centre_name, card.reference))
