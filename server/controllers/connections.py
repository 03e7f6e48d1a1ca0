"""Connections to other programs: set up, collected from, ended."""

from urllib.parse import quote

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody

from infra.database import tenant_transaction
from infra.settings import settings
from server.contract.basics import Page
from server.contract.connections import Collected, Connection, ConnectionChange
from server.dependencies import AtDesk
from tenants.connections import operations, queries, rules


class ConnectionController(Controller):
    """Drops and webhooks of client cards."""

    path = "/api/v1/centres/{centre_slug:str}/connections"
    tags = ("imports",)

    @get("/", opt={"right": "import.run"})
    async def connections(self, desk: AtDesk) -> Page[Connection]:
        """List the centre's connections, and how each went last; never a secret."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await queries.connections(desk.centre_id)
        return Page(items=[_view(each, desk.slug) for each in found])

    @put("/{name:str}", opt={"right": "centre.edit"}, status_code=204)
    async def keep(self, desk: AtDesk, name: FromPath[str], data: JSONBody[ConnectionChange]) -> None:
        """Set a connection up, or change it."""
        wanted = rules.Connection(
            name=name,
            kind=rules.Kind(data.kind),
            mapping=data.mapping,
            url=data.url,
            login=data.login,
            host_key=data.host_key,
        )
        await operations.keep_connection(desk.centre_id, wanted, secret=data.secret, actor=desk.actor)

    @post("/{name:str}/collection", opt={"right": "import.run"}, status_code=200)
    async def collect(self, desk: AtDesk, name: FromPath[str]) -> Collected:
        """Fetch what lies there now; it is fetched every night besides."""
        reports = await operations.collect(desk.centre_id, name, actor=desk.actor)
        return Collected(
            files=len(reports),
            new=sum(report.new for report in reports),
            changed=sum(report.changed for report in reports),
            refused=sum(report.refused for report in reports),
        )

    @delete("/{name:str}", opt={"right": "centre.edit"})
    async def end(self, desk: AtDesk, name: FromPath[str]) -> None:
        """End a connection; the cards that it brought stay."""
        await operations.drop_connection(desk.centre_id, name, actor=desk.actor)


def _view(found: rules.Connection, slug: str) -> Connection:
    view = msgspec.convert(found, Connection, from_attributes=True)
    if found.kind is not rules.Kind.WEBHOOK:
        return view
    address = f"{settings().public_url.rstrip('/')}/webhooks/cards/{slug}/{quote(found.name, safe='')}"
    return msgspec.structs.replace(view, webhook_url=address)
