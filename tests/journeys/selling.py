"""Chapters 2 to 5: a demande comes in, becomes a dossier, is quoted, accepted and paid."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Final

from infra.clock import now
from tests.journeys import first_story, pages
from tests.journeys.demo import Desk
from tests.journeys.first_story import Story
from tests.journeys.terminal import Terminal

ELSEWHERE: Final = ("commercial.kerfany", "kerfany")
GROUP: Final = "Collège Jules Ferry"
TOTAL, DEPOSIT, BALANCE = "5 376,00 €", "1 612,80 €", "3 763,20 €"


def answers(story: Story) -> dict[str, str]:
    """What the teacher writes."""
    return {
        "name": "Camille Morvan",
        "organisation": GROUP,
        "email": first_story.TEACHER,
        "phone": "06 44 55 66 77",
        "arrival": story.arrival.isoformat(),
        "departure": story.departure.isoformat(),
        "teenagers": "48",
        "adults": "4",
        "kind": "Classe ou voyage scolaire",
        "message": "Bonjour, nous préparons un voyage de trois nuits.",
        "consent": "yes",
    }


def stayed_elsewhere(story: Story) -> None:
    """The school stayed at another centre last year: only the referential may know."""
    login, slug = ELSEWHERE
    desk = story.demo.desk(login, story.demo.password_of(login), slug)
    card = {
        "kind": "organisation",
        "organisation": GROUP,
        "contact_name": "Camille Morvan",
        "client_type": "school",
        "email": first_story.TEACHER,
        "notes": "Groupe bruyant, prévoir l'étage du fond.",
    }
    client = desk.ask("POST", "/clients", card)
    arrival = story.today - timedelta(days=400)
    fields = {
        "client_id": client["id"],
        "arrival": arrival.isoformat(),
        "departure": (arrival + timedelta(days=3)).isoformat(),
        "counts": {"teenagers": 40, "adults": 4},
        "booking_category": "groups",
        "booking_type": "schools",
    }
    stay = desk.ask("POST", "/stays", {"fields": fields, "status": "tentative"})
    hold_proposed_beds(desk, str(stay["id"]))
    desk.ask("POST", f"/stays/{stay['id']}/confirmation", {"reason": "accord écrit"})
    desk.ask("POST", f"/stays/{stay['id']}/presence")
    desk.ask("POST", f"/stays/{stay['id']}/departure")


def hold_proposed_beds(desk: Desk, stay_id: str) -> None:
    """Give a stay the beds that Halte proposes."""
    beds = desk.ask("POST", f"/stays/{stay_id}/beds/proposal")["bed_ids"]
    version = desk.ask("GET", f"/stays/{stay_id}")["version"]
    assert isinstance(version, int)
    desk.ask("PUT", f"/stays/{stay_id}/beds", {"bed_ids": beds}, version=version)


def ask(story: Story, terminal: Terminal) -> None:
    """The teacher fills the form in; the demande appears in the open terminal within two seconds."""
    terminal.press("g", "d")
    terminal.until("Aucune demande")
    page = pages.fresh(story.browser)
    pages.fill_contact_form(page, story.form, answers(story))
    # Watched from another thread: the browser's click gives back only once the next page is there.
    with ThreadPoolExecutor(1) as watcher:
        appeared = watcher.submit(lambda: (terminal.until(GROUP, seconds=30), now())[1])
        pages.send_form(page)
        shown_at = appeared.result()
    received_at = datetime.fromisoformat(str(story.desk("commercial").items("/enquiries")[0]["received_at"]))
    print(
        f"demande received to drawn on the open screen: {(shown_at - received_at) / timedelta(milliseconds=1):.0f} ms"
    )
    page.get_by_role("heading", name="Merci, votre demande est arrivée").wait_for()
    terminal.until("Camille Morvan", "48 ados", "4 adultes", "Bonjour, nous préparons un voyage")
    page.context.close()


def know_and_answer(story: Story, terminal: Terminal) -> None:
    """The commercial sees that the school is known elsewhere, opens its card, answers; the teacher reads it."""
    terminal.until("déjà venu dans 1 autre centre")
    assert "Kerfany" not in terminal.screen and "bruyant" not in terminal.screen
    terminal.press("k")
    terminal.until("À qui est cette demande ?", "Ouvrir une fiche")
    terminal.press("enter")
    terminal.until(f"Fiche : {GROUP}")
    terminal.press("/")
    terminal.until("Chercher partout")
    for letter in "ferry":
        terminal.type(letter)
    terminal.until("client", GROUP)
    terminal.press("enter")
    terminal.until(f"Kardex · {GROUP}", "déjà venu dans 1 autre centre")
    terminal.press("escape")
    terminal.until("Qui est-ce ?")
    terminal.press("r")
    terminal.until("Réponse : Ctrl+S envoyer")
    terminal.type("Bonjour Madame, nous avons de la place à ces dates.")
    terminal.press("ctrl+s")
    terminal.until_gone("Réponse : Ctrl+S envoyer")
    terminal.until("◂ Yves Prigent")
    mail = story.demo.mail(first_story.TEACHER, "Re : votre demande")
    assert "nous avons de la place à ces dates" in mail.text


def sell(story: Story, terminal: Terminal) -> None:
    """Lodging, meals, a « divers » line: a dossier; rooms, an option; the quote goes out."""
    terminal.press("+")
    terminal.until("Première prestation")
    terminal.press("tab")
    choose(terminal, "nuit")
    terminal.press("ctrl+s")
    terminal.until("Prestations", "4 602,00 €")
    terminal.press("+")
    terminal.until("Ajouter une prestation")
    choose(terminal, "rest")
    terminal.press("tab")
    choose(terminal, "dîner")
    terminal.press("ctrl+s")
    terminal.until("5 226,00 €")
    terminal.until_gone("Ajouter une prestation")
    terminal.press("+")
    terminal.until("Ajouter une prestation")
    choose(terminal, "divers")
    terminal.press("tab", "tab")
    terminal.type("Visite du port")
    terminal.press("tab", "1", "tab")
    terminal.type("150")
    terminal.press("tab", "tab")
    choose(terminal, "20")
    terminal.press("ctrl+s")
    terminal.until(TOTAL, "Visite du port")
    take_rooms(terminal)
    terminal.press("e")
    terminal.until("Envoyer le devis", TOTAL)
    terminal.press("ctrl+s")
    terminal.until("devis v1, envoyé")
    terminal.until_gone("Envoyer le devis")


def take_rooms(terminal: Terminal) -> None:
    """From the dossier to the stay: rooms as proposed, an option, and back."""
    terminal.press("j")
    # Its frame stands before what it says.
    terminal.until("Fiche séjour", "48 adolescents")
    terminal.press("p")
    terminal.until("Proposer des chambres", "encadrants")
    terminal.press("ctrl+s")
    terminal.until("52 lits choisis pour 52 personnes")
    terminal.press("ctrl+s")
    terminal.until("réservée", "102", "204")
    terminal.until_gone("lits choisis")
    terminal.press("o")
    terminal.until("Jusqu'au soir du")
    terminal.press("ctrl+s")
    terminal.until("option jusqu'au")
    terminal.until_gone("Jusqu'au soir du")
    terminal.press("escape")
    terminal.until("Prestations", "option →")


def choose(terminal: Terminal, text: str) -> None:
    """Type into a list and take the first that matches."""
    terminal.type(text)
    terminal.until("›")
    terminal.press("enter")
    terminal.until_gone("›")


def accept(story: Story) -> str:
    """The teacher reads the quote, a PDF and a page, and accepts; return the deposit's payment link."""
    mail = story.demo.mail(first_story.TEACHER, "Votre devis")
    assert [(each["type"], str(each["name"]).endswith(".pdf")) for each in mail.attachments] == [
        ("application/pdf", True)
    ]
    page = pages.fresh(story.browser)
    pages.accept_quote(page, link_in(mail.text, "q"), "Camille Morvan")
    page.context.close()
    return link_in(story.demo.mail(first_story.TEACHER, "accepté").text, "p")


