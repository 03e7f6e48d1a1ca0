"""The centre one works in."""

from litestar import Controller, get

from infra.database import tenant_transaction
from server.contract.accounts import CentreView
from server.dependencies import AtDesk
from tenants.centres.queries import bed_count, centre


class CentreController(Controller):
    """A centre, to its own staff."""

    path = "/api/v1/centres/{centre_slug:str}"
    tags = ("centre",)

    @get(opt={"right": "desk.view"})
    async def centre(self, desk: AtDesk) -> CentreView:
        """Show the centre, with its own date and zone."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found, beds = await centre(desk.centre_id), await bed_count(desk.centre_id)
        return CentreView(
            id=found.id,
            slug=found.slug,
            name=found.name,
            state=found.state,
            time_zone=found.time_zone,
            today=desk.today,
            languages=found.languages,
            town=found.town,
            phone=found.phone,
            email=found.email,
            beds=beds,
            colour=found.colour,
        )
