"""The outside of the terminal, for its tests: a small real HTTP server that speaks the contract from seeds.

`Desk.state` makes lists `full`, `empty`, `failed` (503) or `loading` (no answer until the test is over); `Desk.received` holds
what was sent. By hand: `python -m tests.tui.desk_server 8123`, then `halte tui --server http://127.0.0.1:8123`.
"""

import asyncio
import re
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid4

import msgspec
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar, Request, Response, get, route
from litestar.datastructures import State
from litestar.response import Stream

from server.contract.accounts import DeviceCode, Me, RoleView, Token, TokenRequest
from server.contract.addresses import Place, Places, Suggestion, Suggestions
from server.contract.basics import FieldProblem, LiveEvent, Page, Problem
from server.contract.clients import Signal
from server.contract.code_lists import CodeList, CodeListValue, TypeColour
from server.contract.dates import Allotment, Allotments
from server.contract.day_sheet import Rooms, SurveyDays
from server.contract.dossiers import DossierCard, DossierColumn
from server.contract.groups import RoomingImported, RoomingRowError, RoomsOffered, RoomsProposed
from server.contract.openings import Opening
from server.contract.planning import Gesture
from server.contract.search import Found, RoomFound, StayFound
from server.contract.segments import SegmentCount, SegmentCriterion, SegmentLine
from server.contract.statistics import TouristTaxRate
from server.contract.stays import ArrivalLine, LinkMade
from tests.tui import day_seeds, rule_seeds, seeds, segment_seeds, statistics_seeds

Body = (
    msgspec.Struct
    | list[DossierColumn]
    | list[CodeList]
    | list[RoleView]
    | list[TypeColour]
    | list[TouristTaxRate]
    | list[Opening]
    | list[SegmentLine]
    | list[SegmentCriterion]
    | None
)


class Received(NamedTuple):
    """A request that came."""

    method: str
    path: str
    body: bytes
    version: str
    key: str


class Refusal(Exception):
    """Answer with a problem."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str = "",
        errors: list[FieldProblem] | None = None,
        right: str | None = None,
    ) -> None:
        super().__init__(code)
        self.problem = Problem(
            type="",
            title="",
            status=status,
            detail=detail,
            code=code,
            request_id="r-1",
            errors=errors or [],
            right=right,
        )


class Desk:
    """What the server answers, and what it was sent."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Be as at the start."""
        self.state = "full"
        self.closing = False
        self.me: Me = seeds.ME
        self.received: list[Received] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        """`METHOD path` and the query of what was asked."""
        self.refusals: dict[str, Refusal] = {}
        """`METHOD path-ending` → what to answer instead, once."""
        self.answers: dict[str, msgspec.Struct] = {}
        """`METHOD path-ending` → what to answer instead."""
        self.first_answers: dict[str, list[msgspec.Struct]] = {}
        """`METHOD path-ending` → what to answer before that, each once, in order."""
        self.token = "good"
        self.facts: list[LiveEvent] = []
        self.approved = False
        self.revoked = False
        """The session is over: its refresh token is good for nothing."""
        self.pages: dict[str, Sequence[Page[ArrivalLine]]] = {}
        """Path ending → its pages, the first without a cursor, the next by their number."""
        self.others: list[Opening] = []
        """Who else has whatever is open."""

    def say(self, kind: str, subject_id: UUID) -> None:
        """Tell the open streams that something changed."""
        self.facts.append(LiveEvent(kind=kind, id=subject_id, version=2, actor="une collègue"))

    def sent(self, ending: str) -> list[Received]:
        """What was sent to a path."""
        return [received for received in self.received if f"{received.method} {received.path}".endswith(ending)]

    def answer(self, received: Received, query: dict[str, str]) -> Body:
        """Answer one request."""
        where = f"{received.method} {received.path}"
        self.asked.append((where, query))
        for ending in list(self.refusals):
            if where.startswith(ending.split()[0]) and where.endswith(ending.split()[1]):
                raise self.refusals.pop(ending)
        for ending, pages in self.pages.items():
            if where.startswith("GET") and where.endswith(ending):
                return pages[int(query.get("cursor") or 1) - 1]
        for ending, bodies in self.first_answers.items():
            if bodies and where.startswith(ending.split()[0]) and where.endswith(ending.split()[1]):
                return bodies.pop(0)
        for ending, body in self.answers.items():
            if where.startswith(ending.split()[0]) and where.endswith(ending.split()[1]):
                return body
        for method, pattern, make in ROUTES:
            if method == received.method and (found := re.fullmatch(pattern, received.path)):
                in_centre = received.path.startswith("/api/v1/centres/") and received.path.count("/") > 4
                if in_centre and received.method == "GET" and self.state == "failed":
                    raise Refusal(503, "unavailable")
                return make(self, found, received, query)
        raise Refusal(404, "not_found")


