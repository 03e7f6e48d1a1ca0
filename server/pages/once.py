"""A form that may arrive twice, by a double click or from a tablet that lost the answer, is carried out once."""

from collections.abc import Awaitable, Callable

from infra.idempotency import KeptAnswer, Key, claim, digest, keep, under_way

__all__ = ["KeptAnswer", "taken_once"]


async def taken_once(holder: str, key: str, body: bytes, act: Callable[[], Awaitable[KeptAnswer]]) -> KeptAnswer:
    """Run `act` for the first arrival and give its answer to every other.

    Args:
        holder: whose form it is (a link's short name): keys of different holders never meet.
        key: the form's own number; an empty one is not remembered.
        body: what was sent; only its digest is kept.
        act: the change, in one transaction.

    Raises:
        KeyInFlight: the first one is still being carried out.
        OutcomeUnknown: it was carried out, and its answer was lost.
    """
    if not key:
        return await act()
    # Going back and sending other words is another sending, not a repetition.
    claimed = Key(digest(holder.encode()), "page form", f"{key[:200]}:{digest(body)[:32]}")
    kept = await claim(claimed, body)
    if kept is not None:
        return kept
    token = under_way.set(claimed)
    answer = KeptAnswer(500, [], b"")
    try:
        answer = await act()
    finally:
        under_way.reset(token)
        await keep(claimed, answer)
    return answer
