"""A choice in a list that opens as one types: no key is lost between typing and choosing."""

import unicodedata
from collections.abc import Sequence
from typing import ClassVar

from rich.cells import set_cell_size
from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.lists import Choices
from tui.words import N_, _

SHOWN = 6
ALSO_CALLED = {
    "lodging": N_("chambre lit nuit nuitée"),
    "meal": N_("repas petit-déjeuner déjeuner dîner goûter pension"),
    "room_hire": N_("réunion location"),
    "activity": N_("visite sortie animation"),
}
"""Other words by which a value is looked for."""


def matching(choices: Choices, typed: str) -> Choices:
    """Keep the choices that hold every word typed, accents and case aside; those that begin with it first.

    What people call a thing finds it too: « repas » finds « Restauration ».
    """
    wanted = _plain(typed).split()
    found = [
        (code, label)
        for code, label in choices
        if all(word in _plain(f"{label} {_(ALSO_CALLED.get(code, ''))}") for word in wanted)
    ]
    return sorted(found, key=lambda pair: not _plain(pair[1]).startswith(_plain(typed)))


class Choice(Widget, can_focus=True):
    """One of a list. Typing filters, arrows move, Enter or leaving takes, Delete empties, Space opens."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "choice--value",
        "choice--focused",
        "choice--match",
        "choice--cursor",
        "choice--muted",
    }

    class Changed(Message):
        """Another code was taken."""

        def __init__(self, choice: "Choice", code: str) -> None:
            super().__init__()
            self.choice = choice
            self.code = code

        @property
        def control(self) -> "Choice":
            """The field."""
            return self.choice

    class Missed(Message):
        """What was typed is nothing of the list: the field was emptied, rather than left as it was."""

        def __init__(self, choice: "Choice", typed: str) -> None:
            super().__init__()
            self.choice = choice
            self.typed = typed

        @property
        def control(self) -> "Choice":
            """The field."""
            return self.choice

    def __init__(self, choices: Choices, code: str = "") -> None:
        super().__init__()
        self._choices = choices
        self.code = code
        self._typed = ""
        self._open = False
        self._at = 0

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer another list; a code that is not in it is emptied (a cascade whose parent changed)."""
        self._choices = list(choices)
        if self.code and self.code not in {code for code, _label in choices}:
            self._take("")
        self.refresh(layout=True)

    def put(self, code: str) -> None:
        """Set the code without saying so."""
        self.code = code
        self.refresh()

    @property
    def _matches(self) -> Choices:
        return matching(self._choices, self._typed)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line, and the open list under it."""
        return 1 + (min(SHOWN, max(1, len(self._matches))) if self._open else 0)

    def on_key(self, event: events.Key) -> None:
        """Filter, move, take."""
        if event.key in ("up", "down") and (self._open or event.key == "down"):
            was_open, self._open = self._open, True
            self._at = (
                (self._at + (1 if event.key == "down" else -1)) % max(1, len(self._matches))
                if was_open
                else self._standing()
            )
        elif event.key == "enter" and self._open:
            self._choose()
        elif event.key == "enter" or (event.key == "space" and not self._open):
            self._open, self._at = True, self._standing()
        elif event.key == "escape" and self._open:
            self._close()
        elif event.key in ("delete", "backspace") and not self._typed:
            self._close()
            self._take("")
        elif event.key == "backspace":
            self._typed, self._at = self._typed[:-1], 0
        elif event.is_printable and event.character and event.character.strip() + self._typed:
            self._typed, self._open, self._at = self._typed + event.character, True, 0
        else:
            return
        event.stop()
        event.prevent_default()
        self.refresh(layout=True)

    def on_blur(self) -> None:
        """Leaving takes what the typing had found."""
        self.settle()

    def settle(self) -> bool:
        """Take what the typing had found; what finds nothing leaves nothing, and says so. Return whether it found."""
        typed = self._typed
        if typed and self._matches:
            self._choose()
        elif typed:
            self._take("")
            self.post_message(self.Missed(self, typed))
        self._close()
        return not typed or bool(self.code)

    def on_click(self, event: events.Click) -> None:
        """Open, or take the line clicked."""
        if not self._open:
            self._open, self._at = True, self._standing()
        elif event.y >= 1:
            self._at = event.y - 1 + self._first()
            self._choose()
        self.refresh(layout=True)

    def render_line(self, y: int) -> Strip:
        """Draw the value, then the matches."""
        width = self.size.width
        if y == 0:
            style = self.get_component_rich_style("choice--focused" if self.has_focus else "choice--value")
            text = (
                self._typed + "▏"
                if self._typed
                else next((label for code, label in self._choices if code == self.code), self.code)
            )
            return Strip([Segment(set_cell_size(f" {text}", width - 2) + "▾ ", style)], width)
        matches = self._matches
        index = y - 1 + self._first()
        if index >= len(matches):
            text = _("rien de tel dans la liste") if self._choices else _("choisissez d'abord la catégorie")
            return Strip(
                [Segment(set_cell_size(f"  {text}", width), self.get_component_rich_style("choice--muted"))], width
            )
        style = self.get_component_rich_style("choice--cursor" if index == self._at else "choice--match")
        return Strip(
            [Segment(set_cell_size(f"{'›' if index == self._at else ' '} {matches[index][1]}", width), style)], width
        )

    def _first(self) -> int:
        return max(0, self._at - SHOWN + 1)

    def _standing(self) -> int:
        return next((index for index, (code, _label) in enumerate(self._matches) if code == self.code), 0)

    def _choose(self) -> None:
        matches = self._matches
        if matches:
            self._take(matches[min(self._at, len(matches) - 1)][0])
        self._close()

    def _close(self) -> None:
        self._open, self._typed, self._at = False, "", 0
        self.refresh(layout=True)

    def _take(self, code: str) -> None:
        if code != self.code:
            self.code = code
            self.post_message(self.Changed(self, code))


def _plain(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(letter))
