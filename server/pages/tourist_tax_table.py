"""The tourist tax's declaration and register as a table to take away, in the reader's language."""

from typing import Final

from infra.documents import Document
from server.contract import statistics as wire
from server.contract.basics import Money
from server.pages.languages import translations
from server.pages.statistics_tables import amount, period, section
from server.pages.words import N_

REASONS: Final = {
    "": N_("assujettis"),
    "minor": N_("exonérés : mineurs"),
    "emergency_housing": N_("exonérés : hébergement d'urgence"),
    "seasonal_worker": N_("exonérés : saisonniers de la commune"),
    "low_rent": N_("exonérés : loyer sous le seuil"),
}


def tourist_tax_document(found: wire.TouristTax, language: str, *, owner: str) -> Document:
    """Return what is declared, then the register: a line for each stay and each reason."""
    say = translations(language).gettext
    figures = [
        say(N_("Nuitées")), say(N_("Tarif")), say(N_("Taxe de séjour")), say(N_("Taxe additionnelle")), say(N_("À reverser")),
    ]  # fmt: skip
    declared = [say(N_("Catégorie")), say(N_("Situation")), *figures]
    listed = [
        say(N_("Arrivée")), say(N_("Départ")), say(N_("Client")), say(N_("Situation")), *figures,
    ]  # fmt: skip
    total = [
        say(N_("Total")),
        "",
        str(sum(line.nights for line in found.declaration)),
        "",
        *_sums(found.declaration),
    ]
    return Document(
        title=say(N_("Taxe de séjour")),
        subtitle=period(found.first_day, found.last_day, language),
        owner=owner,
        language=language,
        landscape=True,
        sections=[
            section(
                say(N_("Déclaration")),
                declared,
                [*([line.category, say(REASONS[line.reason]), *_figures(line)] for line in found.declaration), total],
                words=2,
            ),
            section(
                say(N_("Registre")),
                listed,
                [
                    [
                        entry.arrival.isoformat(),
                        entry.departure.isoformat(),
                        entry.name,
                        say(REASONS[line.reason]),
                        *_figures(line),
                    ]
                    for entry in found.register
                    for line in entry.lines
                ],
                words=4,
                empty=say(N_("Aucune nuitée.")),
            ),
        ],
    )


def _figures(line: wire.TouristTaxLine) -> list[str]:
    return [str(line.nights), amount(line.unit), *_sums([line])]


def _sums(lines: list[wire.TouristTaxLine]) -> list[str]:
    tax, additional = (sum(getattr(line, name).minor for line in lines) for name in ("amount", "additional"))
    return [amount(Money(minor=minor)) for minor in (tax, additional, tax + additional)]
