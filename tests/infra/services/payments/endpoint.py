"""An endpoint for webhooks that verifies each as Halte does, with the SDK, and may refuse."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import stripe

SECRET = "whsec_of_the_tests"


class Endpoint:
    """Listens on a free port. `events` is what arrived for `account`, in that order, refused ones included."""

    def __init__(self) -> None:
        self.listen_to("")
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                event = stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], SECRET)
                self.send_response(outer.take(event))
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Stay silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/webhooks/stripe"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def listen_to(self, account: str) -> None:
        """Forget what arrived; from now on take what is for this account."""
        self.account = account
        self.events: list[stripe.Event] = []
        self.refusals_left = 0

    def take(self, event: stripe.Event) -> int:
        """Take an event and return the status to answer; leftovers of another test are waved through."""
        if event.account != self.account:
            return 200
        self.events.append(event)
        self.refusals_left -= 1
        return 500 if self.refusals_left >= 0 else 200

    @property
    def types(self) -> list[str]:
        """The types of what arrived."""
        return [event.type for event in self.events]

    def wait_for(self, count: int, *, seconds: float = 10) -> list[str]:
        """Wait until so many arrived, and return their types."""
        end = time.monotonic() + seconds
        while len(self.events) < count and time.monotonic() < end:
            time.sleep(0.02)
        assert len(self.events) >= count, self.types
        return self.types

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
