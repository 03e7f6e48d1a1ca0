"""Statistics: people, nights, rooms and money, counted from one ledger."""

from datetime import date
from uuid import UUID

from server.contract.basics import Money, Wire


class Figures(Wire, frozen=True):
    """What is counted; `people` slept here at least once, `billed` are person-nights sold.

    `gross` is what they were sold for, tax included, `net` without; tourist tax is in neither.
    """

    nights: int
    arrivals: int
    people: int
    stays: int
    billed: int
    gross: Money = Money(minor=0)
    net: Money = Money(minor=0)


class Occupancy(Wire, frozen=True):
    """Room-nights and bed-nights that somebody slept in, and those there were to sell."""

    rooms: int
    rooms_offered: int
    beds: int
    beds_offered: int


class StatisticsMonth(Wire, frozen=True):
    """A month (its first day), and the same one a year earlier."""

    month: date
    figures: Figures
    last_year: Figures
    occupancy: Occupancy
    occupancy_last_year: Occupancy


class StatisticsValue(Wire, frozen=True):
    """A value of the segment; the empty code is unknown, `*` several that may not be shown by themselves."""

    code: str
    label: str
    figures: Figures
    last_year: Figures
    turnover_hidden: bool = False
    """Its turnover would point at too few centres; the amounts are zero."""


class Statistics(Wire, frozen=True):
    """A period and the same a year earlier, by month and by the segment's values; both days included.

    With a `value` the months are that value's. Where `several`, a stay counts under each of its values, and the lines
    add up to more than the whole. `stays_without_counts` are in no figure: nobody has said how many they are.
    """

    first_day: date
    last_day: date
    last_year_first_day: date
    last_year_last_day: date
    segment: str
    value: str | None
    several: bool
    stays_without_counts: int
    whole: Figures
    whole_last_year: Figures
    occupancy: Occupancy
    occupancy_last_year: Occupancy
    months: list[StatisticsMonth]
    values: list[StatisticsValue]


class MonthOccupancy(Wire, frozen=True):
    """How full all houses were in a month, and in the same a year earlier."""

    month: date
    occupancy: Occupancy
    occupancy_last_year: Occupancy


class NetworkStatistics(Wire, frozen=True):
    """The network's period and the same a year earlier; only what covers enough centres (`centres` at least)."""

    first_day: date
    last_day: date
    last_year_first_day: date
    last_year_last_day: date
    segment: str
    centres: int
    whole: Figures
    whole_last_year: Figures
    months: list[StatisticsValue]
    """Their code is the month's first day."""
    values: list[StatisticsValue]
    turnover_hidden: bool = False
    """The whole turnover comes from too few centres, or from one above all; no amount is shown."""
    occupancy: Occupancy | None = None
    """Of all houses; nothing where too few of them were slept in, or one above all."""
    occupancy_last_year: Occupancy | None = None
    occupancy_by_month: list[MonthOccupancy] = []
    """Nothing where a month of them would point at a house: beside the whole, the others would say it."""


class CountedClients(Wire, frozen=True):
    """Whose stays are counted: of the clients that have all of this; all empty, everybody's."""

    code: str = ""
    """A marketing code."""
    segmentation: str = ""
    origin: str = ""
    client_type: str = ""
    colour: str = ""
    kept_segment: UUID | None = None


class ExportRequest(Wire, frozen=True):
    """A table to take away; `what` is statistics, insee or tourist_tax, `form` csv, xlsx or pdf."""

    what: str
    form: str
    first_day: date
    last_day: date
    segment: str = ""
    language: str = "fr"
    clients: CountedClients = CountedClients()
    """Of the statistics only: INSEE and the commune are told of everybody."""


class ExportLink(Wire, frozen=True):
    """Where the file is, for ten minutes."""

    url: str


class InseeResidence(Wire, frozen=True):
    """A country of residence; empty where nobody said one. `deduced_nights` are by the country of the client's card."""

    country: str
    label: str
    arrivals: int
    nights: int
    deduced_nights: int


class InseeDay(Wire, frozen=True):
    """A day of the return."""

    day: date
    people: int
    arrivals: int
    occupancy: Occupancy


class InseeReturn(Wire, frozen=True):
    """INSEE's monthly return."""

    month: date
    residences: list[InseeResidence]
    days: list[InseeDay]


class TouristTaxLine(Wire, frozen=True):
    """Nights of people alike: taxed at `unit` each, or exempt for `reason`.

    `reason` is minor, emergency_housing, seasonal_worker or low_rent; empty where they are taxed.
    """

    category: str
    reason: str
    nights: int
    unit: Money
    amount: Money
    additional: Money


class TouristTaxEntry(Wire, frozen=True):
    """A stay in the register; without `price_known`, a share of the price is not counted yet."""

    stay_id: UUID
    name: str
    arrival: date
    departure: date
    people: int
    price_known: bool
    lines: list[TouristTaxLine]


class TouristTax(Wire, frozen=True):
    """A period's declaration, and the register that it sums."""

    first_day: date
    last_day: date
    declaration: list[TouristTaxLine]
    register: list[TouristTaxEntry]


class TouristTaxRate(Wire, frozen=True):
    """What the commune takes from a day on: an amount a night, or a share of the price with its ceiling.

    `additional_basis_points` is the department's addition; a person's night under `low_rent` is exempt.
    """

    first_day: date
    category: str
    per_night: Money | None = None
    share_basis_points: int | None = None
    ceiling: Money | None = None
    additional_basis_points: int = 0
    low_rent: Money = Money(minor=0)


class TouristTaxExemption(Wire, frozen=True):
    """So many adults of a stay are exempt: seasonal_worker, emergency_housing or low_rent; 0 takes it back."""

    reason: str
    people: int