Make = Callable[[Desk, re.Match[str], Received, dict[str, str]], Body]
C = r"/api/v1/centres/kerfany"
ID = r"([0-9a-f-]{36})"


def _page(items: list[msgspec.Struct]) -> Make:
    return lambda desk, _found, _received, _query: Page(items=[] if desk.state == "empty" else items)


def _one(body: Body) -> Make:
    return lambda _desk, _found, _received, _query: body


def _token(desk: Desk, _found: re.Match[str], received: Received, _query: dict[str, str]) -> Body:
    asked = msgspec.json.decode(received.body, type=TokenRequest)
    if asked.password != "sésame":
        raise Refusal(401, "log_in_failed")
    return Token(access_token=desk.token, expires_in=3600, refresh_token="again")


def _device_token(desk: Desk, _found: re.Match[str], _received: Received, _query: dict[str, str]) -> Body:
    if not desk.approved:
        raise Refusal(403, "authorization_pending")
    return Token(access_token=desk.token, expires_in=3600)


def _refreshed(desk: Desk) -> Body:
    if desk.revoked:
        raise Refusal(401, "token_unknown")
    return Token(access_token=desk.token, expires_in=3600)


def _clients(desk: Desk, _found: re.Match[str], _received: Received, query: dict[str, str]) -> Body:
    text = query.get("q", "").lower()
    found = [line for line in seeds.CLIENTS if text in f"{line.name} {line.town} {line.contact_name}".lower()]
    return Page(items=[] if desk.state == "empty" else found)


def _search(desk: Desk, _found: re.Match[str], _received: Received, query: dict[str, str]) -> Body:
    text = query.get("q", "").lower()
    if desk.state == "empty":
        return Found()
    return Found(
        clients=[line for line in seeds.CLIENTS if text in f"{line.name} {line.town} {line.contact_name}".lower()],
        dossiers=[card for card in seeds.DOSSIERS if text in f"{card.number} {card.client_name}".lower()],
        stays=[
            StayFound(stay.stay_id, stay.name, stay.arrival, stay.departure, stay.status, stay.pax)
            for stay in seeds.ARRIVALS
            if text in stay.name.lower()
        ],
        rooms=[
            RoomFound(room.id, room.name, room.building, room.floor, room.room_type)
            for room in seeds.ROOMS
            if text in room.name.lower()
        ],
    )


def _dossiers(desk: Desk, _found: re.Match[str], _received: Received, query: dict[str, str]) -> Body:
    text, state = query.get("q", "").lower(), query.get("state") or "awaiting_payment"
    items: list[DossierCard] = [
        card for card in seeds.DOSSIERS if card.state == state and text in f"{card.number} {card.client_name}".lower()
    ]
    return Page(items=[] if desk.state == "empty" else items)


def _client(desk: Desk, found: re.Match[str], _received: Received, _query: dict[str, str]) -> Body:
    return seeds.LOCKED_CARD if found[1] == str(seeds.MARCHETTI) else seeds.CARD


def _planning(desk: Desk, _found: re.Match[str], _received: Received, query: dict[str, str]) -> Body:
    whole = seeds.planning(date.fromisoformat(query["first_day"]), date.fromisoformat(query["last_day"]))
    return msgspec.structs.replace(whole, rooms=[], bars=[]) if desk.state == "empty" else whole


