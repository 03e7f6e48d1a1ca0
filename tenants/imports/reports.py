"""What an import did, or would do: counts for the screen, a line for each row refused."""

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import msgspec


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A row that cannot come in: its line in the file, what is wrong with which column."""

    line: int
    foreign_id: str
    field: str
    code: str
    message: str


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something changed or set aside in a row that came in: a mended encoding, a placeholder date."""

    line: int
    foreign_id: str
    text: str
    """`field: before → after`."""
    mended: bool = True
    """A mending, which can be refused; else a value that was set aside."""


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a whole file. In a dry run nothing was written and the counts say what would be."""

    dry_run: bool
    rows: int
    """Rows read, those that `where` left out not counted."""
    new: int
    changed: int
    unchanged: int
    refused: int
    refusals: list[Refusal]
    notices: list[Notice]
    linked: int = 0
    """Cards that the referential knows from another centre, among the new and changed ones."""
    seconds: float = 0.0
    run_id: UUID | None = None
    """By which it is undone; none of a dry run, nor of what is not undone."""

    def by_reason(self) -> dict[str, int]:
        """Count the refusals by code, the commonest first."""
        return dict(Counter(refusal.code for refusal in self.refusals).most_common())


def write_report(path: Path, refusals: Sequence[Refusal], notices: Sequence[Notice]) -> None:
    """Write what was refused and what was changed, one line each, as a CSV that a spreadsheet opens."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["line", "id", "outcome", "field", "code", "message"])
        writer.writerows((r.line, r.foreign_id, "refused", r.field, r.code, guarded(r.message)) for r in refusals)
        writer.writerows((n.line, n.foreign_id, "noticed", "", "", guarded(n.text)) for n in notices)


def guarded(cell: str) -> str:
    """Keep a spreadsheet from running a cell as a formula (OWASP, CSV injection)."""
    if cell.startswith("+") and cell[1:].isdigit():
        return cell  # a phone
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
