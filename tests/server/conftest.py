"""The HTTP door, in the test's own loop."""

from collections.abc import AsyncIterator
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest
from litestar import Litestar
from litestar.serialization import decode_json, encode_json

from infra.pools import close_pools, open_pools
from infra.settings import Settings, settings
from tests.servers import Servers

if TYPE_CHECKING:
    from tests.server.world import World


@cache
def _app(_told: Settings) -> Litestar:
    from server.app import create_app

    return create_app()


@cache
def _described(app: Litestar) -> bytes:
    return encode_json(app.openapi_schema.to_schema())


@pytest.fixture
def app() -> Litestar:
    """The application as it is served: put together once for the same settings, which takes a second, and opened by each test."""
    return _app(settings())


@pytest.fixture
async def api(app: Litestar, servers: Servers) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application; its pools are open."""
    if servers.failure:
        pytest.fail(servers.failure)
    from server.app import ROLES, pools

    await close_pools()
    # Whoever knocked in another test knocked at the same application.
    await app.stores.get("rate_limit").delete_all()
    transport = httpx.ASGITransport(cast(Any, app))
    # Connected when used: a test seldom needs all of them.
    await open_pools(*ROLES, least=0)
    async with pools(app), httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


@pytest.fixture
async def world(api: httpx.AsyncClient) -> "World":
    """Two centres with some of everything; the test is a director of the first."""
    from tests.server.world import a_world

    return await a_world()


@pytest.fixture
def described(app: Litestar) -> dict[str, Any]:
    """The API's own description, as it is sent."""
    description: dict[str, Any] = decode_json(_described(app))
    return description
