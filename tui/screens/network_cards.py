"""Finding a card of any centre, by what its centre says on the phone: its reference, an address, a number."""

from server.contract.referential import ReviewedCard
from tui.dialogs.ask import Ask
from tui.dialogs.pick import Pick
from tui.screens.base import DeskScreen, OpenScreen
from tui.widgets.form import Answers, Field
from tui.widgets.pair_text import card_name
from tui.words import _


def find_card(screen: DeskScreen) -> None:
    """Ask what is known of the card, and open all that hangs together with it."""
    screen.run_worker(_find(screen))


async def _find(screen: DeskScreen) -> None:
    from tui.screens.identity import IdentityScreen

    async def send(answers: Answers) -> list[ReviewedCard]:
        return await screen.session.client.find_network_cards(answers["named"])

    question: Ask[list[ReviewedCard]] = Ask(
        _("Trouver une fiche"),
        [Field("named", _("Référence"), required=True, hint=_("ou un courriel, ou un téléphone, en entier"))],
        send,
        today=screen.session.today,
    )
    found = await screen.app.push_screen_wait(question)
    if found is None:
        return
    if len(found) == 1:
        screen.post_message(OpenScreen(IdentityScreen(screen.session, found[0].id)))
        return
    listed = [(str(card.id), card_name(card)) for card in found]
    chosen = await screen.app.push_screen_wait(Pick(_("Quelle fiche ?"), listed, empty=_("Aucune fiche ainsi.")))
    card = next((card for card in found if str(card.id) == chosen), None)
    if card is not None:
        screen.post_message(OpenScreen(IdentityScreen(screen.session, card.id)))
