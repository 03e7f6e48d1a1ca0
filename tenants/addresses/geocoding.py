"""Streets as one types, from geocoders on the network that may be slow or gone: typing never waits for them.

France: the geocoding service of the Géoplateforme (`/search` with `autocomplete`, geoservices.ign.fr), fed by the national
address base. Elsewhere: a server that speaks Photon's API (github.com/komoot/photon), where one is configured. What is
sent is what was typed in the street, the town and the postal code, and nothing else of the card.
"""

import asyncio
import time
from typing import Final

import httpx
import msgspec
import structlog

from infra.settings import settings

PATIENCE_SECONDS: Final = 0.3
PAUSE_SECONDS: Final = 20.0
"""After a failure nobody asks again for so long: the desk types on without waiting at each letter."""
_SHORTEST: Final = 3
_LONGEST: Final = 200
_log = structlog.get_logger("tenants.addresses")


class Street(msgspec.Struct, frozen=True, kw_only=True):
    """A street, with its number where one was typed."""

    street: str
    postal_code: str
    town: str


class Streets(msgspec.Struct, frozen=True, kw_only=True):
    """What a geocoder found; `missing` says why there is nothing: empty, `slow`, `down`, `not_configured`."""

    items: list[Street]
    missing: str = ""


class _BanProperties(msgspec.Struct):
    type: str = ""
    name: str = ""
    postcode: str = ""
    city: str = ""


class _BanFeature(msgspec.Struct):
    properties: _BanProperties


class _BanAnswer(msgspec.Struct):
    features: list[_BanFeature] = []


class _PhotonProperties(msgspec.Struct):
    name: str = ""
    street: str = ""
    housenumber: str = ""
    postcode: str = ""
    city: str = ""
    countrycode: str = ""
    osm_key: str = ""


class _PhotonFeature(msgspec.Struct):
    properties: _PhotonProperties


class _PhotonAnswer(msgspec.Struct):
    features: list[_PhotonFeature] = []


_down_until: dict[str, float] = {}
"""By the geocoder's address, on the monotonic clock."""


async def streets(typed: str, *, country: str, postal_code: str = "", limit: int = 6) -> Streets:
    """Return the streets that what was typed may mean, within 300 ms or not at all.

    Args:
        typed: the street, with or without a number and a town.
        country: ISO 3166 alpha-2.
        postal_code: narrows a French street to its town, where it is whole.
        limit: at most so many.
    """
    wanted = " ".join(typed.split())[:_LONGEST]
    base = settings().geocoder_url if country == "FR" else settings().photon_url
    if not base:
        return Streets(items=[], missing="not_configured")
    # The service refuses fewer than three characters, and texts that begin with neither a letter nor a digit.
    if len(wanted) < _SHORTEST or not wanted[0].isalnum():
        return Streets(items=[])
    if time.monotonic() < _down_until.get(base, float("-inf")):
        return Streets(items=[], missing="down")
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            ask = _ban if country == "FR" else _photon
            return Streets(items=(await ask(base, wanted, country, postal_code, limit))[:limit])
    except TimeoutError:
        return _missing(base, "slow", "no answer in time")
    except (httpx.HTTPError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        return _missing(base, "down", repr(error))


def _missing(base: str, why: str, reason: str) -> Streets:
    _down_until[base] = time.monotonic() + PAUSE_SECONDS
    _log.warning("geocoder_missing", geocoder=base, why=why, reason=reason)
    return Streets(items=[], missing=why)


async def _ban(base: str, typed: str, _country: str, postal_code: str, limit: int) -> list[Street]:
    query = {"q": typed, "autocomplete": "1", "index": "address", "limit": str(limit)}
    if len(postal_code) == 5 and postal_code.isdigit():
        query["postcode"] = postal_code
    answer = msgspec.json.decode(await _get(f"{base.rstrip('/')}/search", query), type=_BanAnswer)
    return [
        Street(street=found.name, postal_code=found.postcode, town=found.city)
        for found in (feature.properties for feature in answer.features)
        if found.type in ("housenumber", "street", "locality") and found.name
    ]


async def _photon(base: str, typed: str, country: str, postal_code: str, limit: int) -> list[Street]:
    query = {"q": f"{typed} {postal_code}".strip(), "limit": str(limit * 3), "lang": "default"}
    answer = msgspec.json.decode(await _get(f"{base.rstrip('/')}/api", query), type=_PhotonAnswer)
    return [
        Street(
            street=f"{found.street} {found.housenumber}".strip() if found.street else found.name,
            postal_code=found.postcode,
            town=found.city,
        )
        for found in (feature.properties for feature in answer.features)
        if found.countrycode.upper() == country and (found.street or found.osm_key == "highway")
    ]


async def _get(url: str, query: dict[str, str]) -> bytes:
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS, follow_redirects=False) as client:
        answer = await client.get(url, params=query)
        answer.raise_for_status()
        return answer.content
