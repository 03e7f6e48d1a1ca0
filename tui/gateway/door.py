"""What the gateway asks the API: whether a key is somebody's, and a session for whom asyncssh has proved to hold it."""

import httpx
import msgspec

from server.contract.accounts import SshKeyQuestion, SshSessionRequest, Token


class Refused(Exception):
    """The API does not know this key, or no longer."""


class Unreachable(Exception):
    """The API does not answer."""


class Door:
    """The API, as the gateway sees it: two questions, asked with the gateway's own credential."""

    def __init__(self, server: str, credential: str) -> None:
        self.server = server.rstrip("/")
        self._client = httpx.AsyncClient(
            base_url=self.server,
            headers={"Authorization": f"Bearer {credential}", "Content-Type": "application/json"},
            timeout=httpx.Timeout(10, connect=3),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def knows(self, login: str, fingerprint: str) -> bool:
        """Say whether the key is an active user's.

        Raises:
            Unreachable: the API does not answer.
        """
        answer = await self._post("/auth/ssh-keys", SshKeyQuestion(login=login, fingerprint=fingerprint))
        return answer.status_code == httpx.codes.NO_CONTENT

    async def session(self, login: str, fingerprint: str, address: str) -> Token:
        """Open a session for whoever proved to hold the key.

        Raises:
            Refused: the key is nobody's any more.
            Unreachable: the API does not answer.
        """
        asked = SshSessionRequest(login=login, fingerprint=fingerprint, address=address)
        answer = await self._post("/auth/ssh-sessions", asked)
        if answer.status_code != httpx.codes.OK:
            raise Refused(f"{answer.status_code}")
        return msgspec.json.decode(answer.content, type=Token)

    async def _post(self, path: str, body: msgspec.Struct) -> httpx.Response:
        try:
            answer = await self._client.post(path, content=msgspec.json.encode(body))
        except httpx.HTTPError as error:
            raise Unreachable(str(error)) from error
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise Unreachable(f"{answer.status_code}")
        return answer
