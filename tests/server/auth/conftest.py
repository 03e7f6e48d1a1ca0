"""Settings for one test, and clients that come from an address of their own: failures are counted by address."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any, cast

import httpx
import pytest
from litestar import Litestar

from infra.settings import settings
from server.auth.provider import forget_provider

_addresses = count(1)

Set = Callable[..., None]
BASE = "http://testserver"


@pytest.fixture
def set_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[Set]:
    """Set settings by their names for one test."""

    def set_them(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"HALTE_{name.upper()}", value)
        settings.cache_clear()
        forget_provider()

    yield set_them
    monkeypatch.undo()
    settings.cache_clear()
    forget_provider()


@asynccontextmanager
async def another_client(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    """Open a client with an address and cookies of its own."""
    number = next(_addresses)
    transport = httpx.ASGITransport(cast("Any", app), client=(f"100.64.{number // 250}.{number % 250 + 1}", 1))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield client


@pytest.fixture
async def client(app: Litestar, api: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    """A client with an address and cookies of its own; the application's pools are open."""
    async with another_client(app) as client:
        yield client
