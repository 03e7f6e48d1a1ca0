"""The referential of the whole network at once: weights learnt from its cards, links between all of them, keys written anew."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec
import numpy as np

from infra.actor import Actor
from infra.clock import now
from infra.database import execute, fetch, network_transaction, system_transaction, tenant_transaction
from infra.ids import new_id
from tenants.referential.found_pairs import for_stewards, pair_of, scored, told
from tenants.referential.link_runs import (
    RIGHT,
    Join,
    Progress,
    Proposal,
    begin_run,
    end_run,
    note_found,
    only_run,
    propose,
    write_links,
)
from tenants.referential.matching.bulk import forget_shared, link
from tenants.referential.matching.columns import Columns
from tenants.referential.matching.entities import everybody
from tenants.referential.matching.features import Features, Written, read_features
from tenants.referential.matching.keys import blocking_keys, counted_keys, network_shares, network_size
from tenants.referential.matching.model import Model, score
from tenants.referential.models import current_model

_READ_AT_ONCE: Final = 20_000


class Cards(msgspec.Struct, frozen=True):
    """The network's cards, a card a place."""

    ids: list[UUID]
    identities: list[UUID]
    features: list[Features]
    refused: frozenset[frozenset[UUID]]
    """Pairs of cards that a steward said are not one person's."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What linking the whole network found."""

    cards: int
    compared: int
    joined: int
    """Identities that became part of another."""
    refused: int
    """Those that stewards keep apart."""
    proposed: int
    """Pairs that stewards are asked about: likelier one person's than not, and not linked."""
    run_id: UUID | None = None
    """The pass, by which all its links are taken back; None where they were only counted."""


