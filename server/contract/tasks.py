"""What waits for a person."""

from datetime import datetime
from uuid import UUID

from server.contract.basics import Wire


class Task(Wire, frozen=True):
    """Something that waits; `kind` is the code of its words, `facts` what they name.

    option_ended and stay_left_unconfirmed are about a dossier (`number`, `stay`: its stay's status); mail_failed about
    a mail (`about`, `about_id`: the dossier or enquiry it was written for); text_failed about a stay (`arrival`, `reason`).
    """

    id: UUID
    kind: str
    subject_kind: str
    subject_id: UUID
    facts: dict[str, str]
    raised_at: datetime
    level: str = "warning"
    """notice, warning (may be ignored with a reason) or blocking."""


class TaskIgnored(Wire, frozen=True):
    """Why a warning is let be."""

    reason: str
