"""The network's centres."""

from litestar import Controller, Response, get, patch, post
from litestar.params import FromPath, JSONBody

from infra.database import network_transaction
from server.contract.accounts import CentreStateChange, NetworkCentre, NewCentre
from server.contract.basics import Page
from server.dependencies import AtNetwork
from tenants.centres.operations import change_state, provision
from tenants.centres.queries import CentreLine, CentreUnknown, by_slug, list_centres
from tenants.centres.rules import Administrator, NewCentreFields, state_named


class NetworkController(Controller):
    """Centres, to the network: no client, no price."""

    path = "/api/v1/network"
    tags = ("network",)

    @get("/centres", opt={"right": "network.view"})
    async def centres(self, network: AtNetwork) -> Page[NetworkCentre]:
        """List every centre by slug."""
        async with network_transaction():
            return Page(items=[shown(line) for line in await list_centres()])

    @post("/centres", opt={"right": "centre.provision"})
    async def provision(self, network: AtNetwork, data: JSONBody[NewCentre]) -> Response[NetworkCentre]:
        """Make a centre with its roles and first administrator: 201; 200 and no change where the slug is there."""
        made = await provision(asked(data), actor=network.actor)
        return Response(await line_of(data.slug), status_code=201 if made.created else 200)

    @patch("/centres/{slug:str}", opt={"right": "centre.provision"})
    async def change_state(
        self, network: AtNetwork, slug: FromPath[str], data: JSONBody[CentreStateChange]
    ) -> NetworkCentre:
        """Open or suspend a centre, with a reason."""
        found = await by_slug(slug)
        if found is None:
            raise CentreUnknown()
        await change_state(found.id, state_named(data.state), reason=data.reason, actor=network.actor)
        return await line_of(slug)


def asked(data: NewCentre) -> NewCentreFields:
    """Read what provisioning is told off the wire."""
    administrator = None
    if data.administrator_login:
        administrator = Administrator(
            login=data.administrator_login,
            name=data.administrator_name or data.administrator_login,
            email=data.administrator_email or "",
        )
    return NewCentreFields(
        slug=data.slug,
        name=data.name,
        town=data.town,
        email=data.email,
        legal_name=data.legal_name,
        postal_code=data.postal_code,
        phone=data.phone,
        time_zone=data.time_zone,
        administrator=administrator,
    )


async def line_of(slug: str) -> NetworkCentre:
    """Show one centre as the list does."""
    async with network_transaction():
        return next(shown(line) for line in await list_centres() if line.slug == slug)


def shown(line: CentreLine) -> NetworkCentre:
    """Put a centre's line on the wire."""
    return NetworkCentre(
        id=line.id,
        slug=line.slug,
        name=line.name,
        town=line.town,
        state=line.state,
        plan=line.plan,
        beds=line.beds,
        created_at=line.created_at,
    )
