"""What the referential does as cards are saved: match them. What stewards do is in `reviewing`."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from infra.clock import now
from infra.database import execute, tenant_transaction
from infra.ids import new_id
from tenants.referential import queries
from tenants.referential.matching.features import Features, Written, read_features
from tenants.referential.matching.keys import blocking_keys, counted_keys
from tenants.referential.matching.neighbourhood import ROUNDS, Link, Match, Neighbourhood


async def on_clients_saved(centre_id: UUID, cards: Mapping[UUID, Written]) -> None:
    """Match cards that were just added or changed, in the transaction that saves them; links are reversible.

    Writers of cards that could be one person wait for one another, so that the cards of one new person, saved at once
    at several centres, find each other.

    Raises:
        Busy: another writer of the same person did not finish in time.
    """
    today = now().date()
    features = {card_id: read_features(written, today=today) for card_id, written in cards.items()}
    async with tenant_transaction(centre_id):
        neighbourhood = await queries.neighbourhood(features)
        placed = {card_id: neighbourhood.place(card_id, card) for card_id, card in features.items()}
        await _gather(neighbourhood, frozenset().union(*map(blocking_keys, features.values())))
        await _write(features, placed, neighbourhood)


async def _gather(neighbourhood: Neighbourhood, loaded: frozenset[int]) -> None:
    """Run the further rounds for the identities that grew, until one finds nothing."""
    grown = {link.identity_id for link in neighbourhood.links}
    for number in range(2, ROUNDS + 1):
        further = frozenset().union(*map(neighbourhood.keys_of, grown)) - loaded
        if further:
            # Whoever writes one of these now will look for us in turn: not worth waiting out of order for.
            members = [card.features for identity_id in grown for card in neighbourhood.members(identity_id)]
            if not await queries.load_further(neighbourhood, further, members=members):
                return
            loaded |= further
        joined = len(neighbourhood.links)
        for identity_id in grown:
            neighbourhood.gather(identity_id, number=number)
        grown = {link.identity_id for link in neighbourhood.links[joined:]}
        if not grown:
            return


async def _write(features: Mapping[UUID, Features], placed: Mapping[UUID, UUID], neighbourhood: Neighbourhood) -> None:
    cards = [
        {
            "card": card_id,
            "identity": placed[card_id],
            "features": card,
            "keys": sorted(blocking_keys(card) | counted_keys(card)),
        }
        for card_id, card in features.items()
    ]
    version = neighbourhood.model.version
    links = [_link(link, version) for link in neighbourhood.links]
    pairs = {
        frozenset((match.card_id, match.other_id)): _pair(match, version)
        for match in neighbourhood.proposals
        if neighbourhood.identity_of(match.card_id) != neighbourhood.identity_of(match.other_id)
    }
    await execute(
        "SELECT referential_save($1, $2, $3, $4)",
        _json(cards),
        _json(links) if links else None,
        _json(list(pairs.values())) if pairs else None,
        now(),
    )


def _link(link: Link, version: str) -> dict[str, object]:
    return {
        "id": new_id(),
        "card": link.match.card_id,
        "other": link.match.other_id,
        "identity": link.identity_id,
        "former": link.former_id,
        "bits": link.match.bits,
        "fields": link.match.fields,
        "agreed": link.match.agreed,
        "round": link.round,
        "model": version,
        "decided_by": "matcher",
    }


def _pair(match: Match, version: str) -> dict[str, object]:
    return {
        "card": match.card_id,
        "other": match.other_id,
        "bits": match.bits,
        "fields": match.fields,
        "agreed": match.agreed,
        "model": version,
    }


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
