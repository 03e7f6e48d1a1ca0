"""Who acts: every operation is told, every audit entry and fact says so."""

from enum import StrEnum
from uuid import UUID

import msgspec

from infra.errors import RightMissing


class ActorKind(StrEnum):
    """What sort of hand it was."""

    STAFF = "staff"
    NETWORK = "network"
    CLIENT = "client"
    GUEST = "guest"
    API = "api"
    JOB = "job"


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """A person or a named job, with the rights it holds in the centre (or network) it acts in."""

    kind: ActorKind
    name: str
    """A person's name, or a job's (`import`, `options`), as the history shows it."""
    account_id: UUID | None = None
    rights: frozenset[str] = frozenset()
    address: str = ""
    """From where: an IP address, `ssh 10.0.0.7`, a command."""
    request_id: str = ""

    def may(self, right: str) -> bool:
        """Say whether the actor holds `right`. Jobs hold every right: they act on what a right allowed before."""
        return self.kind is ActorKind.JOB or right in self.rights

    def require(self, right: str) -> None:
        """Refuse who lacks `right`: the one place where a right is checked.

        Raises:
            RightMissing: the actor does not hold it.
        """
        if not self.may(right):
            raise RightMissing(right)


def job(name: str, *, address: str = "", request_id: str = "") -> Actor:
    """Make the actor of a named job."""
    return Actor(kind=ActorKind.JOB, name=name, address=address, request_id=request_id)
