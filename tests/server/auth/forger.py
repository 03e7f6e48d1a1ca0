"""An identity provider that lies: its token endpoint gives whatever a test tells it to."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID = "halte"
KEY = RSAKey.generate_key(2048, {"kid": "ours", "use": "sig"}, private=True)
STRANGERS_KEY = RSAKey.generate_key(2048, {"kid": "ours", "use": "sig"}, private=True)


class Forger:
    """What the provider says; `answer` is the token endpoint's body, `status` its status."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.answer: bytes = b""
        self.status = 200
        self.nonce = ""
        self.traded: list[str] = []

    def claims(self, **over: object) -> dict[str, object]:
        """Return good claims for this moment; a value of `...` leaves the claim out."""
        at = int(time.time())
        good = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "subject-1",
            "nonce": self.nonce,
            "iat": at,
            "exp": at + 300,
            **over,
        }
        return {name: value for name, value in good.items() if value is not ...}

    def signed(
        self,
        over: Mapping[str, object] | None = None,
        *,
        key: RSAKey = KEY,
        header: Mapping[str, object] | None = None,
    ) -> str:
        """Sign claims as the provider would."""
        head = {"alg": "RS256", "kid": "ours", **(header or {})}
        return jwt.encode(
            {name: value for name, value in head.items() if value is not ...},
            self.claims(**(over or {})),
            key,
            algorithms=[str(head["alg"])],
        )

    def give(self, id_token: object, **over: object) -> None:
        """Answer the next trade with an ID token."""
        body = {"access_token": "opaque", "token_type": "Bearer", "id_token": id_token, **over}
        self.answer = json.dumps({name: value for name, value in body.items() if value is not ...}).encode()


@contextmanager
def forging() -> Iterator[Forger]:
    """Run the provider on the loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            documents: dict[str, object] = {
                "/.well-known/openid-configuration": {
                    "issuer": forger.issuer,
                    "authorization_endpoint": f"{forger.issuer}/authorize",
                    "token_endpoint": f"{forger.issuer}/token",
                    "jwks_uri": f"{forger.issuer}/jwks",
                },
                "/jwks": {"keys": [KEY.as_dict(private=False)]},
            }
            self.say(200, json.dumps(documents[self.path]).encode())

        def do_POST(self) -> None:
            forger.traded.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.say(forger.status, forger.answer)

        def say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                # Who asked heard enough.
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    forger = Forger(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield forger
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
