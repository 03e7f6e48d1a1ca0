"""A client that costs as little as one can: blocking, one connection kept alive, nothing read but what is needed.

httpx would add more to each request than the route itself takes, and all of it to our side of the ratio.
"""

import socket
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from infra.services.ports import LOOPBACK


class Wire:
    """One keep-alive connection."""

    def __init__(self, port: int, *, token: str = "") -> None:
        """Connect; `token` is sent with each request."""
        self._socket = socket.create_connection((LOOPBACK, port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = f"Host: {LOOPBACK}:{port}\r\n" + (f"Authorization: Bearer {token}\r\n" if token else "")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def request(self, method: str, path: str, body: bytes = b"", *, version: int | None = None) -> tuple[int, bytes]:
        """Send a request, an edit of that version where one is named, and return status and body."""
        edits = "" if version is None else f'If-Match: "{version}"\r\n'
        sent = edits + (f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else "")
        self._socket.sendall(f"{method} {path} HTTP/1.1\r\n{self._head}{sent}\r\n".encode() + body)
        buffer = b""
        while (end := buffer.find(b"\r\n\r\n")) < 0:
            buffer += self._more()
        head, rest = buffer[:end].lower(), buffer[end + 4 :]
        length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        while len(rest) < length:
            rest += self._more()
        return int(head[9:12]), rest

    def _more(self) -> bytes:
        received = self._socket.recv(1 << 18)
        if not received:
            raise ConnectionError("the server closed the connection")
        return received


def each_took(call: Callable[[bytes], object], bodies: Sequence[bytes]) -> list[float]:
    """Call with each body and return how long each took, in milliseconds."""
    spent = []
    for body in bodies:
        began = time.perf_counter()
        call(body)
        spent.append((time.perf_counter() - began) * 1000)
    return spent
