"""What was mended of a card's or a file's writing, shown as before and after; any can be refused."""

from collections.abc import Iterable, Sequence

from server.contract.clients import ClientCard
from server.contract.imports import RowNoticed
from tui.dialogs.show import Show
from tui.dialogs.tick import Tick
from tui.mending_words import mending_words
from tui.widgets.rows import Cell, Column, Row
from tui.words import _


def pick_mending(card: ClientCard) -> Show:
    """Show what was mended on a card; Enter refuses it."""
    columns = [Column(_("champ"), 14), Column(_("écrit"), 20, grow=1), Column(_("réparé : ⏎ le refuser"), 24, grow=1)]
    rows = []
    for line in card.mended:
        field, before, after = mending_words(line)
        rows.append(Row(line, (Cell(field, "muted"), before, Cell(after, "strong"))))
    return Show(_("Écritures réparées"), columns, rows, titled=True)


def tick_mendings(notices: Iterable[RowNoticed]) -> Tick | None:
    """Ask which of a file's mendings to do, all of them ticked; None where there are none. Gives back the lines to do."""
    counted: dict[str, int] = {}
    for notice in notices:
        if notice.mended:
            counted[notice.text] = counted.get(notice.text, 0) + 1
    if not counted:
        return None
    choices = []
    for line, count in counted.items():
        field, before, after = mending_words(line)
        said = _("{field} : {before} → {after}").format(field=field, before=before, after=after)
        choices.append((line, f"{said} (×{count})" if count > 1 else said))
    return Tick(_("Écritures à réparer : décocher celles qui sont justes"), choices, list(counted))


def left_as_written(notices: Sequence[RowNoticed], ticked: Sequence[str]) -> list[str]:
    """Return the writings whose mending was not ticked."""
    refused = {notice.text for notice in notices if notice.mended} - set(ticked)
    return sorted({mending_words(line)[1] for line in refused})
