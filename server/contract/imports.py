"""Files of client cards: looked at, mapped, tried, brought in, taken back."""

from datetime import datetime
from uuid import UUID

from server.contract.basics import Wire


class ImportFile(Wire, frozen=True):
    """A file: CSV, gzipped or not, or XLSX; base64 on the wire."""

    name: str
    content: bytes


class FileColumn(Wire, frozen=True):
    """A column of a file, with what its first rows hold."""

    name: str
    samples: list[str]


class ImportPreview(Wire, frozen=True):
    """What a file holds, and which of its columns would fill which field of a card."""

    columns: list[FileColumn]
    fields: list[str]
    """The fields that there are, in their order; `id` is the source's own id."""
    mapping: dict[str, str]
    """Field → column."""
    rows: int


class PreviewAsked(Wire, frozen=True):
    """A file to look at, through a source's mapping where the centre keeps one."""

    file: ImportFile
    mapping: str = "standard"


class ImportAsked(Wire, frozen=True):
    """A file to bring in through a mapping, or only to try."""

    file: ImportFile
    mapping: str = "standard"
    dry_run: bool = True
    as_written: list[str] = []
    """Values that look like a broken encoding and are right: they are not mended."""


class RowRefused(Wire, frozen=True):
    """A row that cannot come in; `line` counts the file's lines, the head being 1."""

    line: int
    field: str
    code: str
    message: str


class RowNoticed(Wire, frozen=True):
    """What changed in a row that comes in, `field: before → after`: `mended`, which can be refused, or set aside."""

    line: int
    text: str
    mended: bool


class ImportOutcome(Wire, frozen=True):
    """What came of it, or would; of the refused rows and of the notices the first two hundred."""

    dry_run: bool
    rows: int
    new: int
    changed: int
    unchanged: int
    refused: int
    linked: int
    mended: int
    refusals: list[RowRefused]
    notices: list[RowNoticed] = []
    run_id: UUID | None = None


class SourceMapping(Wire, frozen=True):
    """A source's mapping: field → column."""

    columns: dict[str, str]


class KeptMapping(Wire, frozen=True):
    """A mapping that the centre keeps."""

    name: str
    columns: dict[str, str]
    changed_at: datetime
    changed_by: str


class ImportRun(Wire, frozen=True):
    """A file that was brought in, or begun: without `finished_at` it was stopped, and running it again goes on."""

    id: UUID
    mapping: str
    file_name: str
    row_count: int
    done: int
    new: int
    changed: int
    unchanged: int
    refused: int
    linked: int
    started_at: datetime
    started_by: str
    finished_at: datetime | None = None
    undone_at: datetime | None = None
    undone_by: str | None = None


class RowNotTaken(Wire, frozen=True):
    """A row that a run could not bring in: its line, what is wrong with which field; nothing of what stood there."""

    line: int
    field: str
    code: str


class CardKept(Wire, frozen=True):
    """A card that stays when an import is taken back; `why` is changed, used or gone."""

    card_id: UUID
    name: str
    reference: str
    why: str


class ImportUndone(Wire, frozen=True):
    """What taking an import back did."""

    removed: int
    restored: int
    kept: list[CardKept]
