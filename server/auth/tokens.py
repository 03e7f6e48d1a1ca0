"""Tokens: had for a password, a device code or the gateway's word; traded and given back."""

import secrets
from typing import Annotated
from urllib.parse import quote

from litestar import Controller, post
from litestar.exceptions import NotAuthorizedException
from litestar.params import JSONBody, QueryParameter

from infra.settings import settings
from server.addresses import client_address
from server.auth.refusals import LOG_IN_HANDLERS
from server.contract.accounts import (
    DeviceCode,
    DeviceTokenRequest,
    RefreshRequest,
    SshKeyQuestion,
    SshSessionRequest,
    Token,
    TokenRequest,
)
from server.dependencies import HttpRequest, bearer
from tenants.accounts.operations import (
    IssuedToken,
    knows_key,
    log_in,
    open_ssh_session,
    poll,
    refresh,
    revoke,
    start_device_log_in,
)


class TokenController(Controller):
    """How programs log in and out."""

    path = "/auth"
    tags = ("auth",)
    opt = {"public": True}
    exception_handlers = LOG_IN_HANDLERS

    @post("/token", status_code=200)
    async def token(self, request: HttpRequest, data: JSONBody[TokenRequest]) -> Token:
        """Log in by password, and by the six digits of an authenticator where the account has one."""
        return shown(
            await log_in(
                data.login,
                data.password,
                centre_slug=data.centre,
                code=data.code,
                address=client_address(request),
            )
        )

    @post("/refresh", status_code=200)
    async def refresh(self, data: JSONBody[RefreshRequest]) -> Token:
        """Trade a refresh token for a new pair; one that was traded before ends its session."""
        return shown(await refresh(data.refresh_token))

    @post("/revoke", status_code=204)
    async def revoke(self, request: HttpRequest) -> None:
        """Log out: end the session of the bearer token, at once and with its refresh token."""
        await revoke(bearer(request))

    @post("/device", status_code=200)
    async def device(
        self, request: HttpRequest, centre: Annotated[str | None, QueryParameter(max_length=60)] = None
    ) -> DeviceCode:
        """Begin a log-in that a browser completes (RFC 8628); `centre` is named on the approval page."""
        start = await start_device_log_in(address=client_address(request), centre_slug=centre)
        page = f"{settings().public_url}/auth/device/verify"
        return DeviceCode(
            device_code=start.device_code,
            user_code=start.user_code,
            verification_uri=page,
            verification_uri_complete=f"{page}?user_code={quote(start.user_code)}",
            expires_in=start.expires_in,
            interval=start.interval,
        )

    @post("/device/token", status_code=200)
    async def device_token(self, request: HttpRequest, data: JSONBody[DeviceTokenRequest]) -> Token:
        """Ask whether a device code was approved: once it was, here is the token, and only once."""
        return shown(await poll(data.device_code, address=client_address(request)))

    @post("/ssh-keys", status_code=204, opt={"unlimited": True})
    async def ssh_key(self, request: HttpRequest, data: JSONBody[SshKeyQuestion]) -> None:
        """Tell the SSH gateway whether a key is an active user's; 401 where it is not."""
        require_gateway(request)
        if not await knows_key(data.login, data.fingerprint):
            raise NotAuthorizedException("this key is nobody's")

    @post("/ssh-sessions", status_code=200, opt={"unlimited": True})
    async def ssh_session(self, request: HttpRequest, data: JSONBody[SshSessionRequest]) -> Token:
        """Open the session of somebody whose key the SSH gateway has proved; only the gateway may."""
        require_gateway(request)
        return shown(await open_ssh_session(data.login, data.fingerprint, address=data.address))


def require_gateway(request: HttpRequest) -> None:
    """Refuse whoever is not the SSH gateway; without a credential in the settings, nobody is.

    Raises:
        NotAuthorizedException: the credential is not the gateway's.
    """
    expected = settings().gateway_credential
    if not expected or not secrets.compare_digest(bearer(request).encode(), expected.encode()):
        raise NotAuthorizedException("only the SSH gateway opens sessions by key")


def shown(issued: IssuedToken) -> Token:
    """Put issued tokens on the wire."""
    return Token(access_token=issued.access_token, expires_in=issued.expires_in, refresh_token=issued.refresh_token)
