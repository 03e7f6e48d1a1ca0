"""Devices that belong to a centre's desk: paired once by an address with a token, theirs until they are unpaired."""

import secrets
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch, fetch_row, tenant_transaction
from infra.errors import DomainError
from infra.ids import new_id
from infra.outbox import Event, record


class Paired(msgspec.Struct, frozen=True, kw_only=True):
    """A device just paired; its token is shown now and never again."""

    id: UUID
    token: str


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A device that is paired, or was."""

    id: UUID
    name: str
    paired_at: datetime
    unpaired_at: datetime | None


class Pairing(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of device."""

    kind: str
    """As the audit trail names it."""
    table: str
    paired: type[Event]
    unpaired: type[Event]
    nameless: Callable[[], DomainError]
    not_paired: Callable[[], DomainError]
    unknown: Callable[[], DomainError]

    async def pair(self, centre_id: UUID, name: str, *, actor: Actor) -> Paired:
        """Pair a device: who opens its page with this token belongs to the centre's desk.

        Raises:
            `nameless`: it has no name to tell it from others.
        """
        if not (name := " ".join(name.split())[:100]):
            raise self.nameless()
        made = Paired(id=new_id(), token=secrets.token_urlsafe(32))
        async with tenant_transaction(centre_id):
            await execute(
                f"INSERT INTO {self.table} (id, centre_id, name, token_hash, paired_at) VALUES ($1, $2, $3, $4, $5)",
                made.id,
                centre_id,
                name,
                _digest(made.token),
                now(),
            )
            await audit(self.kind, made.id, "pair", actor=actor, after={"name": name})
            await record(self.paired(subject_id=made.id), actor=actor)
        return made

    async def unpair(self, centre_id: UUID, device_id: UUID, *, actor: Actor) -> None:
        """End a device's pairing at once.

        Raises:
            `not_paired`: none of this id is paired.
        """
        async with tenant_transaction(centre_id):
            ended = await execute(
                f"UPDATE {self.table} SET unpaired_at = $3 WHERE centre_id = $1 AND id = $2 AND unpaired_at IS NULL",
                centre_id,
                device_id,
                now(),
            )
            if not ended:
                raise self.not_paired()
            await audit(self.kind, device_id, "unpair", actor=actor)
            await record(self.unpaired(subject_id=device_id), actor=actor)

    async def holder(self, centre_id: UUID, token: str) -> Device:
        """Return the paired device that holds a token.

        Raises:
            `unknown`: none does, or it was unpaired.
        """
        row = await fetch_row(
            f"""SELECT id, name, paired_at, unpaired_at FROM {self.table}
                WHERE centre_id = $1 AND token_hash = $2 AND unpaired_at IS NULL""",
            centre_id,
            _digest(token),
        )
        if row is None:
            raise self.unknown()
        return Device(**row)

    async def devices(self, centre_id: UUID) -> list[Device]:
        """Return the centre's devices of this kind, those that are paired first."""
        rows = await fetch(
            f"""SELECT id, name, paired_at, unpaired_at FROM {self.table}
                WHERE centre_id = $1 ORDER BY unpaired_at IS NOT NULL, paired_at DESC""",
            centre_id,
        )
        return [Device(**row) for row in rows]


def _digest(token: str) -> bytes:
    # It is random: one hash is enough.
    return sha256(token.encode()).digest()
