"""Speaking HTTP with the server: bytes to structs, refusals to `ApiProblem`, a lost line waited out, a token renewed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeVar
from uuid import uuid4

import httpx
import msgspec

from server.contract.accounts import RefreshRequest, Token
from server.contract.basics import FieldProblem, LiveEvent, Problem, Wire

Answer = TypeVar("Answer")
QueryValues = dict[str, str | int | None]

FIRST_PAUSE_SECONDS = 0.3
LONGEST_PAUSE_SECONDS = 5.0
WRITE_PATIENCE = 5
"""How many times a write that may be repeated is tried over a lost line before the form gets it back."""
SILENCE_SECONDS = 30.0
"""The live stream says that it is there every two seconds: after so long it is dead."""
GATEWAY_ERRORS = (502, 504)


class ApiProblem(Exception):
    """The server refused, or could not be reached (`unreachable`). `errors` name the fields."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem

    @property
    def code(self) -> str:
        """The stable code, which `tui.problems` turns into words."""
        return self.problem.code

    @property
    def status(self) -> int:
        """The HTTP status; 0 when nobody answered."""
        return self.problem.status

    @property
    def errors(self) -> list[FieldProblem]:
        """The fields in error."""
        return self.problem.errors


class SignedOut(ApiProblem):
    """The token is over and cannot be renewed."""


class Resync(Wire, frozen=True):
    """The live stream lost count: read everything again."""


def unreachable(detail: str) -> ApiProblem:
    """Make the problem of a server that does not answer."""
    return ApiProblem(_problem(0, "unreachable", detail))


def _problem(status: int, code: str, detail: str) -> Problem:
    return Problem(type="", title="", status=status, detail=detail, code=code, request_id="")


class Transport:
    """A line to one server, with one account's token.

    `on_line` is told True or False when the line comes or goes; `on_renewed` the new token, to be kept.
    """

    def __init__(
        self,
        server: str,
        *,
        access_token: str = "",
        refresh_token: str | None = None,
        on_line: Callable[[bool], None] = lambda _there: None,
        on_renewed: Callable[[Token], None] = lambda _token: None,
    ) -> None:
        self.server = server.rstrip("/")
        self.access_token = access_token
        self.refresh_token = refresh_token
        self.on_line = on_line
        self.on_renewed = on_renewed
        self._renewing = asyncio.Lock()
        self._there = True
        # Reading the certificates costs 20 ms and more: only where they serve.
        self._http = httpx.AsyncClient(
            base_url=self.server,
            timeout=httpx.Timeout(15.0, connect=4.0),
            verify=self.server.startswith("https:"),
            headers={"Accept": "application/json"},
        )

    async def close(self) -> None:
        """Hang up."""
        await self._http.aclose()

    async def send(
        self,
        method: str,
        path: str,
        answer: type[Answer],
        *,
        body: Wire | None = None,
        version: int | None = None,
        query: QueryValues | None = None,
    ) -> Answer:
        """Ask, and decode what comes back; a POST carries an idempotency key, so that it can be repeated.

        Raises:
            SignedOut: the token is over.
            ApiProblem: refused, or out of reach after some patience (reading waits for ever).
        """
        response = await self._answered(method, path, body=body, version=version, query=query)
        if answer is bytes:
            return response.content  # type: ignore[return-value]  # `answer` is bytes here
        return msgspec.json.decode(response.content or b"null", type=answer)

    async def events(self, path: str) -> AsyncIterator[LiveEvent | Resync]:
        """Yield what changes, for ever, across lost lines; `Resync` where something may have been missed.

        Raises:
            SignedOut: the token is over.
        """
        last_id = ""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last_id} if last_id else {})
                async with self._http.stream(
                    "GET", path, headers=self._bearer() | headers, timeout=httpx.Timeout(SILENCE_SECONDS, connect=4.0)
                ) as response:
                    if response.status_code == 401:
                        await self._renew(self.access_token)
                        continue
                    response.raise_for_status()
                    self._line(there=True)
                    if pause > FIRST_PAUSE_SECONDS and not last_id:
                        yield Resync()
                    pause = FIRST_PAUSE_SECONDS
                    async for event_id, kind, data in _server_sent(response.aiter_lines()):
                        last_id = event_id or last_id
                        yield Resync() if kind == "resync" else msgspec.json.decode(data, type=LiveEvent)
            except (httpx.HTTPError, msgspec.ValidationError, msgspec.DecodeError) as error:
                if isinstance(error, httpx.TransportError) and not isinstance(
                    error, httpx.ReadTimeout | httpx.RemoteProtocolError
                ):
                    self._line(there=False)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _answered(
        self, method: str, path: str, *, body: Wire | None, version: int | None, query: QueryValues | None
    ) -> httpx.Response:
        headers = {}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid4())
        content = None if body is None else msgspec.json.encode(body)
        if content is not None:
            headers["Content-Type"] = "application/json"
        params = {name: value for name, value in (query or {}).items() if value not in (None, "")}
        pause, tries, renewed = FIRST_PAUSE_SECONDS, 0, False
        while True:
            tries += 1
            token = self.access_token
            try:
                response = await self._http.request(
                    method, path, content=content, headers=headers | self._bearer(), params=params
                )
            except httpx.TransportError as error:
                self._line(there=False)
                # A PATCH that was cut off may have been done: only what surely never left is repeated.
                repeatable = method in ("GET", "POST") or isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
                if method != "GET" and (not repeatable or tries >= WRITE_PATIENCE):
                    raise unreachable(str(error)) from error
            else:
                if response.status_code not in GATEWAY_ERRORS:
                    self._line(there=True)
                    if response.status_code == 401 and not path.startswith("/auth/"):
                        if renewed:
                            raise SignedOut(_read_problem(response))
                        await self._renew(token)
                        renewed = True
                        continue
                    if response.is_success:
                        return response
                    raise ApiProblem(_read_problem(response))
                self._line(there=False)
                if method != "GET" and tries >= WRITE_PATIENCE:
                    raise unreachable(f"HTTP {response.status_code}")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _renew(self, spent: str) -> None:
        """Trade the refresh token, once even where several requests were told 401 at the same time."""
        async with self._renewing:
            if self.access_token != spent:
                return
            over = SignedOut(_problem(401, "signed_out", ""))
            if not self.refresh_token:
                raise over
            body = RefreshRequest(refresh_token=self.refresh_token)
            try:
                token = await self.send("POST", "/auth/refresh", Token, body=body)
            except ApiProblem as problem:
                if problem.status in (400, 401, 403, 404, 422):
                    raise over from problem
                raise
            self.use(token)
            self.on_renewed(token)

    def use(self, token: Token) -> None:
        """Speak with this token from now on."""
        self.access_token = token.access_token
        self.refresh_token = token.refresh_token or self.refresh_token

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access_token}"} if self.access_token else {}

    def _line(self, *, there: bool) -> None:
        if there != self._there:
            self._there = there
            self.on_line(there)


def _read_problem(response: httpx.Response) -> Problem:
    try:
        return msgspec.json.decode(response.content, type=Problem)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return _problem(response.status_code, f"http_{response.status_code}", response.text[:200])


async def _server_sent(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, str, bytes]]:
    """Read server-sent events as (id, kind, data)."""
    event_id, kind = "", "message"
    data: list[str] = []
    async for line in lines:
        if not line:
            if data:
                yield event_id, kind, "\n".join(data).encode()
            event_id, kind, data = "", "message", []
            continue
        name, _colon, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "id":
            event_id = value
        elif name == "event":
            kind = value
        elif name == "data":
            data.append(value)
