"""`halte demo`: servers, workers, gateway, mail catcher and payment simulator under one supervisor, then the terminal."""

import argparse
import json
import os
import secrets
import select
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Final, NoReturn

import msgspec

from infra.bootstrap import ROOT
from infra.errors import DomainError
from infra.services.demo import database, description
from infra.services.demo.description import Description, Loaded
from infra.services.demo.doors import answers_http, answers_on, base_url, choose_ports
from infra.services.demo.terminal import OPENS_AS, Terminal
from infra.services.servers import open_servers
from infra.services.supervisor import Child, Supervisor

HELP = """\
halte demo               make and start the demo network, then open the terminal app
halte demo --headless    the same without the terminal app; the log goes to standard error
halte demo --fresh       throw the demo's data away and start over
halte demo --scale network [--cards N]
                         43 centres of 15 to 300 beds and a million cards (or N) instead of five small ones; the first
                         start takes many minutes, and says how far it is

Ctrl-C stops all that it started and nothing else. var/demo.json says how to get in."""

NETWORK_CARDS: Final = 1_000_000
LEAST_CARDS: Final = 5_000
"""Fewer would leave the smallest centre without clients."""


def main(arguments: list[str]) -> int:
    """Run the demo until it is asked to stop: 0 then, 1 when something did not start, 2 for a wrong command line."""
    if "--help" in arguments or "-h" in arguments:
        print(HELP)
        return 0
    try:
        asked = _read(arguments)
    except _Misread as error:
        print(f"halte demo: {error}\n\n{HELP}", file=sys.stderr)
        return 2
    var = Path(os.environ.get("HALTE_VAR", ROOT / "var")).resolve()
    headless = asked.headless or not (sys.stdin.isatty() and sys.stdout.isatty())
    try:
        return _run(var, headless=headless, fresh=asked.fresh, cards=asked.cards)
    except DomainError as error:
        print(f"halte demo: {error.detail} [{error.code}]", file=sys.stderr)
        return 1


class _Misread(Exception):
    """The command line makes no sense; the message says why."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Misread(message)


class _Asked(argparse.Namespace):
    headless: bool
    fresh: bool
    cards: int | None


def _read(arguments: list[str]) -> _Asked:
    """Read the command line; `cards` is None where no scale is asked for, 0 for the small network."""
    parser = _Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("--headless", action="store_true")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--scale", choices=("small", "network"))
    parser.add_argument("--cards", type=int)
    asked = parser.parse_args(arguments, namespace=_Asked())
    if asked.cards is not None and (asked.scale != "network" or asked.cards < LEAST_CARDS):
        raise _Misread(f"--cards goes with --scale network, and is {LEAST_CARDS} at least")
    asked.cards = {None: None, "small": 0, "network": asked.cards or NETWORK_CARDS}[asked.scale]
    return asked


def _run(var: Path, *, headless: bool, fresh: bool, cards: int | None) -> int:
    stripe_key = os.environ.get("HALTE_STRIPE_KEY", "")
    if stripe_key and not stripe_key.startswith(("sk_test_", "rk_test_")):
        print("halte demo: HALTE_STRIPE_KEY is a live key; the demo takes test keys only", file=sys.stderr)
        return 1
    shown = nullcontext() if headless else Terminal()
    with Supervisor(var, echo=sys.stderr if headless else None) as supervisor, shown as terminal:
        file = var / "demo.json"
        file.unlink(missing_ok=True)
        ports = choose_ports(var)
        told = _settings(var, ports)
        home = var / "demo"
        if fresh or not (home / "network.json").exists():
            _forget(var)
        # What needs no database draws or listens already while the servers come up.
        for child in (_gateway(var, ports, told), *_outside(var, ports, told, stripe=bool(stripe_key))):
            supervisor.start(child)
        servers = open_servers(var, given=os.environ)
        try:
            servers.be_watched(supervisor)
            environment = {**servers.settings, **told}
            database.prepare(servers.postgres, home=home, environment=environment, fresh=fresh, cards=cards)
            serve, work = _house(ports, environment)
            supervisor.start(serve)
            supervisor.wait_until_ready("serve", answers_http(f"{base_url(ports['api'])}/health/ready"))
            supervisor.wait_until_ready("mail", answers_http(f"{base_url(ports['mail'])}/messages.json"))
            if not stripe_key:
                supervisor.wait_until_ready("payments", answers_http(f"{base_url(ports['payments'])}/health/live"))
            loaded = msgspec.json.decode((home / "network.json").read_bytes(), type=Loaded)
            payments = "https://api.stripe.com" if stripe_key else base_url(ports["payments"])
            made = description.describe(loaded, ports=ports, settings=servers.settings, payments=payments)
            welcome = _welcome(made, web=base_url(ports["web"]))
            if terminal:
                # Its user needs the server alone; the other doors open meanwhile.
                print(welcome, flush=True)
                show(terminal, made)
            supervisor.wait_until_ready("gateway", answers_on(ports["ssh"]))
            # Nobody waits for what happens later: its five processes would take the processor from the doors.
            supervisor.start(work)
            description.write(made, file)
            # After everybody's doors: few come this way.
            supervisor.start(_web(var, ports))
            try:
                _stay(supervisor, made, terminal, welcome=welcome)
            finally:
                file.unlink(missing_ok=True)
                if terminal:
                    terminal.end()
        except KeyboardInterrupt:
            return 0
        finally:
            supervisor.stop()
            servers.stop()
    return 0


def _forget(var: Path) -> None:
    """Throw away the mails and payments of a network that is no more."""
    for leftover in (*(var / "payments").glob("*"), *(var / "mail").glob("*")):
        if leftover.is_file():
            leftover.unlink()


def _settings(var: Path, ports: Mapping[str, int]) -> dict[str, str]:
    """Return what the house is told: made once, kept for the next start, for its owner's eyes only."""
    kept = var / "demo-secrets.json"
    if kept.exists():
        secret: dict[str, str] = json.loads(kept.read_text())
    else:
        secret = {
            "HALTE_SECRET": secrets.token_urlsafe(48),
            "HALTE_GATEWAY_CREDENTIAL": secrets.token_urlsafe(32),
            "HALTE_STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(24)}",
        }
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(secret, out)
    return {
        **secret,
        "HALTE_VAR": str(var),
        "HALTE_DEMO": "true",
        "HALTE_PUBLIC_URL": base_url(ports["api"]),
        "HALTE_SMTP_URL": f"smtp://127.0.0.1:{ports['smtp']}",
        "HALTE_MAIL_DOMAIN": "halte.example",
        "HALTE_INBOUND_PORT": str(ports["inbound"]),
        "HALTE_REQUESTS_PER_MINUTE": "600",
        "HALTE_LOG_IN_FAILURES": "10",
        **(
            {}
            if os.environ.get("HALTE_STRIPE_KEY")
            else {"HALTE_STRIPE_KEY": "sk_test_halte_demo", "HALTE_STRIPE_API_BASE": base_url(ports["payments"])}
        ),
    }


