"""Where a price comes from, and which right is missing, in words."""

import tenants.accounts.rights
import tui.right_words
from billing.tourist_tax.rules import Reason
from server.contract.basics import Money
from server.contract.dossiers import LineReason
from tui.problems import right_in_words
from tui.reasons import EXEMPTIONS, SENTENCES, explained
from tui.words import use_language

RATE = LineReason(code="catalogue_rate", price=Money(minor=4_800), unit="person_night")
SAID = [
    ([RATE, LineReason(code="client_discount", number=550)],
     "tarif du catalogue, 48,00 € par personne et par nuit, remise du client 5,5 %",
     "catalogue rate, €48.00 per person and night, the client's discount 5.5%"),
    ([LineReason(code="typed_price", name="Maud"), RATE, LineReason(code="free_places", number=12)],
     "prix fixé par Maud (tarif du catalogue, 48,00 € par personne et par nuit, 1 gratuit pour 12)",
     "price set by Maud (catalogue rate, €48.00 per person and night, 1 free for 12)"),
    ([LineReason(code="tourist_tax", name="auberge", price=Money(minor=88)), LineReason(code="tax_exempt", name="minor", number=10)],
     "auberge : 0,88 € par personne et par nuit, nuitées exonérées : 10 (mineurs)",
     "auberge: €0.88 per person and night, exempt nights: 10 (minors)"),
    ([LineReason(code="written", name="comme convenu { } %")], "comme convenu { } %", "comme convenu { } %"),
    ([], "", ""),
]  # fmt: skip


def test_the_reasons_of_a_price_are_told_in_the_language_of_the_screen() -> None:
    told = {}
    try:
        for language in ("fr", "en"):
            use_language(language)
            told[language] = [explained(reasons) for reasons, _, _ in SAID]
            alone = [explained([LineReason(code=code, name="x", price=Money(minor=1))]) for code in SENTENCES]
            assert len(set(alone)) == len(SENTENCES)
            assert "{" not in "".join(alone)
    finally:
        use_language("fr")
    assert told == {"fr": [french for _, french, _ in SAID], "en": [english for _, _, english in SAID]}


def test_every_exemption_of_the_tax_has_its_words() -> None:
    assert EXEMPTIONS.keys() == {reason.value for reason in Reason}


def test_every_right_is_named_by_what_it_allows() -> None:
    assert tui.right_words.RIGHTS.keys() == tenants.accounts.rights.RIGHTS.keys()
    assert len(set(tui.right_words.RIGHTS.values())) == len(tui.right_words.RIGHTS)
    assert right_in_words("room.withdraw").startswith("Il vous manque le droit « mettre hors service »")
