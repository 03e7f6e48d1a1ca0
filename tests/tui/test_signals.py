"""What the signal says: stays by their number and season, a card without a stay as no more than that."""

from server.contract.clients import Signal
from tui.signals import signal_words
from tui.words import use_language


def test_who_only_has_a_card_elsewhere_is_not_said_to_have_come() -> None:
    use_language("fr")

    assert signal_words(None) == signal_words(Signal(centres=0)) == ""
    assert signal_words(Signal(centres=1)) == "⚑ connu de 1 autre centre, sans séjour"
    assert signal_words(Signal(centres=3)) == "⚑ connu de 3 autres centres, sans séjour"
    assert (
        signal_words(Signal(centres=2, season="spring", year=2024, booking_category="groups"))
        == "⚑ déjà venu dans 2 autres centres (printemps 2024, groupes)"
    )
