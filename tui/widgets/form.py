"""A form: labelled fields one under the other, what is wrong said beside each, values as texts that go over the wire."""

import textwrap
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import ClassVar, Literal, NamedTuple

from rich.cells import set_cell_size
from rich.segment import Segment
from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from tui.day_text import Unreadable, read_day, read_minor
from tui.formats import long_day, numeric_day
from tui.lists import Choices
from tui.problems import field_words
from tui.transport import ApiProblem
from tui.widgets.choice import Choice
from tui.widgets.line import Line
from tui.words import _, language

Kind = Literal["text", "long", "day", "money", "count", "choice", "flag", "secret"]
LABELS = 26
"""Cells of the labels' column; the style sheet keeps the editors right of it."""
Answers = dict[str, str]
"""Values by field name: days ISO, sums in minor units, counts in digits, flags `yes`, `no` or empty."""


class Field(NamedTuple):
    """One thing asked. `choices` is told the other answers, for a cascade; a day « +3 » counts from the day `after`."""

    name: str
    label: str
    kind: Kind = "text"
    choices: Callable[[Mapping[str, str]], Choices] | None = None
    required: bool = False
    after: str = ""
    section: str = ""
    hint: str = ""


class FieldRow(Widget):
    """A label, an editor, and a note beside it.

    The row draws label and note itself: a form of thirty fields opens with sixty widgets, not a hundred and twenty.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"field--label", "field--note", "field--wrong"}

    def __init__(self, field: Field, value: str, *, today: date, typed: str | None = None) -> None:
        super().__init__()
        self.field = field
        self.untouched = self._shown(value)
        """What stands there before anything is typed."""
        self._today = today
        self._said = field.hint
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

    def _shown(self, value: str) -> str:
        if value and self.field.kind == "day":
            return numeric_day(date.fromisoformat(value))
        if value and self.field.kind == "money":
            text = f"{int(value) / 100:.2f}"
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
            if self.field.kind == "money":
                return str(read_minor(said))
        except Unreadable as error:
            raise Unreadable(
                _("jour ? (12/7, lun, +3, demain)") if self.field.kind == "day" else _("somme ? (41,50)")
            ) from error
        if self.field.kind == "count" and not said.isdigit():
            raise Unreadable(_("un nombre, ou rien"))
        return said

    def note(self, text: str, *, wrong: bool = False) -> None:
        """Say something beside the field."""
        before = (self._said, self._wrong)
        self._said = text or self.field.hint
        self._wrong = wrong and bool(text)
        if (self._said, self._wrong) == before:
            return
        self.styles.min_height = max(1, len(self._note_lines())) if self._wrong else 1
        self._spread()
        self.refresh()

    def _spread(self) -> None:
        """Give a list with nothing to say beside it the whole width: its labels are long."""
        self.set_class(isinstance(self.editor, Choice) and not self._said, "-wide")


class Form(VerticalScroll):
    """Fields under each other. Says `Changed` at each key; says itself what is wrong."""

    class Changed(Message):
        """Something was typed."""

        def __init__(self, form: "Form", name: str) -> None:
            super().__init__()
            self.form = form
            self.name = name

    class Submitted(Message):
        """Enter in the last field."""

    can_focus = False

    def __init__(
        self,
        fields: Sequence[Field],
        values: Mapping[str, str],
        *,
        today: date,
        typed: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> None:
        """`values` are canonical; `typed`, where a draft was left, is what the editors held."""
        super().__init__(id=id)
        self.rows = {
            field.name: FieldRow(field, values.get(field.name, ""), today=today, typed=(typed or {}).get(field.name))
            for field in fields
        }
        self._quiet = True

    def compose(self) -> ComposeResult:
        """Lay out the fields under their sections."""
        section = ""
        for row in self.rows.values():
            if row.field.section and row.field.section != section:
                section = row.field.section
                yield Static(section, classes="section", markup=False)
            yield row

    def on_mount(self) -> None:
        """Offer the cascades what belongs, then listen."""
        self._cascade()
        self.call_after_refresh(self._listen)

    def _listen(self) -> None:
        self._quiet = False
        self.mark_days()

    def focus_first(self, name: str = "") -> None:
        """Stand in a field; the first one unless told."""
        row = self.rows.get(name) or next(iter(self.rows.values()))
        row.editor.focus()

    def typed(self) -> dict[str, str]:
        """What stands in every field, as typed: what a draft keeps."""
        return {name: row.typed for name, row in self.rows.items()}

    def untouched(self) -> dict[str, str]:
        """What stood in every field before anything was typed."""
        return {name: row.untouched for name, row in self.rows.items()}

    def value(self, name: str) -> str:
        """One value, empty while it cannot be read."""
        row = self.rows[name]
        try:
            return row.read(after=self._after(row))
        except Unreadable:
            return ""

    def answers(self) -> Answers | None:
        """Every value; None when a field cannot be read, which is said beside it, and the first one is stood on."""
        read: Answers = {}
        wrong: FieldRow | None = None
        for name, row in self.rows.items():
            try:
                read[name] = row.read(after=self._after(row))
            except Unreadable as error:
                row.note(str(error), wrong=True)
                wrong = wrong or row
        if wrong:
            wrong.editor.focus()
            return None
        return read

    def show_problem(self, problem: ApiProblem, *, pointers: Mapping[str, str] | None = None) -> bool:
        """Say the server's field errors beside their fields; return whether all found one.

        `pointers` sends a pointer's last name to a field of another name.
        """
        first: FieldRow | None = None
        found_all = bool(problem.errors)
        for error in problem.errors:
            names = error.pointer.strip("/").split("/")
            name = next(
                (candidate for part in reversed(names) if (candidate := (pointers or {}).get(part, part)) in self.rows),
                None,
            )
            if name is None:
                found_all = False
                continue
            self.rows[name].note(field_words(error.code, error.message), wrong=True)
            first = first or self.rows[name]
        if first:
            first.editor.focus()
        return found_all

    def mark_days(self) -> None:
        """Say under each day typed which one it is."""
        for row in self.rows.values():
            if row.field.kind == "day":
                value = self.value(row.field.name)
                row.note(f"→ {long_day(date.fromisoformat(value))}" if value else "")

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Choice.Changed)
    def _something_typed(self, event: Input.Changed | TextArea.Changed | Choice.Changed) -> None:
        event.stop()
        row = event.control.parent
        if isinstance(row, FieldRow) and not self._quiet:
            row.note("")
            if isinstance(event, Choice.Changed):
                self._cascade()
            if row.field.kind == "day":
                self.mark_days()
            self.post_message(self.Changed(self, row.field.name))

    @on(Input.Submitted)
    def _next_field(self, event: Input.Submitted) -> None:
        """Enter goes on to the next field; in the last one it is done."""
        event.stop()
        rows = list(self.rows.values())
        if event.control.parent is rows[-1]:
            self.post_message(self.Submitted())
        else:
            self.screen.focus_next()

    def on_descendant_blur(self) -> None:
        """Say at once what cannot be read in the field that was left."""
        for row in self.rows.values():
            if row.typed.strip() and row.field.kind in ("day", "money", "count"):
                try:
                    row.read(after=self._after(row))
                except Unreadable as error:
                    row.note(str(error), wrong=True)

    def _after(self, row: FieldRow) -> date | None:
        other = self.rows.get(row.field.after)
        if other is None:
            return None
        try:
            value = other.read(after=None)
        except Unreadable:
            return None
        return date.fromisoformat(value) if value else None

    def _cascade(self) -> None:
        known = {name: row.typed for name, row in self.rows.items() if isinstance(row.editor, Choice)}
        for row in self.rows.values():
            if row.field.kind == "choice" and row.field.choices and isinstance(row.editor, Choice):
                row.editor.offer(row.field.choices(known))
