"""The commands of `halte`, by name: where each body is, resolved when called, so that one missing module breaks one command.

Exit codes, of every command: 0 done; 1 failed, the reason on stderr; 2 refused (some rows of an import, or the command
line itself); 130 interrupted.
"""

# An older Python must get as far as being told that it is too old.
from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NamedTuple

HELP = ("help", "--help", "-h")
DONE, FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130


class Command(NamedTuple):
    """One command: its body as `module:name` (a function of the arguments, or a Cyclopts app), and a line of help."""

    body: str
    help: str
    group: str = "run"
    """The packages it needs: a key of `bootstrap.LOCKS`."""


COMMANDS = {
    "demo": Command(
        "infra.services.demo:main", "a whole network on this machine, to look at: database, server, workers, terminal"
    ),
    "serve": Command("server.commands.serve:main", "the HTTP server: API, pages, webhooks"),
    "work": Command("workers.commands:main", "the workers: mails, webhooks, what happens later"),
    "gateway": Command("tui.gateway.commands:main", "the SSH gateway to the terminal app"),
    "web": Command("tui.web.commands:main", "the terminal app in a browser, behind a log-in"),
    "tui": Command("tui.commands:main", "the terminal app, against a server"),
    "migrate": Command("infra.migrate:main", "bring the database up to date, or print the SQL of its roles"),
    "centre": Command("server.commands.centre:app", "create, list, suspend and activate centres"),
    "user": Command("server.commands.user:app", "accounts, roles, keys"),
    "tablet": Command("server.commands.tablet:app", "pair, list and unpair the tablets at a centre's desk"),
    "import": Command("server.commands.imports:app", "rooms, services, client cards and stays, from files"),
    "export": Command("server.commands.exports:app", "a centre's data, to files"),
    "code-list": Command("server.commands.code_list:app", "the network's code lists"),
    "person": Command("server.commands.person:app", "one person's data in every centre: handed out, or erased"),
    "referential": Command(
        "server.commands.referential:app", "learn the matcher's weights, link the whole network, rebuild keys"
    ),
    "person-nights": Command("server.commands.person_nights:app", "the ledger of person-nights, against the stays"),
    "backup": Command("infra.backup.commands:backup_app", "the whole database into one file"),
    "restore": Command("infra.backup.commands:restore_app", "a back-up into an empty database, and compare"),
    "doctor": Command("infra.checks.doctor:main", "check every dependency and setting, and say what to do"),
    "test": Command("infra.checks.test:main", "all that CI runs", "test"),
    "bench": Command("infra.checks.bench:main", "the figures: measured, reached or not", "test"),
    "demo-load": Command("server.demo.load:main", "the demo's network into an empty database; halte demo calls it"),
    "completion": Command("infra.completion:main", "print the completion script of a shell: bash, zsh or fish"),
}


def group_of(arguments: Sequence[str]) -> str | None:
    """Say which packages a command line needs; None when the standard library answers it (help, a mistake)."""
    command = COMMANDS.get(arguments[0]) if arguments else None
    if arguments[:1] == ["bench"] and arguments[1:2] in (["referential"], ["referential-spark"]):
        return "spark" if arguments[1] == "referential-spark" else "bench"
    if arguments[:2] == ["referential", "train"] and {"splink", "--by=splink"} & set(arguments):
        return "bench"
    return command.group if command else None


def dispatch(arguments: list[str]) -> int:
    """Run the command that the first argument names, with the rest; return its exit code."""
    name, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if name not in COMMANDS and name not in HELP:
        near = difflib.get_close_matches(name, COMMANDS, n=1)
        print(
            f"halte: there is no command « {name} »" + (f"; did you mean {near[0]}?" if near else "."), file=sys.stderr
        )
        print("The commands: " + ", ".join(COMMANDS), file=sys.stderr)
        return REFUSED
    try:
        code = print_overview() if name in HELP else run(COMMANDS[name], rest, name=name)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print(f"halte: {name} was stopped; what it had finished stands", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has had enough (`| head`): what is still buffered goes nowhere, without a traceback.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def print_overview() -> int:
    """Print the help of `halte` itself."""
    print(overview())
    return DONE


def overview() -> str:
    """Return the help of `halte` itself."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {command.help}" for name, command in COMMANDS.items()]
    return "\n".join(
        [
            "halte COMMAND [ARGUMENTS]        (before the set-up: python3 -m infra COMMAND)",
            "",
            *lines,
            "",
            "halte COMMAND --help says more. Exit codes: 0 done, 1 failed, 2 refused, 130 interrupted.",
        ]
    )


def run(command: Command, arguments: list[str], *, name: str) -> int:
    """Call the body of a command; what it refuses with a domain error is said in one line, without a traceback."""
    from infra.errors import DomainError

    module, _, attribute = command.body.partition(":")
    try:
        body = getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        if error.name is None or not module.startswith(error.name):
            raise
        print(f"halte: this installation has no « {name} » (the module {module} is missing)", file=sys.stderr)
        return FAILED
    try:
        return _call_app(body, arguments, name=name) if hasattr(body, "parse_args") else _call_function(body, arguments)
    except DomainError as error:
        print(f"halte {name}: {error.detail} [{error.code}]", file=sys.stderr)
        return FAILED


def _call_function(body: Callable[[list[str]], int], arguments: list[str]) -> int:
    return body(arguments)


def _call_app(body: object, arguments: list[str], *, name: str) -> int:
    from cyclopts import App, CycloptsError

    if not isinstance(body, App):
        raise TypeError(f"the body of halte {name} is {type(body).__name__}, neither a function nor a Cyclopts app")
    try:
        result = body(arguments, exit_on_error=False, result_action="return_value")
    except CycloptsError:
        # Cyclopts has said what was wrong.
        return REFUSED
    return result if isinstance(result, int) and not isinstance(result, bool) else DONE
