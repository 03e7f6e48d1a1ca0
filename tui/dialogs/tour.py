"""A guided tour of one minute: each page on the screen that it speaks of; it can be left at any time."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from tui.dialogs.base import Dialog
from tui.words import N_, _

STEPS = (
    (
        "home",
        N_(
            "Accueil, c'est la journée d'un coup d'œil : qui arrive, qui part, ce qui attend. ⏎ ouvre la ligne, « a » marque une arrivée."
        ),
    ),
    (
        "enquiries",
        N_(
            "Demandes (g d) : les messages à gauche, la conversation à droite. « r » répond, « + » en fait un dossier, « k » ouvre la fiche."
        ),
    ),
    (
        "dossiers",
        N_(
            "Dossiers (g o) : sept colonnes, du premier devis à l'archive. Espace en choisit plusieurs, F2 groupe, filtre et exporte la liste."
        ),
    ),
    (
        "planning",
        N_(
            "Planning (g p) : les chambres et les jours. Les flèches vont partout, « m » prend un séjour en main, « u » défait votre dernier geste."
        ),
    ),
    (
        "clients",
        N_(
            "Kardex (g k) : tapez un fragment, la fiche est là. De partout, « / » cherche un client, un dossier, un séjour, une chambre."
        ),
    ),
    (
        "home",
        N_(
            "Ce que vous tapez est gardé ; Ctrl+S enregistre, rien ne part avant. « ? » montre les touches, Ctrl+P trouve tout par son nom, F1 refait cette visite."
        ),
    ),
)
"""The screen, and what is said of it."""
ON, BACK = "on", "back"


class TourStep(Dialog[str]):
    """One page, at the foot of its screen; gives back `on` or `back`, nothing when the tour is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,right,space,down", f"turn('{ON}')", show=False),
        Binding("left,up", f"turn('{BACK}')", show=False),
    ]

    def __init__(self, at: int) -> None:
        title = _("Visite · {n} sur {all}").format(n=at + 1, all=len(STEPS))
        super().__init__(title, keys=_("⏎ suite · ← avant · Esc quitter la visite"), wide=True)
        self._page = Static(_(STEPS[at][1]), markup=False)

    def inside(self) -> ComposeResult:
        """Lay out the page."""
        yield self._page

    def action_turn(self, way: str) -> None:
        """Turn the page."""
        self.dismiss(way)
