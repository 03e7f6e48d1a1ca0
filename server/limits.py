"""How often a stranger may knock: per address, on the routes that ask for no token."""

from typing import Any

from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware.rate_limit import RateLimitConfig, RateLimitMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from infra.settings import settings
from server.addresses import client_address


def _address(request: Request[Any, Any, Any]) -> str:
    return client_address(request)


def _knocks(scope: Scope) -> bool:
    opt = scope["route_handler"].opt
    return scope["type"] == ScopeType.HTTP and bool(opt.get("public")) and not opt.get("unlimited")


def with_rate_limit(app: ASGIApp) -> ASGIApp:
    """Limit public routes, counted per process and per address, in requests a minute; the others pass untouched."""
    config = RateLimitConfig(
        rate_limit=("minute", settings().requests_per_minute),
        identifier_for_request=_address,
    )
    limited = RateLimitMiddleware(app, config)

    async def let_in(scope: Scope, receive: Receive, send: Send) -> None:
        await (limited if _knocks(scope) else app)(scope, receive, send)

    return let_in
