"""Brevo's text messages on loopback, as its reference documents them; slow, broke, busy or forgetful when told.

`POST /v3/transactionalSMS/send` wants `api-key` and answers 201 and a `messageId`; errors are `{"code", "message"}`.
`GET /v3/transactionalSMS/statistics/events` lists what happened, by `tags`. `[STOP_CODE]` becomes a short number.
"""

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, unquote, urlsplit

from tests.simulators.serving import Quiet, serving

KEY = "xkeysib-only-for-tests"
STOP_NUMBER = "36111"


class Texts:
    """What phones received, and how Brevo is to answer."""

    def __init__(self) -> None:
        self.received: list[dict[str, object]] = []
        self.asked: list[str] = []
        self.refusal: tuple[int, str, str] | None = None
        """Status, code and message of every answer to a sending."""
        self.wait_seconds = ""
        self.delay_seconds = 0.0
        self.loses_answers = False
        """It takes a message, and the line falls before it says so."""
        self.url = ""

    def send(self, body: dict[str, object]) -> tuple[int, dict[str, object]]:
        """Take a message, or say why not."""
        if self.refusal is not None:
            status, code, message = self.refusal
            return status, {"code": code, "message": message}
        recipient, sender = str(body.get("recipient", "")), str(body.get("sender", ""))
        if not recipient.isdigit() or not 6 <= len(recipient) <= 15:
            return 400, {"code": "invalid_parameter", "message": "Invalid telephone number"}
        if not sender or len(sender) > 11 or not sender.isalnum():
            return 400, {"code": "invalid_parameter", "message": "sender name should not exceed 11 characters"}
        if not body.get("content"):
            return 400, {"code": "missing_parameter", "message": "content is missing"}
        text = str(body["content"]).replace("[STOP_CODE]", STOP_NUMBER)
        self.received.append({**body, "content": text, "messageId": 1_500_000 + len(self.received)})
        return 201, {"messageId": self.received[-1]["messageId"]}

    def events(self, tag: str) -> list[dict[str, object]]:
        """List what happened to the messages of a tag."""
        return [
            {"event": "sent", "messageId": str(each["messageId"]), "phoneNumber": each["recipient"], "tag": tag}
            for each in self.received
            if each["tag"] == tag
        ]

    def report(self, status: str, *, place: int = -1, **more: object) -> bytes:
        """Return what Brevo posts of a message."""
        sent = self.received[place]
        body = {
            "id": 26570, "to": sent["recipient"], "sms_count": 1, "credits_used": 0.6, "remaining_credit": 88.4,
            "messageId": sent["messageId"], "msg_status": status, "date": "2027-03-08 10:00:00", "type": "marketing",
            "reference": {"1": "ab1cde2fgh3i4jklmno"}, "ts_event": 1804500000, "tag": [sent["tag"]], **more,
        }  # fmt: skip
        return json.dumps(body).encode()


def shown_at(url: str) -> tuple[str, str]:
    """Return the path of a report's address and the header that its user and password make."""
    place = urlsplit(url)
    pair = f"{unquote(place.username or '')}:{unquote(place.password or '')}".encode()
    return place.path, f"Basic {base64.b64encode(pair).decode()}"


@contextmanager
def texts() -> Iterator[Texts]:
    """Run one on loopback."""
    simulated = Texts()

    class Handler(Quiet, BaseHTTPRequestHandler):
        """Answers in JSON; without the key, 401."""

        def do_POST(self) -> None:
            """Take a message."""
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            simulated.asked.append("POST " + self.path)
            if self.headers.get("api-key") != KEY:
                self._answer(401, {"code": "unauthorized", "message": "Key not found"})
            elif self.path != "/v3/transactionalSMS/send":
                self._answer(404, {"code": "document_not_found", "message": self.path})
            else:
                status, said = simulated.send(body)
                time.sleep(simulated.delay_seconds)
                if simulated.loses_answers:
                    self.close_connection = True
                else:
                    self._answer(status, said)

        def do_GET(self) -> None:
            """List what happened."""
            place = urlsplit(self.path)
            simulated.asked.append("GET " + place.path)
            if self.headers.get("api-key") != KEY:
                self._answer(401, {"code": "unauthorized", "message": "Key not found"})
            else:
                tag = parse_qs(place.query).get("tags", [""])[0]
                self._answer(200, {"events": simulated.events(tag)})

        def _answer(self, status: int, said: dict[str, object]) -> None:
            sent = json.dumps(said).encode()
            try:
                self.send_response(status)
                if status == 429:
                    self.send_header("x-sib-ratelimit-reset", simulated.wait_seconds)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)
            except (BrokenPipeError, ConnectionResetError):
                return  # who asked had no patience

    with serving(Handler) as address:
        simulated.url = f"{address}/v3"
        yield simulated
