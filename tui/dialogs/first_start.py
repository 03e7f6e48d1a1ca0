"""A new user's first start: three questions, each with an answer already under the cursor."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from tui.dialogs.base import Dialog
from tui.session import Session
from tui.themes import THEMES
from tui.widgets.form import Field, Form
from tui.words import _, language, use_language


class FirstStart(Dialog[bool]):
    """Language, theme, and whether to take the tour; gives back whether the tour is wanted."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "done", show=False)]

    def __init__(self, session: Session) -> None:
        super().__init__(_("Bienvenue"), keys=_("⏎ ouvrir la liste · Tab suivant · Ctrl+S commencer"), wide=True)
        themes = [
            (theme.name, name)
            for theme, name in zip(
                THEMES,
                (_("sombre"), _("clair"), _("très contrasté"), _("simple : ni cadres, ni couleurs")),
                strict=True,
            )
        ]
        fields = [
            Field(
                "language",
                _("Langue / Language"),
                "choice",
                choices=lambda _answers: [("fr", "français"), ("en", "English")],
            ),
            Field("theme", _("Couleurs"), "choice", choices=lambda _answers: themes),
            Field("tour", _("Une visite d'une minute ?"), "flag"),
        ]
        self._form = Form(fields, {"language": language(), "theme": THEMES[0].name, "tour": "yes"}, today=session.today)
        self._name = session.me.name if session.me else ""

    def inside(self) -> ComposeResult:
        """Lay out the three questions."""
        yield Static(
            _("Bonjour {name}. Trois questions, et c'est prêt.").format(name=self._name), classes="intro", markup=False
        )
        yield self._form

    def on_mount(self) -> None:
        """Stand on the first question."""
        self._form.focus_first()

    @on(Form.Changed)
    def _try_on(self, event: Form.Changed) -> None:
        """Show a theme as it is chosen."""
        if event.name == "theme" and (chosen := self._form.value("theme")):
            self.app.theme = chosen

    @on(Form.Submitted)
    def action_done(self) -> None:
        """Take the answers."""
        use_language(self._form.value("language") or "fr")
        self.dismiss(self._form.value("tour") == "yes")

    def action_give_up(self) -> None:
        """Esc keeps what is proposed, without the tour."""
        self.dismiss(False)
