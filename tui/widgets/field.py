"""One field of a form: its label, its editor, what is said beside it, and its value as it goes over the wire."""

import textwrap
from collections.abc import Callable, Mapping
from datetime import date
from typing import ClassVar, Literal, NamedTuple

from rich.cells import set_cell_size
from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, TextArea

from tui.day_text import Unreadable, read_day, read_minor
from tui.formats import numeric_day
from tui.lists import Choices
from tui.widgets.choice import Choice
from tui.widgets.line import Line
from tui.words import _, language

Kind = Literal["text", "long", "day", "money", "percent", "count", "choice", "flag", "secret"]
LABELS = 26
"""Cells of the labels' column; the style sheet keeps the editors right of it."""
Answers = dict[str, str]
"""Values by field name: days ISO, sums in minor units, parts in hundredths of a percent, counts in digits, flags `yes`, `no` or empty."""


class Field(NamedTuple):
    """One thing asked. `choices` and `required_when` are told the other answers; a day « +3 » counts from the day `after`."""

    name: str
    label: str
    kind: Kind = "text"
    choices: Callable[[Mapping[str, str]], Choices] | None = None
    required: bool = False
    after: str = ""
    section: str = ""
    hint: str = ""
    required_when: Callable[[Mapping[str, str]], bool] | None = None


class FieldRow(Widget):
    """A label, an editor, and a note beside it.

    The row draws label and note itself: a form of thirty fields opens with sixty widgets, not a hundred and twenty.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"field--label", "field--note", "field--wrong"}

    class CalendarAsked(Message):
        """F4 in a day."""

        def __init__(self, row: "FieldRow") -> None:
            super().__init__()
            self.row = row

    def __init__(self, field: Field, value: str, *, today: date, typed: str | None = None) -> None:
        super().__init__()
        self.field = field
        self.untouched = self._shown(value)
        """What stands there before anything is typed."""
        self._today = today
        self._hint = field.hint or (_("F4 : calendrier") if field.kind == "day" else "")
        self._said = self._hint
        self._wrong = False
        self.editor: Input | TextArea | Choice = self._editor(self.untouched if typed is None else typed)
        self._spread()

    def compose(self) -> ComposeResult:
        """Hold the editor."""
        yield self.editor

    def render_line(self, y: int) -> Strip:
        """Draw the label left of the editor and the note right of it."""
        width, base = self.size.width, self.rich_style
        label = self.field.label + (" *" if self.field.required else "") if y == 0 else ""
        tone = base + self.get_component_rich_style("field--wrong" if self._wrong else "field--note", partial=True)
        lines = self._note_lines()
        note = lines[y] if y < len(lines) else ""
        room = self._note_width
        return Strip(
            [
                Segment(
                    set_cell_size(label, LABELS), base + self.get_component_rich_style("field--label", partial=True)
                ),
                Segment(" " * max(0, width - LABELS - room), base),
                Segment(set_cell_size(f" {note}", room), tone),
            ],
            width,
        )

    def on_key(self, event: events.Key) -> None:
        """Ask for the calendar."""
        if event.key == "f4" and self.field.kind == "day":
            event.stop()
            self.post_message(self.CalendarAsked(self))

    def put_day(self, day: date) -> None:
        """Write a day that was chosen."""
        if isinstance(self.editor, Input):
            self.editor.value = numeric_day(day)

    @property
    def note_text(self) -> str:
        """What is said beside the field."""
        return self._said

    @property
    def _note_width(self) -> int:
        return max(0, self.size.width - LABELS - self.editor.outer_size.width)

    def _note_lines(self) -> list[str]:
        return textwrap.wrap(self._said, max(8, self._note_width - 1))

    def _editor(self, value: str) -> Input | TextArea | Choice:
        if self.field.kind == "long":
            return TextArea(value, soft_wrap=True, tab_behavior="focus", compact=True)
        if self.field.kind == "flag":
            return Choice([("yes", _("oui")), ("no", _("non"))], value)
        if self.field.kind == "choice":
            assert self.field.choices
            return Choice(self.field.choices({}), value)
        return Line(value, compact=True, password=self.field.kind == "secret")

    @property
    def touched(self) -> bool:
        """Whether something else is typed than stood there."""
        return self.typed != self.untouched

    def stands_now(self, value: str) -> bool:
        """Take another value for what stood there before anything was typed, and write it where nothing was.

        Returns:
            Whether what is typed here is neither that nor what stood there: both were changed.
        """
        was, now = self.untouched, self._shown(value)
        touched, self.untouched = self.touched, now
        if touched:
            return now not in (was, self.typed)
        with self.editor.prevent(Input.Changed, TextArea.Changed):
            if isinstance(self.editor, Choice):
                self.editor.put(value)
            elif isinstance(self.editor, TextArea):
                self.editor.text = now
            else:
                self.editor.value = now
        return False

    def in_words(self, value: str, answers: Mapping[str, str]) -> str:
        """Return a value as its user reads it; `answers` are the others, for a cascade."""
        if self.field.kind == "flag":
            return {"yes": _("oui"), "no": _("non")}.get(value, value)
        offered = self.field.choices(answers) if self.field.choices else []
        return next((label for code, label in offered if code == value), "") or self._shown(value)

    def _shown(self, value: str) -> str:
        if value and self.field.kind == "day":
            return numeric_day(date.fromisoformat(value))
        if value and self.field.kind in ("money", "percent"):
            text = f"{int(value) / 100:.2f}" if self.field.kind == "money" else f"{int(value) / 100:g}"
            return text.replace(".", ",") if language() == "fr" else text
        return value

    @property
    def typed(self) -> str:
        """What stands in the editor, as typed."""
        if isinstance(self.editor, Choice):
            return self.editor.code
        return self.editor.text if isinstance(self.editor, TextArea) else self.editor.value

    def read(self, *, after: date | None) -> str:
        """Return the value as it goes over the wire.

        Raises:
            Unreadable: with words for the user.
        """
        said = self.typed.strip()
        if not said:
            if self.field.required:
                raise Unreadable(_("à remplir"))
            return ""
        try:
            if self.field.kind == "day":
                return read_day(said, today=self._today, after=after).isoformat()
            if self.field.kind in ("money", "percent"):
                return str(read_minor(said.removesuffix("%").strip()))
        except Unreadable as error:
            asked = {"day": _("jour ? (12/7, lun, +3, demain)"), "percent": _("pour cent ? (30)")}
            raise Unreadable(asked.get(self.field.kind, _("somme ? (41,50)"))) from error
        if self.field.kind == "count" and not said.isdigit():
            raise Unreadable(_("un nombre, ou rien"))
        return said

    def note(self, text: str, *, wrong: bool = False) -> None:
        """Say something beside the field."""
        before = (self._said, self._wrong)
        self._said = text or self._hint
        self._wrong = wrong and bool(text)
        if (self._said, self._wrong) == before:
            return
        self.styles.min_height = max(1, len(self._note_lines())) if self._wrong else 1
        self._spread()
        self.refresh()

    def _spread(self) -> None:
        """Give a list with nothing to say beside it the whole width: its labels are long."""
        self.set_class(isinstance(self.editor, Choice) and not self._said, "-wide")
