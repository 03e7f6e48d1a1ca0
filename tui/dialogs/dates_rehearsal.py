"""What other dates would do, shown before anything is done; and the ways out."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Static

from server.contract.dates import DatesRehearsal
from tui.dialogs.base import Dialog
from tui.formats import money, period, short_period
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import N_, _

VERDICTS = {"kept": N_("gardée"), "repriced": N_("à un autre prix"), "impossible": N_("impossible")}


class DatesRehearsed(Dialog[str]):
    """The rehearsal; gives back the way chosen: lose, requote, or nothing where all stays as it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
    ]

    def __init__(self, seen: DatesRehearsal) -> None:
        title = _("Répétition · {period}").format(period=period(seen.arrival, seen.departure))
        super().__init__(title, keys=_("← → choisir · ⏎ valider · Esc laisser comme avant"), wide=True)
        self._seen = seen
        self._rows = Rows(
            [Column("", 20, grow=1), Column("", 12, right=True), Column("", 12, right=True), Column("", 16)]
        )

    def inside(self) -> ComposeResult:
        """Lay out the lines, the sum, who is in the way, and the ways."""
        yield self._rows
        yield Static(self._said(), classes="intro", markup=False)
        with Horizontal(id="answers"):
            if "lose" in self._seen.ways:
                lost = self._seen.quote_number is not None
                yield Button(_("déplacer, perdre le devis") if lost else _("déplacer"), id="lose", compact=True)
            if "requote" in self._seen.ways:
                yield Button(_("refaire le devis"), id="requote", compact=True)
            yield Button(_("laisser"), id="leave", compact=True)

    def on_mount(self) -> None:
        """Show the lines, and stand on the way that is usual."""
        rows = [
            Row(
                str(line.line_id),
                (
                    line.label,
                    money(line.before),
                    Cell(money(line.after), "" if line.verdict == "kept" else "warn"),
                    Cell(
                        _(VERDICTS[line.verdict]), {"impossible": "bad", "repriced": "warn"}.get(line.verdict, "good")
                    ),
                ),
            )
            for line in self._seen.lines
        ]
        self._rows.show(rows, empty=_("Aucune prestation sur ce dossier."))
        self.query(Button).first().focus()

    def _said(self) -> str:
        seen = self._seen
        parts = [_("Total : {before} → {after}").format(before=money(seen.before), after=money(seen.after))]
        if seen.paid.minor:
            parts.append(_("Déjà payé : {paid}, reporté.").format(paid=money(seen.paid)))
        if seen.accepted:
            parts.append(_("Le devis v{n} est accepté : il ne se perd pas, il se refait.").format(n=seen.quote_number))
        elif seen.quote_number is not None and "lose" in seen.ways:
            parts.append(
                _("Le devis v{n} serait perdu, ses liens de paiement avec lui ; il reste lisible.").format(
                    n=seen.quote_number
                )
            )
        parts += [
            _("! {room} est à {holder}, {period}").format(
                room=one.room,
                holder=one.holder or _("quelqu'un d'autre"),
                period=short_period(one.arrival, one.departure),
            )
            for one in seen.blocked
        ]
        if seen.blocked:
            parts.append(_("Prenez d'autres dates, ou retirez d'abord ses chambres (j, puis b)."))
        return "\n".join(parts)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take the way pressed."""
        self.dismiss(event.button.id if event.button.id != "leave" else None)
