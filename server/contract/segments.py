"""Segments: the criteria there are, what is asked, whom it finds, what is kept."""

from datetime import date
from uuid import UUID

from server.contract.basics import Wire


class SegmentCriterion(Wire, frozen=True):
    """A criterion: `kind` is number, days, codes, yes_no or text; codes are `choices`, or those of the code list."""

    code: str
    label: str
    kind: str
    group: str
    unit: str = ""
    list_name: str = ""
    choices: list[str] = []


class AskedCriterion(Wire, frozen=True, tag_field="op", tag="is"):
    """What is asked of a criterion: limits are included, and one may be left open; of several codes one is enough."""

    criterion: str
    at_least: int | None = None
    at_most: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    codes: list[str] = []
    yes: bool | None = None
    text: str = ""


class EveryCriterion(Wire, frozen=True, tag_field="op", tag="and"):
    """All of them."""

    of: list["SegmentExpression"]


class EitherCriterion(Wire, frozen=True, tag_field="op", tag="or"):
    """One of them at least."""

    of: list["SegmentExpression"]


class NoCriterion(Wire, frozen=True, tag_field="op", tag="not"):
    """Not this one."""

    of: "SegmentExpression"


SegmentExpression = AskedCriterion | EveryCriterion | EitherCriterion | NoCriterion


class SegmentQuestion(Wire, frozen=True):
    """What is asked while one builds."""

    expression: SegmentExpression


class SegmentCount(Wire, frozen=True):
    """How many clients are found."""

    clients: int


class SegmentFields(Wire, frozen=True):
    """What one keeps: under which name, for everybody of the centre or oneself."""

    name: str
    expression: SegmentExpression
    shared: bool = False


class SegmentExport(Wire, frozen=True):
    """In which form its clients are taken away: csv or xlsx."""

    format: str


class SegmentLine(Wire, frozen=True):
    """A segment in the list; `own`: it is the caller's."""

    id: UUID
    name: str
    shared: bool
    own: bool
    by: str
    changed_at: str
    version: int


class SegmentSnapshot(Wire, frozen=True):
    """Whom it found at a moment; `clients_left` are not erased since."""

    id: UUID
    taken_at: str
    taken_by: str
    clients: int
    clients_left: int


class SegmentCard(Wire, frozen=True):
    """A segment, how many clients it finds now, and its snapshots, the newest first."""

    id: UUID
    name: str
    shared: bool
    own: bool
    by: str
    expression: SegmentExpression
    clients: int
    snapshots: list[SegmentSnapshot]
    version: int


class SegmentClient(Wire, frozen=True):
    """A client that it finds."""

    id: UUID
    name: str
    reference: str
    town: str
