"""`halte doctor`: look at every dependency and setting, and say what to do."""

import os
import sys
from collections.abc import Sequence

import msgspec

from infra.bootstrap import ROOT
from infra.checks import machine, surroundings
from infra.checks.findings import Finding, State
from infra.settings import Settings

HELP = """\
halte doctor           look at every dependency and setting, and say what to do
halte doctor --json    the same for a program: {"ok", "findings": [{"name", "state", "detail", "advice"}]}

A note is something that works without, or only in part. Exit codes: 0 nothing failed, 1 something did."""

SIGNS = {State.OK: "✓", State.NOTE: "·", State.FAILED: "✗"}


def findings() -> list[Finding]:
    """Look at everything; what cannot be looked at is a finding too."""
    settings, read = surroundings.settings_of(os.environ)
    var = settings.var if settings and "HALTE_VAR" in os.environ else ROOT / "var"
    found = [machine.python(), machine.packages(), *machine.embedded_servers(), machine.state_folder(var)]
    found += [machine.terminal(), *machine.programs_of_the_tests(), *read]
    return found + (configured(settings) if settings is not None else [])


def configured(settings: Settings) -> list[Finding]:
    """Look at what the settings name."""
    return [
        *surroundings.database(os.environ),
        surroundings.queue(settings),
        surroundings.mail(settings),
        surroundings.secrets(settings),
        surroundings.payments(settings),
        surroundings.log_in(settings),
        surroundings.gateway(settings),
        surroundings.web(os.environ, settings),
    ]


def report(found: Sequence[Finding]) -> str:
    """Return what was found, for a person."""
    width = max(len(finding.name) for finding in found)
    lines = []
    for finding in found:
        lines.append(f"{SIGNS[finding.state]} {finding.name:<{width}}  {finding.detail}")
        if finding.advice:
            lines.append(f"  {'':<{width}}  → {finding.advice}")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Run `halte doctor [--json]`."""
    if "--help" in arguments or "-h" in arguments:
        print(HELP)
        return 0
    if unknown := [argument for argument in arguments if argument != "--json"]:
        print(f"halte doctor: {' '.join(unknown)} is not understood\n{HELP}", file=sys.stderr)
        return 2
    found = findings()
    healthy = all(finding.state is not State.FAILED for finding in found)
    if "--json" in arguments:
        print(msgspec.json.format(msgspec.json.encode({"ok": healthy, "findings": found})).decode())
    else:
        print(report(found))
    return 0 if healthy else 1
