"""Saying that one has something open, and that one has not any more."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from infra.actor import Actor
from infra.clock import now
from infra.database import execute, fetch_row, tenant_transaction
from infra.ids import new_id
from infra.outbox import record
from tenants.openings.events import OpeningsChanged
from tenants.openings.queries import GONE_AFTER, Opening, who_else

_FORGOTTEN_AFTER: Final = timedelta(minutes=10)


async def keep_open(
    centre_id: UUID, subject_id: UUID, account_id: UUID, *, editing: bool, actor: Actor
) -> list[Opening]:
    """Say that one has a thing open, again and again while one has; return who else has it open.

    The others are told only when there are others: who is alone with a thing makes no news.
    """
    async with tenant_transaction(centre_id):
        at = now()
        before = await fetch_row(
            "SELECT editing, seen_at FROM openings WHERE centre_id = $1 AND subject_id = $2 AND account_id = $3",
            centre_id,
            subject_id,
            account_id,
        )
        await execute(
            """INSERT INTO openings (id, centre_id, subject_id, account_id, name, editing, opened_at, seen_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
               ON CONFLICT (centre_id, subject_id, account_id) DO UPDATE SET name = $5, editing = $6, seen_at = $7""",
            new_id(),
            centre_id,
            subject_id,
            account_id,
            actor.name,
            editing,
            at,
        )
        others = await who_else(centre_id, subject_id, account_id)
        was_there = before is not None and before["seen_at"] > at - GONE_AFTER and before["editing"] == editing
        if others and not was_there:
            await record(OpeningsChanged(subject_id=subject_id), actor=actor)
        if before is None:
            await execute(
                "DELETE FROM openings WHERE centre_id = $1 AND seen_at < $2", centre_id, at - _FORGOTTEN_AFTER
            )
    return others


async def close(centre_id: UUID, subject_id: UUID, account_id: UUID, *, actor: Actor) -> None:
    """Say that one has a thing open no more; saying it twice changes nothing."""
    async with tenant_transaction(centre_id):
        closed = await execute(
            "DELETE FROM openings WHERE centre_id = $1 AND subject_id = $2 AND account_id = $3",
            centre_id,
            subject_id,
            account_id,
        )
        if closed and await who_else(centre_id, subject_id, account_id):
            await record(OpeningsChanged(subject_id=subject_id), actor=actor)
