"""Answers that take long to make: made once for all who ask at once, and kept for a while, since who lost patience asks again."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from time import monotonic
from typing import Final, Generic, NamedTuple, TypeVar

Answer = TypeVar("Answer")

SLOW_SECONDS: Final = 1.0
"""What took less is made anew each time: a small network's figures are always those of now."""
KEPT_SECONDS: Final = 600.0


class _Kept(NamedTuple, Generic[Answer]):
    answer: Answer
    until: float


class SlowAnswers(Generic[Answer]):
    """By question, the answer under way, and the one that is kept."""

    def __init__(self) -> None:
        self._making: dict[Hashable, asyncio.Task[Answer]] = {}
        self._kept: dict[Hashable, _Kept[Answer]] = {}

    async def of(self, question: Hashable, make: Callable[[], Awaitable[Answer]]) -> Answer:
        """Return the answer that is kept, else what `make` makes; whoever stops waiting does not stop the making."""
        kept = self._kept.get(question)
        if kept is not None and kept.until > monotonic():
            return kept.answer
        making = self._making.get(question)
        if making is None:
            making = self._making[question] = asyncio.create_task(self._make(question, make))
        return await asyncio.shield(making)

    async def _make(self, question: Hashable, make: Callable[[], Awaitable[Answer]]) -> Answer:
        began = monotonic()
        try:
            answer = await make()
        finally:
            del self._making[question]
        now = monotonic()
        self._kept = {each: kept for each, kept in self._kept.items() if kept.until > now}
        if now - began > SLOW_SECONDS:
            self._kept[question] = _Kept(answer, now + KEPT_SECONDS)
        return answer
