"""The audit trail in the contract's structs, with the names of what it is about."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from billing.dossiers.finding import numbers_of
from infra.audit import Entry
from server.contract.basics import HistoryEntry
from server.contract.history import TrailEntry
from tenants.clients.queries import client_names
from tenants.stays.finding import client_names_of_stays


def history_entry(entry: Entry) -> HistoryEntry:
    """Return a line of the trail."""
    return HistoryEntry(
        at=entry.at.isoformat().replace("+00:00", "Z"),
        actor=entry.actor_name,
        address=entry.address,
        action=entry.action,
        before=msgspec.json.decode(entry.before, type=dict[str, object]),
        after=msgspec.json.decode(entry.after, type=dict[str, object]),
    )


async def trail_entries(centre_id: UUID, entries: Sequence[Entry]) -> list[TrailEntry]:
    """Return lines of the centre's trail with the names of cards, stays and dossiers; inside the caller's transaction."""
    about = {
        kind: {each.subject_id for each in entries if each.subject_kind == kind}
        for kind in ("client", "stay", "dossier")
    }
    names = {
        "client": await client_names(centre_id, about["client"]),
        "stay": await client_names_of_stays(centre_id, about["stay"]),
        "dossier": await numbers_of(centre_id, about["dossier"]),
    }
    return [
        TrailEntry(
            subject_kind=each.subject_kind,
            subject_id=each.subject_id,
            subject_name=names.get(each.subject_kind, {}).get(each.subject_id, ""),
            entry=history_entry(each),
        )
        for each in entries
    ]
