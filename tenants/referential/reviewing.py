"""What stewards do: decide pairs, take decisions back, cut links. Each is one transaction of the network's."""

from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit_network
from infra.clock import now
from infra.database import Row, execute, fetch, fetch_row, fetch_value, system_transaction
from infra.errors import DomainError
from infra.ids import new_id
from tenants.referential.review_rules import DecisionUnknown, LinkUnknown, PairContradicts, PairDecided, Verdict

RIGHT = "referential.review"
_REFUSALS: dict[str, type[DomainError]] = {
    "gone": PairDecided,
    "one already": PairDecided,
    "refused": PairContradicts,
}


async def decide(card_id: UUID, other_card_id: UUID, verdict: Verdict, *, actor: Actor) -> UUID:
    """Decide a pair of the queue, and return the decision, by which it can be taken back.

    « same » joins the two identities, « different » is remembered and the pair not proposed again, « later » puts it
    behind all others. What is decided is kept as a label for training.

    Raises:
        RightMissing: the actor lacks `referential.review`.
        PairDecided: the pair is not, or no longer, in the queue.
        PairContradicts: « same » would bring together cards that were said not to be one person's.
    """
    actor.require(RIGHT)
    at, decision_id = now(), new_id()
    async with system_transaction():
        taken = await fetch_row("SELECT * FROM referential_take($1, $2)", card_id, other_card_id)
        if taken is None:
            raise PairDecided()
        link_id = None
        if verdict is Verdict.SAME:
            link_id = await _join(card_id, other_card_id, taken, actor=actor)
        elif verdict is Verdict.DIFFERENT:
            await execute("SELECT referential_refuse($1, $2, $3, $4)", card_id, other_card_id, actor.name, at)
        await _note(decision_id, card_id, other_card_id, verdict, match=taken, link_id=link_id, actor=actor)
        if verdict is Verdict.LATER:
            await execute("SELECT referential_put_back($1, $2, $2)", decision_id, at)
        after: dict[str, object] = {"cards": [card_id, other_card_id], "verdict": verdict}
        await audit_network("identity_decision", decision_id, "decide", actor=actor, after=after)
    return decision_id


async def take_back(decision_id: UUID, *, actor: Actor) -> None:
    """Take a decision back: what it joined is parted, what it parted joined again, and the pair waits as before.

    Raises:
        RightMissing: the actor lacks `referential.review`.
        DecisionUnknown: there is none, or it was taken back.
        PairDecided: the link it made was cut since.
        PairContradicts: joining again would bring together cards that were said not to be one person's.
    """
    actor.require(RIGHT)
    at = now()
    async with system_transaction():
        made = await fetch_row("SELECT * FROM referential_recall($1, $2, $3)", decision_id, actor.name, at)
        if made is None:
            raise DecisionUnknown()
        one, other, link_id = made["card_id"], made["other_card_id"], made["link_id"]
        if made["verdict"] == Verdict.SAME:
            cut = await fetch_value("SELECT referential_unlink($1, $2, $3, $4)", link_id, new_id(), actor.name, at)
            if cut is None:
                raise PairDecided()
        elif made["verdict"] == Verdict.DIFFERENT:
            await execute("SELECT referential_unrefuse($1, $2)", one, other)
        if made["verdict"] == Verdict.DIFFERENT and link_id is not None:
            await _join(one, other, made, actor=actor)
        else:
            await execute("SELECT referential_put_back($1, $2, NULL)", decision_id, at)
        await audit_network("identity_decision", decision_id, "take_back", actor=actor, after={"cards": [one, other]})


async def unlink(link_id: UUID, *, actor: Actor) -> UUID:
    """Cut a link, and return the decision: the cards on one side leave, and the pair is not proposed or linked any more.

    Raises:
        RightMissing: the actor lacks `referential.review`.
        LinkUnknown: there is none, or it is undone.
    """
    actor.require(RIGHT)
    at, decision_id = now(), new_id()
    async with system_transaction():
        pair = await fetch_value("SELECT referential_unlink($1, $2, $3, $4)", link_id, new_id(), actor.name, at)
        if pair is None:
            raise LinkUnknown()
        await execute("SELECT referential_refuse($1, $2, $3, $4)", *pair, actor.name, at)
        (link,) = await fetch("SELECT * FROM referential_link_of($1)", link_id)
        one, other = pair
        await _note(decision_id, one, other, Verdict.DIFFERENT, match=link, link_id=link_id, actor=actor)
        await audit_network("identity_link", link_id, "unlink", actor=actor, after={"cards": pair})
    return decision_id


async def _join(one: UUID, other: UUID, match: Row, *, actor: Actor) -> UUID:
    link_id = new_id()
    link = {
        "id": link_id,
        "card": one,
        "other": other,
        "bits": match["bits"],
        "fields": msgspec.Raw(match["fields"].encode()),
        "agreed": match["agreed"],
        "model": match["model"],
    }
    joined = await fetch_value("SELECT referential_join($1, $2, $3)", _json(link), actor.name, now())
    if joined != "joined":
        raise _REFUSALS[joined]()
    return link_id


async def _note(
    decision_id: UUID,
    one: UUID,
    other: UUID,
    verdict: Verdict,
    *,
    match: Row,
    link_id: UUID | None,
    actor: Actor,
) -> None:
    decision = {
        "id": decision_id,
        "card": one,
        "other": other,
        "verdict": verdict,
        "bits": match["bits"],
        "fields": msgspec.Raw(match["fields"].encode()),
        "agreed": match["agreed"],
        "model": match["model"],
        "link": link_id,
    }
    await execute("SELECT referential_decided($1, $2, $3)", _json(decision), actor.name, now())


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
