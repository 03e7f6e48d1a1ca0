"""Connections to other programs: set up, collected from, paused, ended."""

from urllib.parse import quote

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody

from infra.database import tenant_transaction
from infra.settings import settings
from server.contract.basics import Page
from server.contract.connections import Connection, ConnectionChange, ConnectionKept, NewConnection
from server.contract.imports import ImportRun
from server.dependencies import AtDesk
from tenants.connections import collecting, operations, queries, rules
from tenants.imports.runs import Run, runs


class ConnectionController(Controller):
    """Drops and webhooks of client cards."""

    path = "/api/v1/centres/{centre_slug:str}/connections"
    tags = ("imports",)

    @get("/", opt={"right": "import.run"})
    async def connections(self, desk: AtDesk) -> Page[Connection]:
        """List the centre's connections, and how each went last; never a secret."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await queries.connections(desk.centre_id)
            last = await queries.last_runs(desk.centre_id)
        return Page(items=[_view(each, desk.slug, last.get(each.name)) for each in found])

    @post("/", opt={"right": "centre.edit"})
    async def add(self, desk: AtDesk, data: JSONBody[NewConnection]) -> ConnectionKept:
        """Set a new connection up; a webhook's key is told this once."""
        wanted = _wanted(data.name, data)
        made = await operations.add_connection(desk.centre_id, wanted, secret=data.secret, actor=desk.actor)
        return ConnectionKept(key=made, webhook_url=_webhook_url(wanted, desk.slug))

    @put("/{name:str}", opt={"right": "centre.edit"})
    async def keep(self, desk: AtDesk, name: FromPath[str], data: JSONBody[ConnectionChange]) -> ConnectionKept:
        """Set a connection up, or change it; a new webhook's key is told this once."""
        wanted = _wanted(name, data)
        made = await operations.keep_connection(desk.centre_id, wanted, secret=data.secret, actor=desk.actor)
        return ConnectionKept(key=made, webhook_url=_webhook_url(wanted, desk.slug))

    @post("/{name:str}/key", opt={"right": "centre.edit"})
    async def renew_key(self, desk: AtDesk, name: FromPath[str]) -> ConnectionKept:
        """Give a webhook another key, told this once; the one before signs nothing any more."""
        made = await operations.renew_key(desk.centre_id, name, actor=desk.actor)
        webhook = rules.Connection(name=name, kind=rules.Kind.WEBHOOK)
        return ConnectionKept(key=made, webhook_url=_webhook_url(webhook, desk.slug))

    @get("/{name:str}/runs", opt={"right": "import.run"})
    async def runs(self, desk: AtDesk, name: FromPath[str]) -> Page[ImportRun]:
        """List what a connection handed over, the newest first."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            await queries.connection_id(desk.centre_id, name)
            found = await runs(desk.centre_id, source=rules.source_of(name))
        return Page(items=[msgspec.convert(run, ImportRun, from_attributes=True) for run in found])

    @post("/{name:str}/collection", opt={"right": "import.run"}, status_code=202)
    async def collect(self, desk: AtDesk, name: FromPath[str]) -> None:
        """Have what lies there fetched now; it is fetched every night besides."""
        await collecting.ask_collection(desk.centre_id, name, actor=desk.actor)

    @put("/{name:str}/pause", opt={"right": "centre.edit"}, status_code=204)
    async def pause(self, desk: AtDesk, name: FromPath[str]) -> None:
        """Let nothing in by a connection until it is taken up again."""
        await operations.pause_connection(desk.centre_id, name, actor=desk.actor)

    @delete("/{name:str}/pause", opt={"right": "centre.edit"})
    async def resume(self, desk: AtDesk, name: FromPath[str]) -> None:
        """Take a paused connection up again."""
        await operations.resume_connection(desk.centre_id, name, actor=desk.actor)

    @delete("/{name:str}", opt={"right": "centre.edit"})
    async def end(self, desk: AtDesk, name: FromPath[str]) -> None:
        """End a connection; the cards that it brought stay."""
        await operations.drop_connection(desk.centre_id, name, actor=desk.actor)


def _wanted(name: str, data: ConnectionChange) -> rules.Connection:
    return rules.Connection(
        name=name,
        kind=rules.Kind(data.kind),
        mapping=data.mapping,
        url=data.url,
        login=data.login,
        host_key=data.host_key,
    )


def _view(found: rules.Connection, slug: str, last: Run | None) -> Connection:
    view = msgspec.convert(found, Connection, from_attributes=True)
    run = msgspec.convert(last, ImportRun, from_attributes=True) if last is not None else None
    return msgspec.structs.replace(view, webhook_url=_webhook_url(found, slug), last_run=run)


def _webhook_url(found: rules.Connection, slug: str) -> str:
    """Return where a webhook calls; nothing for a drop."""
    if found.kind is not rules.Kind.WEBHOOK:
        return ""
    return f"{settings().public_url.rstrip('/')}/webhooks/cards/{slug}/{quote(found.name, safe='')}"
