"""Statistics of a centre and of the network, and the links that take their tables away."""

from datetime import date, timedelta

from litestar import Controller, get, post
from litestar.params import FromQuery, JSONBody

from infra.clock import today
from infra.database import network_transaction, tenant_transaction
from server.contract.statistics import ExportLink, ExportRequest, InseeReturn, NetworkStatistics, Statistics
from server.dependencies import AtDesk, AtNetwork
from server.filters import OfCounted, asked_of
from server.pages.exports import Export, export_address
from server.views.labels import labels_of
from server.views.statistics import insee_view, network_statistics, statistics
from tenants.code_lists.queries import NETWORK_ZONE
from tenants.statistics.insee import insee_return
from tenants.statistics.rules import Segment


class StatisticsController(Controller):
    """A centre's figures."""

    path = "/api/v1/centres/{centre_slug:str}/statistics"
    tags = ("statistics",)

    @get("/", opt={"right": "statistics.view"})
    async def statistics(
        self,
        desk: AtDesk,
        *,
        of_counted: OfCounted,
        first_day: FromQuery[date | None] = None,
        last_day: FromQuery[date | None] = None,
        segment: FromQuery[Segment] = Segment.BOOKING_TYPE,
        value: FromQuery[str | None] = None,
        language: FromQuery[str] = "fr",
    ) -> Statistics:
        """Show nights, arrivals, people, occupancy and turnover by month and segment; this year unless said."""
        first = first_day or desk.today.replace(month=1, day=1)
        last = last_day or desk.today.replace(month=12, day=31)
        async with tenant_transaction(desk.centre_id, read_only=True):
            return await statistics(
                desk.centre_id, first, last, segment, value=value, language=_spoken(language), of=of_counted
            )

    @get("/insee", opt={"right": "statistics.view"})
    async def insee(
        self, desk: AtDesk, month: FromQuery[date | None] = None, language: FromQuery[str] = "fr"
    ) -> InseeReturn:
        """Show INSEE's return of a month, named by any of its days; last month's unless said."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await insee_return(desk.centre_id, month or desk.today.replace(day=1) - timedelta(days=1))
            labels = await labels_of(Segment.RESIDENCE, _spoken(language))
        return insee_view(found, labels)

    @post("/exports", opt={"right": "statistics.view"})
    async def export(self, desk: AtDesk, data: JSONBody[ExportRequest]) -> ExportLink:
        """Make the address of a table as CSV, XLSX or PDF; it is good for ten minutes, and noted in the centre's trail."""
        wanted = Export(
            what=data.what,
            form=data.form,
            first_day=data.first_day,
            last_day=data.last_day,
            segment=data.segment,
            language=_spoken(data.language),
            clients=asked_of(data.clients, asker=desk.actor.account_id),
        )
        return ExportLink(url=await export_address(desk.centre_id, wanted, actor=desk.actor))


class NetworkStatisticsController(Controller):
    """The network's figures."""

    path = "/api/v1/network/statistics"
    tags = ("network",)

    @get("/", opt={"right": "network.view"})
    async def statistics(
        self,
        network: AtNetwork,
        *,
        first_day: FromQuery[date | None] = None,
        last_day: FromQuery[date | None] = None,
        segment: FromQuery[Segment] = Segment.BOOKING_TYPE,
        language: FromQuery[str] = "fr",
    ) -> NetworkStatistics:
        """Show nights, arrivals, people and stays over all centres, without what would point at one; this year unless said."""
        day = today(NETWORK_ZONE)
        first, last = first_day or day.replace(month=1, day=1), last_day or day.replace(month=12, day=31)
        async with network_transaction():
            return await network_statistics(first, last, segment, language=_spoken(language))


def _spoken(language: str) -> str:
    return language if language in ("fr", "en") else "fr"