def _outside(var: Path, ports: Mapping[str, int], environment: Mapping[str, str], *, stripe: bool) -> list[Child]:
    """Return the two pieces of the outside world that the demo brings: where mails end up, and who takes the money."""
    mail = Child(
        name="mail",
        command=_module(
            "infra.services.mailbox", "--smtp-port", ports["smtp"], "--http-port", ports["mail"], "--var", var / "mail"
        ),
    )
    payments = Child(
        name="payments",
        command=_module(
            "infra.services.payments",
            *("--port", ports["payments"], "--var", var / "payments"),
            *("--webhook-url", f"{base_url(ports['api'])}/webhooks/stripe"),
            *("--webhook-secret", environment["HALTE_STRIPE_WEBHOOK_SECRET"]),
        ),
    )
    return [mail] if stripe else [mail, payments]


def _gateway(var: Path, ports: Mapping[str, int], told: Mapping[str, str]) -> Child:
    """Return the door to the terminal app, a client of the API: it is told no secret but its own."""
    return Child(
        name="gateway",
        command=_module("infra", "gateway", "--port", ports["ssh"], "--server", base_url(ports["api"])),
        environment={"HALTE_GATEWAY_CREDENTIAL": told["HALTE_GATEWAY_CREDENTIAL"], "HALTE_VAR": str(var)},
    )


def _web(var: Path, ports: Mapping[str, int]) -> Child:
    """Return the door to the terminal app in a browser: it is told no secret at all."""
    return Child(
        name="web",
        command=_module("infra", "web", "--port", ports["web"], "--server", base_url(ports["api"])),
        environment={"HALTE_VAR": str(var)},
    )


def _house(ports: Mapping[str, int], environment: Mapping[str, str]) -> tuple[Child, Child]:
    """Return what needs the database: the server and the workers."""
    return (
        Child(name="serve", command=_module("infra", "serve", "--port", ports["api"]), environment=environment),
        Child(name="work", command=_module("infra", "work"), environment=environment),
    )


def _module(name: str, *arguments: object) -> list[str]:
    return [sys.executable, "-m", name, *map(str, arguments)]


def show(terminal: Terminal, made: Description) -> None:
    """Open the terminal app; where the server refuses its user, say so and end the app: the other doors stand all the same."""
    try:
        terminal.show(made)
    except OSError as error:
        terminal.end()
        print(f"halte demo: the terminal app does not open as {OPENS_AS}: {error}", file=sys.stderr, flush=True)


def _stay(supervisor: Supervisor, made: Description, terminal: Terminal | None, *, welcome: str) -> None:
    """Stay up until asked to stop; where the terminal app is shown, until its user has left it for good."""
    if terminal is None:
        print(welcome, file=sys.stderr, flush=True)
        supervisor.wait()
        return
    terminal.stay(supervisor.wait)
    while not supervisor.wait(0):
        print(welcome)
        print(
            "Entrée : rouvrir le terminal · q puis Entrée, ou Ctrl-C : arrêter la démonstration. ", end="", flush=True
        )
        # Not `input`: a Ctrl-C is noted by the supervisor, and would not end it.
        while not select.select([sys.stdin], [], [], 0.1)[0]:
            if supervisor.wait(0):
                return
        answer = sys.stdin.readline()
        if not answer or answer.strip().lower() == "q":
            return
        with Terminal() as again:
            show(again, made)
            again.stay(supervisor.wait)


def _welcome(made: Description, *, web: str) -> str:
    user = next(user for user in made.users if user.login == OPENS_AS)
    centre = next(centre for centre in made.centres if centre.slug == user.centre)
    ssh = f"ssh -i {user.key_file} -p {made.ssh.port} {user.login}@{made.ssh.host}"
    return "\n".join(
        [
            "",
            f"  Halte, le réseau de démonstration     {made.api}",
            f"  formulaire de {centre.name:<24}{centre.contact_form}",
            f"  courriels                             {made.mail}",
            f"  paiements                             {made.payments}",
            f"  {ssh}",
            f"  dans un navigateur                    {web} (mots de passe : demo.json)",
            "",
        ]
    )
