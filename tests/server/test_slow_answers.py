"""What takes long is made once, for all who ask, and kept."""

import asyncio

import pytest

from server import slow_answers
from server.slow_answers import SlowAnswers


async def test_all_who_ask_at_once_wait_for_one_making_which_goes_on_without_them() -> None:
    answers, made, go = SlowAnswers[int](), 0, asyncio.Event()

    async def make() -> int:
        nonlocal made
        made += 1
        await go.wait()
        return made

    impatient = asyncio.create_task(answers.of("cards", make))
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    others = [asyncio.create_task(answers.of("cards", make)) for _ in range(3)]
    await asyncio.sleep(0)
    go.set()

    assert await asyncio.gather(*others) == [1, 1, 1]
    # What took no time is made anew, for another question too.
    assert (await answers.of("cards", make), await answers.of("beds", make)) == (2, 3)


async def test_what_took_long_is_kept_for_a_while_and_a_failure_never(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, clock, made = SlowAnswers[int](), 1_000.0, 0
    monkeypatch.setattr(slow_answers, "monotonic", lambda: clock)

    async def make() -> int:
        nonlocal clock, made
        made += 1
        clock += 5.0
        if made == 1:
            raise TimeoutError
        return made

    with pytest.raises(TimeoutError):
        await answers.of("cards", make)
    assert (await answers.of("cards", make), await answers.of("cards", make)) == (2, 2)
    clock += slow_answers.KEPT_SECONDS
    assert await answers.of("cards", make) == 3
