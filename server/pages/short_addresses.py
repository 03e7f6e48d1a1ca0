"""Short addresses: what the desk opens on its own machine, on one line at 80 columns, short enough to be read out or typed.

Redis keeps where each leads. It is disposable: an address that it lost is asked for again, and where it cannot keep one the
long address, which says all by itself, is given instead.
"""

import secrets
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from litestar import Controller, get
from litestar.params import FromPath
from litestar.response import Redirect
from redis.asyncio import Redis
from redis.exceptions import RedisError

from infra.clock import now
from infra.errors import NotFound
from infra.settings import settings

LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
"""None that is read as another."""
LENGTH: Final = 10
"""31¹⁰ addresses: nobody meets one of those that live by trying."""
PATIENCE_SECONDS: Final = 2


class AddressOver(NotFound):
    """This address was short-lived, and leads nowhere any more: ask for another at the desk."""

    code = "address_over"


class ShortAddressController(Controller):
    """Leads on to the long address, which checks whatever it opens."""

    path = "/a"
    opt = {"public": True}
    include_in_schema = False

    @get("/{code:str}", status_code=303)
    async def follow(self, code: FromPath[str]) -> Redirect:
        """Lead on, as long as the address lives; capitals are read too."""
        path = await _kept(code.lower())
        if path is None:
            raise AddressOver
        return Redirect(path, status_code=303)


async def shortened(url: str, *, until: datetime) -> str:
    """Return a short address that leads to `url` until then; `url`, which is one of our own, where none can be kept."""
    code = "".join(secrets.choice(LETTERS) for _letter in range(LENGTH))
    path = urlsplit(url).path
    seconds = max(1, int((until - now()).total_seconds()))
    async with _store() as store:
        try:
            await store.set(_key(code), path, ex=seconds)
        except RedisError:
            return url
    return f"{settings().public_url.rstrip('/')}/a/{code}"


async def _kept(code: str) -> str | None:
    if not (len(code) == LENGTH and set(code) <= set(LETTERS)):
        return None
    async with _store() as store:
        try:
            path = await store.get(_key(code))
        except RedisError:
            return None
    return path.decode() if isinstance(path, bytes) else None


def _key(code: str) -> str:
    return f"halte:address:{code}"


def _store() -> Redis:
    return Redis.from_url(
        settings().redis_url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS
    )
