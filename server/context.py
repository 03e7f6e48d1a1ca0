"""The request's own name, which its log lines, facts and mails carry, into the worker and back."""

import re

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from infra.ids import new_id

_SOUND = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id() -> str:
    """Return the id of the request under way, empty outside one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def with_request_id(app: ASGIApp) -> ASGIApp:
    """Name each request (its own X-Request-ID where that is sound) and answer with the name."""

    async def named(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        name = given if _SOUND.fullmatch(given) else str(new_id())

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-request-id", name.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=name):
            await app(scope, receive, answer)

    return named
