"""A provider of reviews on loopback, of Qualitelis' kind: asked by the stay's reference, with a bearer key."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from tests.simulators.serving import Quiet, serving


class Provider:
    """The reviews it has, and how it is to answer."""

    def __init__(self) -> None:
        self.reviews: list[dict[str, object]] = []
        self.asked: list[str] = []
        self.key = "a-key-of-the-provider"
        self.status = 200
        self.url = ""


@contextmanager
def provider() -> Iterator[Provider]:
    """Run one on loopback."""
    simulated = Provider()

    class Handler(Quiet, BaseHTTPRequestHandler):
        """Answers in JSON; without the key, 401."""

        def do_GET(self) -> None:
            """Answer."""
            where = urlsplit(self.path)
            reference = parse_qs(where.query).get("reference", [""])[0]
            simulated.asked.append(reference)
            right = self.headers.get("Authorization", "") == f"Bearer {simulated.key}"
            status = simulated.status if right else 401
            found = [review for review in simulated.reviews if review["reference"] == reference]
            sent = json.dumps({"reviews": found, "next": None} if status == 200 else {"error": status}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

    with serving(Handler) as address:
        simulated.url = address
        yield simulated
