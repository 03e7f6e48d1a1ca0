"""The audit trail of a centre as a whole."""

from uuid import UUID

from server.contract.basics import HistoryEntry, Wire


class TrailEntry(Wire, frozen=True):
    """A line of the trail and what it is about: `subject_kind` as the trail has it (`client`, `stay`, `dossier`, …).

    `subject_name` is the card's, the stay's client's, the dossier's number; empty where the thing has none or is gone.
    """

    subject_kind: str
    subject_id: UUID
    subject_name: str
    entry: HistoryEntry
