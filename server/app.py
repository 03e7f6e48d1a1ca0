"""The HTTP door: every controller, the one error map, and what surrounds each request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.di import Provide

from infra.logging import configure_logging
from infra.pools import Role, close_pools, open_pools
from server import controllers
from server import pages as public
from server.bodies import SoundRequest
from server.context import with_request_id
from server.dependencies import provide_desk, provide_if_match, provide_network, provide_session
from server.errors import HANDLERS
from server.filters import provide_client_filter, provide_counted_filter
from server.headers import SECURITY_HEADERS
from server.idempotency import with_idempotency
from server.limits import with_rate_limit
from server.live.hub import Hub
from server.metrics import MetricsController, with_metrics
from server.openapi import REFERENCE_HANDLERS, Described, openapi_config

ROLES = (Role.APP, Role.NETWORK, Role.RELAY, Role.POLICE)


@asynccontextmanager
async def pools(app: Litestar) -> AsyncIterator[None]:
    """Open the database's pools and the live hub for as long as the server serves."""
    hub: Hub = app.state.hub
    await open_pools(*ROLES)
    await hub.start()
    try:
        yield
    finally:
        await hub.stop()
        await close_pools()


def create_app() -> Litestar:
    """Build the application; nothing is connected before it is served."""
    configure_logging()
    hub = Hub()
    app = Litestar(
        route_handlers=[*controllers.ALL, *public.HANDLERS, *REFERENCE_HANDLERS, MetricsController],
        dependencies={
            "desk": Provide(provide_desk),
            "network": Provide(provide_network),
            "session": Provide(provide_session),
            "if_match": Provide(provide_if_match),
            "of_clients": Provide(provide_client_filter),
            "of_counted": Provide(provide_counted_filter),
            "hub": Provide(lambda: hub, sync_to_thread=False, use_cache=True),
        },
        exception_handlers=HANDLERS,
        middleware=[
            with_request_id,
            with_rate_limit,
            with_metrics,
            with_idempotency,
        ],
        lifespan=[pools],
        openapi_config=openapi_config(),
        plugins=[Described()],
        response_headers=SECURITY_HEADERS,
        request_class=SoundRequest,
        request_max_body_size=5_000_000,
        logging_config=None,
        debug=False,
    )
    app.state.hub = hub
    return app
