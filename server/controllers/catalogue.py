"""The catalogue."""

from litestar import Controller, Response, get, post
from litestar.params import JSONBody

from billing.catalogue import operations, queries
from infra.database import tenant_transaction
from server.answers import tagged
from server.contract.basics import Page
from server.contract.dossiers import NewService, Service
from server.dependencies import AtDesk
from server.views.dossiers import new_service, service_view


class CatalogueController(Controller):
    """What the centre can sell."""

    path = "/api/v1/centres/{centre_slug:str}/services"
    tags = ("catalogue",)

    @get("/", opt={"right": "dossier.view"})
    async def services(self, desk: AtDesk) -> Page[Service]:
        """List the whole catalogue, by product type and name."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            return Page(items=[service_view(service) for service in await queries.services(desk.centre_id)])

    @post("/", opt={"right": "rate.edit"})
    async def add(self, desk: AtDesk, data: JSONBody[NewService]) -> Response[Service]:
        """Put a service on the catalogue."""
        made = await operations.add_service(desk.centre_id, new_service(data), actor=desk.actor)
        return tagged(service_view(made), made.version, status=201)
