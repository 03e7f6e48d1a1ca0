"""The catalogue."""

from uuid import UUID

from litestar import Controller, Response, get, patch, post
from litestar.params import FromPath, JSONBody

from billing.catalogue import operations, queries
from infra.database import tenant_transaction
from server.answers import tagged
from server.contract.basics import Page
from server.contract.dossiers import NewService, Service, ServiceChange
from server.dependencies import AtDesk, IfMatch
from server.views.dossiers import changed_service, new_service, service_view


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

    @patch("/{service_id:uuid}", opt={"right": "rate.edit"})
    async def change(
        self, desk: AtDesk, service_id: FromPath[UUID], data: JSONBody[ServiceChange], if_match: IfMatch
    ) -> Response[Service]:
        """Change a service; lines already on a dossier keep what they were sold at."""
        async with tenant_transaction(desk.centre_id):
            asked = changed_service(await queries.service(desk.centre_id, service_id), data)
            made = await operations.change_service(
                desk.centre_id, service_id, asked, version=if_match, actor=desk.actor
            )
        return tagged(service_view(made), made.version)
