"""The mail catcher as a program of its own, driven from outside."""

import signal
import smtplib
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path

import httpx
import msgspec

from infra.services.mailbox.messages import Message
from infra.services.ports import free_port


class Mailbox:
    """Starts, stops and restarts the program on two ports and one folder."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.smtp_port, self.http_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.http_port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the program and wait until both doors answer."""
        program = [sys.executable, "-m", "infra.services.mailbox", "--starttls", "--size-limit", "2000000"]
        ports = ["--smtp-port", str(self.smtp_port), "--http-port", str(self.http_port), "--var", str(self.var)]
        self.process = subprocess.Popen([*program, *ports])
        end = time.monotonic() + 20
        while True:
            assert self.process.poll() is None, "the mailbox died at its start"
            try:
                httpx.get(f"{self.url}/health/live")
                return
            except httpx.TransportError:
                assert time.monotonic() < end, "the mailbox does not answer"
                time.sleep(0.03)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def smtp(self) -> smtplib.SMTP:
        """Open a connection."""
        return smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=10)

    def send_raw(self, raw: bytes, *recipients: str) -> None:
        """Send bytes as they are."""
        with self.smtp() as connection:
            connection.sendmail("annecy@halte.example", list(recipients) or ["professeure@ecole.fr"], raw)

    def messages(self) -> list[Message]:
        """Return what the JSON list shows."""
        answer = httpx.get(f"{self.url}/messages.json")
        assert answer.status_code == 200
        return msgspec.json.decode(answer.content, type=list[Message])

    def control(self, **asked: object) -> dict[str, object]:
        """Set controls and return them all."""
        answer = httpx.post(f"{self.url}/_control", json=asked)
        assert answer.status_code == 200, answer.text
        settings: dict[str, object] = answer.json()
        return settings


def confirmation(subject: str = "Votre séjour à Annecy est confirmé 🎒") -> EmailMessage:
    """Build a mail as Halte sends them: text, HTML and a PDF."""
    mail = EmailMessage()
    mail["From"] = "Centre d’Annecy <annecy@halte.example>"
    mail["To"] = "Élodie Lefèvre <professeure@ecole.fr>"
    mail["Subject"] = subject
    mail["Date"] = "Sat, 21 Nov 2026 23:30:00 +0100"
    mail["Message-ID"] = "<0192-confirmation@halte.example>"
    mail.set_content("Bonjour,\n\nVotre séjour est confirmé : https://halte.example/d/abc\n")
    mail.add_alternative("<h1>Séjour confirmé</h1><script>document.title='pris'</script>", subtype="html")
    mail.add_attachment(b"%PDF-1.7 devis", maintype="application", subtype="pdf", filename="devis n° 12.pdf")
    return mail