def pay_deposit(story: Story, terminal: Terminal, link: str) -> None:
    """The deposit, on the hosted page; the webhook books it, confirms the stay, and the worker mails it."""
    page = pages.fresh(story.browser)
    pages.pay(page, link, simulator=story.demo.described.payments)
    terminal.until("Acompte versé", f"reste {BALANCE}", "confirmé", seconds=30)
    page.get_by_text("1 612,80 €").first.wait_for()
    page.context.close()
    assert "confirmée" in story.demo.mail(first_story.TEACHER, "Votre réservation est confirmée").subject


def pay_balance(story: Story, terminal: Terminal) -> None:
    """The balance, by a link that the desk sends; then the tick « Traité »."""
    terminal.press("p")
    terminal.until("Lien de paiement", "solde")
    terminal.press("ctrl+s")
    copied = terminal.until_copied("/p/")
    terminal.until("c copier")
    terminal.press("escape")
    terminal.until_gone("c copier")
    assert link_in(story.demo.mail(first_story.TEACHER, "Votre règlement").text, "p") == copied
    page = pages.fresh(story.browser)
    pages.pay(page, copied, simulator=story.demo.described.payments)
    terminal.until("Paiement soldé", "reste 0,00 €", seconds=30)
    page.context.close()
    story.demo.mail(first_story.TEACHER, "Votre séjour est réglé")
    terminal.press("t")
    terminal.until("Commande traitée ✓")


def link_in(text: str, page: str) -> str:
    """Return the address of one of the public pages in a mail."""
    found = re.search(rf"https?://\S+/{page}/\S+", text)
    assert found, text
    return found.group()