class _Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a pass is to do."""

    cards: Cards
    compared: int
    joins: list[Join]
    proposals: list[Proposal]
    refused: int


async def network_cards() -> Cards:
    """Read every card of the referential, as it was cleaned."""
    ids: list[UUID] = []
    identities: list[UUID] = []
    features: list[Features] = []
    async with network_transaction():
        last = UUID(int=0)
        while rows := await fetch(
            """SELECT card_id, identity_id, features FROM identity_cards WHERE card_id > $1
               ORDER BY card_id LIMIT $2""",
            last,
            _READ_AT_ONCE,
        ):
            ids += [row["card_id"] for row in rows]
            identities += [row["identity_id"] for row in rows]
            features += [msgspec.json.decode(row["features"], type=Features) for row in rows]
            last = ids[-1]
        refused = await fetch("SELECT card_id, other_card_id FROM identity_refusals")
    apart = frozenset(frozenset((row["card_id"], row["other_card_id"])) for row in refused)
    return Cards(ids, identities, features, apart)


async def link_network(*, actor: Actor, dry_run: bool = False, progress: Progress | None = None) -> Found:
    """Link all cards by the weights in use; identities that hold one person's cards become one, none is split.

    Each join is a link like any other, with its bits, and can be undone; `undoing_runs` takes all of a pass back. Pairs
    that a steward refused stay apart.

    Raises:
        RightMissing: the actor lacks `referential.link`.
        LinkRunGoing: another pass is under way.
        Busy: who saves cards did not finish, several times; what was written stands, and the pass can be begun again.
    """
    actor.require(RIGHT)
    async with system_transaction(read_only=True):
        model = await current_model()
    if dry_run:
        plan = await _plan(model)
        return _found(plan, joined=len(plan.joins), proposed=len(plan.proposals))
    async with only_run():
        run_id = await begin_run(model=model.version, actor=actor)
        plan = await _plan(model)
        await note_found(
            run_id,
            cards=len(plan.cards.ids),
            pairs=plan.compared,
            planned=len(plan.joins),
            refused=plan.refused,
        )
        features = dict(zip(plan.cards.ids, plan.cards.features, strict=True))
        joined = await write_links(run_id, plan.joins, features, progress=progress)
        proposed = await propose(run_id, plan.proposals)
        await end_run(run_id)
    return _found(plan, joined=joined, proposed=proposed, run_id=run_id)


def _found(plan: _Plan, *, joined: int, proposed: int, run_id: UUID | None = None) -> Found:
    return Found(
        cards=len(plan.cards.ids),
        compared=plan.compared,
        joined=joined,
        refused=plan.refused,
        proposed=proposed,
        run_id=run_id,
    )


async def _plan(model: Model) -> _Plan:
    cards = await network_cards()
    columns = Columns(cards.features)
    forget_shared(columns)
    shares, among = network_shares(columns, model=model), network_size(len(columns))
    linked = link(columns, model, shares=shares, among=among)
    joins, refused = _joins(cards, columns, linked.persons, model)
    likely = for_stewards(linked.persons, *scored(columns, linked.likely, model=model, shares=shares))
    proposals = [
        Proposal(
            card=cards.ids[pair.row],
            other=cards.ids[pair.other],
            bits=pair.bits,
            fields=pair.fields,
            agreed=pair.agreed,
            model=model.version,
        )
        for pair in told(columns, *likely, model=model, shares=shares)
        if cards.identities[pair.row] != cards.identities[pair.other]
    ]
    return _Plan(cards=cards, compared=linked.compared, joins=joins, proposals=proposals, refused=refused)


def _joins(
    cards: Cards, columns: Columns, persons: Sequence[int] | np.ndarray[tuple[int], np.dtype[np.int64]], model: Model
) -> tuple[list[Join], int]:
    """Return a link for each identity that is to become part of another, by its likest pair of cards, and the refused."""
    labels = np.asarray(persons)
    together = everybody(labels)
    one, other = (side.astype(np.int32) for side in np.divmod(together, max(len(columns), 1)))
    apart = np.array(
        [cards.identities[a] != cards.identities[b] for a, b in zip(one.tolist(), other.tolist(), strict=True)],
        dtype=bool,
    )
    one, other = one[apart], other[apart]
    scores = score(
        columns, one, other, model=model, shares=network_shares(columns, model=model), cards=network_size(len(columns))
    )
    members: dict[UUID, list[UUID]] = defaultdict(list)
    for card_id, identity in zip(cards.ids, cards.identities, strict=True):
        members[identity].append(card_id)
    home: dict[UUID, UUID] = {}
    joins: list[Join] = []
    refused = 0
    for place in np.argsort(-scores.bits, kind="stable").tolist():
        mine, theirs = int(one[place]), int(other[place])
        elder, younger = sorted(_home(home, cards.identities[row]) for row in (mine, theirs))
        if elder == younger:
            continue
        if any(frozenset((a, b)) in cards.refused for a in members[elder] for b in members[younger]):
            refused += 1
            continue
        home[younger] = elder
        members[elder] += members.pop(younger)
        pair = pair_of(scores, place, theirs, mine)
        joins.append(
            Join(
                id=new_id(),
                card=cards.ids[theirs],
                other=cards.ids[mine],
                bits=pair.bits,
                fields=pair.fields,
                agreed=pair.agreed,
                model=model.version,
            )
        )
    return joins, refused


def _home(home: Mapping[UUID, UUID], identity: UUID) -> UUID:
    while identity in home:
        identity = home[identity]
    return identity


async def rekey(centre_id: UUID, cards: Mapping[UUID, Written]) -> int:
    """Clean some cards of a centre anew and write their values and keys where they changed; identities stay as they are.

    Returns:
        How many changed.
    """
    today = now().date()
    async with tenant_transaction(centre_id):
        await execute("SET LOCAL statement_timeout = 0")
        stored = await fetch("SELECT card_id, identity_id, features FROM referential_of($1)", list(cards))
        known = await fetch("SELECT card_id, keys FROM referential_keys_of($1)", list(cards))
        keys = {row["card_id"]: sorted(row["keys"]) for row in known}
        changed: list[dict[str, object]] = []
        for row in stored:
            if row["card_id"] not in cards:
                continue
            features = read_features(cards[row["card_id"]], today=today)
            wanted = sorted(blocking_keys(features) | counted_keys(features))
            if wanted != keys[row["card_id"]] or features != msgspec.json.decode(row["features"], type=Features):
                changed.append(
                    {"card": row["card_id"], "identity": row["identity_id"], "features": features, "keys": wanted}
                )
        if changed:
            await execute("SELECT referential_store($1, $2)", msgspec.json.encode(changed).decode(), now())
    return len(changed)
