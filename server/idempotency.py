"""The Idempotency-Key header of a POST: the second one gets the first one's answer."""

from typing import cast

from litestar.enums import ScopeType
from litestar.exceptions import ClientException
from litestar.types import ASGIApp, HTTPReceiveMessage, HTTPRequestEvent, Message, Receive, Scope, Send

from infra.errors import FieldError, Invalid
from infra.idempotency import KeptAnswer, Key, claim, digest, keep, under_way

LARGEST_BODY = 1_000_000
REPLAYED = (b"idempotency-replayed", b"true")


class KeyInvalid(Invalid):
    """An Idempotency-Key has 1 to 255 characters."""

    code = "idempotency_key_invalid"


def with_idempotency(app: ASGIApp) -> ASGIApp:
    """Replay the kept answer of a POST that names a key it named before; run it once otherwise."""

    async def once(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "POST":
            await app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        named = headers.get(b"idempotency-key")
        if named is None or b"authorization" not in headers:
            await app(scope, receive, send)
            return
        if not 1 <= len(named) <= 255:
            raise KeyInvalid(errors=(FieldError("", "idempotency_key_invalid", "1 to 255 characters"),))
        body = await _whole_body(receive)
        key = Key(digest(headers[b"authorization"]), f"POST {scope['path']}", named.decode("latin-1"))
        kept = await claim(key, body)
        if kept is not None:
            await _replay(kept, send)
            return
        recorder = _Recorder(send)
        token = under_way.set(key)
        try:
            await app(scope, _again(body, receive), recorder)
        finally:
            under_way.reset(token)
            await keep(key, recorder.answer())
        await recorder.flush()

    return once


class _Recorder:
    """Holds an answer back until it is kept: what the client saw is what a repeat will see."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._messages: list[Message] = []

    async def __call__(self, message: Message) -> None:
        self._messages.append(message)

    async def flush(self) -> None:
        for message in self._messages:
            await self._send(message)

    def answer(self) -> KeptAnswer:
        status, headers, body = 500, [], b""
        for message in self._messages:
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
            elif message["type"] == "http.response.body":
                body += message["body"]
        return KeptAnswer(status, headers, body)


async def _whole_body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return body
        body += message["body"]
        if len(body) > LARGEST_BODY:
            raise ClientException("the body is larger than 1 MB", status_code=413)
        if not message["more_body"]:
            return body


def _again(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replayed() -> HTTPReceiveMessage:
        nonlocal given
        if given:
            return cast("HTTPReceiveMessage", await receive())
        given = True
        return HTTPRequestEvent(type="http.request", body=body, more_body=False)

    return cast("Receive", replayed)


async def _replay(kept: KeptAnswer, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in kept.headers]
    await send({"type": "http.response.start", "status": kept.status, "headers": [*headers, REPLAYED]})
    await send({"type": "http.response.body", "body": kept.body, "more_body": False})
