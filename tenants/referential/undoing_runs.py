"""Taking a whole pass over the network back: each of its links that stands is cut, and the cards are as before it."""

from typing import Final
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit_network
from infra.clock import now
from infra.database import Row, fetch, fetch_row, fetch_value, network_transaction, system_transaction
from infra.ids import new_id
from tenants.referential.link_runs import AT_ONCE, RIGHT, LinkRunGoing, Progress, RunState, link_run, patiently
from tenants.referential.matching.features import Features

_STANDING: Final = "FROM identity_links l WHERE l.run_id = $1 AND l.undone_at IS NULL"


class RunUndoing(msgspec.Struct, frozen=True, kw_only=True):
    """What taking a pass back would do: the links that stand, and the cards that they join."""

    links: int
    cards: int


class RunUndone(msgspec.Struct, frozen=True, kw_only=True):
    """What taking a pass back did: the links it cut, and those that are left where it was to stop before the end."""

    cut: int
    left: int


async def undoing_of(run_id: UUID) -> RunUndoing:
    """Count what taking a pass back would do; in a network transaction.

    Raises:
        LinkRunUnknown: there is none.
    """
    await link_run(run_id)
    row = await fetch_row(
        f"""SELECT count(DISTINCT l.id) AS links, count(DISTINCT ends.card) AS cards
            FROM (SELECT l.id, l.card_id, l.other_card_id {_STANDING}) l
            CROSS JOIN LATERAL (VALUES (l.card_id), (l.other_card_id)) AS ends (card)""",
        run_id,
    )
    return msgspec.convert(dict(row or {}), RunUndoing)


async def undo_run(
    run_id: UUID, *, actor: Actor, most: int | None = None, progress: Progress | None = None
) -> RunUndone:
    """Take a pass back: cut its links, in parts, each whole; broken off and asked again, it goes on where it was.

    Identities are what the links that stand hang together, so cards part but for what a steward, or a save before or
    since, joined by links of their own, and the order makes no difference. Links that were cut meanwhile stay cut.

    The pairs are not remembered as refused. A steward who cuts a link says « not the same » of two people; who takes a pass
    back says that its weights were wrong, and refusals would keep better weights from ever linking these cards; imports
    taken back refuse nothing either. A card that is saved while the same weights are in use may so be linked again.

    Args:
        run_id: the pass.
        actor: who takes it back.
        most: the links to cut this time; all of them unless said.
        progress: told after each part.

    Raises:
        RightMissing: the actor lacks `referential.link`.
        LinkRunUnknown: there is none.
        LinkRunGoing: a pass is under way, this one or another.
        Busy: who saves cards like these did not finish, several times.
    """
    actor.require(RIGHT)
    async with network_transaction():
        run = await link_run(run_id)
    if run.state is RunState.GOING:
        raise LinkRunGoing()
    if run.state is RunState.UNDONE:
        return RunUndone(cut=0, left=0)
    async with system_transaction():
        after: dict[str, object] = {"links": run.standing}
        await audit_network("identity_link_run", run_id, "undo_link_network", actor=actor, after=after)
    wanted = run.standing if most is None else most
    cut = 0
    while part := await _standing(run_id, limit=min(AT_ONCE, wanted - cut)):
        cut += await _cut(part, actor=actor)
        if progress is not None:
            progress(cut, run.standing)
    async with system_transaction():
        await fetch_value("SELECT referential_run_undone($1, $2, $3)", run_id, actor.name, now())
    async with network_transaction():
        return RunUndone(cut=cut, left=(await link_run(run_id)).standing)


async def _standing(run_id: UUID, *, limit: int) -> list[Row]:
    """Return the next links to cut, the latest first, with what their cards say."""
    async with network_transaction():
        return await fetch(
            f"""SELECT l.id, a.features AS one, b.features AS other
                FROM (SELECT l.id, l.card_id, l.other_card_id {_STANDING} ORDER BY l.id DESC LIMIT $2) l
                JOIN identity_cards a ON a.card_id = l.card_id JOIN identity_cards b ON b.card_id = l.other_card_id""",
            run_id,
            max(limit, 0),
        )


async def _cut(part: list[Row], *, actor: Actor) -> int:
    ends = [msgspec.json.decode(row[side], type=Features) for row in part for side in ("one", "other")]
    cut = await patiently(
        "SELECT referential_cut_run($1, $2, $3, $4, $5, $6)",
        [row["id"] for row in part],
        [new_id() for _ in part],
        actor.name,
        ends=ends,
    )
    if cut is None:
        raise LinkRunGoing()
    return cut
