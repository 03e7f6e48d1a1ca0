"""The network's statistics: sums over all centres, without any cell that would point at one of them."""

from datetime import date
from typing import ClassVar

from textual.binding import BindingType

from server.contract.statistics import Occupancy, Statistics, StatisticsMonth
from tui.actions import bindings
from tui.screens.statistics import StatisticsScreen
from tui.words import N_

FOLDED = "*"
NO_HOUSE = Occupancy(rooms=0, rooms_offered=0, beds=0, beds_offered=0)


class NetworkStatisticsScreen(StatisticsScreen):
    """The same screen, over the network."""

    SCOPE = "network_statistics"
    TITLE = N_("Statistiques du réseau")
    BINDINGS: ClassVar[list[BindingType]] = bindings("network_statistics")

    async def ask(self) -> Statistics:
        """Ask for the network's table, and lay it out as a centre's."""
        found = await self.session.client.network_statistics(self.first_day, self.last_day, self.segment)
        houses = {line.month: line for line in found.occupancy_by_month}
        months = [
            StatisticsMonth(
                month=(first := date.fromisoformat(line.code)),
                figures=line.figures,
                last_year=line.last_year,
                occupancy=houses[first].occupancy if first in houses else NO_HOUSE,
                occupancy_last_year=houses[first].occupancy_last_year if first in houses else NO_HOUSE,
            )
            for line in found.months
            if line.code != FOLDED
        ]
        return Statistics(
            first_day=found.first_day,
            last_day=found.last_day,
            last_year_first_day=found.last_year_first_day,
            last_year_last_day=found.last_year_last_day,
            segment=found.segment,
            value=None,
            several=False,
            stays_without_counts=0,
            whole=found.whole,
            whole_last_year=found.whole_last_year,
            occupancy=found.occupancy or NO_HOUSE,
            occupancy_last_year=found.occupancy_last_year or NO_HOUSE,
            months=months,
            values=found.values,
        )
