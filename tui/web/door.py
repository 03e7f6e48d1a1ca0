"""What the web door asks the API: a token for who logs in, and its end; it holds no credential of its own."""

import httpx
import msgspec

from server.contract.accounts import DeviceCode, DeviceTokenRequest, Me, RefreshRequest, Token, TokenRequest
from server.contract.basics import Problem

PENDING = ("authorization_pending", "slow_down")
"""What a device code that nobody has approved yet is answered."""


class Refused(Exception):
    """The API does not let them in; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Door:
    """The API, as the web door sees it. `address` is the visitor's, for the API's own limits."""

    def __init__(self, server: str) -> None:
        self.server = server.rstrip("/")
        self._client = httpx.AsyncClient(
            base_url=self.server,
            headers={"Content-Type": "application/json"},
            timeout=httpx.Timeout(10, connect=3),
            verify=self.server.startswith("https:"),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def log_in(self, login: str, password: str, *, code: str, address: str) -> Token:
        """Log in by password.

        Raises:
            Refused: by the API's code; `unreachable` where nobody answers.
        """
        asked = TokenRequest(login=login, password=password, code=code or None)
        return msgspec.json.decode(await self._post("/auth/token", asked, address=address), type=Token)

    async def begin(self, *, address: str) -> DeviceCode:
        """Begin a log-in that the approval page completes, by password or by the network's identity provider.

        Raises:
            Refused: as `log_in`.
        """
        return msgspec.json.decode(await self._post("/auth/device", None, address=address), type=DeviceCode)

    async def approved(self, device_code: str, *, address: str) -> Token | None:
        """Return the token of a log-in that was approved; None while it is not.

        Raises:
            Refused: it was denied, or is over.
        """
        asked = DeviceTokenRequest(device_code=device_code)
        try:
            return msgspec.json.decode(await self._post("/auth/device/token", asked, address=address), type=Token)
        except Refused as refused:
            if refused.code in PENDING:
                return None
            raise

    async def login_of(self, token: Token) -> str:
        """Return whose token it is, as the account spells it.

        Raises:
            Refused: as `log_in`.
        """
        try:
            answer = await self._client.get("/api/v1/me", headers={"Authorization": f"Bearer {token.access_token}"})
        except httpx.HTTPError as error:
            raise Refused("unreachable") from error
        if not answer.is_success:
            raise Refused(_code_of(answer))
        return msgspec.json.decode(answer.content, type=Me).login

    async def log_out(self, access_token: str, refresh_token: str | None) -> None:
        """End the session, at once and everywhere; where nobody answers it ends by itself."""
        try:
            if not await self._is_spent(access_token) or refresh_token is None:
                return
            # The quarter of an hour of the access token is over: the session is still there behind the other one.
            renewed = await self._post("/auth/refresh", RefreshRequest(refresh_token=refresh_token), address="")
            await self._is_spent(msgspec.json.decode(renewed, type=Token).access_token)
        except (Refused, httpx.HTTPError):
            return

    async def _is_spent(self, access_token: str) -> bool:
        answer = await self._client.post("/auth/revoke", headers={"Authorization": f"Bearer {access_token}"})
        return answer.status_code == httpx.codes.UNAUTHORIZED

    async def _post(self, path: str, body: msgspec.Struct | None, *, address: str) -> bytes:
        headers = {"X-Forwarded-For": address} if address else {}
        content = b"" if body is None else msgspec.json.encode(body)
        try:
            answer = await self._client.post(path, content=content, headers=headers)
        except httpx.HTTPError as error:
            raise Refused("unreachable") from error
        if answer.is_success:
            return answer.content
        raise Refused(_code_of(answer))


def _code_of(answer: httpx.Response) -> str:
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        return "unreachable"
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        return "log_in_slowed"
    try:
        return msgspec.json.decode(answer.content, type=Problem).code
    except msgspec.DecodeError:
        return "unreachable"
