"""The referential, to the network's stewards."""

from uuid import UUID

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
    ReviewQueue,
)
from tui.client.calls import Calls

REFERENTIAL = "/api/v1/network/referential"


class ReferentialCalls(Calls):
    """Pairs to decide, identities, the detail for a reason."""

    async def review_queue(self, *, limit: int) -> ReviewQueue:
        """The next pairs."""
        return await self.line.send("GET", f"{REFERENTIAL}/pairs", ReviewQueue, query={"limit": limit})

    async def decide_pair(self, decision: PairDecision) -> DecisionMade:
        """Decide one."""
        return await self.line.send("POST", f"{REFERENTIAL}/decisions", DecisionMade, body=decision)

    async def take_back_decision(self, decision_id: UUID) -> None:
        """Take a decision back."""
        await self.line.send("DELETE", f"{REFERENTIAL}/decisions/{decision_id}", bytes)

    async def cut_link(self, link_id: UUID) -> DecisionMade:
        """Cut a link."""
        return await self.line.send("DELETE", f"{REFERENTIAL}/links/{link_id}", DecisionMade)

    async def link_runs(self) -> list[LinkRun]:
        """The passes over the network."""
        return (await self.line.send("GET", f"{REFERENTIAL}/runs", Page[LinkRun])).items

    async def link_run_undoing(self, run_id: UUID) -> LinkRunUndoing:
        """What taking one back would do."""
        return await self.line.send("GET", f"{REFERENTIAL}/runs/{run_id}/undoing", LinkRunUndoing)

    async def undo_link_run(self, run_id: UUID) -> LinkRunUndone:
        """Take one back, or a part of it."""
        return await self.line.send("DELETE", f"{REFERENTIAL}/runs/{run_id}", LinkRunUndone)

    async def find_network_cards(self, named: str) -> list[ReviewedCard]:
        """Cards by reference, address or phone."""
        return (await self.line.send("GET", f"{REFERENTIAL}/cards", Page[ReviewedCard], query={"q": named})).items

    async def identity(self, card_id: UUID) -> ReviewedIdentity:
        """Who is behind a card."""
        return await self.line.send("GET", f"{REFERENTIAL}/cards/{card_id}/identity", ReviewedIdentity)

    async def open_detail(self, card_id: UUID, reason: DetailReason) -> list[CentreDetail]:
        """Centres and seasons, for a reason."""
        path = f"{REFERENTIAL}/cards/{card_id}/detail"
        return (await self.line.send("POST", path, Page[CentreDetail], body=reason)).items
