"""The request's own name, which its log lines, facts and mails carry, into the worker and back."""

import re
from contextvars import ContextVar

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from infra.ids import new_id

_name: ContextVar[str] = ContextVar("request_id", default="")
_SOUND = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id() -> str:
    """Return the id of the request under way, empty outside one."""
    return _name.get()


def with_request_id(app: ASGIApp) -> ASGIApp:
    """Name each request (its own X-Request-ID where that is sound) and answer with the name."""

    async def named(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        given = next((value for header, value in scope["headers"] if header == b"x-request-id"), b"").decode("latin-1")
        name = given if _SOUND.fullmatch(given) else str(new_id())

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-request-id", name.encode())]
            await send(message)

        token = _name.set(name)
        logged = structlog.contextvars.bind_contextvars(request_id=name)
        try:
            await app(scope, receive, answer)
        finally:
            structlog.contextvars.reset_contextvars(**logged)
            _name.reset(token)

    return named
