"""`halte tui`: the terminal app on one's own machine, or as a session of the gateway."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NamedTuple

from tui.tokens import Entry, inherited, kept
from tui.words import LANGUAGES, use_language

DEFAULT_SERVER = "http://127.0.0.1:8000"


class Options(NamedTuple):
    """What the command line says."""

    server: str
    centre: str | None
    language: str | None


def main(arguments: Sequence[str]) -> int:
    """Open the terminal app; return the exit code: 0 left by the user, 1 the session ended or no terminal."""
    options = read_options(arguments)
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        print("halte tui: ouvrez-le dans un terminal (stdin ou stdout n'en est pas un).", file=sys.stderr)
        return 1
    try:
        return run(options)
    except Exception as error:  # noqa: BLE001 - before the app or after it: no traceback is for its user's eyes
        from tui.crash import note, words

        print(words(note(error)), file=sys.stderr)
        return 1


def run(options: Options) -> int:
    """Run the app on this process's terminal, with what was handed down, else with a token kept before."""
    from tui.app import HalteApp  # half a second of imports, which --help does without
    from tui.hang_up import end_with_terminal

    # After the imports: whoever hands it down may start this process before there is anything to enter.
    entry = inherited()
    # COLORTERM does not pass through SSH; without it a terminal of 256 colours is all that is assumed.
    if options.language:
        use_language(options.language)
    handed_down = entry is not None
    server = (entry.server if entry else options.server).rstrip("/")
    entry = entry or kept(server) or Entry(server=server, access_token="")
    app = HalteApp(entry, centre=options.centre, language=options.language, handed_down=handed_down)
    end_with_terminal(sys.stdin.fileno(), lambda: app.call_from_thread(app.hang_up))
    code = app.run()
    if app.farewell:
        print(app.farewell, file=sys.stderr)
    # An app that fails gives nothing back: that is no success.
    return (app.return_code or 0) if code is None else code


def read_options(arguments: Sequence[str]) -> Options:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="halte tui", description="The terminal app of the desk.")
    parser.add_argument(
        "--server", default=os.environ.get("HALTE_SERVER", DEFAULT_SERVER), help="the server's address (%(default)s)"
    )
    parser.add_argument(
        "--centre", metavar="SLUG", default=None, help="the centre to work in, where the account has several"
    )
    parser.add_argument("--lang", choices=LANGUAGES, default=None, help="the language, instead of the account's own")
    read = parser.parse_args(list(arguments))
    return Options(server=read.server, centre=read.centre, language=read.lang)