def _enquiry(_desk: Desk, found: re.Match[str], _received: Received, _query: dict[str, str]) -> Body:
    line = next((line for line in seeds.ENQUIRIES if str(line.id) == found[1]), seeds.ENQUIRIES[0])
    return seeds.FULL_ENQUIRY if line.id == seeds.ENQUIRY else msgspec.structs.replace(
        seeds.FULL_ENQUIRY, id=line.id, line=line, signal=None, candidates=[], client_name=line.organisation if line.client_id else None
    )  # fmt: skip


LINK = LinkMade(url="https://kerfany.example/p/abc", expires_at=seeds.at(30, 9), mailed_to="intendance@ferry.example")
GESTURES = {
    "move": "move",
    "stretche": "stretch",
    "split": "split",
    "swap": "swap",
    "assignment": "assign",
    "unassignment": "unassign",
}
ROUTES: list[tuple[str, str, Make]] = [
    ("POST", "/auth/token", _token),
    ("POST", "/auth/device", _one(DeviceCode(device_code="d", user_code="ABCD-EFGH", verification_uri="https://halte.example/auth/device/verify",
                                             verification_uri_complete="", expires_in=600, interval=1))),
    ("POST", "/auth/device/token", _device_token),
    ("POST", "/auth/refresh", lambda desk, *_rest: _refreshed(desk)),
    ("GET", "/api/v1/me", lambda desk, *_rest: desk.me),
    ("PATCH", "/api/v1/me", lambda desk, *_rest: desk.me),
    ("GET", "/api/v1/network/centres", _page(list(seeds.NETWORK))),
    ("GET", "/api/v1/network/statistics", _one(statistics_seeds.NETWORK)),
    ("GET", f"{C}/statistics", lambda desk, *_rest: statistics_seeds.EMPTY if desk.state == "empty" else statistics_seeds.STATISTICS),
    ("GET", f"{C}/statistics/insee", _one(statistics_seeds.INSEE)),
    ("GET", f"{C}/tourist-tax", _one(statistics_seeds.TAX)),
    ("GET", f"{C}/tourist-tax/rates", _one(statistics_seeds.RATES)),
    ("GET", f"{C}/settings/cancellation-scale", _one(rule_seeds.SCALE)),
    ("PUT", f"{C}/settings/cancellation-scale", _one(rule_seeds.SCALE)),
    ("GET", f"{C}/satisfaction", _one(rule_seeds.REVIEWS)),
    ("PUT", f"{C}/satisfaction", _one(rule_seeds.REVIEWS)),
    ("GET", f"{C}/satisfaction/reviews", _page([])),
    ("GET", f"{C}/text-settings", _one(rule_seeds.TEXTS)),
    ("PUT", f"{C}/text-settings", _one(rule_seeds.TEXTS)),
    ("GET", f"{C}/clients/{ID}/defaults", _one(rule_seeds.NOTHING_AGREED)),
    ("PUT", f"{C}/tourist-tax/rates", _one(statistics_seeds.RATES)),
    ("POST", f"{C}/statistics/exports", _one(statistics_seeds.EXPORT)),
    ("GET", C, _one(seeds.CENTRE)),
    ("GET", f"{C}/desk", lambda desk, *_rest: seeds.EMPTY_DESK if desk.state == "empty" else seeds.DESK),
    (
        "GET",
        f"{C}/code-lists",
        lambda *_rest: [
            CodeList(
                name="stay_purpose",
                values=[CodeListValue(code="judo", label="Judo", category="sports_camp")],
                categories=[CodeListValue(code="sports_camp", label="Stages sportifs (fédérations / clubs)")],
            ),
            CodeList(
                name="local_marketing_code",
                values=[CodeListValue(code="mer", label="MER"), CodeListValue(code="classe", label="CLASSE")],
            ),
            CodeList(
                name="local_segmentation",
                values=[CodeListValue(code="classes_de_mer", label="Classes de mer", network_code="schools")],
            ),
        ],
    ),
    ("GET", f"{C}/tasks", _page([])),
    ("POST", f"{C}/tasks/{ID}/(?:done|ignored)", lambda *_rest: None),
    ("GET", f"{C}/mails", _page(list(seeds.FAILED_MAILS))),
    ("GET", f"{C}/history/{ID}", _page(list(seeds.HISTORY))),
    ("GET", f"{C}/clients", _clients),
    ("GET", f"{C}/search", _search),
    ("PUT", f"{C}/openings/{ID}", lambda desk, *_rest: desk.others),
    ("GET", f"{C}/addresses/places", _one(Places([Place("DE", "Allemagne"), Place("FR", "France"), Place("IT", "Italie")],
                                                 [Place("de", "allemand"), Place("br", "breton"), Place("fr", "français")]))),
    ("GET", f"{C}/addresses/towns", _one(Suggestions([Suggestion("", "29930", "Pont-Aven", "Finistère"), Suggestion("", "22540", "Pont-Melvez", "Côtes-d'Armor")]))),
    ("GET", f"{C}/addresses/streets", _one(Suggestions([], missing="slow"))),
    ("POST", f"{C}/clients/{ID}/actions", lambda *_rest: None),
    ("POST", f"{C}/clients/{ID}/reviews/{ID}", lambda *_rest: None),
    ("GET", f"{C}/code-lists/local", _page(list(seeds.LOCAL_VALUES))),
    ("GET", f"{C}/code-lists/colours", lambda *_rest: seeds.COLOURS),
    ("GET", "/api/v1/network/code-lists", _page(list(seeds.NETWORK_VALUES))),
    ("DELETE", f"{C}/clients/{ID}/actions/{ID}", lambda *_rest: None),
    ("POST", f"{C}/clients/signal", _one(Signal(centres=2, season="spring", year=2024, booking_category="groups"))),
    ("GET", f"{C}/clients/{ID}", _client),
    ("POST", f"{C}/clients", _one(seeds.CARD)),
    ("PATCH", f"{C}/clients/{ID}", _one(seeds.CARD)),
    ("POST", f"{C}/clients/{ID}/blacklisting", _one(seeds.CARD)),
    ("GET", f"{C}/segments", lambda desk, *_rest: [] if desk.state == "empty" else segment_seeds.LINES),
    ("GET", f"{C}/segments/criteria", _one(segment_seeds.CRITERIA)),
    ("POST", f"{C}/segments/count", lambda _desk, _found, received, _query: segment_seeds.counted(received.body)),
    ("GET", f"{C}/segments/{ID}/count", _one(SegmentCount(clients=segment_seeds.CARD.clients))),
    ("GET", f"{C}/segments/{ID}/.*clients", _page(list(segment_seeds.CLIENTS))),
    ("POST", f"{C}/segments/{ID}/links", _one(day_seeds.DOCUMENT)),
    ("GET", f"{C}/segments/{ID}", _one(segment_seeds.CARD)),
    ("PUT", f"{C}/segments/{ID}", _one(segment_seeds.CARD)),
    ("POST", f"{C}/segments.*", _one(segment_seeds.CARD)),
    ("GET", f"{C}/enquiries", _page(list(seeds.ENQUIRIES))),
    ("GET", f"{C}/enquiries/assignees", _page(list(seeds.ASSIGNEES))),
    ("GET", f"{C}/enquiries/{ID}", _enquiry),
    ("POST", f"{C}/enquiries/{ID}/services", _one(seeds.DOSSIER_VIEW)),
    ("POST", f"{C}/enquiries(?:/{ID}.*)?", _one(seeds.FULL_ENQUIRY)),
    ("GET", f"{C}/dossiers/columns", lambda desk, *_rest: [] if desk.state == "empty" else seeds.COLUMNS),
    ("GET", f"{C}/dossiers", _dossiers),
    ("GET", f"{C}/dossiers/{ID}", _one(seeds.DOSSIER_VIEW)),
    ("POST", f"{C}/dossiers/{ID}/payment-links", _one(LINK)),
    ("POST", f"{C}/dossiers/{ID}/dates/rehearsal", _one(seeds.REHEARSAL)),
    ("POST", f"{C}/dossiers/{ID}/.*", _one(seeds.DOSSIER_VIEW)),
    ("PUT", f"{C}/dossiers/{ID}/.*", _one(seeds.DOSSIER_VIEW)),
    ("PATCH", f"{C}/dossiers/{ID}/.*", _one(seeds.DOSSIER_VIEW)),
    ("DELETE", f"{C}/dossiers/{ID}/.*", _one(seeds.DOSSIER_VIEW)),
    ("POST", f"{C}/payments/{ID}/refunds", _one(seeds.DOSSIER_VIEW)),
    ("GET", f"{C}/services", _page(list(seeds.SERVICES))),
    ("POST", f"{C}/services", _one(seeds.SERVICES[0])),
    ("PATCH", f"{C}/services/{ID}", _one(seeds.SERVICES[0])),
    ("GET", f"{C}/users", _page(list(seeds.USERS))),
    ("GET", f"{C}/roles", lambda *_rest: seeds.ROLES),
    ("POST", f"{C}/users/{ID}/keys", _one(seeds.USERS[0].keys[0])),
    ("POST", f"{C}/users", _one(seeds.USERS[0])),
    ("PATCH", f"{C}/users/{ID}", _one(seeds.USERS[0])),
    ("GET", f"{C}/tablets", _page(list(seeds.TABLETS))),
    ("POST", f"{C}/tablets", _one(seeds.PAIRED)),
    ("POST", f"{C}/rooms", _one(seeds.ROOMS[0])),
    ("GET", f"{C}/rooms", _page(list(seeds.ROOMS))),
    ("GET", f"{C}/planning", _planning),
    ("POST", f"{C}/planning/undo", _one(Gesture(id=seeds.STAY_FERRY, kind="move", stay_ids=[seeds.STAY_FERRY]))),
    ("POST", f"{C}/planning/(move|stretche|split|swap|assignment|unassignment)s",
     lambda _desk, found, *_rest: Gesture(id=seeds.STAY_FERRY, kind=GESTURES[found[1]], stay_ids=[seeds.STAY_FERRY])),
    ("GET", f"{C}/availability", _one(seeds.AVAILABILITY)),
    ("GET", f"{C}/stays", _page([*seeds.ARRIVALS, *seeds.DEPARTURES])),
    ("GET", f"{C}/stays/{ID}", _one(seeds.STAY)),
    ("POST", f"{C}/stays/{ID}/services", _one(seeds.DOSSIER_VIEW)),
    ("GET", f"{C}/stays/{ID}/cancellation", _one(seeds.CANCELLATION_COST)),
    ("GET", f"{C}/stays/{ID}/allotments", _one(Allotments(allotments=[Allotment(room_type="ados", beds=24, held=12)]))),
    ("PUT", f"{C}/stays/{ID}/allotments", _one(seeds.STAY)),
    ("POST", f"{C}/withdrawals/by-stay", _page([])),
    ("POST", f"{C}/stays/{ID}/beds/proposal", _one(RoomsOffered(bed_ids=[bed.id for room in seeds.ROOMS[4:7] for bed in room.beds], parts=[]))),
    ("GET", f"{C}/day-sheet", lambda desk, *_rest: day_seeds.EMPTY_SHEET if desk.state == "empty" else day_seeds.SHEET),
    ("GET", f"{C}/housekeeping/rooms", lambda desk, *_rest: Rooms(day=seeds.TODAY, rooms=[] if desk.state == "empty" else day_seeds.ROOMS_TODAY)),
    ("PUT", f"{C}/housekeeping/rooms/{ID}", _one(Rooms(day=seeds.TODAY, rooms=day_seeds.ROOMS_TODAY))),
    ("GET", f"{C}/housekeeping/phones", _page([])),
    ("GET", f"{C}/stays/{ID}/rooming", lambda desk, *_rest: day_seeds.rooming_list([]) if desk.state == "empty" else day_seeds.ROOMING),
    ("POST", f"{C}/stays/{ID}/rooming/proposal", _one(RoomsProposed(people=1))),
    ("POST", f"{C}/stays/{ID}/rooming/link", _one(LINK)),
    ("POST", f"{C}/stays/{ID}/rooming/import", _one(RoomingImported(added=1, changed=0, unchanged=4, errors=[RoomingRowError(row=3, field="room_id", value="B99", code="unknown")], ignored_columns=[]))),
    ("POST", f"{C}/stays/{ID}/rooming/.*", _one(day_seeds.ROOMING)),
    ("PUT", f"{C}/stays/{ID}/rooming/.*", _one(day_seeds.ROOMING)),
    ("GET", f"{C}/stays/{ID}/meals", _one(day_seeds.MEALS)),
    ("PUT", f"{C}/stays/{ID}/meals", _one(day_seeds.MEALS)),
    ("GET", f"{C}/stays/{ID}/keys", _one(day_seeds.KEYS)),
    ("POST", f"{C}/stays/{ID}/keys.*", _one(day_seeds.KEYS)),
    ("GET", f"{C}/stays/{ID}/survey", _one(day_seeds.SURVEY)),
    ("POST", f"{C}/stays/{ID}/survey", _one(LINK)),
    ("GET", f"{C}/survey-days", _one(SurveyDays(days=7))),
    ("GET", f"{C}/stays/{ID}/police-forms", _page([day_seeds.POLICE])),
    ("POST", f"{C}/documents/links", _one(day_seeds.DOCUMENT)),
    ("POST", f"{C}/lists/links", _one(day_seeds.DOCUMENT)),
    ("POST", f"{C}/stays/{ID}/pre-check-in-link", _one(LINK)),
    ("POST", f"{C}/(?:stays|withdrawals).*", _one(seeds.STAY)),
    ("PUT", f"{C}/stays.*", _one(seeds.STAY)),
    ("PATCH", f"{C}/stays.*", _one(seeds.STAY)),
    ("DELETE", f"{C}/.*", _one(seeds.STAY)),
]  # fmt: skip


