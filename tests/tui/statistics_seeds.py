"""Figures for the terminal's tests: a year of a centre and the year before."""

from datetime import date

from server.contract.basics import Money
from server.contract.statistics import (
    ExportLink,
    Figures,
    InseeResidence,
    InseeReturn,
    NetworkStatistics,
    Occupancy,
    Statistics,
    StatisticsMonth,
    StatisticsValue,
    TouristTax,
    TouristTaxLine,
    TouristTaxRate,
)

NIGHTS = (310, 420, 1180, 1540, 1890, 1610, 2240, 2105, 980, 760, 300, 240)
BEFORE = (290, 400, 1010, 1620, 1700, 1580, 2310, 2190, 860, 720, 350, 260)
EXPORT = ExportLink(url="https://kerfany.example/x/AbCdEfGh")


def figures(nights: int) -> Figures:
    """Return figures in proportion to nights."""
    net = nights * 3_812
    return Figures(
        nights=nights, arrivals=nights // 3, people=nights // 3 + 4, stays=nights // 40, billed=nights + 6,
        gross=Money(minor=net * 11 // 10), net=Money(minor=net),
    )  # fmt: skip


def full(nights: int) -> Occupancy:
    """Return an occupancy in proportion to nights."""
    return Occupancy(
        rooms=nights // 3, rooms_offered=max(900, 2 * nights // 3), beds=nights, beds_offered=max(4260, 2 * nights)
    )


def value(code: str, label: str, nights: int, before: int) -> StatisticsValue:
    """Return a line of the segment."""
    return StatisticsValue(code=code, label=label, figures=figures(nights), last_year=figures(before))


STATISTICS = Statistics(
    first_day=date(2026, 1, 1),
    last_day=date(2026, 12, 31),
    last_year_first_day=date(2025, 1, 1),
    last_year_last_day=date(2025, 12, 31),
    segment="booking_type",
    value=None,
    several=False,
    stays_without_counts=3,
    whole=figures(sum(NIGHTS)),
    whole_last_year=figures(sum(BEFORE)),
    occupancy=full(sum(NIGHTS)),
    occupancy_last_year=full(sum(BEFORE)),
    months=[
        StatisticsMonth(
            month=date(2026, number, 1), figures=figures(now), last_year=figures(then), occupancy=full(now),
            occupancy_last_year=full(then),
        )
        for number, (now, then) in enumerate(zip(NIGHTS, BEFORE, strict=True), start=1)
    ],
    values=[
        value("groups/schools", "Groupes : Scolaires", 7_420, 6_980),
        value("groups/sports", "Groupes : Sportifs (fédérations / clubs)", 2_610, 2_875),
        value("individuals/families", "Individuels : Familles", 1_985, 1_985),
        value("groups/acm", "Groupes : ACM", 1_130, 0),
        value("", "", 430, 512),
    ],
)  # fmt: skip
EMPTY = Statistics(
    first_day=date(2026, 1, 1),
    last_day=date(2026, 12, 31),
    last_year_first_day=date(2025, 1, 1),
    last_year_last_day=date(2025, 12, 31),
    segment="booking_type",
    value=None,
    several=False,
    stays_without_counts=0,
    whole=figures(0),
    whole_last_year=figures(0),
    occupancy=Occupancy(rooms=0, rooms_offered=10_800, beds=0, beds_offered=51_830),
    occupancy_last_year=Occupancy(rooms=0, rooms_offered=10_800, beds=0, beds_offered=51_830),
    months=[],
    values=[],
)
INSEE = InseeReturn(
    month=date(2026, 1, 1),
    residences=[
        InseeResidence(country="FR", label="France", arrivals=98, nights=286, deduced_nights=40),
        InseeResidence(country="BE", label="Belgique", arrivals=8, nights=24, deduced_nights=0),
    ],
    days=[],
)
NETWORK = NetworkStatistics(
    first_day=date(2026, 1, 1),
    last_day=date(2026, 12, 31),
    last_year_first_day=date(2025, 1, 1),
    last_year_last_day=date(2025, 12, 31),
    segment="booking_type",
    centres=3,
    whole=figures(41_000),
    whole_last_year=figures(39_500),
    months=[
        value(f"2026-{number:02}-01", "", now * 3, then * 3)
        for number, (now, then) in enumerate(zip(NIGHTS, BEFORE, strict=True), start=1)
    ],
    values=[value("groups/schools", "Groupes : Scolaires", 30_000, 29_000), value("*", "*", 11_000, 10_500)],
    occupancy=Occupancy(rooms=26_000, rooms_offered=40_000, beds=90_000, beds_offered=180_000),
)
RATES = [
    TouristTaxRate(
        first_day=date(2026, 1, 1),
        category="auberge collective",
        per_night=Money(minor=88),
        additional_basis_points=1000,
    )
]
TAX = TouristTax(
    first_day=date(2026, 1, 1),
    last_day=date(2026, 12, 31),
    declaration=[
        TouristTaxLine(
            category="auberge collective", reason=reason, nights=nights, unit=Money(minor=unit),
            amount=Money(minor=unit * nights), additional=Money(minor=unit * nights // 10),
        )
        for reason, nights, unit in (("", 3_120, 88), ("minor", 10_350, 0), ("seasonal_worker", 105, 0))
    ],
    register=[],
)  # fmt: skip
