"""The versions of the matcher's weights: which is in use, which there are, and the keeping of new ones."""

import time
from datetime import UTC, datetime
from typing import Final

import msgspec

from infra.actor import Actor
from infra.audit import audit_network
from infra.clock import now
from infra.database import execute, fetch, fetch_value, network_transaction, system_transaction
from infra.errors import NotFound
from infra.ids import new_id
from tenants.referential.matching.model import Model
from tenants.referential.matching.versions import MODEL

_KEPT_SECONDS: Final = 60.0
_current: tuple[float, Model] = (float("-inf"), MODEL)


class ModelUnknown(NotFound):
    """There is no such version of the weights."""

    code = "model_unknown"


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A version of the weights."""

    version: str
    cards: int
    """How many it was learnt from."""
    labels: int
    """How many decisions of stewards mended it."""
    trainer: str
    """What estimated m and u: halte or splink."""
    trained_at: datetime
    trained_by: str
    used_since: datetime | None
    in_use: bool = False
    """Whether cards are matched by it now; `used_since` alone may be of one that was in use before."""


FIRST: Final = Version(
    version=MODEL.version,
    cards=100_000,
    labels=0,
    trainer="halte",
    trained_at=datetime(2026, 11, 22, tzinfo=UTC),
    trained_by="",
    used_since=None,
)
"""What a network begins with, and can come back to."""


async def current_model() -> Model:
    """Return the weights in use, read again each minute; the first ones until the network has its own. In a transaction."""
    global _current
    read_at, model = _current
    if time.monotonic() - read_at > _KEPT_SECONDS:
        kept = await fetch_value("SELECT referential_model()")
        model = msgspec.json.decode(kept, type=Model) if kept else MODEL
        if model.version == MODEL.version:
            model = MODEL  # as this release has it
        _current = (time.monotonic(), model)
    return model


def forget_current() -> None:
    """Read the weights in use afresh next time."""
    global _current
    _current = (float("-inf"), MODEL)


async def versions() -> list[Version]:
    """Return the versions that were kept, the newest first, and with them the first weights; one of them is in use."""
    async with network_transaction():
        rows = await fetch(
            "SELECT version, cards, labels, trainer, trained_at, trained_by, used_since FROM identity_models ORDER BY trained_at DESC, version"
        )
    found = [msgspec.convert(dict(row), Version) for row in rows]
    if FIRST.version not in {each.version for each in found}:
        found.append(FIRST)
    used = [each for each in found if each.used_since is not None]
    current = max(used, key=_used_since) if used else FIRST
    return [msgspec.structs.replace(each, in_use=each.version == current.version) for each in found]


def _used_since(version: Version) -> datetime:
    assert version.used_since is not None
    return version.used_since


async def keep_model(model: Model, *, cards: int, labels: int = 0, trainer: str = "halte", actor: Actor) -> None:
    """Keep a version, with how many cards and stewards' decisions it was learnt from; `use_model` puts it in use.

    Raises:
        RightMissing: the actor lacks `referential.review`.
    """
    actor.require("referential.review")
    async with system_transaction():
        await execute(
            "SELECT referential_keep_model($1, $2, $3, $4, $5, $6, $7)",
            model.version,
            msgspec.json.encode(model).decode(),
            cards,
            labels,
            trainer,
            actor.name,
            now(),
        )
        await audit_network(
            "referential_model",
            new_id(),
            "train",
            actor=actor,
            after={"version": model.version, "labels": labels, "trainer": trainer},
        )


async def use_model(version: str, *, actor: Actor) -> None:
    """Match by a version from now on, the first weights too; other processes follow within a minute, links made before stay.

    Raises:
        RightMissing: the actor lacks `referential.review`.
        ModelUnknown: there is none.
    """
    actor.require("referential.review")
    if version == FIRST.version and FIRST in [msgspec.structs.replace(each, in_use=False) for each in await versions()]:
        await keep_model(MODEL, cards=FIRST.cards, actor=actor)  # so that it has a day from which it is in use again
    async with system_transaction():
        if not await fetch_value("SELECT referential_use_model($1, $2)", version, now()):
            raise ModelUnknown(f"there is no version « {version} »: halte referential versions names them")
        await audit_network("referential_model", new_id(), "use", actor=actor, after={"version": version})
    forget_current()
