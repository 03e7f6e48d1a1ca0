"""The statistics as tables to take away, in the reader's language."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from babel.dates import format_date

from infra.days import day_in_words
from infra.documents import Column, Document, Section
from server.contract import statistics as wire
from server.contract.basics import Money
from server.pages.languages import translations
from server.pages.words import N_
from server.views.labels import labels_of
from tenants.statistics.insee import InseeReturn
from tenants.statistics.occupancy import Occupancy
from tenants.statistics.rules import Segment

FIGURES = (
    N_("Nuitées"),
    N_("Arrivées"),
    N_("Personnes"),
    N_("Séjours"),
    N_("Séjour moyen (nuits)"),
    N_("Nuitées vendues"),
    N_("Chiffre d'affaires TTC"),
    N_("Chiffre d'affaires HT"),
)
SEGMENTS = {
    Segment.CLIENT_TYPE: N_("Type de client"),
    Segment.BOOKING_TYPE: N_("Type de réservation"),
    Segment.PURPOSE: N_("Objet du séjour"),
    Segment.AGE_BAND: N_("Tranche d'âge"),
    Segment.NATIONALITY: N_("Nationalité"),
    Segment.RESIDENCE: N_("Pays de résidence"),
    Segment.REGION: N_("Région"),
    Segment.SERVICE: N_("Prestation consommée"),
    Segment.DISCOVERY_CHANNEL: N_("Moyen de connaissance"),
    Segment.SEGMENTATION: N_("Segmentation"),
    Segment.ORIGIN: N_("Origine"),
    Segment.MARKETING_CODE: N_("Code marketing"),
}


def statistics_document(table: wire.Statistics, language: str, *, owner: str) -> Document:
    """Return the months, then the segment's values, each with the year before."""
    say = translations(language).gettext
    figures = [say(name) for name in FIGURES]
    a_year_before = say(N_("(un an avant)"))
    before = [f"{name} {a_year_before}" for name in figures]
    rooms = [
        say(N_("Chambres occupées")),
        say(N_("Chambres offertes")),
        say(N_("Lits occupés")),
        say(N_("Lits offerts")),
    ]
    name = say(SEGMENTS[Segment(table.segment)])
    months = [
        [f"{line.month:%Y-%m}", *_figures(line.figures), *_occupancy(line.occupancy), *_figures(line.last_year)]
        for line in table.months
    ]
    values = [
        [line.label or say(N_("non renseigné")), *_figures(line.figures), *_figures(line.last_year)]
        for line in table.values
    ]
    return Document(
        title=say(N_("Statistiques")),
        subtitle=period(table.first_day, table.last_day, language),
        owner=owner,
        language=language,
        landscape=True,
        sections=[
            section(say(N_("Par mois")), [say(N_("Mois")), *figures, *rooms, *before], months),
            section(name, [name, *figures, *before], values, empty=say(N_("Aucune nuitée."))),
        ],
    )


async def insee_document(found: InseeReturn, language: str, *, owner: str, centre_id: UUID) -> Document:
    """Return the countries of residence, then the days."""
    say = translations(language).gettext
    countries = await labels_of(Segment.RESIDENCE, language, centre_id=centre_id)
    residences = [
        [
            countries.get(line.country, line.country) or say(N_("non renseigné")),
            line.country,
            *map(str, (line.arrivals, line.nights, line.deduced_nights)),
        ]
        for line in found.residences
    ]
    days = [
        [line.day.isoformat(), *map(str, (line.people, line.arrivals)), *_occupancy(line.occupancy)]
        for line in found.days
    ]
    by_country = [
        say(N_("Pays de résidence")), "ISO 3166", say(N_("Arrivées")), say(N_("Nuitées")),
        say(N_("dont déduites de la fiche client")),
    ]  # fmt: skip
    by_day = [
        say(N_("Jour")), say(N_("Personnes")), say(N_("Arrivées")), say(N_("Chambres occupées")),
        say(N_("Chambres offertes")), say(N_("Lits occupés")), say(N_("Lits offerts")),
    ]  # fmt: skip
    return Document(
        title=say(N_("Enquête de fréquentation (INSEE)")),
        subtitle=format_date(found.month, "MMMM y", locale=language),
        owner=owner,
        language=language,
        sections=[
            section(say(N_("Pays de résidence")), by_country, residences, words=2, empty=say(N_("Aucune nuitée."))),
            section(say(N_("Par jour")), by_day, days),
        ],
    )


def section(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, words: int = 1, empty: str = ""
) -> Section:
    """Return a table whose first columns are words, the others figures."""
    columns = [Column(head, 2 if place == 0 else 1, right=place >= words) for place, head in enumerate(heads)]
    return Section(title=title, columns=columns, rows=rows, empty=empty)


def period(first_day: date, last_day: date, language: str) -> str:
    """Return « 1 janvier 2027 → 31 janvier 2027 »."""
    return " → ".join(day_in_words(day, language) for day in (first_day, last_day))


def _figures(figures: wire.Figures) -> list[str]:
    mean = _decimals(round(100 * figures.nights / figures.arrivals)) if figures.arrivals else ""
    counts = (figures.nights, figures.arrivals, figures.people, figures.stays)
    return [*map(str, counts), mean, str(figures.billed), amount(figures.gross), amount(figures.net)]


def _occupancy(full: wire.Occupancy | Occupancy) -> list[str]:
    return [str(count) for count in (full.rooms, full.rooms_offered, full.beds, full.beds_offered)]


def amount(money: Money) -> str:
    """Return an amount as spreadsheets here read it: « 1234,50 »."""
    return _decimals(money.minor)


def _decimals(hundredths: int) -> str:
    return f"{'-' if hundredths < 0 else ''}{abs(hundredths) // 100},{abs(hundredths) % 100:02}"
