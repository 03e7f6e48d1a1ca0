"""The tablets at the desk: paired once, by whoever runs the house."""

from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.params import FromPath, JSONBody

from infra.database import tenant_transaction
from server.contract.basics import Page
from server.contract.tablets import NewTablet, Tablet, TabletPaired
from server.dependencies import AtDesk
from tenants.arrivals.tablet import TABLETS, tablet_address


class TabletController(Controller):
    """Which tablets may show the arrivals' page."""

    path = "/api/v1/centres/{centre_slug:str}/tablets"
    tags = ("tablets",)

    @get("/", opt={"right": "centre.edit"})
    async def tablets(self, desk: AtDesk) -> Page[Tablet]:
        """List the centre's tablets, those that are paired first; no token is shown again."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await TABLETS.devices(desk.centre_id)
        return Page(
            items=[
                Tablet(id=one.id, name=one.name, paired_at=one.paired_at, unpaired_at=one.unpaired_at) for one in found
            ]
        )

    @post("/", opt={"right": "centre.edit"})
    async def pair(self, desk: AtDesk, data: JSONBody[NewTablet]) -> TabletPaired:
        """Pair a tablet: the answer is the one time that its address is shown."""
        paired = await TABLETS.pair(desk.centre_id, data.name, actor=desk.actor)
        url = tablet_address(desk.slug, paired.token)
        return TabletPaired(id=paired.id, name=data.name.strip(), token=paired.token, url=url)

    @delete("/{tablet_id:uuid}", opt={"right": "centre.edit"})
    async def unpair(self, desk: AtDesk, tablet_id: FromPath[UUID]) -> None:
        """End a tablet's pairing at once."""
        await TABLETS.unpair(desk.centre_id, tablet_id, actor=desk.actor)
