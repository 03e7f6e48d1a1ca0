"""RCU: the pairs that may be one person's, one after the other, one key each. What is decided is sent while the next is read."""

import asyncio
from collections import deque
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Static

from server.contract.referential import PairDecision, ReviewedCard, ReviewedPair, ReviewQueue
from tui.actions import bindings
from tui.problems import in_words
from tui.screens.base import DeskScreen, OpenScreen
from tui.screens.opening import Opening
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.pair_text import pair_rows, sum_words
from tui.widgets.rows import Column, Rows
from tui.words import _

AHEAD = 40
"""Pairs that are read at once: the next stands there before the key goes up."""
REFILL_AT = 15
SIDE = 18
"""Cells of a card's values, at least."""
FRAME = 4


class ReviewScreen(Opening, DeskScreen):
    """The steward's queue."""

    SCOPE = "review"
    OF_A_ROW = ("link", "apart", "later", "identity", "other_identity", "detail")
    BINDINGS: ClassVar[list[BindingType]] = bindings("review")

    class Loaded(Message):
        """Pairs came."""

        def __init__(self, queue: ReviewQueue) -> None:
            super().__init__()
            self.queue = queue

    class TakenBack(Message):
        """A decision was taken back."""

        def __init__(self, pair: ReviewedPair, verdict: str) -> None:
            super().__init__()
            self.pair = pair
            self.verdict = verdict

    class NotSent(Message):
        """A decision was refused."""

        def __init__(self, problem: ApiProblem) -> None:
            super().__init__()
            self.problem = problem

    def __init__(self, session: Session) -> None:
        super().__init__(session, _("RCU · paires à trancher"))
        columns = [
            Column("", 10),
            Column("", SIDE, grow=2),
            Column("", 1),
            Column("", SIDE, grow=2),
            Column("", 20, grow=1),
        ]
        self.pair = Rows(columns, id="pair", classes="panel")
        self.why = Static("", id="why", markup=False)
        self._pairs: deque[ReviewedPair] = deque()
        self._settled: set[frozenset[UUID]] = set()
        self._made: list[tuple[ReviewedPair, UUID, str]] = []
        self._line = asyncio.Lock()
        self._waiting = self._today = 0
        self._reading = self._done = False

    def body(self) -> ComposeResult:
        """The pair over what the whole says."""
        yield self.pair
        yield self.why

    def on_mount(self) -> None:
        """Stand in the pair."""
        self.pair.focus()

    def read(self) -> None:
        """Ask for pairs, those at hand left where they are."""
        if not self._reading:
            self._reading = True
            self._read()

    @work(group="read")
    async def _read(self) -> None:
        async with self._line:  # after what is being sent, which the counts are of
            try:
                queue = await self.session.client.review_queue(limit=AHEAD)
            except ApiProblem as problem:
                self.post_message(self.Failed(problem))
            else:
                self.post_message(self.Loaded(queue))

    @on(Loaded)
    def _take(self, event: Loaded) -> None:
        self._reading = False
        known = {_both(pair) for pair in self._pairs} | self._settled
        fresh = [pair for pair in event.queue.pairs if _both(pair) not in known]
        self._pairs.extend(fresh)
        self._done = not fresh
        self._waiting, self._today = event.queue.waiting, event.queue.decided_today
        self._show()

    @on(DeskScreen.Failed)
    def _say_failed(self, event: DeskScreen.Failed) -> None:
        self._reading = False
        if not self._pairs:
            self.pair.show_failed(in_words(event.problem))
        self.trouble(event.problem, said=self.pair.state == "failed")

    def _show(self) -> None:
        waiting = _("{n} à trancher").format(n=self._waiting)
        self.top.say(more=_("{waiting} · {n} aujourd'hui").format(waiting=waiting, n=self._today))
        if self._pairs:
            self.pair.show(pair_rows(self._pairs[0], width=self._side()))
            self.why.update(sum_words(self._pairs[0]))
        else:
            self.pair.show([], empty=_("Rien à trancher : le référentiel n'a plus de doute."))
            self.why.update("")

    def _side(self) -> int:
        """Return how many cells a card's value has: the list's columns take the rest."""
        left = self.size.width - FRAME - sum(column.width + 1 for column in self.pair.columns)
        return SIDE + max(0, left) * 2 // 5

    def on_resize(self) -> None:
        """Break the values anew."""
        if self._pairs:
            self._show()

    # One key each

    def action_link(self) -> None:
        """Say that the two are one person."""
        self._decide("same")

    def action_apart(self) -> None:
        """Say that they are not."""
        self._decide("different")

    def action_later(self) -> None:
        """Put the pair behind all others."""
        self._decide("later")

    def _decide(self, verdict: str) -> None:
        if not self._pairs:
            return
        pair = self._pairs.popleft()
        self._settled.add(_both(pair))
        self._waiting -= verdict != "later"
        self._today += verdict != "later"
        self._show()
        self._send(pair, verdict)
        if len(self._pairs) <= REFILL_AT and not self._done:
            self.read()

    @work(group="decisions")
    async def _send(self, pair: ReviewedPair, verdict: str) -> None:
        async with self._line:
            try:
                made = await self.session.client.decide_pair(
                    PairDecision(card_id=pair.one.id, other_card_id=pair.other.id, verdict=verdict)  # type: ignore[arg-type]  # one of ours
                )
            except ApiProblem as problem:
                self.post_message(self.NotSent(problem))
            else:
                # Still in line: who takes it back at once takes this one.
                self._made.append((pair, made.id, verdict))

    @on(TakenBack)
    def _put_back(self, event: TakenBack) -> None:
        self._settled.discard(_both(event.pair))
        self._pairs.appendleft(event.pair)
        self._waiting += event.verdict != "later"
        self._today -= event.verdict != "later"
        self._show()
        self.notify(_("Décision reprise : la paire est de nouveau là."))

    @on(NotSent)
    def _say_not_sent(self, event: NotSent) -> None:
        self.trouble(event.problem)

    @work(group="decisions")
    async def action_undo(self) -> None:
        """Take the last decision back."""
        async with self._line:
            if not self._made:
                self.notify(_("Rien à reprendre ici ; l'ensemble d'une fiche (i) garde toutes les décisions."))
                return
            pair, decision_id, verdict = self._made.pop()
            try:
                await self.session.client.take_back_decision(decision_id)
            except ApiProblem as problem:
                self.post_message(self.NotSent(problem))
            else:
                self.post_message(self.TakenBack(pair, verdict))

    # Looking further

    def action_identity(self) -> None:
        """Show all that hangs together with the card on the left."""
        if self._pairs:
            self._open(self._pairs[0].one)

    def action_other_identity(self) -> None:
        """Show the same for the card on the right."""
        if self._pairs:
            self._open(self._pairs[0].other)

    def action_detail(self) -> None:
        """Open centres and seasons of the card on the left, for a reason."""
        if self._pairs:
            self.open_detail(self._pairs[0].one)

    def _open(self, card: ReviewedCard) -> None:
        from tui.screens.identity import IdentityScreen

        self.post_message(OpenScreen(IdentityScreen(self.session, card.id)))


def _both(pair: ReviewedPair) -> frozenset[UUID]:
    return frozenset((pair.one.id, pair.other.id))
