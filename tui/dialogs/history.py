"""Who did what: the lines of a trail, each to be read whole; who only opened a card is shown when asked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from textual.app import App
from textual.binding import Binding, BindingType

from server.contract.basics import HistoryEntry
from tui.dialogs.reading import Reading
from tui.dialogs.show import Show
from tui.formats import long_day, moment, numeric_day
from tui.history_fields import change_words
from tui.history_words import actor_words, own_words, verb_words
from tui.session import Session
from tui.widgets.rows import Column, Row
from tui.words import _

OPENINGS: Final = "openings"


class History(Show):
    """The lines of one trail; gives back which one is to be read whole, or that openings are wanted."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("o", "openings", show=False)]

    def __init__(self, entries: Sequence[HistoryEntry], session: Session, *, openings: bool, at: str = "") -> None:
        columns = [
            Column(_("quand"), 10),
            Column(_("qui"), 16),
            Column(_("quoi"), 22),
            Column(_("ce qui a changé"), 20, grow=1),
        ]
        rows = [Row(str(place), entry_cells(entry, session)) for place, entry in enumerate(entries)]
        if openings:
            title, keys = _("Histoire, ouvertures comprises"), _("⏎ tout lire · o sans les ouvertures · Esc revenir")
        else:
            title, keys = _("Histoire"), _("⏎ tout lire · o qui l'a ouverte · Esc revenir")
        super().__init__(title, columns, rows, titled=True, empty=_("Rien n'a encore été noté."), keys=keys, at=at)

    def action_openings(self) -> None:
        """Show who only looked too, or not any more."""
        self.dismiss(OPENINGS)


async def show_history(app: App[int], session: Session, subject_id: UUID) -> None:
    """Show the trail of one thing, for as long as one reads in it.

    Raises:
        ApiProblem: it cannot be had.
    """
    openings = False
    while True:
        entries = (await session.client.history(subject_id, openings=openings)).items
        chosen: str | None = ""
        while chosen is not None and chosen != OPENINGS:
            chosen = await app.push_screen_wait(History(entries, session, openings=openings, at=chosen))
            if chosen is not None and chosen != OPENINGS:
                await app.push_screen_wait(read_entry(entries[int(chosen)], session))
        if chosen is None:
            return
        openings = not openings


def entry_cells(entry: HistoryEntry, session: Session) -> tuple[str, str, str, str]:
    """Return when, who, what and what changed, one line each; a day of another year says which."""
    at = _instant(entry)
    if at is None:
        when = entry.at
    elif at.astimezone(ZoneInfo(session.zone)).year != session.today.year:
        when = numeric_day(at.astimezone(ZoneInfo(session.zone)).date())
    else:
        when = moment(at, zone=session.zone, today=session.today)
    changes = change_words(entry, zone=session.zone, today=session.today)
    return (
        when,
        actor_words(entry.actor),
        verb_words(entry.action),
        "; ".join(filter(None, (own_words(entry.action), *changes))),
    )


def read_entry(entry: HistoryEntry, session: Session, *, about: str = "") -> Reading:
    """Make the dialog that shows one line of a trail whole: the instant, who and from where, each change on its own."""
    at = _instant(entry)
    local = at.astimezone(ZoneInfo(session.zone)) if at is not None else None
    when = f"{long_day(local.date())}, {local:%H:%M:%S}" if local is not None else entry.at
    who = actor_words(entry.actor)
    if entry.address and entry.address != entry.actor:
        who = _("{who}, depuis {address}").format(who=who, address=entry.address)
    changes = change_words(entry, zone=session.zone, today=session.today, whole=True)
    lines = [line for line in (about, f"{when} · {who}", own_words(entry.action)) if line]
    return Reading(verb_words(entry.action), "\n".join([*lines, "", *changes] if changes else lines))


def _instant(entry: HistoryEntry) -> datetime | None:
    try:
        return datetime.fromisoformat(entry.at)
    except ValueError:
        return None
