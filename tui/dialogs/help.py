"""The help of a screen: every key, what it does, and the right that is missing where one is."""

from collections.abc import Sequence

from tui.actions import GO, Action, key_name
from tui.dialogs.show import Show
from tui.right_words import right_words
from tui.session import Session
from tui.widgets.rows import Cell, Column, Row
from tui.words import _


def help_of(actions: Sequence[Action], session: Session) -> Show:
    """Make the help: the screen's own keys first, then those of everywhere, then the screens."""
    keymap = session.me.keymap if session.me else {}
    rows: list[Row] = []
    for action in sorted(actions, key=lambda action: action.scope == "app"):
        text = _(action.help)
        missing = not session.may(action.right)
        rows.append(
            Row(
                action.id,
                (
                    Cell(key_name(action, keymap), "strong"),
                    # The reason first: a long sentence is cut at its end.
                    Cell(_("(droit : {right}) {help}").format(right=right_words(action.right), help=text), "muted")
                    if missing
                    else text,
                ),
            )
        )
    rows += [
        Row(f"go.{mode}", (Cell(f"g {key}", "strong"), _("Aller à l'écran {name}").format(name=_(name))))
        for key, (mode, name) in GO.items()
    ]
    rows += [
        Row("chord", (Cell("^G", "strong"), _("Comme g, même pendant qu'on tape dans un champ"))),
        Row("tab", (Cell("Tab", "strong"), _("Champ ou liste suivante ; Maj+Tab : précédente"))),
        Row("arrows", (Cell("↑ ↓", "strong"), _("Se déplacer dans une liste ; ⏎ ouvre, la souris aussi"))),
    ]
    return Show(_("Aide : les touches"), [Column("", 8), Column("", 30, grow=1)], rows)
