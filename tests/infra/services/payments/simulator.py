"""The simulator as a program of its own, driven from outside."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import stripe
from stripe.params.checkout import SessionCreateParams

from infra.services.ports import free_port
from tests.infra.services.payments.endpoint import SECRET

KEY = "sk_test_of_the_network_0001"


class Simulator:
    """Starts, stops and restarts the program on one port and one folder."""

    def __init__(self, var: Path, *, webhook_url: str) -> None:
        self.var = var
        self.webhook_url = webhook_url
        self.move()
        self.account = "acct_annecy"
        self.process: subprocess.Popen[bytes] | None = None

    def move(self) -> None:
        """Choose another port for the next start."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the program and wait until it answers."""
        program = [sys.executable, "-m", "infra.services.payments", "--port", str(self.port), "--var", str(self.var)]
        hooks = ["--webhook-url", self.webhook_url, "--webhook-secret", SECRET, "--first-retry-seconds", "0.1"]
        self.process = subprocess.Popen([*program, *hooks])
        end = time.monotonic() + 20
        while True:
            assert self.process.poll() is None, "the simulator died at its start"
            try:
                httpx.get(f"{self.url}/health/live")
                return
            except httpx.TransportError:
                assert time.monotonic() < end, "the simulator does not answer"
                time.sleep(0.03)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def client(self, key: str = KEY, *, account: str = "", retries: int = 0) -> stripe.StripeClient:
        """Return the real SDK, pointed here, acting for an account (the test's own unless said)."""
        return stripe.StripeClient(
            key,
            stripe_account=account or self.account,
            base_addresses={"api": self.url},
            max_network_retries=retries,
        )

    def platform(self, key: str = KEY) -> stripe.StripeClient:
        """Return the real SDK, acting for the key's own account."""
        return stripe.StripeClient(key, base_addresses={"api": self.url}, max_network_retries=0)

    def control(self, **asked: object) -> dict[str, object]:
        """Set controls and return them all."""
        return self.post("/_control", **asked)

    def post(self, path: str, **asked: object) -> dict[str, object]:
        """Send one of the simulator's own orders and return its answer."""
        answer = httpx.post(self.url + path, json=asked)
        assert answer.is_success, answer.text
        answered: dict[str, object] = answer.json()
        return answered

    def press(self, session: stripe.checkout.Session, action: str) -> httpx.Response:
        """Press a button of the hosted page."""
        return httpx.post(f"{self.url}/c/pay/{session.id}", data={"action": action})

    def page(self, session: stripe.checkout.Session) -> str:
        """Return the hosted page."""
        return httpx.get(f"{self.url}/c/pay/{session.id}").text


def open_session(
    client: stripe.StripeClient, *, key: str | None = None, cents: int = 12_345
) -> stripe.checkout.Session:
    """Open the session of a deposit, as Halte would."""
    params: SessionCreateParams = {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 2,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": cents,
                    "product_data": {"name": "Acompte, séjour à Annecy"},
                },
            }
        ],
        "success_url": "http://127.0.0.1:9/merci?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:9/devis",
        "client_reference_id": "dossier-12",
        "customer_email": "professeure@ecole.fr",
        "metadata": {"dossier": "12", "nature": "acompte"},
        "payment_intent_data": {"description": "Dossier 2027-0012", "metadata": {"dossier": "12"}},
        "allowed_payment_method_types": ["card", "sepa_debit"],
        "locale": "fr",
    }
    return client.v1.checkout.sessions.create(
        params=params,
        options={"idempotency_key": key} if key else None,
    )
