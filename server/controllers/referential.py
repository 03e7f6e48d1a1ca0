"""The referential, to the network's stewards: the queue of pairs, identities, the detail for a reason."""

from typing import Final
from uuid import UUID

import msgspec
from litestar import Controller, delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from infra.database import network_transaction
from server.answers import page_limit
from server.contract.basics import Page
from server.contract.referential import (
    CentreDetail,
    DecisionMade,
    DetailReason,
    LinkRun,
    LinkRunUndoing,
    LinkRunUndone,
    PairDecision,
    ReviewedCard,
    ReviewedIdentity,
    ReviewedPair,
    ReviewQueue,
)
from server.dependencies import AtNetwork
from tenants.referential import identities, link_runs, opening, pairs, reviewing
from tenants.referential.review_rules import CardShown, Pair, Verdict
from tenants.referential.rules import season
from tenants.referential.undoing_runs import undo_run, undoing_of

CUT_AT_ONCE: Final = 1_000
"""Links of a pass that one request takes back: a few seconds' work."""


class ReferentialController(Controller):
    """Pairs, identities and detail. What is read of a centre's card stands in that centre's trail."""

    path = "/api/v1/network/referential"
    tags = ("network",)

    @get("/pairs", opt={"right": "referential.review"})
    async def queue(self, network: AtNetwork, limit: FromQuery[int | None] = None) -> ReviewQueue:
        """List the next pairs, the greatest gain first, and how the work stands."""
        async with network_transaction():
            found = await pairs.waiting_pairs(limit=page_limit(limit))
            counts = await pairs.counts()
        read = [card.id for pair in found for card in (pair.one, pair.other)]
        await opening.note_readings(read, opening.REVIEWED, actor=network.actor)
        return ReviewQueue(
            pairs=[pair_view(pair) for pair in found],
            waiting=counts.waiting,
            decided_today=counts.decided_today,
            labels_same=counts.same,
            labels_different=counts.different,
        )

    @post("/decisions", opt={"right": "referential.review"})
    async def decide(self, network: AtNetwork, data: JSONBody[PairDecision]) -> DecisionMade:
        """Say of a pair that it is one person's (`same`), is not (`different`), or wait (`later`)."""
        made = await reviewing.decide(data.card_id, data.other_card_id, Verdict(data.verdict), actor=network.actor)
        return DecisionMade(id=made)

    @delete("/decisions/{decision_id:uuid}", opt={"right": "referential.review"})
    async def take_back(self, network: AtNetwork, decision_id: FromPath[UUID]) -> None:
        """Take a decision back; the pair waits as before."""
        await reviewing.take_back(decision_id, actor=network.actor)

    @delete("/links/{link_id:uuid}", opt={"right": "referential.review"}, status_code=200)
    async def unlink(self, network: AtNetwork, link_id: FromPath[UUID]) -> DecisionMade:
        """Cut a link; the pair is not proposed or linked any more, until this decision is taken back."""
        return DecisionMade(id=await reviewing.unlink(link_id, actor=network.actor))

    @get("/runs", opt={"right": "network.view"})
    async def runs(self, network: AtNetwork) -> Page[LinkRun]:
        """List the passes over the network, the newest first."""
        async with network_transaction():
            found = await link_runs.link_runs()
        return Page(items=[msgspec.convert(run, LinkRun, from_attributes=True) for run in found])

    @get("/runs/{run_id:uuid}/undoing", opt={"right": "referential.link"})
    async def undoing(self, network: AtNetwork, run_id: FromPath[UUID]) -> LinkRunUndoing:
        """Count what taking a pass back would do."""
        async with network_transaction():
            found = await undoing_of(run_id)
        return msgspec.convert(found, LinkRunUndoing, from_attributes=True)

    @delete("/runs/{run_id:uuid}", opt={"right": "referential.link"}, status_code=200)
    async def undo(self, network: AtNetwork, run_id: FromPath[UUID]) -> LinkRunUndone:
        """Take a pass back, a thousand links at once; ask again while some are left."""
        undone = await undo_run(run_id, actor=network.actor, most=CUT_AT_ONCE)
        return msgspec.convert(undone, LinkRunUndone, from_attributes=True)

    @get("/cards", opt={"right": "referential.review"})
    async def find(self, network: AtNetwork, q: FromQuery[str] = "") -> Page[ReviewedCard]:
        """Find cards by their exact reference, e-mail address or phone."""
        async with network_transaction():
            found = await identities.find_cards(q)
        await opening.note_readings([card.id for card in found], opening.REVIEWED, actor=network.actor)
        return Page(items=[card_view(card) for card in found])

    @get("/cards/{card_id:uuid}/identity", opt={"right": "referential.review"})
    async def identity(self, network: AtNetwork, card_id: FromPath[UUID]) -> ReviewedIdentity:
        """Show who is behind a card: all the cards, the best view with origins, what joined and parted them."""
        async with network_transaction():
            found = await identities.identity_of(card_id)
        await opening.note_readings([card.id for card in found.cards], opening.REVIEWED, actor=network.actor)
        shown = msgspec.structs.replace(found, cards=[])
        cards = [card_view(card) for card in found.cards]
        return msgspec.structs.replace(msgspec.convert(shown, ReviewedIdentity, from_attributes=True), cards=cards)

    @post("/cards/{card_id:uuid}/detail", opt={"right": "referential.view_detail"}, status_code=200)
    async def open_detail(
        self, network: AtNetwork, card_id: FromPath[UUID], data: JSONBody[DetailReason]
    ) -> Page[CentreDetail]:
        """Open, for a reason, the centres and seasons of a client's stays; each of those centres sees it."""
        found = await opening.open_detail(card_id, reason=data.reason, actor=network.actor)
        return Page(items=[msgspec.convert(each, CentreDetail, from_attributes=True) for each in found])


def pair_view(pair: Pair) -> ReviewedPair:
    """Put a pair on the wire."""
    return ReviewedPair(
        bits=pair.bits,
        fields=pair.fields,
        agreed=pair.agreed,
        gain=pair.gain,
        postponed=pair.postponed,
        one=card_view(pair.one),
        other=card_view(pair.other),
    )


def card_view(card: CardShown) -> ReviewedCard:
    """Put a card on the wire: of its stays, how many and the season of the last."""
    last = card.last_arrival
    return ReviewedCard(
        id=card.id,
        centre_name=card.centre_name,
        reference=card.reference,
        kind=card.kind,
        title=card.title,
        first_name=card.first_name,
        last_name=card.last_name,
        organisation=card.organisation,
        email=card.email,
        phones=card.phones,
        birth_date=card.birth_date,
        street=card.street,
        postal_code=card.postal_code,
        town=card.town,
        client_type=card.client_type,
        stays=card.stays,
        last_season=season(last) if last else None,
        last_year=last.year if last else None,
    )
