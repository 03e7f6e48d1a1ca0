"""`halte completion SHELL`: the script that completes the commands and their arguments in bash, zsh or fish."""

import sys
from importlib import import_module
from typing import Literal, get_args

from cyclopts import App

from infra.commands import COMMANDS, DONE, REFUSED

Shell = Literal["bash", "zsh", "fish"]
HELP = """\
halte completion bash    for instance: halte completion bash > ~/.local/share/bash-completion/completions/halte
halte completion zsh     for instance: halte completion zsh > ~/.zfunc/_halte
halte completion fish    for instance: halte completion fish > ~/.config/fish/completions/halte.fish"""


def whole_app() -> App:
    """Return one Cyclopts app with all commands of `halte`: those that are apps with what is below them."""
    whole = App(name="halte", version_flags=[])
    for name, command in COMMANDS.items():
        module, _, attribute = command.body.partition(":")
        try:
            body = getattr(import_module(module), attribute)
        except ModuleNotFoundError:
            # This installation does not have it; its name is completed all the same.
            body = None
        whole.command(body if isinstance(body, App) else _plain(command.help), name=name)
    return whole


def main(arguments: list[str]) -> int:
    """Print the script of one shell."""
    if arguments in (["--help"], ["-h"]):
        print(HELP)
        return DONE
    for shell in get_args(Shell):
        if arguments == [shell]:
            print(whole_app().generate_completion(shell=shell))
            return DONE
    print(HELP, file=sys.stderr)
    return REFUSED


def _plain(sentence: str) -> App:
    return App(help=sentence, version_flags=[])
