"""The lines round a screen: the title above, the keys and the state of the connection below."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from tui.actions import Action, key_name
from tui.formats import long_day
from tui.session import Session
from tui.words import _


class TopBar(Widget):
    """The first line: where one is, the date, who one is; an unsaved mark where something is being changed."""

    def __init__(self, session: Session, title: str) -> None:
        super().__init__()
        self._session = session
        self._title = title
        self._more = ""
        self._unsaved = False

    @property
    def title(self) -> str:
        """Where one is."""
        return self._title

    def say(self, title: str | None = None, *, more: str | None = None, unsaved: bool | None = None) -> None:
        """Change what stands there; the day and the person are read again when nothing is given."""
        before = (self._title, self._more, self._unsaved)
        self._title = self._title if title is None else title
        self._more = self._more if more is None else more
        self._unsaved = self._unsaved if unsaved is None else unsaved
        # A form says « unsaved » at each key: the line is painted when that is news.
        if (self._title, self._more, self._unsaved) != before or (title, more, unsaved) == (None, None, None):
            self.refresh()

    def render(self) -> Content:
        """Draw the line: the title left, the day and the person right, the right side cut first."""
        centre = self._session.centre.name if self._session.centre else ""
        unsaved = _("non enregistré")
        left = f" ● {unsaved} · {self._title}" if self._unsaved else f" {self._title}"
        if self._title == "Halte" and centre:
            left = f" Halte · {centre}"
        width = self.size.width
        day = long_day(self._session.today)
        name = self._session.me.name if self._session.me else ""
        wide = [
            part for part in (self._more, centre if self._title != "Halte" and width >= 110 else "", day, name) if part
        ]
        narrow = [part for part in (self._more or day, name if not self._more else "") if part]
        right = " · ".join(wide if cell_len(left + " · ".join(wide)) + 3 <= width else narrow)
        room = width - cell_len(right) - 1
        if cell_len(left) > room - 1:
            left = left[: max(0, room - 2)] + "…"
        return Content.assemble((left, "bold"), " " * max(1, width - cell_len(left) - cell_len(right) - 1), right, " ")


class KeyBar(Widget):
    """The last line: the screen's main actions by their keys, as many as fit; all can be clicked."""

    def __init__(self, actions: Iterable[Action], session: Session) -> None:
        super().__init__()
        every = list(actions)
        self._own = {action.name: action for action in every if action.scope != "app"}
        self._placed = sorted((action for action in every if action.bar), key=lambda action: action.bar)
        self._actions = self._placed
        self._session = session
        self.chord: str = ""
        """What the first key of two has opened (« g a Accueil … »), shown instead."""
        self.word = ""
        """What there is to say about the last key, shown instead."""

    def lead(self, names: Sequence[str]) -> None:
        """Put these actions of the screen first, in this order: what one does next, as things stand."""
        first = [self._own[name] for name in names]
        actions = [*first, *(action for action in self._placed if action not in first)]
        if actions != self._actions:
            self._actions = actions
            self.refresh()

    def show_chord(self, text: str) -> None:
        """Show the second keys of a chord, or the actions again."""
        self.chord = text
        self.styles.height = 2 if cell_len(text) + 2 > self.size.width else 1
        self.refresh(layout=True)

    def say(self, word: str) -> None:
        """Say something about the last key, or show the actions again."""
        if word != self.word:
            self.word = word
            self.refresh()

    def render(self) -> Content:
        """Draw the keys; an action whose right is missing is struck out."""
        if self.chord or self.word:
            return Content.assemble((" " + (self.chord or self.word), "bold"))
        ends = [action for action in self._actions if action.bar >= 90]
        parts = [self._part(action) for action in self._actions if action.bar < 90]
        tail = [self._part(action) for action in ends]
        room = self.size.width - sum(part.cell_length + 2 for part in tail) - 1
        shown: list[Content] = []
        for part in parts:
            if sum(other.cell_length + 2 for other in shown) + part.cell_length + 2 > room:
                break
            shown.append(part)
        return Content(" ") + Content("  ").join([*shown, *tail])

    def _part(self, action: Action) -> Content:
        key = key_name(action, self._session.me.keymap if self._session.me else {})
        click = f"@click=screen.act('{action.id}')"
        if not self._session.may(action.right):
            return Content.from_markup(f"[dim strike][{click}]$key $label[/][/]", key=key, label=_(action.label))
        return Content.from_markup(f"[{click}][bold]$key[/bold] $label[/]", key=key, label=_(action.label))


class LineState(Widget):
    """One line above the keys, there only while the server is out of reach."""

    def on_mount(self) -> None:
        """Be out of the way."""
        self.display = False

    def show(self, *, there: bool) -> None:
        """Appear when the line is lost, go when it is back."""
        self.display = not there

    def render(self) -> Content:
        """Say it."""
        return Content(_(" connexion perdue, nouvel essai… ce que vous tapez est gardé"))
