"""A tour of one minute over what is on the screen; it can be left at any time."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from tui.dialogs.base import Dialog
from tui.words import N_, _

PAGES = (
    N_(
        "Accueil, c'est la journée d'un coup d'œil : qui arrive, qui part, ce qui attend. ⏎ ouvre la ligne, « a » marque une arrivée."
    ),
    N_(
        "« g » puis une lettre change d'écran : d demandes, o dossiers, p planning, k kardex, r réservation, a accueil."
    ),
    N_(
        "« / » cherche de partout un client, un dossier, un séjour, une chambre. Ctrl+P trouve toute action par son nom."
    ),
    N_("Les dates se tapent comme on les dit : 12/7, lun, +3, demain. Ctrl+S enregistre ; rien ne part avant."),
    N_(
        "Ce que vous tapez est gardé : une connexion perdue ou un ordinateur fermé ne perd rien. « ? » montre toutes les touches."
    ),
)


class Tour(Dialog[bool]):
    """One page after another."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,right,space,down", "turn(1)", show=False),
        Binding("left,up", "turn(-1)", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(_("Visite"), keys=_("⏎ suite · ← avant · Esc quitter la visite"))
        self._at = 0
        self._page = Static("", markup=False)

    def inside(self) -> ComposeResult:
        """Lay out a page."""
        yield self._page

    def on_mount(self) -> None:
        """Show the first page."""
        self.action_turn(0)

    def action_turn(self, by: int) -> None:
        """Turn a page; past the last one the tour is over."""
        self._at = max(0, self._at + by)
        if self._at >= len(PAGES):
            self.dismiss(True)
        else:
            self._page.update(f"{self._at + 1}/{len(PAGES)}  {_(PAGES[self._at])}")
