"""Chapter 6: who comes is announced, signs on the tablet, is present, leaves early, leaves."""

from typing import Final

from tests.journeys import pages
from tests.journeys.first_story import Story
from tests.journeys.selling import GROUP
from tests.journeys.terminal import Terminal

GUEST: Final = {
    "surname": "Schmidt",
    "first_names": "Anna",
    "country": "DE",
    "birth_date": "31/05/1990",
    "birth_place": "Bonn, Allemagne",
    "home": "Am Hof 3, Bonn",
    "mobile": "+49 170 1234567",
}


def announce(story: Story, terminal: Terminal) -> None:
    """The desk makes the pre-check-in link from the dossier; the teacher announces the foreign guest by it."""
    terminal.press("j")
    terminal.until("Fiche séjour", "confirmé")
    terminal.press("i")
    link = terminal.until_copied("/i/")
    terminal.press("escape")
    page = pages.fresh(story.browser)
    pages.announce(page, link, GUEST)
    assert "Am Hof" not in page.content()
    page.context.close()


def sign(story: Story) -> None:
    """On the day, on the tablet: only the signature is missing."""
    page = pages.fresh(story.browser)
    pages.sign_on_tablet(page, story.tablet, group=GROUP, guest="Anna S.")
    assert "Am Hof" not in page.content() and "Schmidt" not in page.content()
    page.context.close()


def arrive(terminal: Terminal) -> None:
    """At the desk: the form is signed, the group is present."""
    terminal.until(GROUP, "52p")
    terminal.press("enter")
    terminal.until("Fiche séjour", "✓ Anna Schmidt")
    terminal.press("a")
    terminal.until("marquer présent")
    terminal.press("o")
    terminal.until("présents")
    terminal.until_gone("marquer présent")


def leave_early(terminal: Terminal) -> None:
    """One room leaves before the others: « libérer toutes les chambres du groupe ? » *non*."""
    terminal.press("l")
    terminal.until("Départ d'une chambre", "102")
    terminal.press("ctrl+s")
    terminal.until("Libérer toutes les chambres du groupe ?")
    # « non » is under the cursor: Enter is enough.
    terminal.press("enter")
    terminal.until("libérée av")
    terminal.until_gone("Libérer toutes")
    assert sum("présents" in line for line in terminal.screen.splitlines()) == 14


def depart(terminal: Terminal) -> None:
    """The group leaves."""
    terminal.press("d")
    terminal.until("marquer parti")
    terminal.press("o")
    terminal.until("partis")
    terminal.until_gone("présents")
