"""Statistics of the centre and of the network."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import msgspec

from server.contract.statistics import (
    CountedClients,
    ExportLink,
    ExportRequest,
    InseeReturn,
    NetworkStatistics,
    Statistics,
    TouristTax,
    TouristTaxExemption,
    TouristTaxLine,
    TouristTaxRate,
)
from tui.client.calls import Calls
from tui.client.clients import EVERYBODY
from tui.words import language

KEPT = "kept_segment"


class StatisticsCalls(Calls):
    """Figures, and tables to take away."""

    async def statistics(
        self, first_day: date, last_day: date, segment: str, value: str | None, *, of: Mapping[str, str] = EVERYBODY
    ) -> Statistics:
        """The centre's table; of some clients only their stays are counted."""
        query = _query(first_day, last_day, segment)
        # What nights are counted by has the name that a segment of clients has elsewhere.
        query |= {KEPT if name == "segment" else name: asked for name, asked in of.items()}
        if value is not None:
            query["value"] = value
        return await self.line.send("GET", await self._at("/statistics"), Statistics, query=query)

    async def network_statistics(self, first_day: date, last_day: date, segment: str) -> NetworkStatistics:
        """The network's table."""
        query = _query(first_day, last_day, segment)
        return await self.line.send("GET", "/api/v1/network/statistics", NetworkStatistics, query=query)

    async def insee(self, month: date) -> InseeReturn:
        """INSEE's return of a month."""
        query: dict[str, str | int | None] = {"month": month.isoformat(), "language": language()}
        return await self.line.send("GET", await self._at("/statistics/insee"), InseeReturn, query=query)

    async def tourist_tax(self, first_day: date, last_day: date) -> TouristTax:
        """A period's register and declaration."""
        query: dict[str, str | int | None] = {"first_day": first_day.isoformat(), "last_day": last_day.isoformat()}
        return await self.line.send("GET", await self._at("/tourist-tax"), TouristTax, query=query)

    async def exemptions(self, stay_id: UUID) -> list[TouristTaxExemption]:
        """Whom of a stay the desk was told to be exempt."""
        path = await self._at(f"/stays/{stay_id}/tourist-tax/exemptions")
        return await self.line.send("GET", path, list[TouristTaxExemption])

    async def exempt(self, stay_id: UUID, exemption: TouristTaxExemption) -> list[TouristTaxLine]:
        """Note so many exempt; what the stay owes now."""
        path = await self._at(f"/stays/{stay_id}/tourist-tax")
        return await self.line.send("PUT", path, list[TouristTaxLine], body=exemption)

    async def tourist_tax_rates(self) -> list[TouristTaxRate]:
        """The rates by their first day."""
        return await self.line.send("GET", await self._at("/tourist-tax/rates"), list[TouristTaxRate])

    async def set_tourist_tax_rate(self, rate: TouristTaxRate) -> list[TouristTaxRate]:
        """Set a rate from a day on."""
        return await self.line.send("PUT", await self._at("/tourist-tax/rates"), list[TouristTaxRate], body=rate)

    async def tax_dossier(self, dossier_id: UUID) -> None:
        """Put the tourist tax on a dossier."""
        await self.line.send("POST", await self._at(f"/dossiers/{dossier_id}/tourist-tax"), bytes)

    async def export(self, wanted: ExportRequest) -> ExportLink:
        """The address of a table."""
        return await self.line.send("POST", await self._at("/statistics/exports"), ExportLink, body=wanted)


def counted_clients(of: Mapping[str, str]) -> CountedClients:
    """Return whose stays a table to take away counts, of what the filter asks."""
    asked = {KEPT if name == "segment" else name: typed for name, typed in of.items()}
    return msgspec.convert(asked, CountedClients, strict=False)


def _query(first_day: date, last_day: date, segment: str) -> dict[str, str | int | None]:
    return {
        "first_day": first_day.isoformat(),
        "last_day": last_day.isoformat(),
        "segment": segment,
        "language": language(),
    }
