"""A form: labelled fields one under the other, what is wrong said beside each, values as texts that go over the wire."""

from collections.abc import Mapping, Sequence
from datetime import date

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input, Static, TextArea

from tui.day_text import Unreadable
from tui.formats import long_day
from tui.problems import field_words
from tui.transport import ApiProblem
from tui.widgets.choice import Choice
from tui.widgets.field import Answers, Field, FieldRow
from tui.words import _

__all__ = ["Answers", "Field", "FieldRow", "Form"]


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
        self._today = today
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
        missed = self._settle()
        read: Answers = {}
        wrong = missed
        for name, row in self.rows.items():
            try:
                read[name] = row.read(after=self._after(row))
            except Unreadable as error:
                row.note(str(error), wrong=True)
                wrong = wrong or row
        for name, row in self.rows.items():
            if row is not missed and row.field.required_when and not read.get(name) and row.field.required_when(read):
                row.note(_("à remplir"), wrong=True)
                wrong = wrong or row
        if wrong:
            wrong.editor.focus()
            return None
        return read

    def _settle(self) -> FieldRow | None:
        """Take what is typed in a list and was not left yet; return the row where that is nothing of the list."""
        missed: FieldRow | None = None
        for row in self.rows.values():
            if isinstance(row.editor, Choice):
                missed = missed if row.editor.settle() else missed or row
        self._cascade()
        return missed

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

    def catch_up(self, theirs: Mapping[str, str]) -> tuple[list[FieldRow], list[FieldRow]]:
        """Stand on what somebody else saved meanwhile; what was typed here stays.

        Returns:
            The fields that they alone changed, written here now; and those changed on both sides.
        """
        before = {name: row.untouched for name, row in self.rows.items()}
        both = [row for name, row in self.rows.items() if row.stands_now(theirs.get(name, ""))]
        self._cascade()
        self.mark_days()
        written = [row for name, row in self.rows.items() if not row.touched and row.untouched != before[name]]
        return written, both

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

    @on(FieldRow.CalendarAsked)
    def _choose_day(self, event: FieldRow.CalendarAsked) -> None:
        from tui.dialogs.calendar import Calendar

        event.stop()
        row, today = event.row, self._today
        value = self.value(row.field.name)
        day = date.fromisoformat(value) if value else self._after(row) or today

        def put(chosen: date | None) -> None:
            if chosen is not None:
                row.put_day(chosen)

        self.app.push_screen(Calendar(row.field.label, day=day, today=today), put)

    @on(Choice.Missed)
    def _nothing_of_the_list(self, event: Choice.Missed) -> None:
        event.stop()
        if isinstance(event.control.parent, FieldRow):
            said = _("« {typed} » n'est pas dans la liste").format(typed=event.typed)
            # After the change that emptied it, which takes the note away.
            self.call_later(event.control.parent.note, said, wrong=True)

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
            if row.typed.strip() and row.field.kind in ("day", "money", "percent", "count"):
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
