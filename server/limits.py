"""How often a stranger may knock: per address, on the routes that ask for no token."""

from typing import Any

from litestar import Request
from litestar.middleware.rate_limit import RateLimitConfig

from infra.settings import settings
from server.addresses import client_address


def _address(request: Request[Any, Any, Any]) -> str:
    return client_address(request)


async def _is_limited(request: Request[Any, Any, Any]) -> bool:
    opt = request.scope["route_handler"].opt
    return bool(opt.get("public")) and not opt.get("unlimited")


def rate_limit() -> RateLimitConfig:
    """Return the limit on public routes, counted per process and per address, in requests a minute."""
    return RateLimitConfig(
        rate_limit=("minute", settings().requests_per_minute),
        identifier_for_request=_address,
        check_throttle_handler=_is_limited,
    )
