"""The network's identity provider (OpenID Connect), asked through Authlib: authorization code with PKCE.

What it answers is believed only as far as it can be checked: issuer and audience exact, the signature by a pinned list
of algorithms, the nonce of this very request, no answer of more than a few kilobytes.
"""

import time
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import quote

import httpx
import msgspec
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from infra.errors import NotFound, Refused, Unavailable
from infra.settings import settings

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
"""Signatures by a private key that only the provider has. Never `none`, never HS256 with something public as its key."""
LARGEST_ANSWER: Final = 200_000
LARGEST_TOKEN: Final = 20_000
LEEWAY_SECONDS: Final = 60
_BELIEVED_FOR_SECONDS: Final = 600
_TIMEOUT: Final = httpx.Timeout(5)


class ProviderNotConfigured(NotFound):
    """This network has no identity provider."""

    code = "provider_not_configured"


class ProviderUnavailable(Unavailable):
    """The identity provider does not answer, or not as it should."""

    code = "provider_unavailable"


class IdentityRefused(Refused):
    """What came back from the identity provider cannot be believed: begin again."""

    code = "identity_refused"


class Endpoints(msgspec.Struct, frozen=True):
    """As much of a provider's discovery document as is used."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class Tokens(msgspec.Struct, frozen=True):
    """As much of a token answer as is used."""

    id_token: str
    access_token: str
    token_type: str = "Bearer"


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a provider means: these two together, and nothing else it says."""

    issuer: str
    subject: str


_endpoints: tuple[float, Endpoints] | None = None
_keys: tuple[float, KeySet] | None = None


async def authorization_address(*, state: str, nonce: str, verifier: str) -> str:
    """Return where to send the browser.

    Raises:
        ProviderNotConfigured: no issuer is set.
        ProviderUnavailable: its discovery document cannot be had, or is another issuer's.
    """
    endpoints = await _discover()
    return str(
        prepare_grant_uri(
            endpoints.authorization_endpoint,
            client_id=settings().oidc_client_id,
            response_type="code",
            redirect_uri=_callback(),
            scope="openid",
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
    )


async def identity_of(code: str, *, nonce: str, verifier: str) -> Identity:
    """Trade an authorization code and check the ID token that comes for it.

    Raises:
        IdentityRefused: the provider refuses the code, or the token is not exactly what it must be.
        ProviderNotConfigured, ProviderUnavailable: as `authorization_address`.
    """
    answer = await _trade(code, verifier=verifier)
    if len(answer.id_token) > LARGEST_TOKEN or answer.token_type.lower() != "bearer":
        raise IdentityRefused()
    return await checked(answer.id_token, access_token=answer.access_token, nonce=nonce)


async def checked(id_token: str, *, access_token: str, nonce: str) -> Identity:
    """Check an ID token: signature, issuer, audience, times, nonce, and the access token it came with.

    Raises:
        IdentityRefused: it is not exactly what it must be.
        ProviderUnavailable: the provider's keys cannot be had.
    """
    try:
        token = await _decoded(id_token)
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": settings().oidc_issuer},
                "aud": {"essential": True, "value": settings().oidc_client_id},
                "nonce": {"essential": True, "value": nonce},
            },
            {"nonce": nonce, "client_id": settings().oidc_client_id, "access_token": access_token},
        )
        claims.validate(leeway=LEEWAY_SECONDS)
    except (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError) as error:
        raise IdentityRefused() from error
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise IdentityRefused()
    return Identity(issuer=settings().oidc_issuer, subject=subject)


async def _decoded(id_token: str) -> jwt.Token:
    registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
    try:
        return jwt.decode(id_token, await _key_set(), registry=registry)
    except InvalidKeyIdError:
        # The provider may have changed its keys since they were read.
        return jwt.decode(id_token, await _key_set(again=True), registry=registry)


async def _trade(code: str, *, verifier: str) -> Tokens:
    endpoints = await _discover()
    identity, secret = settings().oidc_client_id, settings().oidc_client_secret
    named = {} if secret else {"client_id": identity}
    body = prepare_token_request(
        "authorization_code", redirect_uri=_callback(), code=code, code_verifier=verifier, **named
    )
    # RFC 6749, 2.3.1: both halves are form-encoded before they are joined.
    auth = httpx.BasicAuth(quote(identity, safe=""), quote(secret, safe="")) if secret else httpx.USE_CLIENT_DEFAULT
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    try:
        async with _client() as client:
            response = await client.post(endpoints.token_endpoint, content=body, auth=auth, headers=headers)
    except httpx.HTTPError as error:
        raise ProviderUnavailable() from error
    if response.status_code >= 500:
        raise ProviderUnavailable()
    if response.status_code != 200:
        raise IdentityRefused()
    try:
        return msgspec.json.decode(response.content, type=Tokens)
    except msgspec.MsgspecError as error:
        raise IdentityRefused() from error


async def _discover() -> Endpoints:
    global _endpoints
    issuer = settings().oidc_issuer
    if not issuer or not settings().oidc_client_id:
        raise ProviderNotConfigured()
    if _endpoints is None or _endpoints[0] < time.monotonic():
        body = await _read(issuer.rstrip("/") + "/.well-known/openid-configuration")
        try:
            found = msgspec.json.decode(body, type=Endpoints)
        except msgspec.MsgspecError as error:
            raise ProviderUnavailable() from error
        if found.issuer != issuer:
            raise ProviderUnavailable(f"the provider says it is {found.issuer[:200]}")
        _endpoints = (time.monotonic() + _BELIEVED_FOR_SECONDS, found)
    return _endpoints[1]


async def _key_set(*, again: bool = False) -> KeySet:
    global _keys
    if again or _keys is None or _keys[0] < time.monotonic():
        body = await _read((await _discover()).jwks_uri)
        try:
            keys = KeySet.import_key_set(msgspec.json.decode(body))
        except (msgspec.MsgspecError, JoseError, ValueError, TypeError, KeyError) as error:
            raise ProviderUnavailable() from error
        _keys = (time.monotonic() + _BELIEVED_FOR_SECONDS, keys)
    return _keys[1]


async def _read(address: str) -> bytes:
    try:
        async with _client() as client:
            response = await client.get(address, headers={"Accept": "application/json"})
            response.raise_for_status()
    except httpx.HTTPError as error:
        raise ProviderUnavailable() from error
    return response.content


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=_TIMEOUT, transport=_Bounded(), trust_env=False)


def _callback() -> str:
    return f"{settings().public_url}/auth/oidc/callback"


class _Bounded(httpx.AsyncHTTPTransport):
    """Reads no more of an answer than one of ours could have."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["Accept-Encoding"] = "identity"
        response = await super().handle_async_request(request)
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=_BoundedStream(response.stream),
            extensions=response.extensions,
        )


class _BoundedStream(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream | httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        if not isinstance(self._stream, httpx.AsyncByteStream):
            raise httpx.StreamError("not an asynchronous answer")
        async for chunk in self._stream:
            read += len(chunk)
            if read > LARGEST_ANSWER:
                raise httpx.ReadError("the answer is too large")
            yield chunk

    async def aclose(self) -> None:
        if isinstance(self._stream, httpx.AsyncByteStream):
            await self._stream.aclose()


def forget_provider() -> None:
    """Drop what was read of the provider (its addresses and keys), for tests that change it."""
    global _endpoints, _keys
    _endpoints = _keys = None
