"""Who one is: log-in, preferences."""

from server.contract.accounts import (
    DeviceCode,
    DeviceTokenRequest,
    Me,
    PreferencesChange,
    Token,
    TokenRequest,
)
from tui.client.calls import Calls


class AccountCalls(Calls):
    """The account that the token speaks for."""

    async def log_in(self, *, login: str, password: str, code: str | None = None, centre: str | None = None) -> Token:
        """Log in by password."""
        body = TokenRequest(login=login, password=password, code=code or None, centre=centre)
        return await self.line.send("POST", "/auth/token", Token, body=body)

    async def start_device_log_in(self) -> DeviceCode:
        """Ask for a code to be approved in a browser."""
        return await self.line.send("POST", "/auth/device", DeviceCode)

    async def device_token(self, device_code: str) -> Token:
        """Ask whether the code was approved; a problem `authorization_pending` until then."""
        return await self.line.send(
            "POST", "/auth/device/token", Token, body=DeviceTokenRequest(device_code=device_code)
        )

    async def me(self) -> Me:
        """Whom the token speaks for."""
        return await self.line.send("GET", "/api/v1/me", Me)

    async def change_preferences(self, change: PreferencesChange) -> Me:
        """Set one's language, theme, keys."""
        return await self.line.send("PATCH", "/api/v1/me", Me, body=change)