def app_of(desk: Desk) -> Litestar:
    """Make the app that answers for a desk."""

    @get(f"{C}/events")
    async def events() -> Stream:
        async def lines() -> AsyncIterator[bytes]:
            heard = len(desk.facts)
            yield b"retry: 100\n\n"
            while not desk.closing:
                await asyncio.sleep(0.02)
                for number, fact in enumerate(desk.facts[heard:], heard + 1):
                    yield b"id: %d\ndata: %s\n\n" % (number, msgspec.json.encode(fact))
                heard = len(desk.facts)

        return Stream(lines(), media_type="text/event-stream")

    @route("/{path:path}", http_method=["GET", "POST", "PUT", "PATCH", "DELETE"])
    async def everything(request: Request[None, None, State]) -> Response[bytes]:
        path = request.url.path
        received = Received(
            request.method,
            path,
            await request.body(),
            request.headers.get("if-match", ""),
            request.headers.get("idempotency-key", ""),
        )
        desk.received.append(received)
        try:
            if not path.startswith("/auth/") and request.headers.get("authorization") != f"Bearer {desk.token}":
                raise Refusal(401, "unauthenticated")
            if desk.state == "loading" and path.startswith(f"{C}/"):
                while desk.state == "loading":  # noqa: ASYNC110 (the test sets it from another thread)
                    await asyncio.sleep(0.02)
            body = desk.answer(received, dict(request.query_params))
        except Refusal as refusal:
            content = msgspec.json.encode(refusal.problem)
            return Response(content, status_code=refusal.problem.status, media_type="application/problem+json")
        return Response(
            msgspec.json.encode(body), media_type="application/json", headers={"X-Request-Id": str(uuid4())}
        )

    return Litestar([events, everything], openapi_config=None)


class DeskServer:
    """The server on a free port, in a thread of its own."""

    def __init__(self, desk: Desk, port: int = 0) -> None:
        self.desk = desk
        self.port = port or _free_port()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def address(self) -> str:
        """Its base URL."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        self.desk.closing = False
        self._thread.start()
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
                return
            except ConnectionRefusedError:
                threading.Event().wait(0.02)

    def stop(self) -> None:
        """Stop answering."""
        self.desk.closing = True
        self._loop.call_soon_threadsafe(self._server.stop)
        self._thread.join(5)
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = Server(app_of(self.desk), port=self.port, interface=Interfaces.ASGI, log_enabled=False)
        self._loop.run_until_complete(self._server.serve())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    by_hand = DeskServer(Desk(), int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    by_hand.desk.state = sys.argv[2] if len(sys.argv) > 2 else "full"
    by_hand.start()
    print(by_hand.address, flush=True)
    threading.Event().wait()
