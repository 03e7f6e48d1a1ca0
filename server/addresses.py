"""Whose address a request comes from, behind the proxies that are believed and no others."""

from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any

from litestar.connection import ASGIConnection

from infra.settings import settings


@lru_cache(maxsize=4096)
def trusted(address: str) -> bool:
    """Say whether `address` is a proxy of ours (`HALTE_TRUSTED_PROXIES`: addresses or networks)."""
    try:
        seen = ip_address(address)
    except ValueError:
        return False
    return any(seen in ip_network(part.strip()) for part in settings().trusted_proxies.split(",") if part.strip())


def client_address(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the caller's address: the socket's, or the last one in X-Forwarded-For that no proxy of ours added."""
    address = connection.client.host if connection.client else ""
    if not trusted(address):
        return address
    for hop in reversed(connection.headers.get("x-forwarded-for", "").split(",")):
        if hop.strip():
            address = hop.strip()
        if not trusted(address):
            break
    return address
